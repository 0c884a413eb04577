"""What becomes of a call: a new alarm, the old one again, or a silent line in its count.

One alarm stands for one thing. It calls again only when the thing got worse or came back; and it
is never swallowed: what cannot sound any more is folded, counted and shown.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tocsin.alarms.calls import AllClear, Call, Merged, Reaction, told_in_words
from tocsin.alarms.types import AlarmTypes
from tocsin.contract.times import from_text, seconds_between, to_text
from tocsin.journal.entry import EntryKind
from tocsin.situation.picture import Situation
from tocsin.situation.record_folds import records_about
from tocsin.situation.records import Alarm

EVIDENCE_KEPT = 20
GROUP_KEPT = 500
Draft = tuple[EntryKind, dict[str, Any]]


def place(situation: Situation, reaction: Reaction, at: str, table: AlarmTypes) -> list[Draft]:
    """The entries that a reaction leads to, in the light of the alarms that are there."""
    match reaction:
        case Call():
            return _place_call(situation, reaction, at, table)
        case AllClear():
            return list(_all_clear(situation, reaction, at))
        case Merged():
            return list(_merge(situation, reaction, at, table))


def is_call(kind: EntryKind, body: dict[str, Any]) -> bool:
    """Whether an entry calls somebody, folded or not."""
    return kind == "alarm_rearmed" or (
        kind == "alarm_raised" and bool(body["alarm"]["kind"] == "alarm")
    )


def _place_call(situation: Situation, call: Call, at: str, table: AlarmTypes) -> list[Draft]:
    there = _alarm_for(situation, call, table)
    if there is None:
        if call.row.kind == "journal":
            return []
        return _raise(situation, call, at, table)
    if call.compares:
        return _compare(situation, there, call, at, table)
    return _again(situation, there, _grown(there, call, table), at, table)


def _alarm_for(situation: Situation, call: Call, table: AlarmTypes) -> Alarm | None:
    """The record that stands for the same thing already; the calling one before a cleared one."""
    by_incident = call.incident is not None and (
        call.row.about == "incident" or call.subject is None
    )
    key = call.incident if by_incident else call.subject
    if key is None:
        return None
    same = [
        alarm
        for alarm in records_about(situation, "alarms", key)
        if table.about(alarm.type) == call.row.about
        and (_is_same(alarm, call) if by_incident else alarm.subject == key)
        and (alarm.role == call.row.role or call.row.about == "incident")
    ]
    return min(same, key=lambda a: (a.cleared_at is not None, a.priority), default=None)


def _is_same(alarm: Alarm, call: Call) -> bool:
    """Of one incident; but each vehicle has its own alarm, for the role that looks at vehicles."""
    if alarm.incident != call.incident:
        return False
    if call.subject is None or alarm.subject == call.subject:
        return True
    return alarm.subject is None and alarm.role == call.row.role


def _elsewhere(situation: Situation, call: Call, table: AlarmTypes) -> Alarm | None:
    """An alarm, as urgent as this, that calls for the same vehicle under another incident."""
    if call.incident is None or call.subject is None or call.row.about != "incident":
        return None
    for alarm in records_about(situation, "alarms", call.subject):
        calls = alarm.kind == "alarm" and alarm.cleared_at is None
        if calls and alarm.incident != call.incident and alarm.priority <= call.priority:
            found: Alarm = alarm
            return found
    return None


def _raise(situation: Situation, call: Call, at: str, table: AlarmTypes) -> list[Draft]:
    drafts: list[Draft] = []
    other = _elsewhere(situation, call, table)
    if other is not None:
        drafts.append(_repeated(other, call, at))
    sounds = call.sounds and other is None
    folded = False
    if sounds:
        more, folded = _attention(situation, call.row.role, call.priority, at, table)
        drafts += more
    alarm = {
        "id": f"A-{situation.n + len(drafts) + 1}",
        "type": call.type,
        "kind": "alarm" if sounds else "notice",
        "priority": call.priority,
        "role": call.row.role,
        "rule": table.rule,
        "reason": call.reason,
        "raised_at": at,
        "last_at": at,
        "due_at": _due_at(call, at, table) if sounds else None,
        "incident": call.incident,
        "subject": call.subject,
        "evidence": list(call.evidence),
        "folded": folded,
        "acknowledged": _known_to(call, at),
        "count": int(call.values["number"]) if call.row.about == "quarantine" else 1,
    }
    return [*drafts, ("alarm_raised", {"alarm": alarm, "source": call.source})]


def _again(
    situation: Situation, there: Alarm, call: Call, at: str, table: AlarmTypes
) -> list[Draft]:
    came_back = there.cleared_at is not None
    more_urgent = there.kind == "notice" or call.priority < there.priority
    if call.sounds and there.kind == "notice" and _elsewhere(situation, _like(call, there), table):
        more_urgent = came_back = False
    worse = more_urgent or call.rises or came_back
    if call.sounds and worse and (more_urgent or not _chatters(situation, there, at, table)):
        return _rearm(situation, there, call, at, table)
    if call.row.kind == "journal" and not came_back:
        return []
    fresh = seconds_between(there.last_at, at) < call.row.refresh_s
    if fresh and not came_back:
        return []
    return [_repeated(there, call, at, graver=call.rises and call.priority <= there.priority)]


def _like(call: Call, there: Alarm) -> Call:
    """The call, knowing the vehicle that its incident's alarm knows."""
    return call if call.subject is not None else replace(call, subject=there.subject)


def _rearm(
    situation: Situation, there: Alarm, call: Call, at: str, table: AlarmTypes
) -> list[Draft]:
    more, folded = _attention(situation, call.row.role, call.priority, at, table)
    changes = {
        **_counted(there, call, at),
        "type": call.type,
        "kind": "alarm",
        "priority": call.priority,
        "role": call.row.role,
        "rule": table.rule,
        "rearmed_at": at,
        "rearm_reason": call.reason,
        "due_at": _due_at(call, at, table),
        "acknowledged": _known_to(call, at),
        "escalated_at": None,
        "shelved": None,
        "cleared_at": None,
        "folded": folded,
        "review_due": False,
    }
    if there.subject is None and call.subject is not None:
        changes["subject"] = call.subject
    body = {"alarm": there.id, "changes": changes, "source": call.source}
    return [*more, ("alarm_rearmed", body)]


def _repeated(there: Alarm, call: Call, at: str, *, graver: bool = False) -> Draft:
    changes = _counted(there, call, at)
    if there.cleared_at is not None:
        changes["cleared_at"] = None
    if there.subject is None and call.subject is not None:
        changes["subject"] = call.subject
    if graver:  # it may not sound, but what is shown must be true
        changes |= {"type": call.type, "priority": call.priority, "reason": call.reason}
    return ("alarm_repeated", {"alarm": there.id, "changes": changes})


def _counted(there: Alarm, call: Call, at: str) -> dict[str, Any]:
    """The count goes on; of a group it is the number of sources that are out."""
    evidence = tuple(dict.fromkeys((*there.evidence, *call.evidence)))
    if call.row.group:
        evidence = evidence[:GROUP_KEPT]
        count = len(evidence)
    else:
        evidence = evidence[-EVIDENCE_KEPT:]
        number = call.values.get("number", 1) if call.row.about == "quarantine" else 1
        count = there.count + int(number)
    changes: dict[str, Any] = {"count": count, "last_at": at}
    if evidence != there.evidence:
        changes["evidence"] = list(evidence)
    return changes


def _grown(there: Alarm, call: Call, table: AlarmTypes) -> Call:
    """The call as it sounds when there have been so many of them."""
    growth = call.row.grows_into
    if growth is None:
        return call
    count = int(_counted(there, call, there.last_at)["count"])
    if count < growth.at:
        return call
    row = table.types[growth.type]
    values = {**call.values, "number": count}
    priority = row.priority if isinstance(row.priority, int) else call.priority
    reason = told_in_words(row, values)
    return replace(call, type=growth.type, row=row, priority=priority, reason=reason)


def _compare(
    situation: Situation, there: Alarm, call: Call, at: str, table: AlarmTypes
) -> list[Draft]:
    """Somebody graded the incident anew: upwards calls, downwards only shows."""
    if there.cleared_at is not None:
        return []
    if call.row.kind != "journal" and call.priority < there.priority:
        return _again(situation, there, call, at, table)
    row = table.types.get(there.type)
    by_grade = row is not None and set(row.on) <= {"incident_opened", "incident_graver"}
    if not by_grade or call.type == there.type:
        return []
    if call.row.kind == "journal":
        return [cleared(there, at, "eased")]
    changes = {"type": call.type, "priority": call.priority, "reason": call.reason}
    return [("alarm_repeated", {"alarm": there.id, "changes": changes})]


def _all_clear(situation: Situation, clear: AllClear, at: str) -> Iterator[Draft]:
    for alarm in records_about(situation, "alarms", clear.subject):
        if alarm.type not in clear.types or alarm.cleared_at is not None:
            continue
        left = tuple(source for source in alarm.evidence if source != clear.source)
        if not clear.group or not left:
            yield cleared(alarm, at, "told")
        elif left != alarm.evidence:
            changes = {"evidence": list(left), "count": len(left)}
            yield ("alarm_repeated", {"alarm": alarm.id, "changes": changes})


def _merge(situation: Situation, merged: Merged, at: str, table: AlarmTypes) -> Iterator[Draft]:
    """What the other incident's alarm says already is cleared; anything else moves there."""
    there = {
        table.about(alarm.type): alarm
        for alarm in records_about(situation, "alarms", merged.into)
        if alarm.incident == merged.into and alarm.cleared_at is None
    }
    for alarm in records_about(situation, "alarms", merged.incident):
        if alarm.incident != merged.incident or alarm.cleared_at is not None:
            continue
        other = there.get(table.about(alarm.type))
        if other is not None and _urgency(other) <= _urgency(alarm):
            yield cleared(alarm, at, "merged", into=merged.into)
            continue
        if other is not None:
            yield cleared(other, at, "merged", into=merged.into)
        moved = {"alarm": alarm.id, "changes": {"incident": merged.into}}
        yield ("alarm_repeated", {**moved, "why": {"word": "merged", "into": merged.into}})


def _urgency(alarm: Alarm) -> tuple[bool, int]:
    return alarm.kind == "notice", alarm.priority


def cleared(alarm: Alarm, at: str, word: str, **more: str) -> Draft:
    """`word` says why, for screens to say in their language."""
    why = {"word": word, **more}
    return ("alarm_cleared", {"alarm": alarm.id, "changes": {"cleared_at": at}, "why": why})


def _known_to(call: Call, at: str) -> dict[str, dict[str, str]]:
    """Whoever caused it by an act of their own needs no sound to know."""
    if call.given is None:
        return {}
    capacity, by = call.given
    return {capacity: {"at": at, "by": by}}


def _due_at(call: Call, at: str, table: AlarmTypes) -> str:
    return later(at, table.priorities[call.priority].acknowledge_s)


def later(at: str, seconds: float) -> str:
    """Text of the time so many seconds after another; before it, when they are negative."""
    return to_text(from_text(at) + timedelta(seconds=seconds))


def _chatters(situation: Situation, there: Alarm, at: str, table: AlarmTypes) -> bool:
    since = later(at, -table.chatter.window_s)
    calls = sum(a.alarm == there.id and a.at > since for a in situation.annunciations)
    return calls + 1 >= table.chatter.times


def _attention(
    situation: Situation, role: str, priority: int, at: str, table: AlarmTypes
) -> tuple[list[Draft], bool]:
    """Whether a role can take one more call, or has to have it folded; entries that say so."""
    flood = situation.floods.get(role)
    if flood is not None and priority == 1:
        return [], False
    if flood is None and calls_on(situation, role, at, table) < table.flood.begins_above:
        return [], False
    since, folded = (flood.since, flood.folded) if flood is not None else (at, 0)
    is_folded = priority > 1
    told = {"since": since, "folded": folded + is_folded}
    return [("flood_changed", {"role": role, "flood": told})], is_folded


def calls_on(situation: Situation, role: str, at: str, table: AlarmTypes) -> int:
    """How often a role was called in the window before `at`, folded or not."""
    since = later(at, -table.flood.window_s)
    return sum(a.role == role and a.at > since for a in situation.annunciations)
