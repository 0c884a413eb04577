"""Feeds that tell everything each time: what is new in them, what changed, what has ended.

What was told last stands in the adapter's memory, one note for each thing, by feed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson

from tocsin.contract import Action, Observation
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.observations import observed
from tocsin_adapters.reading.texts import one_line

NOTE = "seen:"
FEED = "feed:"
MAX_FOLLOWED = 8_000
ENDED_KEPT = timedelta(hours=24)
"""A feed that lost something for a minute and tells it again goes on where it was."""
SILENT_KEPT = timedelta(days=7)
"""Of a feed that tells changes only, what nobody speaks of any more is forgotten then."""
MAX_KEY = 200
MAX_PAST = 4


@dataclass(slots=True)
class Told:
    """One thing as a feed tells it now.

    `key` is its name within the feed, `group` what it is a part of: the group ends with its last
    part. `facts` are those of an observation, without `action` and `chain`; their `external_id` is
    the sender's id with its version. `fleeting` names facts and attributes that change all the
    time and alone are no news. `leader` is the key of the thing it belongs to, told before it.
    """

    key: str
    facts: dict[str, Any]
    where: str = ""
    line: int | None = None
    group: str = ""
    leader: str = ""
    over: Literal["", "end", "cancel"] = ""
    fleeting: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Note:
    """What was told last of a thing: enough to say that it has ended, and to count on."""

    base: str
    nth: int
    digest: str
    at: float
    over: bool
    group: str
    mode: str
    confidentiality: str | None
    headline: str | None
    past: dict[str, int] = field(default_factory=dict)
    """How often earlier versions were told: a version that comes back gets an id of its own."""

    @property
    def external_id(self) -> str:
        return self.base if self.nth == 0 else f"{self.base}#{self.nth}"

    def says(self, base: str, digest: str, *, over: bool) -> bool:
        return self.base == base and self.digest == digest and self.over == over

    def written(self) -> str:
        return orjson.dumps(
            [
                *(self.base, self.nth, self.digest, self.at, self.over, self.group),
                *(self.mode, self.confidentiality, self.headline, self.past),
            ]
        ).decode()


@dataclass(slots=True)
class Snapshot:
    """One publication of a feed, which begins at `where`.

    `complete`: what it does not tell has ended. One that comes after a later one ends nothing and
    takes nothing back; what nobody has told yet it may still tell.
    """

    feed: str
    source: str
    at: datetime
    complete: bool
    memory: Memory
    findings: Findings
    where: str = ""
    _late: bool = False
    _notes: dict[str, _Note] = field(default_factory=dict)
    _current: dict[str, str] = field(default_factory=dict)
    _alive: frozenset[str] = frozenset()

    def changes(self, told: Iterable[Told], gone: Iterable[str] = ()) -> list[Observation]:
        """Observations of what is new or changed, then of what has ended.

        `gone` are keys of things that the feed itself says are no more.
        """
        self._place_in_time()
        self._notes = self._known()
        here = {thing.key: thing for thing in told}
        left = set() if self._late else set(gone) - here.keys()
        absent = self._absent(here, left)
        self._alive = self._living_groups(here, absent)
        found: list[Observation] = []
        for thing in here.values():
            try:
                observation = self._news(thing)
            except Unreadable as trouble:
                self.findings.reject(trouble.finding)
                continue
            if observation is not None:
                found.append(observation)
        found += self._gone(absent)
        self._make_room()
        return found

    def _place_in_time(self) -> None:
        if not self.complete:
            return
        last = self.memory.get(f"{FEED}{self.feed}")
        if last is not None and float(last) > self.at.timestamp():
            said = "a later publication of this feed was read before; this one ends nothing"
            self.findings.warn("late_publication", said, self.where)
            self.complete, self._late = False, True
        else:
            self.memory.put(f"{FEED}{self.feed}", f"{self.at.timestamp():.3f}")

    def _news(self, thing: Told) -> Observation | None:
        before = self._notes.get(thing.key)
        digest = _digest(thing)
        base = thing.facts["external_id"]
        if before is not None and before.says(base, digest, over=bool(thing.over)):
            self._current[thing.key] = before.external_id
            return None
        if before is not None and not self.complete and before.at > self.at.timestamp():
            if not self._late:
                self.findings.warn("late_message", "a later word on this is known", thing.where)
            return None
        past = _past(before)
        note = _note(thing, past, digest, self.at)
        chain = [before.external_id] if before is not None else []
        leader = self._current.get(thing.leader)
        if leader is not None and leader != note.external_id:
            chain.append(leader)
        action: Action = thing.over or ("new" if before is None else "update")
        facts = {**thing.facts, "external_id": note.external_id, "action": action, "chain": chain}
        if thing.over == "end" and thing.group in self._alive:
            facts = _part_over(facts)
        observation = observed(facts, thing.where, thing.line)
        self._keep(thing.key, note)
        self._current[thing.key] = note.external_id
        return observation

    def _absent(self, here: Mapping[str, Told], left: set[str]) -> dict[str, _Note]:
        return {
            key: note
            for key, note in self._notes.items()
            if not note.over and key not in here and (self.complete or key in left)
        }

    def _gone(self, absent: Mapping[str, _Note]) -> list[Observation]:
        found: list[Observation] = []
        for key, note in absent.items():
            facts: dict[str, Any] = {
                "source": self.source,
                "external_id": f"{note.external_id}|end",
                "kind": "event",
                "action": "end",
                "chain": [note.external_id],
                "sent_at": self.at,
                "mode": note.mode,
                "confidentiality": note.confidentiality,
                "headline": note.headline,
                "attributes": {"no_longer_in_feed": True},
            }
            if note.group in self._alive:
                facts = _part_over(facts)
            found.append(observed(facts))
            note.over, note.at = True, self.at.timestamp()
            self._keep(key, note)
        return found

    def _living_groups(
        self, here: Mapping[str, Told], absent: Mapping[str, _Note]
    ) -> frozenset[str]:
        """Groups with a part that goes on: only the last part ends what it is a part of."""
        alive = {thing.group for thing in here.values() if not thing.over}
        for key, note in self._notes.items():
            if key not in here and key not in absent and not note.over:
                alive.add(note.group)
        return frozenset(alive - {""})

    def _known(self) -> dict[str, _Note]:
        prefix = self._key("")
        now = self.at.timestamp()
        known: dict[str, _Note] = {}
        for key in self.memory.keys(prefix):
            note = _read(self.memory.get(key) or "")
            kept = ENDED_KEPT if note is not None and note.over else SILENT_KEPT
            silent = note is not None and (note.over or not self.complete)
            if note is None or (silent and now - note.at > kept.total_seconds()):
                self.memory.forget(key)
            else:
                known[key.removeprefix(prefix)] = note
        return known

    def _keep(self, key: str, note: _Note) -> None:
        self._notes[key] = note
        self.memory.put(self._key(key), note.written())

    def _make_room(self) -> None:
        excess = len(self._notes) - MAX_FOLLOWED
        if excess <= 0:
            return
        self.findings.warn("too_many_followed", f"more than {MAX_FOLLOWED} things are followed")
        oldest = sorted(self._notes, key=lambda k: (not self._notes[k].over, self._notes[k].at))
        for key in oldest[:excess]:
            del self._notes[key]
            self.memory.forget(self._key(key))

    def _key(self, key: str) -> str:
        return f"{NOTE}{self.feed}|{key}"


def bounded(key: str) -> str:
    """A key of any length as one that fits; a longer one keeps its start and a digest."""
    if len(key) <= MAX_KEY:
        return key
    mark = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{key[: MAX_KEY - 33]}~{mark}"


def _digest(thing: Told) -> str:
    passing = thing.fleeting | {"sent_at"}
    facts = {name: value for name, value in thing.facts.items() if name not in passing}
    attributes = facts.get("attributes")
    if attributes and thing.fleeting:
        facts["attributes"] = {k: v for k, v in attributes.items() if k not in thing.fleeting}
    try:
        written = orjson.dumps([facts, thing.over], option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a lone surrogate; the contract refuses it with a reason
        written = repr(facts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(written, digest_size=8).hexdigest()


def _past(before: _Note | None) -> dict[str, int]:
    """The latest versions that were told, the last one last."""
    if before is None:
        return {}
    told = {name: nth for name, nth in before.past.items() if name != before.base}
    told[before.base] = before.nth
    return dict(list(told.items())[-MAX_PAST:])


def _note(thing: Told, past: dict[str, int], digest: str, at: datetime) -> _Note:
    base = thing.facts["external_id"]
    return _Note(
        base=base,
        nth=past.get(base, -1) + 1,
        digest=digest,
        at=at.timestamp(),
        over=bool(thing.over),
        group=thing.group,
        mode=thing.facts.get("mode", "real"),
        confidentiality=thing.facts.get("confidentiality"),
        headline=one_line(thing.facts.get("headline") or "", 120),
        past=past,
    )


def _read(written: str) -> _Note | None:
    try:
        return _Note(*orjson.loads(written))
    except (orjson.JSONDecodeError, TypeError):
        return None


def _part_over(facts: dict[str, Any]) -> dict[str, Any]:
    attributes = {**facts.get("attributes", {}), "part_ended": True}
    return {**facts, "action": "update", "attributes": attributes}
