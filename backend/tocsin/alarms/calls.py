"""Which type of alarm an occasion is, and in which words it calls."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from tocsin.alarms.occasions import ROOM, Occasion, occasions
from tocsin.alarms.types import AlarmType, AlarmTypes, Case, fits, placeholders
from tocsin.journal.entry import Entry
from tocsin.situation.picture import Situation
from tocsin.tables import LANGUAGES
from tocsin.taxonomy import fact_labels, incident_type, vocabulary

_UNKNOWN = {"fr": "inconnu", "nl": "onbekend", "en": "unknown"}


@dataclass(frozen=True, slots=True)
class Call:
    """A reason to call somebody, before it is known whether an alarm says so already.

    `quiet`: no sound whatever its type; `given`: who caused it by an act of their own, and so
    knows; `opens`: its incident is new; `rises`: it got graver; `compares`: it only counts as far
    as it differs from the alarm that is there.
    """

    type: str
    row: AlarmType
    priority: int
    reason: dict[str, str]
    values: Mapping[str, Any]
    incident: str | None
    subject: str | None
    source: str | None
    evidence: tuple[str, ...]
    quiet: bool
    opens: bool
    rises: bool
    compares: bool
    given: tuple[str, str] | None

    @property
    def sounds(self) -> bool:
        return self.row.kind == "alarm" and not self.quiet


@dataclass(frozen=True, slots=True)
class AllClear:
    """A later fact says that what an alarm is about is over, at least for this source."""

    types: tuple[str, ...]
    subject: str
    source: str | None
    group: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """One incident became part of another: its alarms go with it."""

    incident: str
    into: str


Reaction = Call | AllClear | Merged


def reactions(situation: Situation, entries: Sequence[Entry], table: AlarmTypes) -> list[Reaction]:
    """All that one input gives reason for; `situation` is the one after it."""
    found = occasions(situation, entries, table)
    merged = [
        Merged(e.body["incident"], e.body["into"]) for e in entries if e.kind == "incidents_merged"
    ]
    if not found and not merged:
        return []
    return [*merged, *reactions_to(found, table, giver_of(entries))]


def giver_of(entries: Sequence[Entry]) -> tuple[str, str] | None:
    """Capacity and name of the person whose command led to the entries."""
    body = entries[0].body
    if entries[0].kind != "command_received":
        return None
    return body.get("capacity", "operator"), body["by"]


def reactions_to(
    found: Iterable[Occasion], table: AlarmTypes, given: tuple[str, str] | None = None
) -> list[Reaction]:
    """Calls, one for each thing they are about, and all-clears."""
    best: dict[tuple[str, str | None], Call] = {}
    clear: list[Reaction] = []
    for occasion in found:
        call = _call(occasion, table, given)
        if call is not None:
            key = _key(call)
            best[key] = _more_urgent(best[key], call) if key in best else call
        clear += _all_clear(occasion, table)
    return [*_in_one_voice(list(best.values())), *clear]


def _in_one_voice(calls: list[Call]) -> list[Call]:
    """The most urgent first; a new or graver incident speaks first, in the most urgent tone.

    But a critical call always speaks for itself, and lends its tone to no other.
    """
    for i, call in enumerate(calls):
        if call.row.about == "incident" and call.sounds and (call.opens or call.rises):
            tones = [
                other.priority
                for other in calls
                if _hearer(other) == _hearer(call) and other.sounds and other.priority > 1
            ]
            calls[i] = replace(call, priority=min([call.priority, *tones]))
    return sorted(calls, key=lambda call: (not (call.opens or call.rises), call.priority))


def hushed(reaction: Reaction, spoken: Container[tuple[str | None, str]]) -> Reaction:
    """The same, without a sound when its role was just called about the same incident."""
    if isinstance(reaction, Call) and reaction.priority > 1 and _hearer(reaction) in spoken:
        return replace(reaction, quiet=True)
    return reaction


def heard_by(reaction: Reaction) -> tuple[str | None, str] | None:
    """About which incident a reaction calls which role; None when it is about none."""
    if isinstance(reaction, Call) and reaction.incident is not None:
        return _hearer(reaction)
    return None


def _hearer(call: Call) -> tuple[str | None, str]:
    return call.incident, call.row.role


def _key(call: Call) -> tuple[str, str | None]:
    if call.row.about == "incident":
        return call.row.about, call.incident or call.subject
    return call.row.about, call.subject or call.incident


def _more_urgent(one: Call, other: Call) -> Call:
    """The more urgent call speaks; at equal urgency the more telling type, which stands first."""
    first, second = sorted((one, other), key=lambda call: (call.quiet, call.priority))
    return replace(
        first,
        subject=first.subject or second.subject,
        opens=first.opens or second.opens,
        rises=first.rises or second.rises,
        compares=first.compares and second.compares,
        evidence=tuple(dict.fromkeys((*first.evidence, *second.evidence))),
    )


def _call(occasion: Occasion, table: AlarmTypes, given: tuple[str, str] | None) -> Call | None:
    if not occasion.raises:
        return None
    for name, row in table.by_occasion[occasion.on]:
        if row.when and not fits(_of_news(row.when, occasion), occasion.values):
            continue
        subject = subject_of(row, occasion.values)
        if row.subject is None and occasion.incident is None:
            subject = ROOM
        elif row.subject is not None and subject is None and occasion.incident is None:
            continue
        return Call(
            type=name,
            row=row,
            priority=priority_of(row, occasion.values, table),
            reason=told_in_words(row, occasion.values),
            values=occasion.values,
            incident=occasion.incident,
            subject=subject,
            source=occasion.source,
            evidence=_evidence(row, occasion),
            quiet=occasion.quiet,
            opens=occasion.on == "incident_opened" and not occasion.compares,
            rises=occasion.rises,
            compares=occasion.compares,
            given=given,
        )
    return None


def _of_news(cases: tuple[Case, ...], occasion: Occasion) -> tuple[Case, ...]:
    """A case may look at what others told, but something in it must be new."""
    if occasion.on != "observation":
        return cases
    return tuple(c for c in cases if "kind" in c or not occasion.told.isdisjoint(c))


def _evidence(row: AlarmType, occasion: Occasion) -> tuple[str, ...]:
    if row.group and occasion.source is not None:
        return (occasion.source,)
    return occasion.evidence


def _all_clear(occasion: Occasion, table: AlarmTypes) -> list[Reaction]:
    types: dict[tuple[str, bool], list[str]] = {}
    for name, row in table.clearing[occasion.on]:
        cases = _of_news(row.cleared_by, occasion)
        subject = subject_of(row, occasion.values)
        if subject is not None and cases and fits(cases, occasion.values):
            types.setdefault((subject, row.group), []).append(name)
    return [
        AllClear(tuple(names), subject, occasion.source, group)
        for (subject, group), names in types.items()
    ]


def subject_of(row: AlarmType, values: Mapping[str, Any]) -> str | None:
    """What it is about, when the occasion tells all of it."""
    if row.subject is None or any(name not in values for name in placeholders(row.subject)):
        return None
    return row.subject.format_map(values)


def priority_of(row: AlarmType, values: Mapping[str, Any], table: AlarmTypes) -> int:
    if row.priority == "by_severity":
        return table.priority_of_severity[values["severity"]]
    return row.priority


def told_in_words(row: AlarmType, values: Mapping[str, Any]) -> dict[str, str]:
    """The type's sentence with the values in it, in each language of the room."""
    names = placeholders(row.reason.en)
    return {
        language: getattr(row.reason, language).format_map(
            {name: _word(name, values.get(name), language) for name in names}
        )
        for language in LANGUAGES
    }


def _word(name: str, value: Any, language: str) -> str:
    match value:
        case None:
            return _UNKNOWN[language]
        case dict():
            return str(value.get(language) or value.get("en") or _UNKNOWN[language])
        case float():
            return f"{value:g}" if language == "en" else f"{value:g}".replace(".", ",")
    if name in ("type", "from_type"):
        return str(getattr(incident_type(value), language))
    return _choices(name).get(value, {}).get(language) or str(value)


@cache
def _choices(name: str) -> Mapping[Any, Mapping[str, str]]:
    return fact_labels()[name]["choices"] if name in vocabulary() else {}
