"""What may leave of what a camera told: hits on our list, a count or a token, and no plate.

The comparison happens here, at the edge. A plate that nobody lawfully looks for ends here too.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import orjson
import yaml

from tocsin.contract import Observation, Receipt
from tocsin.contract.camera import Camera
from tocsin.contract.observation import Kind, LegalRegime, Point
from tocsin.contract.realm import is_exercise
from tocsin_adapters.plates.happenings import happenings
from tocsin_adapters.plates.reads import (
    Direction,
    Happening,
    PlateRead,
    Seen,
    StateOfCamera,
    StateOfRecorder,
    Told,
)
from tocsin_adapters.plates.register import CameraRegister
from tocsin_adapters.plates.settings import PlateSettings
from tocsin_adapters.plates.watch import Match
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.observations import known, observed
from tocsin_adapters.reading.texts import code, one_line

READ_WITHIN_M = 25.0  # a plate is read some 10 to 25 metres from the camera
SEEN_WITHIN_M = 50.0
SAME_HIT = timedelta(seconds=30)  # one vehicle before one camera, however often it is read
SAME_STATE = timedelta(minutes=1)
MOST_REMEMBERED = 8_000
TOKEN_DIGITS = 16
SHORTEST_SEARCHED = 4

_MINUTE = "minute"
_REFUSED = "refused"
_FLOW, _PASSAGE, _HIT, _ON, _STATE = "flow:", "passage:", "hit:", "on:", "state:"
_SOON = timedelta(minutes=10)
_KEPT = {_PASSAGE: _SOON, _HIT: _SOON, _ON: _SOON, _STATE: timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Law:
    """The rules of one source, ready to be asked message by message."""

    settings: PlateSettings
    register: CameraRegister
    languages: tuple[str, ...]

    @classmethod
    def of(cls, settings: PlateSettings) -> "Law":
        spoken = tuple(lang for lang in settings.languages if lang in _phrases()) or ("fr",)
        return cls(settings, CameraRegister(settings.cameras), spoken)

    def apply(
        self, told: Iterable[Told], receipt: Receipt, findings: Findings, memory: Memory
    ) -> list[Observation]:
        """Observations that may leave; what may not is a rejection, or counted and forgotten."""
        hearing = Hearing(self, receipt, findings, memory)
        hearing.turn_the_minute()
        hearing.tell_what_is_wrong_with_the_list()
        for one in told:
            try:
                hearing.hear(one)
            except Unreadable as trouble:
                findings.reject(trouble.finding)
        return hearing.leaving


class Hearing:
    """One message before the law."""

    def __init__(self, law: Law, receipt: Receipt, findings: Findings, memory: Memory) -> None:
        self.law = law
        self.settings = law.settings
        self.receipt = receipt
        self.findings = findings
        self.memory = memory
        self.leaving: list[Observation] = []
        self._unknown: set[str] = set()

    def hear(self, told: Told) -> None:
        match told:
            case PlateRead():
                self._plate(told)
            case Happening():
                self._happening(told)
            case StateOfCamera():
                self._state(told)
            case StateOfRecorder():
                self._recorder(told)

    # plates

    def _plate(self, read: PlateRead) -> None:
        camera = self._camera(read)
        regime = self._regime(camera)
        if not read.passage:
            at = self.receipt.received_at.isoformat()
            read = replace(read, passage=f"{self._key(camera, read)}|{at}")
        keys = [f"{_PASSAGE}{_masked(id_, read)}" for id_ in (read.passage, *read.same_as)]
        before = _Passage.read(self.memory, keys)
        found = self._match(read)
        if found is not None:
            self._hit(read, found, camera, regime, before)
        elif before.hit is not None and read.plate is not None and read.last:
            self._withdraw(read, camera, regime, before)
        elif self._is_sure(read) and self.settings.token_key is not None and read.counts:
            self._token(read, camera, regime, before)
        if read.counts and not before.counted and not read.late:
            before.counted = True
            self._count(read, camera, regime)
        self._keep(read, before, keys)

    def _keep(self, read: PlateRead, before: "_Passage", keys: list[str]) -> None:
        """For the next message about the same vehicle, if there will be one."""
        key, *frames = keys
        for frame in frames:
            self.memory.forget(frame)
        if read.last:
            self.memory.forget(key)
        elif read.counts or before.hit is not None:
            now = self.receipt.received_at
            kept = _recall(self.memory, key)
            fresh = kept is not None and now - _moment(kept["at"]) < SAME_STATE
            at = kept["at"] if kept is not None and fresh else now.timestamp()
            told = {"counted": before.counted, "token": before.token, "hit": before.hit}
            self._remember(key, {"at": at, **told})

    def _is_sure(self, read: PlateRead) -> bool:
        least = self.settings.least_confidence
        return read.plate is not None and (read.confidence is None or read.confidence >= least)

    def _match(self, read: PlateRead) -> Match | None:
        watch, plate = self.settings.watch, read.plate
        if watch is None or plate is None or not self._is_sure(read):
            return None
        if (watch.kind == "exercise") != is_exercise(self.receipt.realm):
            said = f"the list is one for {watch.kind}, the source is not: nothing is compared"
            self.findings.warn("list_of_another_world", said)
            return None
        return watch.match(plate, self.receipt.received_at, confusable=self.settings.confusable)

    def _hit(
        self,
        read: PlateRead,
        found: Match,
        camera: Camera | None,
        regime: LegalRegime,
        before: "_Passage",
    ) -> None:
        key = f"{_HIT}{self._key(camera, read)}:{found.entry.ref}"
        seen_at = read.observed_at or self.receipt.received_at
        times = {"at": self.receipt.received_at.timestamp(), "seen": seen_at.timestamp()}
        last = _recall(self.memory, key)
        if last is not None and abs(seen_at - _moment(last["seen"])) > SAME_HIT:
            last = None
        if last is not None and (last["match"], found.kind) != _STRONGER:
            before.hit = before.hit or [last["id"], found.entry.ref]
            self._remember(key, {**last, **times})
            return
        id_ = f"{_passage_id(read)}|{found.entry.ref}|{found.kind}"
        earlier = [last["id"]] if last is not None else []
        before.hit = [id_, found.entry.ref]
        self._remember(key, {**times, "id": id_, "match": found.kind})
        self._leave(
            "anpr_hit",
            id_,
            read,
            camera,
            regime,
            accuracy_m=READ_WITHIN_M,
            codes={"vehicle": found.entry.ref},
            action="update" if earlier else "new",
            chain=earlier,
            type_hint=found.entry.type_hint,
            confidence=read.confidence,
            headline=self._say(
                f"hit_{found.kind}",
                ref=found.entry.ref,
                description=found.entry.description.in_first(self.law.languages),
            ),
            attributes=self._of_hit(read, found, camera),
        )

    def _of_hit(self, read: PlateRead, found: Match, camera: Camera | None) -> dict[str, Any]:
        entry, vehicle = found.entry, read.vehicle
        differs = entry.country and read.country and entry.country != read.country
        return known(
            list_ref=entry.ref,
            list_description=entry.description.model_dump(exclude_none=True),
            list_owner=entry.owner,
            list_until=entry.until.isoformat(),
            legal_basis=entry.legal_basis,
            action_card=entry.action,
            match=found.kind,
            characters_apart=1 if found.kind == "confusable" else 0,
            verified=False,
            country=read.country,
            country_differs=True if differs else None,
            direction=read.direction,
            heading_deg=heading_of(camera, read.direction),
            lane=read.lane,
            speed_kmh=read.speed_kmh,
            vehicle_class=vehicle.kind,
            vehicle_class_confidence=vehicle.kind_confidence,
            vehicle_colour=vehicle.colour,
            vehicle_colour_confidence=vehicle.colour_confidence,
            vehicle_make=_without_plate(vehicle.make, read),
            vehicle_make_confidence=vehicle.make_confidence,
            dangerous_goods=True if read.hazmat_sign else None,
            hazmat_sign=read.hazmat_sign,
            vendor_list=_without_plate(read.vendor_list, read),
            late=True if read.late else None,
        )

    def _withdraw(
        self, read: PlateRead, camera: Camera | None, regime: LegalRegime, before: "_Passage"
    ) -> None:
        """An early reading matched, the last word on the same vehicle does not."""
        earlier, ref = before.hit or ("", "")
        before.hit = None
        self.memory.forget(f"{_HIT}{self._key(camera, read)}:{ref}")
        self._leave(
            "anpr_hit",
            f"{earlier[:280]}|withdrawn",
            read,
            camera,
            regime,
            accuracy_m=READ_WITHIN_M,
            codes={"vehicle": ref},
            action="update",
            chain=[earlier],
            headline=self._say("hit_withdrawn", ref=ref),
            attributes={"list_ref": ref, "match": "withdrawn", "verified": False},
        )

    def _token(
        self, read: PlateRead, camera: Camera | None, regime: LegalRegime, before: "_Passage"
    ) -> None:
        token = self._token_of(read.plate or "")
        if before.token == token:
            return
        id_ = _passage_id(read)
        revised = before.token is not None
        before.token = token
        self._leave(
            "anpr_passage",
            f"{id_}|{token}" if revised else id_,
            read,
            camera,
            regime,
            accuracy_m=READ_WITHIN_M,
            codes={"track": token},
            action="update" if revised else "new",
            chain=[id_] if revised else [],
        )

    def _token_of(self, plate: str) -> str:
        """The same plate has the same token until midnight, and another one tomorrow."""
        today = self.receipt.received_at.astimezone(self.settings.zone).date().isoformat()
        secret = self.settings.token_key or b""
        key_of_the_day = hmac.digest(secret, f"tocsin plate token {today}".encode(), "sha256")
        return "t-" + hmac.digest(key_of_the_day, plate.encode(), "sha256").hex()[:TOKEN_DIGITS]

    # flow

    def turn_the_minute(self) -> None:
        """With the first message of a new minute: what was counted leaves, the old is forgotten."""
        now = self.receipt.received_at
        minute = _minute(now)
        if self.memory.get(_MINUTE) == minute:
            return
        self.memory.put(_MINUTE, minute)
        for key in self.memory.keys(_FLOW):
            flow = _recall(self.memory, key)
            if flow is None or flow["minute"] == minute:
                continue
            if flow["passages"] == 0:
                self.memory.forget(key)
                continue
            self._tell_flow(key.removeprefix(_FLOW), flow, first=False)
            self._remember(key, {**flow, "minute": minute, **_NOTHING_COUNTED})
        for prefix, after in _KEPT.items():
            for key in self.memory.keys(prefix):
                kept = _recall(self.memory, key)
                if kept is None or abs(now - _moment(kept["at"])) > after:
                    self.memory.forget(key)

    def tell_what_is_wrong_with_the_list(self) -> None:
        """Once for each state of the list: somebody believes that these entries are looked for."""
        refused = self.settings.watch.refused if self.settings.watch is not None else ()
        state = hashlib.blake2b("\n".join(refused).encode(), digest_size=8).hexdigest()
        if not refused:
            self.memory.forget(_REFUSED)
        elif self.memory.get(_REFUSED) != state:
            self.memory.put(_REFUSED, state)
            for line in refused:
                self.findings.warn("watch_list_entry", f"{line}; it never matches")

    def _count(self, read: PlateRead, camera: Camera | None, regime: LegalRegime) -> None:
        key = self._key(camera, read)
        flow = _recall(self.memory, f"{_FLOW}{key}")
        minute = _minute(self.receipt.received_at)
        first = flow is None
        if flow is None or flow["minute"] != minute:
            flow = {"minute": minute, "regime": regime, **_NOTHING_COUNTED}
        flow = {
            **flow,
            "passages": flow["passages"] + 1,
            "unread": flow["unread"] + (read.plate is None),
            "hazmat": flow["hazmat"] + bool(read.hazmat_sign),
        }
        self._remember(f"{_FLOW}{key}", flow)
        if first:
            self._tell_flow(key, flow, first=True)

    def _tell_flow(self, key: str, flow: Mapping[str, Any], *, first: bool) -> None:
        """The first vehicle after a silence is told at once: the camera reads."""
        camera = self.law.register.find((key,), self.receipt)
        begun = datetime.fromisoformat(flow["minute"])
        figures = {
            "passages": flow["passages"],
            "unread": flow["unread"],
            "hazmat_signs": flow["hazmat"],
        }
        phrase = "flow_first" if first else "flow"
        self._leave(
            "sensor",
            f"flow|{key}|{flow['minute']}" + ("|first" if first else ""),
            Seen(device_refs=() if camera is not None else (key,), observed_at=begun),
            camera,
            flow["regime"],
            accuracy_m=READ_WITHIN_M,
            action="heartbeat",  # a figure about traffic is nothing that happened
            valid_from=begun,
            valid_to=begun + timedelta(minutes=1),
            headline=self._say(phrase, passages=flow["passages"]),
            attributes={**figures, "minute_complete": not first},
        )

    # everything else

    def _happening(self, told: Happening) -> None:
        row = happenings()[told.what]
        camera = self._camera(told, must_be_known=row.pictures)
        regime = self._regime(camera) if row.pictures else self._any_regime(camera)
        key = f"{_ON}{self._key(camera, told)}:{told.what}:{told.key}"[:200]
        if told.life == "over":
            self.memory.forget(key)
            return
        now = self.receipt.received_at
        last = _recall(self.memory, key)
        if last is not None and now - _moment(last["told"]) < timedelta(seconds=row.repeat_s):
            return
        self._remember(key, {"at": now.timestamp(), "told": now.timestamp()})
        figures = {name: value for name, value in told.figures.items() if name in row.figures}
        when = told.observed_at or now
        words = {"fr": row.fr, "nl": row.nl, "en": row.en}
        self._leave(
            "event" if row.type_hint else "sensor",
            f"{told.what}|{self._key(camera, told)}|{told.key}|{when.isoformat()}"[:300],
            told,
            camera,
            regime,
            accuracy_m=(camera and camera.range_m) or SEEN_WITHIN_M,
            type_hint=row.type_hint,
            source_code=one_line(told.code, 120),
            headline=next(words[lang] for lang in self.law.languages),
            attributes={
                "happening": told.what,
                **row.facts,
                **figures,
                **known(rule=one_line(told.rule, 80), late=True if told.late else None),
            },
        )

    def _state(self, told: StateOfCamera) -> None:
        camera = self._camera(told)
        regime = self._regime(camera)
        since = self._changed(f"{_STATE}{self._key(camera, told)}", told.state)
        if since is None:
            return
        when = told.observed_at or self.receipt.received_at
        changed_at, is_new = since
        name = camera.name.nl if camera and self.law.languages[0] == "nl" else None
        name = name or (camera.name.fr if camera else self._key(camera, told))
        self._leave(
            "camera_status",
            f"{self._key(camera, told)}@{when.isoformat()}",
            told,
            camera,
            regime,
            accuracy_m=None,
            action="new" if is_new else "heartbeat",
            headline=self._say(told.state, name=name),
            attributes={"state": told.state, "since": changed_at},
            observed_at=when,
        )

    def _recorder(self, told: StateOfRecorder) -> None:
        state = "online" if told.up else "offline"
        since = self._changed(f"{_STATE}recorder:{code(told.name, 80)}", state)
        if since is None:
            return
        when = told.observed_at or self.receipt.received_at
        changed_at, is_new = since
        self._leave(
            "channel_status",
            f"recorder|{code(told.name, 80)}|{state}|{when.isoformat()}",
            told,
            None,
            self.receipt.legal_regime,
            accuracy_m=None,
            action="new" if is_new else "heartbeat",
            headline=self._say("recorder_up" if told.up else "recorder_down", name=told.name),
            attributes={"recorder": told.name, "state": state, "since": changed_at},
        )

    def _changed(self, key: str, state: str) -> tuple[str, bool] | None:
        """Since when, and whether that is news; None when it was said within the minute."""
        now = self.receipt.received_at
        last = _recall(self.memory, key)
        is_new = last is None or last["state"] != state
        if last is not None and not is_new and now - _moment(last["at"]) < SAME_STATE:
            return None
        since = now.isoformat() if last is None or is_new else last["since"]
        self._remember(key, {"at": now.timestamp(), "state": state, "since": since})
        return since, is_new

    # what all of them share

    def _camera(self, seen: Seen, *, must_be_known: bool = True) -> Camera | None:
        camera = self.law.register.find(seen.device_refs, self.receipt)
        refs = ", ".join(seen.device_refs[:3]) or "a camera without a name"
        if camera is None and must_be_known and refs not in self._unknown:
            self._unknown.add(refs)
            self.findings.warn("unknown_camera", f"no camera of the register is {refs}")
        return camera

    def _any_regime(self, camera: Camera | None) -> LegalRegime | None:
        return camera.legal_regime if camera is not None else self.receipt.legal_regime

    def _regime(self, camera: Camera | None) -> LegalRegime:
        regime = self._any_regime(camera)
        if regime is None:
            raise Unreadable(
                "no_legal_regime",
                "neither the source nor the camera's row of the register says its legal regime",
            )
        return regime

    def _leave(
        self,
        kind: Kind,
        id_: str,
        seen: Seen,
        camera: Camera | None,
        regime: LegalRegime | None,
        *,
        accuracy_m: float | None,
        codes: Mapping[str, str] | None = None,
        **facts: Any,
    ) -> None:
        attributes = dict(facts.pop("attributes", {}))
        attributes |= known(
            device_ref=self._device_ref(seen),
            tz_assumed=True if seen.tz_assumed else None,
            clock_suspect=True if seen.clock_suspect else None,
        )
        point = seen.position
        if camera is not None:
            point = Point(type="Point", coordinates=(camera.lon, camera.lat))
        places = dict(list(camera.codes.items())[:10]) if camera is not None else {}
        if camera is not None:
            places["camera"] = camera.id
        self.leaving.append(
            observed(
                {
                    "source": self.receipt.source,
                    "external_id": id_[:300],
                    "kind": kind,
                    "observed_at": seen.observed_at,
                    "received_at": self.receipt.received_at,
                    "geometry": point,
                    "accuracy_m": accuracy_m if point is not None else None,
                    "location_text": self._place(camera, seen),
                    "location_codes": {**places, **(codes or {})},
                    "mode": "exercise" if is_exercise(self.receipt.realm) else "real",
                    "legal_regime": regime,
                    "attributes": attributes,
                    **facts,
                }
            )
        )

    def _key(self, camera: Camera | None, seen: Seen) -> str:
        """One word for the device: the register's, its own, or where its messages come in."""
        if camera is not None:
            return camera.id
        names = (*seen.device_refs, self.receipt.origin.rstrip("/").rpartition("/")[2])
        return next((word for word in map(code, names) if word), "unknown")

    def _place(self, camera: Camera | None, seen: Seen) -> str | None:
        if camera is not None:
            name = camera.name
            return name.fr if name.fr == name.nl else f"{name.fr} / {name.nl}"
        name_given = one_line(seen.device_name, 120)
        return _without_plate(name_given, seen) if isinstance(seen, PlateRead) else name_given

    def _device_ref(self, seen: Seen) -> str | None:
        if not seen.device_refs:
            return None
        ref = one_line(seen.device_refs[0], 80)
        return _without_plate(ref, seen) if isinstance(seen, PlateRead) else ref

    def _remember(self, key: str, value: Mapping[str, Any]) -> None:
        """A full memory takes nothing new: a thing is then told twice rather than lost."""
        held = len(self.receipt.memory) + len(self.memory.changes)
        if held < MOST_REMEMBERED or self.memory.get(key) is not None:
            self.memory.put(key, orjson.dumps(value).decode())

    def _say(self, phrase: str, **values: object) -> str:
        return _phrases()[self.law.languages[0]][phrase].format(**values)[:300]


_STRONGER = ("confusable", "exact")
_NOTHING_COUNTED = {"passages": 0, "unread": 0, "hazmat": 0}


@dataclass(slots=True)
class _Passage:
    """What earlier messages about the same vehicle already led to. Never a plate."""

    counted: bool = False
    token: str | None = None
    hit: list[str] | None = None

    @classmethod
    def read(cls, memory: Memory, keys: Iterable[str]) -> "_Passage":
        kept = next(filter(None, (_recall(memory, key) for key in keys)), None)
        return cls() if kept is None else cls(kept["counted"], kept["token"], kept["hit"])


def heading_of(camera: Camera | None, direction: Direction | None) -> float | None:
    """Where the vehicle drives to: with the camera's view, or against it."""
    if camera is None or camera.heading_deg is None or direction is None:
        return None
    return camera.heading_deg if direction == "leave" else (camera.heading_deg + 180) % 360


def _passage_id(read: PlateRead) -> str:
    return _masked(read.passage, read)[:240]


def _masked(text: str, read: PlateRead) -> str:
    """Some senders build their ids around the plate."""
    plate = read.plate
    if plate is None or len(plate) < SHORTEST_SEARCHED:
        return text[:240]
    if plate not in "".join(filter(str.isalnum, text)).upper():
        return text[:240]
    spelt = r"[\W_]*".join(map(re.escape, plate))
    return re.sub(spelt, "*", text, flags=re.IGNORECASE)[:240]


def _without_plate(text: str | None, read: PlateRead) -> str | None:
    if text is None:
        return None
    return None if _masked(text, read) != text[:240] else text


def _minute(at: datetime) -> str:
    return at.replace(second=0, microsecond=0).isoformat()


def _moment(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def _recall(memory: Memory, key: str) -> dict[str, Any] | None:
    kept = memory.get(key)
    if kept is None:
        return None
    value: dict[str, Any] = orjson.loads(kept)
    return value


@cache
def _phrases() -> dict[str, dict[str, str]]:
    written = files(__package__).joinpath("phrases.yaml").read_text(encoding="utf-8")
    phrases: dict[str, dict[str, str]] = yaml.safe_load(written)
    return phrases
