"""What one side's entries came to: incidents by the observations in them, ties, calls."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tocsin.journal.entry import Entry
from tocsin.situation.picture import Situation

# The number of the step whose observation opened an incident, or an id from before the stretch:
# ids of the room differ from side to side.
Anchor = int | str
Made = Literal["opened", "suggested", "joined", "aside", "loose", "broken"]

_TOLD = ("type", "kind", "priority", "role", "incident", "subject", "folded")


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one observation."""

    outcome: Made
    incident: Anchor | None
    why: Mapping[str, Any] | None = field(compare=False)


@dataclass(slots=True)
class Grown:
    """An incident that was opened in the stretch, as it stood in the end."""

    type: str
    severity: int


@dataclass(frozen=True, slots=True)
class Call:
    """An alarm that called a role, or a notice."""

    at: str
    type: str
    kind: str
    priority: int
    role: str
    folded: bool
    about: Anchor | None


class Outcome:
    """Entries are looked at and let go: what remains grows with observations, not with entries."""

    def __init__(self, before: Situation) -> None:
        self.counts: Counter[str] = Counter()
        self.ties: dict[str, set[Anchor]] = defaultdict(set)
        self.advice: Counter[str] = Counter()
        self.relations: Counter[str] = Counter()
        self.floods: set[tuple[str, str]] = set()
        self.calls: list[Call] = []
        self.incidents: dict[Anchor, Grown] = {}
        self.placed: dict[int, str | None] = {}
        self._numbers: dict[str, int] = {}
        self._anchors: dict[str, Anchor] = {}
        self._alarms: dict[str, dict[str, Any]] = {
            key: {name: getattr(alarm, name) for name in _TOLD}
            for key, alarm in before.alarms.items()
        }

    def anchor(self, incident: str) -> Anchor:
        return self._anchors.get(incident, incident)

    def incident_of(self, observation: str) -> str | None:
        """Of an observation of the stretch."""
        return self.placed[self._numbers[observation]]

    def decision_on(self, entries: Sequence[Entry]) -> Decision:
        """What the entries of an observation's input made of it."""
        if not entries or entries[0].kind != "observation_recorded":
            return Decision("broken", None, None)
        outcome: Made = "loose"
        incident, why = None, None
        for entry in entries:
            made = _MADE.get(entry.kind)
            if made is not None and entry.body["observation"] == entries[0].body["id"]:
                outcome, why = made, entry.body["why"]
                incident = entry.body.get("incident")
        return Decision(outcome, None if incident is None else self.anchor(incident), why)

    def look_at(
        self, entries: Sequence[Entry], before: Situation, after: Situation, step: int
    ) -> None:
        for entry in entries:
            body = entry.body
            match entry.kind:
                case "observation_recorded":
                    self._numbers[body["id"]] = step
                    self.placed[step] = None
                case "act_undone":
                    self._undo(body["undoes"], before, after)
                case kind if kind.startswith("alarm_"):
                    self._alarm(entry)
                case kind if kind in _LOOKERS:
                    _LOOKERS[kind](self, body)

    def _opened(self, body: dict[str, Any]) -> None:
        self.counts["opened"] += 1
        number = self._numbers.get(body["observation"])
        anchor: Anchor = body["incident"]
        if number is not None and number not in self.incidents:
            anchor = number
        self._anchors[body["incident"]] = anchor
        self.incidents[anchor] = Grown(body["type"], body["severity"])
        self._place(body["observation"], body["incident"])

    def _joined(self, body: dict[str, Any]) -> None:
        self.counts["joined"] += 1
        self._place(body["observation"], body["incident"])

    def _detached(self, body: dict[str, Any]) -> None:
        self._place(body["observation"], None)

    def _set_aside(self, body: dict[str, Any]) -> None:
        self.counts["set_aside"] += 1

    def _suggested(self, body: dict[str, Any]) -> None:
        self.counts["suggested"] += 1

    def _regraded(self, body: dict[str, Any]) -> None:
        self.counts["regraded"] += 1
        grown = self.incidents.get(self.anchor(body["incident"]))
        if grown is not None:
            grown.type, grown.severity = body["type"], body["severity"]

    def _merged(self, body: dict[str, Any]) -> None:
        for number, incident in self.placed.items():
            if incident == body["incident"]:
                self.placed[number] = body["into"]

    def _tied(self, body: dict[str, Any]) -> None:
        self.ties[body["tie"]["measure"]["code"]].add(self.anchor(body["incident"]))

    def _advised(self, body: dict[str, Any]) -> None:
        self.advice[body["advice"]["kind"]] += 1

    def _related(self, body: dict[str, Any]) -> None:
        self.relations[body["relation"]["kind"]] += 1

    def _flooded(self, body: dict[str, Any]) -> None:
        """A flood is changed while it lasts; each begins once."""
        if body["flood"] is not None:
            self.floods.add((body["role"], body["flood"]["since"]))

    def _undo(self, act: int, before: Situation, after: Situation) -> None:
        """The records that it gives back stand in the situation after it."""
        for observation in before.undoable[str(act)].before.get("observations", {}):
            shown = after.observations.get(observation)
            if shown is not None:
                self._place(observation, shown.incident)

    def _place(self, observation: str, incident: str | None) -> None:
        number = self._numbers.get(observation)
        if number is not None:
            self.placed[number] = incident

    def _alarm(self, entry: Entry) -> None:
        body = entry.body
        if entry.kind == "alarm_raised":
            told = body["alarm"]
            alarm = self._alarms[told["id"]] = {name: told.get(name) for name in _TOLD}
            known_to = told["acknowledged"]
        else:
            alarm, changes = self._alarms[body["alarm"]], body["changes"]
            alarm.update({name: value for name, value in changes.items() if name in _TOLD})
            if entry.kind != "alarm_rearmed" or alarm["kind"] != "alarm":
                return
            known_to = changes["acknowledged"]
        if alarm["role"] in known_to:
            return  # it caused this itself, and so was not called
        incident = alarm["incident"]
        self.calls.append(
            Call(
                at=entry.at,
                type=alarm["type"],
                kind=alarm["kind"],
                priority=alarm["priority"],
                role=alarm["role"],
                folded=bool(alarm["folded"]),
                about=self.anchor(incident) if incident is not None else alarm["subject"],
            )
        )


_MADE: Mapping[str, Made] = {
    "incident_opened": "opened",
    "join_suggested": "suggested",
    "observation_joined": "joined",
    "observation_set_aside": "aside",
}
_LOOKERS = {
    "incident_opened": Outcome._opened,
    "observation_joined": Outcome._joined,
    "observation_detached": Outcome._detached,
    "observation_set_aside": Outcome._set_aside,
    "join_suggested": Outcome._suggested,
    "incident_regraded": Outcome._regraded,
    "incidents_merged": Outcome._merged,
    "tie_proposed": Outcome._tied,
    "advice_given": Outcome._advised,
    "relation_proposed": Outcome._related,
    "flood_changed": Outcome._flooded,
}
