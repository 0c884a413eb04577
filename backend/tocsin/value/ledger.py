"""What the journal tells of sources: who spoke about which incident, when, and what people think.

The ledger grows with the journal: give it what came since, and ask again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tocsin.journal.entry import Entry, EntryKind

VALUE_KINDS: tuple[EntryKind, ...] = (
    "incident_opened",
    "incident_state_changed",
    "incident_ended",
    "incident_aliased",
    "incidents_merged",
    "observation_detached",
    "observation_voted",
    "act_undone",
)
NO_SITUATION = ("duplicate", "false_alarm")


@dataclass(frozen=True, slots=True)
class Heard:
    """One observation: whose, and when the room had it (UTC text)."""

    observation: str
    source: str
    at: str


@dataclass(slots=True)
class IncidentHeard:
    """An incident with all that was said about it; `counts`: no false alarm, not merged away."""

    id: str
    opened_at: str
    counts: bool = True
    observations: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class ValueLedger:
    """`upto` is the number of the last entry in it."""

    upto: int = 0
    entries: list[Entry] = field(default_factory=list)
    heard: dict[str, Heard] = field(default_factory=dict)

    def add(self, entries: Iterable[Entry], upto: int) -> None:
        """Entries of VALUE_KINDS and joins, in any order, all up to number `upto`."""
        self.entries.extend(entries)
        self.entries.sort(key=lambda entry: entry.n)
        self.upto = upto

    def unknown(self, entries: Iterable[Entry]) -> list[str]:
        """Observations that these speak of and whose source the ledger was not told yet."""
        spoken = (entry.body.get("observation") for entry in entries)
        return sorted({name for name in spoken if name is not None and name not in self.heard})

    def tell(self, recorded: Iterable[Entry]) -> None:
        """Entries that recorded observations."""
        for entry in recorded:
            shown = entry.body["shown"]
            self.heard[shown["id"]] = Heard(shown["id"], shown["source"], shown["recorded_at"])

    def incidents(self) -> list[IncidentHeard]:
        """As they stand; an act that was undone never was."""
        found: dict[str, IncidentHeard] = {}
        for entry in self._standing():
            _fold(found, entry)
        return list(found.values())

    def votes(self) -> dict[str, str]:
        """The last vote on each observation that has one: useful or noise."""
        last = {
            entry.body["observation"]: entry.body["vote"]
            for entry in self._standing()
            if entry.kind == "observation_voted"
        }
        return {observation: vote for observation, vote in last.items() if vote is not None}

    def _standing(self) -> Iterator[Entry]:
        undone = {e.body["undoes"] for e in self.entries if e.kind == "act_undone"}
        return (entry for entry in self.entries if entry.cause not in undone)


def _fold(found: dict[str, IncidentHeard], entry: Entry) -> None:
    body = entry.body
    if entry.kind == "incident_opened":
        opened = IncidentHeard(body["incident"], entry.at)
        opened.observations[body["observation"]] = None
        found[opened.id] = opened
        return
    incident = found.get(body.get("incident", ""))
    if incident is None:  # opened before the period, or by an act that was undone
        return
    match entry.kind:
        case "observation_joined":
            incident.observations[body["observation"]] = None
        case "observation_detached":
            incident.observations.pop(body["observation"], None)
        case "incident_state_changed":
            incident.counts = body["state"] not in NO_SITUATION
        case "incident_aliased":
            incident.counts = False
        case "incidents_merged":
            incident.counts = False
            into = found.get(body["into"])
            if into is not None:
                into.observations.update(incident.observations)
                incident.observations.clear()
