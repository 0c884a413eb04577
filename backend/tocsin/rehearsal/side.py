"""One side of a rehearsal: the inputs decided under one set of rules, and what came of them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import CommandGiven, CommandRefused, Input, ObservationArrived
from tocsin.journal.entry import Entry, EntryKind
from tocsin.rehearsal.outcome import Outcome
from tocsin.rehearsal.stretch import Step
from tocsin.situation.picture import Incident, Situation
from tocsin.situation.records import ArmedRules

_ID = re.compile(r"([A-Z])-(\d{1,15})")
Identity = tuple[str | None, ...]

_RECORDS: Mapping[EntryKind, str] = {
    "task_opened": "task",
    "decision_recorded": "decision",
    "report_filed": "report",
    "count_reported": "count",
    "log_written": "line",
}


class DoesNotFit(Exception):
    """A command names what this side never had."""


@dataclass(slots=True)
class Recorded:
    """What the recorded ids stand for, told in a way that holds on either side."""

    n: int  # of the last entry before the stretch
    opened: int  # incidents before the stretch
    observations: dict[str, int] = field(default_factory=dict)
    openers: dict[str, str] = field(default_factory=dict)
    identities: dict[str, Identity] = field(default_factory=dict)

    def read(self, entries: Iterable[Entry], number: int) -> None:
        for entry in entries:
            if entry.kind == "observation_recorded":
                self.observations[entry.body["id"]] = number
            elif entry.kind == "incident_opened":
                self.openers[entry.body["incident"]] = entry.body["observation"]
        for made, identity in identities(entries, number):
            self.identities[made] = identity

    def predates(self, id: str) -> bool:
        letter, number = id.split("-")
        return int(number) <= (self.opened if letter == "I" else self.n)


def identities(entries: Iterable[Entry], number: int) -> list[tuple[str, Identity]]:
    """The records that the entries of one input make, and by what to know them again."""
    found: list[tuple[str, Identity]] = []
    counted: Counter[str] = Counter()
    for entry in entries:
        body = entry.body
        match entry.kind:
            case "alarm_raised":
                alarm = body["alarm"]
                identity = ("alarm", alarm["type"], alarm["incident"], alarm["subject"])
                found.append((alarm["id"], identity))
            case "advice_given":
                advice = body["advice"]
                rule = advice["rule"].partition("@")[0]
                found.append((advice["id"], ("advice", advice["incident"], advice["kind"], rule)))
            case "relation_proposed":
                relation = body["relation"]
                ends = relation["origin"], relation["target"]
                found.append((relation["id"], ("relation", relation["kind"], *ends)))
            case "join_suggested":
                found.append((body["suggestion"], ("suggestion", body["observation"])))
            case kind if kind in _RECORDS:
                name = _RECORDS[kind]
                counted[name] += 1
                found.append((body[name]["id"], (name, str(number), str(counted[name]))))
    return found


class Side:
    """A set of rules at work: recorded commands are told to it in its own ids."""

    def __init__(self, before: Situation, rules: ArmedRules | None, recorded: Recorded) -> None:
        self.situation = replace(before, rulebook=rules)
        self.recorded = recorded
        self.outcome = Outcome(before)
        self.trouble: str | None = None
        self._ids: dict[int, str] = {}
        self._made: dict[Identity, str] = {}
        self._commands: dict[int, int] = {}

    def take(self, step: Step, number: int) -> list[Entry]:
        """Decide one step; `number` counts the steps of the stretch."""
        given = step.given
        try:
            if isinstance(given, CommandGiven):
                given = replace(given, command=self._translated(given.command, step.recorded))
            entries = self._decide(given, number)
        except (CommandRefused, DoesNotFit):
            self.outcome.counts["commands_not_fitting"] += 1
            return []
        if entries and isinstance(given, CommandGiven) and step.recorded:
            self._commands[step.recorded[0].n] = entries[0].n
        for made, identity in identities(entries, number):
            self._made[identity] = made
        return entries

    def tick(self, given: Input) -> None:
        self._decide(given, -1)

    def _decide(self, given: Input, number: int) -> list[Entry]:
        before = self.situation
        try:
            self.situation, entries = decide_all(before, [given])
        except CommandRefused:
            raise
        except Exception as error:  # a rule that breaks is what a rehearsal is for
            self.outcome.counts["broken"] += 1
            self.trouble = self.trouble or f"{type(error).__name__}: {error}"
            return []
        if isinstance(given, ObservationArrived):
            self._ids[number] = entries[0].body["id"]
        self.outcome.look_at(entries, before, self.situation, number)
        return entries

    # --- a recorded command, told in this side's ids

    def _translated(self, command: Any, recorded: tuple[Entry, ...]) -> Any:
        if isinstance(command, dict):
            return {
                name: self._entry_number(recorded)
                if name == "entry" and command.get("command") == "undo"
                else self._translated(value, recorded)
                for name, value in command.items()
            }
        if isinstance(command, list):
            return [self._translated(value, recorded) for value in command]
        if isinstance(command, str) and _ID.fullmatch(command):
            return self._own_id(command)
        return command

    def _own_id(self, id: str) -> str:
        known = self.recorded
        if id in known.observations:
            return self._own_observation(id)
        if id in known.openers:
            opener = known.openers[id]
            if known.predates(opener):
                shown = self.situation.observations.get(opener)
                incident = shown.incident if shown is not None else None
            else:
                incident = self.outcome.incident_of(self._own_observation(opener))
            if incident is None:
                raise DoesNotFit(id)
            return incident
        if id in known.identities:
            made = self._made.get(self._own_identity(known.identities[id]))
            if made is None:
                raise DoesNotFit(id)
            return made
        if known.predates(id):
            return id
        raise DoesNotFit(id)

    def _own_observation(self, id: str) -> str:
        own = self._ids.get(self.recorded.observations[id])
        if own is None:
            raise DoesNotFit(id)
        return own

    def _own_identity(self, identity: Identity) -> Identity:
        kind, *parts = identity
        own = (self._own_id(p) if p is not None and _ID.fullmatch(p) else p for p in parts)
        return (kind, *own)

    def _entry_number(self, recorded: tuple[Entry, ...]) -> int:
        """Which entry an undo means: its recorded consequences tell."""
        for entry in recorded:
            body = entry.body
            match entry.kind:
                case "act_undone" if body["undoes"] <= self.recorded.n:
                    return int(body["undoes"])
                case "act_undone" if body["undoes"] in self._commands:
                    return self._commands[body["undoes"]]
                case "observation_detached":
                    shown = self.situation.observations.get(self._own_id(body["observation"]))
                    if shown is not None and shown.joined_by is not None:
                        return shown.joined_by
                case "incident_regraded":
                    return self._incident(body["incident"]).graded_by
                case "tie_settled":
                    for tie in self._incident(body["incident"]).ties:
                        if tie.id == body["tie"]:
                            return tie.proposed_by
        raise DoesNotFit("undo")

    def _incident(self, id: str) -> Incident:
        incident = self.situation.incidents.get(self._own_id(id))
        if incident is None:
            raise DoesNotFit(id)
        return incident
