"""The adapter: sentences to places of ships, never an exception."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import orjson
import yaml
from pyais import decode

from tocsin.contract import Observation, Receipt, Translation
from tocsin_adapters.ais.sentences import Sentence, sentence_of, time_of
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.numbers import number, whole
from tocsin_adapters.reading.observations import known, observed, translation
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.texts import one_line

MAX_LINES = 400
MAX_FRAGMENTS = 9
FRAGMENTS_KEPT_S = 30  # the ids of fragments come round again every ten messages
SAME_CALL_S = 1800
KMH_A_KNOT = 1.852
TIME, FRAGMENT, SHIP, CALL = "time", "fragment:", "ship:", "call:"
_PLACES = frozenset({1, 2, 3, 9, 18, 19, 27})
_SHIPS = frozenset({5, 19, 24})
_TEXTS = frozenset({12, 14})
_INLAND = (200, 10)  # the European inland ship's report: area code and function


class AisAdapter:
    """Places (1–3, 9, 18, 19, 27), ships (5, 19, 24, inland 8), safety texts (12, 14)."""

    name: ClassVar[str] = "ais"
    tells_mode: ClassVar[bool] = False
    max_bytes: ClassVar[int] = 256 * 1024
    framing: ClassVar[str] = "lines"

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        memory = Memory(receipt.memory)
        observations: list[Observation] = []
        if len(payload) > self.max_bytes:
            said = f"{len(payload)} bytes; at most {self.max_bytes} are read"
            findings.reject(Unreadable("too_large", said).finding)
            return translation([], findings)
        lines = payload.splitlines()
        if len(lines) > MAX_LINES:
            findings.warn("too_many_lines", f"the first {MAX_LINES} lines are read")
        reader = _Reader(receipt, findings, memory)
        for nth, line in enumerate(lines[:MAX_LINES], start=1):
            try:
                sentence = sentence_of(line, f"line[{nth}]", nth)
                if sentence is not None:
                    observations.extend(reader.read(sentence, f"line[{nth}]", nth))
            except Unreadable as trouble:
                findings.reject(trouble.finding)
        return translation(observations, findings, memory)


class _Reader:
    """Reads the sentences of one receipt, in their order."""

    def __init__(self, receipt: Receipt, findings: Findings, memory: Memory) -> None:
        self._receipt = receipt
        self._findings = findings
        self._memory = memory

    def read(self, sentence: Sentence, where: str, line: int) -> Iterator[Observation]:
        if not sentence.is_ais:
            if sentence.tag == "PGHP":
                self._keep_time(sentence, where)
            else:
                said = f"{sentence.tag[:10]} is no sentence of AIS"
                self._findings.warn("not_ais", said, where)
            return
        said_at = sentence.said_at or self._time_before()
        joined = self._joined(sentence, said_at, where, line)
        if joined is None:
            return
        texts, said_at = joined
        message = _decoded(texts, where, line)
        stamp = (said_at or self._receipt.received_at).isoformat(timespec="milliseconds")
        mark = hashlib.sha256(b"".join(texts)).hexdigest()[:8]
        kind, mmsi = message["msg_type"], f"{message['mmsi']:09d}"
        key = f"{mmsi}@{stamp}/{mark}"
        if kind in _SHIPS:
            self._note_ship(mmsi, _ship(message))
        if (kind, message.get("dac"), message.get("fid")) == (8, *_INLAND):
            self._note_ship(mmsi, _inland_ship(message))
        elif kind in _PLACES:
            yield from self._place(message, mmsi, key, said_at, where)
        elif kind in _TEXTS:
            yield from self._text(message, mmsi, key, said_at, where)
        elif kind not in _SHIPS:
            self._findings.warn("dropped_message", f"of messages {kind} nothing is read", where)

    def _place(
        self, message: dict[str, Any], mmsi: str, key: str, at: datetime | None, where: str
    ) -> Iterator[Observation]:
        if not self._memory.is_newest(mmsi, at, self._receipt.received_at):
            said = "a later place of this ship is known; this one came late"
            self._findings.warn("older_fix", said, where)
            return
        ship = self._noted(mmsi)
        lat, lon = message.get("lat"), message.get("lon")
        not_known = number(lat, -90, 90) is None or number(lon, -180, 180) is None  # 91 and 181
        status = whole(message.get("status"), 0, 15)
        knots = number(message.get("speed"), 0, 1022 if message["msg_type"] == 9 else 102.2)
        if message["msg_type"] == 27 and knots == 63:
            knots = None
        course = number(message.get("course"), 0, 359.9)
        heading = number(message.get("heading"), 0, 359)
        facts = {
            "source": self._receipt.source,
            "observed_at": at,
            "geometry": None if not_known else point_of(lat, lon, self._findings, where),
            "accuracy_m": 10 if message.get("accuracy") else None,
            "location_codes": {"track": mmsi},
            "headline": ship.get("name") or f"MMSI {mmsi}",
        }
        attributes = {
            **{name: value for name, value in ship.items() if name != "name"},
            **known(
                speed_kmh=None if knots is None else round(knots * KMH_A_KNOT, 1),
                course_deg=course,
                heading_deg=course if heading is None else heading,
                altitude_m=number(message.get("alt"), 0, 4094),
                status=None if status is None else _codes("status").get(status),
            ),
        }
        yield observed(
            {
                **facts,
                "external_id": key,
                "kind": "resource_status",
                "action": "update",
                "attributes": {"thing": "aircraft" if message["msg_type"] == 9 else "ship"}
                | attributes,
            },
            where,
        )
        call = _codes("calls").get(status)
        if call is not None:
            yield from self._call(mmsi, call, facts, attributes, key, where)
        else:
            self._memory.forget(f"{CALL}{mmsi}")

    def _call(
        self,
        mmsi: str,
        call: dict[str, Any],
        facts: dict[str, Any],
        attributes: dict[str, Any],
        key: str,
        where: str,
    ) -> Iterator[Observation]:
        """Aground, or a distress transmitter: told with every place, a fact once in a while."""
        at = facts["observed_at"] or self._receipt.received_at
        since, _ = self._memory.timed(f"{CALL}{mmsi}") or (0.0, "")
        if abs(at.timestamp() - since) <= SAME_CALL_S:
            return
        self._memory.keep(f"{CALL}{mmsi}", at)
        yield observed(
            {
                **facts,
                "external_id": f"{key}/{attributes['status']}",
                "kind": "event",
                "source_code": f"navigational status: {attributes['status']}",
                "severity": call["severity"],
                "headline": f"{facts['headline']}: {attributes['status']}",
                "attributes": attributes
                | {"canal": True}
                | ({"distress": True} if call["distress"] else {}),
            },
            where,
        )

    def _text(
        self, message: dict[str, Any], mmsi: str, key: str, at: datetime | None, where: str
    ) -> Iterator[Observation]:
        text = one_line(message.get("text"), 200)
        if text is None:
            self._findings.warn("dropped_message", "a safety text without a text", where)
            return
        yield observed(
            {
                "source": self._receipt.source,
                "external_id": key,
                "kind": "report",
                "observed_at": at,
                "severity": 1,
                "headline": f"{self._noted(mmsi).get('name') or f'MMSI {mmsi}'}: {text}",
                "attributes": {"safety_text": text, "mmsi": mmsi},
            },
            where,
        )

    def _joined(
        self, sentence: Sentence, said_at: datetime | None, where: str, line: int
    ) -> tuple[list[bytes], datetime | None] | None:
        """Every fragment of the message, and the time of the first; None while some are missing."""
        if len(sentence.fields) < 5:
            raise Unreadable("not_nmea", "an AIS sentence with too few fields", where, line)
        total, nth = (whole(field, 1, MAX_FRAGMENTS) for field in sentence.fields[:2])
        if total is None or nth is None or nth > total:
            raise Unreadable("bad_fragment", "no such fragment can be", where, line)
        if total == 1:
            return [sentence.text], said_at
        serial, channel = sentence.fields[2][:4], sentence.fields[3][:4]
        key = f"{FRAGMENT}{sentence.tag}:{total}:{serial}:{channel}"
        now = self._receipt.received_at
        since, packed = self._memory.timed(key) or (0.0, "")
        fresh = packed and now.timestamp() - since <= FRAGMENTS_KEPT_S
        held: dict[str, Any] = orjson.loads(packed) if fresh else {"at": None, "parts": {}}
        if held["at"] is None and said_at is not None:
            held["at"] = said_at.timestamp()
        parts: dict[str, str] = held["parts"]
        parts[str(nth)] = sentence.text.decode("ascii")
        self._memory.forget(key)
        if len(parts) < total:
            self._memory.keep(key, now, orjson.dumps(held).decode())
            return None
        at = held["at"]
        first_at = None if at is None else datetime.fromtimestamp(at, now.tzinfo)
        return [parts[n].encode() for n in sorted(parts)], first_at

    def _keep_time(self, sentence: Sentence, where: str) -> None:
        at = time_of(sentence)
        if at is None:
            self._findings.warn("bad_time", "a time sentence without a time", where)
            self._memory.forget(TIME)
            return
        self._memory.keep(TIME, at)

    def _time_before(self) -> datetime | None:
        """What the receiver said just before; it holds for one sentence."""
        found = self._memory.timed(TIME)
        self._memory.forget(TIME)
        zone = self._receipt.received_at.tzinfo
        return datetime.fromtimestamp(found[0], zone) if found else None

    def _note_ship(self, mmsi: str, told: dict[str, Any]) -> None:
        before = self._noted(mmsi)
        if told and {**before, **told} != before:
            kept = orjson.dumps({**before, **told}).decode()
            self._memory.keep(f"{SHIP}{mmsi}", self._receipt.received_at, kept)

    def _noted(self, mmsi: str) -> dict[str, Any]:
        found = self._memory.timed(f"{SHIP}{mmsi}")
        return orjson.loads(found[1]) if found else {}


def _decoded(texts: list[bytes], where: str, line: int) -> dict[str, Any]:
    try:
        message = decode(*texts).asdict(enum_as_int=True)
    except Exception as trouble:  # the library tells its dislikes in many ways
        said = f"no message of AIS: {type(trouble).__name__}"
        raise Unreadable("bad_message", said, where, line) from None
    if whole(message.get("mmsi"), 0, 999_999_999) is None:
        raise Unreadable("missing_field", "the message names no ship", where, line)
    return dict(message)


def _ship(message: dict[str, Any]) -> dict[str, Any]:
    """What the crew typed in. The call sign and the ship's number lead to people: left out."""
    kind = whole(message.get("ship_type"), 20, 99)
    bow, stern = (whole(message.get(name), 0, 511) for name in ("to_bow", "to_stern"))
    length = (bow or 0) + (stern or 0)
    hazard = None
    if kind is not None and kind // 10 in _codes("hazard_by_unit"):
        hazard = _codes("hazard_units").get(kind % 10)
    return known(
        name=one_line(message.get("shipname"), 60),
        ship_type=None
        if kind is None
        else _codes("ship").get(kind) or _codes("ship").get(kind // 10),
        hazard_category=hazard,
        dangerous_goods=True if hazard else None,
        length_m=float(length) if length else None,
        draught_m=number(message.get("draught"), 0.1, 30),
        destination=one_line(message.get("destination"), 40),
    )


def _inland_ship(message: dict[str, Any]) -> dict[str, Any]:
    """Blue cones: 0 to 3, 4 for a flag B, 5 for not known."""
    cones = whole(message.get("hazard"), 0, 4)
    loaded = whole(message.get("loaded"), 1, 2)
    return known(
        eri_type=whole(message.get("shiptype"), 1, 99_999),
        blue_cones=cones,
        dangerous_goods=None if cones is None else cones > 0,
        loaded=None if loaded is None else loaded == 1,
        length_m=number(message.get("length"), 0.1, 800),
        draught_m=number(message.get("draught"), 0.01, 20),
    )


@cache
def _codes(name: str) -> Any:
    text = files(__package__).joinpath("codes.yaml").read_text("utf-8")
    return yaml.safe_load(text)[name]
