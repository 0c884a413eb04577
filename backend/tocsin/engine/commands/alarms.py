"""Answering alarms: seen by this capacity, or put aside for a while with a reason."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from tocsin.contract.times import from_text, to_text
from tocsin.engine.commands.registry import Act, Command, Giver, command
from tocsin.engine.commands.subjects import the_incident
from tocsin.engine.commands.words import Why
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandRefused
from tocsin.situation.record_folds import records_about
from tocsin.situation.records import Alarm


class AcknowledgeAlarm(Command):
    """Seen: the sound stops for this capacity, and for no other."""

    command: Literal["acknowledge_alarm"]
    alarm: str


class AcknowledgeIncidentAlarms(Command):
    """All alarms of one incident at once, the folded ones of a flood among them."""

    command: Literal["acknowledge_incident_alarms"]
    incident: str


class ShelveAlarm(Command):
    """Put aside for so many minutes: still listed, without a sound."""

    command: Literal["shelve_alarm"]
    alarm: str
    minutes: Annotated[int, Field(ge=1)]
    reason: Why


class UnshelveAlarm(Command):
    command: Literal["unshelve_alarm"]
    alarm: str


@command(AcknowledgeAlarm)
def acknowledge_alarm(d: Deliberation, told: AcknowledgeAlarm, giver: Giver) -> Act:
    alarm = _the_alarm(d, told.alarm)
    if giver.capacity in alarm.acknowledged:
        raise CommandRefused(f"{alarm.id} is already acknowledged by {giver.capacity}", "alarm")
    return Act(lambda: _acknowledge(d, [alarm], giver))


@command(AcknowledgeIncidentAlarms)
def acknowledge_incident_alarms(
    d: Deliberation, told: AcknowledgeIncidentAlarms, giver: Giver
) -> Act:
    incident = the_incident(d, told.incident)
    unseen = [
        alarm
        for alarm in records_about(d.draft, "alarms", incident.id)
        if alarm.incident == incident.id and giver.capacity not in alarm.acknowledged
    ]
    if not unseen:
        raise CommandRefused(f"{incident.id} has no alarm to acknowledge", "incident")
    return Act(lambda: _acknowledge(d, unseen, giver))


@command(ShelveAlarm)
def shelve_alarm(d: Deliberation, told: ShelveAlarm, giver: Giver) -> Act:
    alarm = _the_alarm(d, told.alarm)
    rules = d.rulebook.alarm_types.shelving
    if told.minutes > rules.longest_min:
        raise CommandRefused(f"{rules.longest_min} minutes at most", "minutes")
    if alarm.kind != "alarm" or alarm.cleared_at is not None:
        raise CommandRefused(f"{alarm.id} does not call any more", "alarm")
    if alarm.shelved is not None:
        raise CommandRefused(f"{alarm.id} is shelved already", "alarm")
    if alarm.priority <= rules.never_priority:
        raise CommandRefused(f"priority {alarm.priority} is never shelved", "alarm")
    incident = d.draft.incidents.get(alarm.incident) if alarm.incident is not None else None
    if incident is not None and incident.severity >= rules.never_severity:
        raise CommandRefused(f"severity {incident.severity} is never shelved", "alarm")
    until = to_text(from_text(d.at) + timedelta(minutes=told.minutes))
    shelved = {"until": until, "reason": told.reason, "by": giver.by, "at": d.at}
    return Act(lambda: _change(d, "alarm_shelved", alarm, {"shelved": shelved}))


@command(UnshelveAlarm)
def unshelve_alarm(d: Deliberation, told: UnshelveAlarm, giver: Giver) -> Act:
    alarm = _the_alarm(d, told.alarm)
    if alarm.shelved is None:
        raise CommandRefused(f"{alarm.id} is not shelved", "alarm")
    return Act(lambda: _change(d, "alarm_unshelved", alarm, {"shelved": None}))


def _the_alarm(d: Deliberation, alarm_id: str) -> Alarm:
    alarm = d.draft.alarms.get(alarm_id)
    if alarm is None:
        raise CommandRefused(f"there is no alarm {alarm_id}", "alarm")
    return alarm


def _acknowledge(d: Deliberation, alarms: Sequence[Alarm], giver: Giver) -> None:
    for alarm in alarms:
        seen = {**alarm.acknowledged, giver.capacity: {"at": d.at, "by": giver.by}}
        _change(d, "alarm_acknowledged", alarm, {"acknowledged": seen})


def _change(
    d: Deliberation,
    kind: Literal["alarm_acknowledged", "alarm_shelved", "alarm_unshelved"],
    alarm: Alarm,
    changes: dict[str, Any],
) -> None:
    d.enter(kind, {"alarm": alarm.id, "changes": changes})
