"""The fold of a realm's entries into what happened, entry by entry."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from tocsin.exercises.conduct.state import OVER
from tocsin.exercises.happened.course import (
    Carried,
    Grade,
    Happened,
    Life,
    Message,
    Moment,
    Step,
    TieSeen,
    inject_of,
)
from tocsin.exercises.happened.undoing import act_undoable, act_undone
from tocsin.journal.entry import Entry, EntryKind

T = TypeVar("T")


def fold(seen: Happened, entry: Entry) -> None:
    """Write one more entry into it; what follows the end waits, should the exercise go on."""
    seen.n = entry.n
    if entry.kind == "exercise_changed":
        seen.over = entry.body["exercise"].get("state") in OVER
        if not seen.over:
            for waiting in seen.afterwards:
                _write(seen, waiting)
            seen.afterwards.clear()
    if seen.over:
        seen.afterwards.append(entry)
    else:
        _write(seen, entry)


def _write(seen: Happened, entry: Entry) -> None:
    told = _FOLDS.get(entry.kind)
    if told is not None:
        told(seen, entry)
    seen.at = entry.at


def happened(entries: Iterable[Entry]) -> Happened:
    seen = Happened()
    for entry in entries:
        fold(seen, entry)
    return seen


def _step(entry: Entry, value: T) -> Step[T]:
    return Step(Moment(entry.at, entry.n), entry.cause, value)


def _observation_recorded(seen: Happened, entry: Entry) -> None:
    shown = entry.body["shown"]
    external_id = shown["external_id"]
    if external_id not in seen.messages:
        seen.messages[external_id] = Message(Moment(entry.at, entry.n), shown["id"], shown)
        seen.brought.setdefault(inject_of(external_id), []).append(external_id)


def _command_received(seen: Happened, entry: Entry) -> None:
    document = entry.body["command"]
    _carry(seen, entry, document)
    if document["command"] == "accept_advice":
        advice = seen.now("advice").get(document["advice"])
        if advice is not None and advice["command"] is not None:
            _carry(seen, entry, advice["command"])


def _carry(seen: Happened, entry: Entry, document: Mapping[str, Any]) -> None:
    fields = {name: value for name, value in document.items() if name != "command"}
    seen.commands.append(
        Carried(
            Moment(entry.at, entry.n),
            document["command"],
            fields,
            entry.body["by"],
            entry.body.get("capacity", "operator"),
            tuple(dict.fromkeys(_about(seen, fields))),
        )
    )


_NAMES_INCIDENT = ("incident", "into", "to", "origin", "target")
_NAMES_RECORD = {
    "alarm": "alarms",
    "advice": "advice",
    "decision": "decisions",
    "task": "tasks",
    "drawing": "drawings",
    "relation": "relations",
}


def _about(seen: Happened, fields: Mapping[str, Any]) -> Iterable[str]:
    for name in _NAMES_INCIDENT:
        if fields.get(name) in seen.incidents:
            yield fields[name]
    for name, table in _NAMES_RECORD.items():
        course = seen.records.get(table, {}).get(str(fields.get(name)))
        record = (course[-1].value if course else None) or {}
        yield from (record[end] for end in ("incident", "origin", "target") if record.get(end))
    if fields.get("observation") in seen.holding:
        holder = seen.holding[fields["observation"]][-1].value
        if holder is not None:
            yield holder


def _incident_opened(seen: Happened, entry: Entry) -> None:
    body = entry.body
    life = Life(body["incident"], Moment(entry.at, entry.n))
    life.states.append(_step(entry, "reported"))
    life.grades.append(_step(entry, Grade(body["type"], body["severity"])))
    seen.incidents[life.id] = life
    if seen.commands and seen.commands[-1].moment.n == entry.cause:  # opened, or split off, by hand
        seen.commands[-1].about += (life.id,)
    _held(seen, entry, body["observation"], life.id)


def _held(seen: Happened, entry: Entry, observation: str, incident: str | None) -> None:
    seen.holding.setdefault(observation, []).append(_step(entry, incident))


def _observation_joined(seen: Happened, entry: Entry) -> None:
    _held(seen, entry, entry.body["observation"], entry.body["incident"])


def _observation_detached(seen: Happened, entry: Entry) -> None:
    _held(seen, entry, entry.body["observation"], None)


def _incidents_merged(seen: Happened, entry: Entry) -> None:
    gone, into = entry.body["incident"], entry.body["into"]
    for observation, course in seen.holding.items():
        if course[-1].value == gone:
            _held(seen, entry, observation, into)
    seen.incidents[gone].alias.append(_step(entry, into))
    seen.incidents[gone].states.append(_step(entry, "duplicate"))


def _incident_aliased(seen: Happened, entry: Entry) -> None:
    life = seen.incidents[entry.body["incident"]]
    life.alias.append(_step(entry, entry.body["alias_of"]))
    life.states.append(_step(entry, "duplicate"))


def _incident_state_changed(seen: Happened, entry: Entry) -> None:
    life = seen.incidents[entry.body["incident"]]
    if life.states[-1].value == "duplicate":  # reopened: it stands for itself again
        life.alias.append(_step(entry, None))
    life.states.append(_step(entry, entry.body["state"]))


def _incident_regraded(seen: Happened, entry: Entry) -> None:
    body = entry.body
    grade = Grade(body["type"], body["severity"])
    seen.incidents[body["incident"]].grades.append(_step(entry, grade))


def _phase_recorded(seen: Happened, entry: Entry) -> None:
    seen.incidents[entry.body["incident"]].phases.append(_step(entry, entry.body["phase"]))


def _tie_proposed(seen: Happened, entry: Entry) -> None:
    tie = entry.body["tie"]
    told = TieSeen(tie["measure"]["code"], tie["relation"], tie["strength"], tie["status"])
    ties = seen.incidents[entry.body["incident"]].ties
    ties.setdefault(tie["id"], []).append(_step(entry, told))


def _tie_changed(seen: Happened, entry: Entry) -> None:
    course = seen.incidents[entry.body["incident"]].ties[entry.body["tie"]]
    before = course[-1].value
    status = entry.body.get("status", "withdrawn")
    course.append(_step(entry, TieSeen(before.measure, before.relation, before.strength, status)))


def _source_changed(seen: Happened, entry: Entry) -> None:
    told = entry.body["source"]
    seen.sources.setdefault(told["source"], []).append(_step(entry, told["state"]))


def _put(table: str, name: str, key: str = "id") -> Callable[[Happened, Entry], None]:
    def fold(seen: Happened, entry: Entry) -> None:
        record = entry.body[name]
        seen.course(table, record[key]).append(_step(entry, record))

    return fold


def _change(table: str, name: str) -> Callable[[Happened, Entry], None]:
    def fold(seen: Happened, entry: Entry) -> None:
        course = seen.course(table, entry.body[name])
        before = (course[-1].value if course else None) or {}
        course.append(_step(entry, before | entry.body["changes"]))

    return fold


def _gone(table: str, name: str) -> Callable[[Happened, Entry], None]:
    def fold(seen: Happened, entry: Entry) -> None:
        seen.course(table, entry.body[name]).append(_step(entry, None))

    return fold


def _advice_given(seen: Happened, entry: Entry) -> None:
    advice = entry.body["advice"]
    if advice["kind"] == "proposal":  # the command was not carried out: it waits for somebody
        while seen.commands and seen.commands[-1].moment.n == entry.cause:
            seen.commands.pop()
    seen.course("advice", advice["id"]).append(_step(entry, advice))


def _records_dropped(seen: Happened, entry: Entry) -> None:
    for table, keys in entry.body["tables"].items():
        for key in keys:
            if key in seen.records.get(table, {}):
                seen.course(table, key).append(_step(entry, None))


_alarm = _change("alarms", "alarm")
_FOLDS: Mapping[EntryKind, Callable[[Happened, Entry], None]] = {
    "observation_recorded": _observation_recorded,
    "command_received": _command_received,
    "incident_opened": _incident_opened,
    "observation_joined": _observation_joined,
    "observation_detached": _observation_detached,
    "incidents_merged": _incidents_merged,
    "incident_aliased": _incident_aliased,
    "incident_state_changed": _incident_state_changed,
    "incident_regraded": _incident_regraded,
    "phase_recorded": _phase_recorded,
    "tie_proposed": _tie_proposed,
    "tie_settled": _tie_changed,
    "tie_withdrawn": _tie_changed,
    "source_changed": _source_changed,
    "alarm_raised": _put("alarms", "alarm"),
    "alarm_repeated": _alarm,
    "alarm_rearmed": _alarm,
    "alarm_acknowledged": _alarm,
    "alarm_cleared": _alarm,
    "decision_recorded": _put("decisions", "decision"),
    "decision_seen": _change("decisions", "decision"),
    "task_opened": _put("tasks", "task"),
    "task_changed": _change("tasks", "task"),
    "report_filed": _put("reports", "report"),
    "evidence_kept": _put("evidence", "evidence"),
    "log_written": _put("log", "line"),
    "drawing_put": _put("drawings", "drawing"),
    "drawing_erased": _gone("drawings", "drawing"),
    "wall_directed": _put("walls", "wall", "layout"),
    "wall_released": _gone("walls", "layout"),
    "advice_given": _advice_given,
    "advice_settled": _change("advice", "advice"),
    "relation_proposed": _put("relations", "relation"),
    "relation_settled": _change("relations", "relation"),
    "act_undoable": act_undoable,
    "act_undone": act_undone,
    "records_dropped": _records_dropped,
}
