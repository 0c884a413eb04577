"""Folds of the records kept beside incidents: each is put whole, then changed field by field."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tocsin.journal.entry import Entry, EntryKind
from tocsin.situation.index import add_member, remove_member
from tocsin.situation.picture import (
    ANNUNCIATIONS_KEPT,
    COUNTS_KEPT,
    HANDOVERS_KEPT,
    LOG_KEPT,
    Situation,
    changed,
)
from tocsin.situation.records import (
    Activation,
    Advice,
    Alarm,
    Annunciation,
    ArmedRules,
    Count,
    Decision,
    Drawing,
    Evidence,
    Flood,
    Handover,
    LogLine,
    Mark,
    Relation,
    Report,
    Task,
    Wall,
)

Fold = Callable[[Situation, Entry], None]

# Tables of records, and the fields that say what a record is about.
RECORDS_ABOUT = {
    "advice": ("incident",),
    "alarms": ("incident", "subject"),
    "decisions": ("incident",),
    "tasks": ("incident",),
    "reports": ("incident",),
    "counts": ("incident",),
    "relations": ("origin", "target"),
    "evidence": ("incident",),
    "drawings": ("incident",),
    "handovers": ("function",),
}


def records_about(draft: Situation, table: str, subject: str) -> list[Any]:
    """The records of a table that are about an incident (or a source, a channel), oldest first."""
    ids = draft.index.by_subject.get(f"{table}|{subject}", frozenset())
    records = getattr(draft, table)
    return [records[key] for key in sorted(ids, key=lambda key: int(key.partition("-")[2]))]


def put_record(draft: Situation, table: str, key: str, record: Any) -> None:
    drop_record(draft, table, key)
    getattr(draft, table)[key] = record
    for lookup in _lookups(table, record):
        add_member(draft.index.by_subject, lookup, key)


def drop_record(draft: Situation, table: str, key: str) -> None:
    records = getattr(draft, table)
    record = records.get(key)
    if record is None:
        return
    for lookup in _lookups(table, record):
        remove_member(draft.index.by_subject, lookup, key)
    del records[key]


def _lookups(table: str, record: Any) -> list[str]:
    subjects = [getattr(record, name) for name in RECORDS_ABOUT.get(table, ())]
    return [f"{table}|{subject}" for subject in subjects if subject is not None]


def index_records(situation: Situation) -> dict[str, set[str]]:
    """What `by_subject` holds for a situation, made anew."""
    found: dict[str, set[str]] = {}
    for table in RECORDS_ABOUT:
        for key, record in getattr(situation, table).items():
            for lookup in _lookups(table, record):
                found.setdefault(lookup, set()).add(key)
    return found


def _put(table: str, name: str, kind: type, key: str = "id") -> Fold:
    def fold(draft: Situation, entry: Entry) -> None:
        record = kind(**entry.body[name])
        put_record(draft, table, getattr(record, key), record)

    return fold


def _change(table: str, name: str) -> Fold:
    def fold(draft: Situation, entry: Entry) -> None:
        key = entry.body[name]
        changes = entry.body["changes"]
        put_record(draft, table, key, replace(getattr(draft, table)[key], **changes))

    return fold


def _announcing(fold: Fold) -> Fold:
    """A call on a role's attention: it counts for its load, folded or not."""

    def announce(draft: Situation, entry: Entry) -> None:
        fold(draft, entry)
        told = entry.body["alarm"]
        alarm = draft.alarms[told if isinstance(told, str) else told["id"]]
        if alarm.kind != "alarm":
            return
        made: list[Annunciation] = draft.annunciations  # type: ignore[assignment] # a list in drafts
        made.append(Annunciation(entry.at, alarm.role, alarm.id, alarm.priority, alarm.incident))
        if len(made) > ANNUNCIATIONS_KEPT:
            del made[0]

    return announce


def _flood_changed(draft: Situation, entry: Entry) -> None:
    role, flood = entry.body["role"], entry.body["flood"]
    if flood is None:
        drop_record(draft, "floods", role)
    else:
        put_record(draft, "floods", role, Flood(role=role, **flood))


def _report_filed(draft: Situation, entry: Entry) -> None:
    """What a report says becomes a fact of its incident, with the report as evidence."""
    report = Report(**entry.body["report"])
    put_record(draft, "reports", report.id, report)
    told = entry.body["facts"]
    if told:
        before = draft.incidents[report.incident]
        facts = {name: {"value": v, "observation": report.id} for name, v in told.items()}
        draft.incidents[before.id] = changed(before, facts={**before.facts, **facts})


def _count_reported(draft: Situation, entry: Entry) -> None:
    """Of one source and category the newest few are shown; the journal has all."""
    count = Count(**entry.body["count"])
    put_record(draft, "counts", count.id, count)
    series = (count.category, count.source)
    told = records_about(draft, "counts", count.incident)
    alike = [other.id for other in told if (other.category, other.source) == series]
    for superseded in alike[:-COUNTS_KEPT]:
        drop_record(draft, "counts", superseded)


def _wall_released(draft: Situation, entry: Entry) -> None:
    drop_record(draft, "walls", entry.body["layout"])


def _drawing_erased(draft: Situation, entry: Entry) -> None:
    drop_record(draft, "drawings", entry.body["drawing"])


def _handover_begun(draft: Situation, entry: Entry) -> None:
    handover = Handover(**entry.body["handover"])
    put_record(draft, "handovers", handover.id, handover)
    for old in records_about(draft, "handovers", handover.function)[:-HANDOVERS_KEPT]:
        drop_record(draft, "handovers", old.id)


def _log_written(draft: Situation, entry: Entry) -> None:
    lines: list[LogLine] = draft.log  # type: ignore[assignment] # a list in drafts
    lines.append(LogLine(**entry.body["line"]))
    if len(lines) > LOG_KEPT:
        del lines[0]


def _activation_changed(draft: Situation, entry: Entry) -> None:
    draft.activation = Activation(**entry.body["activation"])


def _rules_armed(draft: Situation, entry: Entry) -> None:
    draft.rulebook = ArmedRules(**entry.body["rulebook"], armed_by=entry.n, at=entry.at)


def _records_dropped(draft: Situation, entry: Entry) -> None:
    for table, keys in entry.body["tables"].items():
        for key in keys:
            drop_record(draft, table, key)


_alarm = _change("alarms", "alarm")

FOLDS: dict[EntryKind, Fold] = {
    "advice_given": _put("advice", "advice", Advice),
    "advice_settled": _change("advice", "advice"),
    "alarm_raised": _announcing(_put("alarms", "alarm", Alarm)),
    "alarm_repeated": _alarm,
    "alarm_rearmed": _announcing(_alarm),
    "alarm_acknowledged": _alarm,
    "alarm_escalated": _alarm,
    "alarm_shelved": _alarm,
    "alarm_unshelved": _alarm,
    "alarm_cleared": _alarm,
    "alarm_stale": _alarm,
    "flood_changed": _flood_changed,
    "decision_recorded": _put("decisions", "decision", Decision),
    "decision_seen": _change("decisions", "decision"),
    "task_opened": _put("tasks", "task", Task),
    "task_changed": _change("tasks", "task"),
    "report_filed": _report_filed,
    "count_reported": _count_reported,
    "relation_proposed": _put("relations", "relation", Relation),
    "relation_settled": _change("relations", "relation"),
    "evidence_kept": _put("evidence", "evidence", Evidence),
    "log_written": _log_written,
    "source_marked": _put("marks", "mark", Mark, key="source"),
    "wall_directed": _put("walls", "wall", Wall, key="layout"),
    "wall_released": _wall_released,
    "drawing_put": _put("drawings", "drawing", Drawing),
    "drawing_erased": _drawing_erased,
    "handover_begun": _handover_begun,
    "handover_signed": _change("handovers", "handover"),
    "activation_changed": _activation_changed,
    "rules_armed": _rules_armed,
    "records_dropped": _records_dropped,
}
