"""What time does to alarms: it escalates, takes off the shelf, clears, asks again, forgets.

Called at each tick with the whole situation; the only place that walks all alarms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tocsin.alarms.calls import Reaction, reactions_to
from tocsin.alarms.occasions import Occasion, of_incident, waiting_ties
from tocsin.alarms.placing import Draft, calls_on, cleared, later
from tocsin.alarms.types import AlarmType, AlarmTypes, On
from tocsin.situation.picture import Situation, is_open
from tocsin.situation.record_folds import records_about
from tocsin.situation.records import Alarm


@dataclass(frozen=True, slots=True)
class Due:
    """What is due at a tick: entries as they are, then calls still to be placed."""

    drafts: tuple[Draft, ...]
    calls: tuple[Reaction, ...]

    def __bool__(self) -> bool:
        return bool(self.drafts or self.calls)


def due(
    situation: Situation,
    at: str,
    table: AlarmTypes,
    *,
    tasks: Sequence[str] = (),
    decisions: Sequence[str] = (),
) -> Due:
    """Everything that time alone brings; `tasks` are overdue, `decisions` nobody has seen."""
    drafts: list[Draft] = []
    gone: list[str] = []
    limits = _Limits.at(at, table)
    for alarm in situation.alarms.values():
        if _may_leave(alarm, table, limits):
            gone.append(alarm.id)
        else:
            drafts += _aged(situation, alarm, table, limits)
    if gone:
        drafts.append(("records_dropped", {"tables": {"alarms": sorted(gone, key=_number)}}))
    for role in sorted(situation.floods):
        if calls_on(situation, role, at, table) <= table.flood.ends_at:
            drafts.append(("flood_changed", {"role": role, "flood": None}))
    drafts.sort(key=_order)
    found = [*_overdue(situation, tasks, decisions), *_stale_incidents(situation, at, table)]
    news = [o for o in found if not _is_called(situation, o, table)]
    return Due(tuple(drafts), tuple(reactions_to(news, table)))


@dataclass(frozen=True, slots=True)
class _Limits:
    """Moments as text, made once: what lies before them is over."""

    now: str
    lingers: str
    kept: str
    stale: str

    @classmethod
    def at(cls, now: str, table: AlarmTypes) -> "_Limits":
        return cls(
            now,
            later(now, -table.chatter.window_s),
            later(now, -table.kept_s),
            later(now, -table.stale_after_s),
        )


def _number(alarm_id: str) -> int:
    return int(alarm_id.partition("-")[2])


def _order(draft: Draft) -> tuple[int, str]:
    """By alarm, whatever order a table is walked in: a replay must write the same."""
    alarm = draft[1].get("alarm")
    return (_number(alarm), draft[0]) if isinstance(alarm, str) else (2**62, draft[0])


def _may_leave(alarm: Alarm, table: AlarmTypes, limits: _Limits) -> bool:
    """Cleared and seen; it lingers as long as its return would be chatter. Or nobody cared."""
    if alarm.kind == "notice" and alarm.last_at < limits.kept:
        return True
    if alarm.cleared_at is None or alarm.cleared_at > limits.lingers:
        return False
    return _is_answered(alarm, table) or alarm.cleared_at < limits.kept


def _is_answered(alarm: Alarm, table: AlarmTypes) -> bool:
    if alarm.kind == "notice":
        return True
    above = table.priorities[alarm.priority].escalates_to
    return alarm.role in alarm.acknowledged or above in alarm.acknowledged


def _aged(
    situation: Situation, alarm: Alarm, table: AlarmTypes, limits: _Limits
) -> Iterator[Draft]:
    now = limits.now
    if alarm.cleared_at is not None:
        if _is_open_again(situation, alarm, table):
            yield ("alarm_repeated", {"alarm": alarm.id, "changes": {"cleared_at": None}})
        return
    word = _over(situation, alarm, table.types.get(alarm.type), now)
    if word is not None:
        yield cleared(alarm, now, word)
        return
    if alarm.shelved is not None and alarm.shelved["until"] <= now:
        yield ("alarm_unshelved", {"alarm": alarm.id, "changes": {"shelved": None}})
    if alarm.kind != "alarm":
        return
    if _escalates(alarm, table, now):
        yield ("alarm_escalated", {"alarm": alarm.id, "changes": {"escalated_at": now}})
    if not alarm.review_due and alarm.role in alarm.acknowledged:
        done = max(alarm.acknowledged[alarm.role]["at"], _last_act(situation, alarm))
        if done < limits.stale:
            yield ("alarm_stale", {"alarm": alarm.id, "changes": {"review_due": True}})


def _escalates(alarm: Alarm, table: AlarmTypes, now: str) -> bool:
    return (
        table.priorities[alarm.priority].escalates_to is not None
        and alarm.escalated_at is None
        and alarm.due_at is not None
        and alarm.due_at <= now
        and not _is_answered(alarm, table)
    )


def _last_act(situation: Situation, alarm: Alarm) -> str:
    """When people last did something about it, as far as the picture tells."""
    acts = [alarm.rearmed_at or alarm.raised_at]
    if alarm.incident is not None:
        incident = situation.incidents.get(alarm.incident)
        if incident is not None:
            acts.append(incident.state_since)
        acts += [task.changed_at for task in records_about(situation, "tasks", alarm.incident)]
        acts += [d.recorded_at for d in records_about(situation, "decisions", alarm.incident)]
    return max(acts)


def _is_open_again(situation: Situation, alarm: Alarm, table: AlarmTypes) -> bool:
    """Its incident was reopened, or a merging undone, while the alarm was still to be seen."""
    row = table.types.get(alarm.type)
    if row is None or row.clears_when != ("incident_over",) or alarm.incident is None:
        return False
    incident = situation.incidents.get(alarm.incident)
    return incident is not None and is_open(incident) and incident.state_since > alarm.cleared_at  # type: ignore[operator] # only asked of cleared alarms


def _over(situation: Situation, alarm: Alarm, row: AlarmType | None, now: str) -> str | None:
    """The word for why an alarm is over; None while it is not."""
    incident = situation.incidents.get(alarm.incident) if alarm.incident is not None else None
    followed = incident is not None and is_open(incident)
    if row is None:  # the armed table no longer has the type
        return None if followed else "type_withdrawn"
    for word in row.clears_when:
        match word:
            case "incident_over":
                over = alarm.incident is not None and not followed
            case "settled":
                over = not any(_is_waiting(situation, record) for record in alarm.evidence)
            case "ties_settled":
                over = incident is None or not waiting_ties(incident)
            case "quiet":
                over = row.quiet_s is not None and later(alarm.last_at, row.quiet_s) <= now
            case "news":
                over = incident is not None and incident.last_at > alarm.last_at
            case "told":
                over = False  # heard when it is told, not at a tick
        if over:
            return word
    return None


def _is_waiting(situation: Situation, record_id: str) -> bool:
    """Whether a record still asks something of somebody; what is out of the picture does not."""
    match record_id.partition("-")[0]:
        case "V":
            advice = situation.advice.get(record_id)
            return advice is not None and advice.status == "open"
        case "L":
            relation = situation.relations.get(record_id)
            return relation is not None and relation.status == "proposed"
        case "K":
            task = situation.tasks.get(record_id)
            return task is not None and task.state == "open"
        case "D":
            decision = situation.decisions.get(record_id)
            return decision is not None and not decision.seen_by
    return False


def _overdue(
    situation: Situation, tasks: Sequence[str], decisions: Sequence[str]
) -> Iterator[Occasion]:
    for task in tasks:
        yield _record_occasion(situation, "task_overdue", task, situation.tasks[task].incident)
    for decision in decisions:
        incident = situation.decisions[decision].incident
        yield _record_occasion(situation, "decision_unseen", decision, incident)


def _record_occasion(
    situation: Situation, on: On, record: str, incident_id: str | None
) -> Occasion:
    incident = situation.incidents.get(incident_id) if incident_id is not None else None
    values = {"record": record, **(of_incident(incident) if incident is not None else {})}
    known = incident.id if incident is not None else None
    return Occasion(on, values, incident=known, evidence=(record,))


def _stale_incidents(situation: Situation, at: str, table: AlarmTypes) -> Iterator[Occasion]:
    """Open incidents of which nothing was heard for as long as the table's types wait."""
    rows = table.by_occasion["incident_stale"]
    if not rows:
        return
    before = later(at, -min(row.after_s or 0 for _, row in rows))
    stale = [i for i in situation.incidents.values() if i.last_at < before and is_open(i)]
    for incident in sorted(stale, key=lambda i: i.id):
        values = of_incident(incident) | {"state": incident.state}
        yield Occasion("incident_stale", values, incident=incident.id)


def _is_called(situation: Situation, occasion: Occasion, table: AlarmTypes) -> bool:
    """A state that lasts calls once, not at every tick."""
    abouts = {row.about for _, row in table.by_occasion[occasion.on]}
    key = occasion.values.get("record") or occasion.incident
    return any(
        table.about(alarm.type) in abouts
        for alarm in records_about(situation, "alarms", key or "")
        if alarm.cleared_at is None
    )
