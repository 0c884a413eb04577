"""How heavily alarms weigh on each position, beside what the standards call bearable.

Pure: it reads entries of the journal. Until positions have sign-in, a position is a role.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from pydantic import model_validator

from tocsin.alarms.types import AlarmTypes
from tocsin.contract.times import seconds_between
from tocsin.journal.entry import Entry, EntryKind
from tocsin.tables import Row, Words, load

BIN_S = 600
DAY_S = 86_400
TOP = 10

ACTS: frozenset[EntryKind] = frozenset(
    {
        "incident_state_changed",
        "incident_amended",
        "incident_regraded",
        "incidents_merged",
        "suggestion_settled",
        "tie_settled",
        "phase_recorded",
        "task_opened",
        "decision_recorded",
        "report_filed",
        "count_reported",
        "log_written",
    }
)
LOAD_KINDS: frozenset[EntryKind] = ACTS | {
    "alarm_raised",
    "alarm_repeated",
    "alarm_rearmed",
    "alarm_acknowledged",
    "alarm_escalated",
    "alarm_shelved",
    "alarm_stale",
    "flood_changed",
}


class Benchmark(Words):
    standard: str
    at_most: float | None = None
    at_least: float | None = None
    unit: Literal["number", "share"]

    @model_validator(mode="after")
    def _bound(self) -> "Benchmark":
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("says at_most or at_least")
        return self


class _BenchmarkTable(Row):
    figures: dict[str, Benchmark]


@cache
def benchmarks() -> Mapping[str, Benchmark]:
    return load(_BenchmarkTable, "tocsin.alarms", "benchmarks.yaml").figures


class Figure(Row):
    """A figure beside its benchmark; `ok` is None where there is nothing to judge."""

    value: float | None
    benchmark: float
    bound: Literal["at_most", "at_least"]
    standard: str
    ok: bool | None


class PriorityLoad(Row):
    """`over_share`: of those that were answered or overdue, how many missed the target."""

    alarms: int
    share: float | None
    target_s: int
    mean_s: float | None
    over_share: float | None
    unanswered: int


class Ranked(Row):
    name: str
    alarms: int
    share: float


class PositionLoad(Row):
    """Alarms that called one role; folded ones are counted beside them, never in the rates."""

    role: str
    alarms: int
    folded: int
    notices: int
    escalated: int
    shelved: int
    figures: dict[str, Figure]
    priorities: dict[int, PriorityLoad]
    top_types: tuple[Ranked, ...]
    top_sources: tuple[Ranked, ...]


class AlarmLoad(Row):
    first_at: str
    last_at: str
    positions: tuple[PositionLoad, ...]


@dataclass(slots=True)
class _Call:
    at: str
    priority: int
    type: str
    source: str | None
    incident: str | None
    folded: bool
    answered_s: float | None = None


@dataclass(slots=True)
class _Life:
    """One alarm as the entries tell it."""

    role: str
    kind: str
    type: str
    priority: int
    incident: str | None
    folded: bool
    times: list[str] = field(default_factory=list)
    calls: list[_Call] = field(default_factory=list)


@dataclass(slots=True)
class _Tally:
    """What was found for one role."""

    calls: list[_Call] = field(default_factory=list)
    notices: int = 0
    escalated: int = 0
    shelved: int = 0
    stale: int = 0
    chattering: int = 0
    flood_s: float = 0.0
    flood_since: str | None = None


def alarm_load(
    entries: Iterable[Entry], first_at: str, last_at: str, table: AlarmTypes
) -> AlarmLoad:
    """The figures between two moments (UTC text), from the entries of LOAD_KINDS between them."""
    lives: dict[str, _Life] = {}
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    acts: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.kind in ACTS:
            for incident in _acted_on(entry):
                acts[incident].append(entry.at)
        elif entry.kind == "flood_changed":
            _flood(tallies[entry.body["role"]], entry)
        else:
            _alarm(lives, tallies, entry)
    for life in lives.values():
        tally = tallies[life.role]
        tally.calls += life.calls
        tally.notices += not life.calls
        tally.chattering += bool(life.calls) and _chatters(life.times, table)
    for tally in tallies.values():
        if tally.flood_since is not None:
            tally.flood_s += seconds_between(max(tally.flood_since, first_at), last_at)
    span_s = max(seconds_between(first_at, last_at), 1.0)
    return AlarmLoad(
        first_at=first_at,
        last_at=last_at,
        positions=tuple(
            _position(role, tallies[role], first_at, last_at, span_s, acts, table)
            for role in sorted(tallies)
        ),
    )


def _alarm(lives: dict[str, _Life], tallies: dict[str, _Tally], entry: Entry) -> None:
    if entry.kind == "alarm_raised":
        told = entry.body["alarm"]
        life = lives[told["id"]] = _Life(**{name: told[name] for name in _TOLD})
        life.times.append(entry.at)
        if life.kind == "alarm":
            _called(life, entry, told["acknowledged"])
        return
    known = lives.get(entry.body["alarm"])
    if known is None:
        return  # raised before the time that is looked at
    changes = entry.body["changes"]
    for name in _TOLD:
        if name in changes:
            setattr(known, name, changes[name])
    tally = tallies[known.role]
    match entry.kind:
        case "alarm_rearmed":
            known.times.append(entry.at)
            _called(known, entry, changes["acknowledged"])
        case "alarm_repeated":
            known.times.append(entry.at)
        case "alarm_acknowledged":
            _answered(known, changes["acknowledged"])
        case _:
            name = _TALLIED[entry.kind]
            setattr(tally, name, getattr(tally, name) + 1)


_TOLD = ("role", "kind", "type", "priority", "incident", "folded")
_TALLIED: Mapping[EntryKind, str] = {
    "alarm_escalated": "escalated",
    "alarm_shelved": "shelved",
    "alarm_stale": "stale",
}


def _called(life: _Life, entry: Entry, known_to: Mapping[str, Any]) -> None:
    """A call, unless the role itself caused it and so knew."""
    if life.role not in known_to:
        source = entry.body.get("source")
        call = _Call(entry.at, life.priority, life.type, source, life.incident, life.folded)
        life.calls.append(call)


def _answered(life: _Life, acknowledged: Mapping[str, Mapping[str, str]]) -> None:
    seen = acknowledged.get(life.role)
    if seen is not None and life.calls and life.calls[-1].answered_s is None:
        life.calls[-1].answered_s = seconds_between(life.calls[-1].at, seen["at"])


def _flood(tally: _Tally, entry: Entry) -> None:
    flood = entry.body["flood"]
    if flood is not None:
        tally.flood_since = flood["since"]
    elif tally.flood_since is not None:
        tally.flood_s += seconds_between(tally.flood_since, entry.at)
        tally.flood_since = None


def _acted_on(entry: Entry) -> list[str]:
    """Incidents that a person did something about with this entry."""
    body: Any = entry.body
    for name in ("task", "decision", "report", "count", "line"):
        record = body.get(name)
        body = record if isinstance(record, dict) else body
    why = body.get("why") or {}
    by = body.get("by") or why.get("by") or (body.get("phase") or {}).get("by")
    found = [body.get("incident") or body.get("from"), body.get("into")]
    return [incident for incident in found if incident is not None and by is not None]


def _chatters(times: Sequence[str], table: AlarmTypes) -> bool:
    apart = table.chatter.times - 1
    pairs = zip(times, times[apart:], strict=False)
    return any(seconds_between(a, b) <= table.chatter.window_s for a, b in pairs)


def _position(
    role: str,
    tally: _Tally,
    first_at: str,
    last_at: str,
    span_s: float,
    acts: Mapping[str, Sequence[str]],
    table: AlarmTypes,
) -> PositionLoad:
    heard = [call for call in tally.calls if not call.folded]
    bins = _bins(heard, first_at, span_s, BIN_S)
    priorities = {p: _priority(tally.calls, p, last_at, table) for p in sorted(table.priorities)}
    sources = _ranked(call.source for call in tally.calls if call.source is not None)
    values = {
        "per_10_min_p50": _percentile(bins, 0.50),
        "per_10_min_p95": _percentile(bins, 0.95),
        "per_10_min_max": max(bins),
        "per_min_max": max(_bins(heard, first_at, span_s, 60)),
        "per_day": round(len(heard) / span_s * DAY_S, 1) if span_s >= DAY_S else None,
        "flood_share": round(min(tally.flood_s / span_s, 1.0), 4),
        **{f"priority_{p}_share": load.share for p, load in priorities.items()},
        "top_10_sources_share": round(sum(s.share for s in sources), 4) if sources else None,
        "late_share": _late_share(tally.calls, last_at, table),
        "chattering": tally.chattering,
        "stale": tally.stale,
        "without_action_share": _without_action(tally.calls, acts),
    }
    return PositionLoad(
        role=role,
        alarms=len(heard),
        folded=len(tally.calls) - len(heard),
        notices=tally.notices,
        escalated=tally.escalated,
        shelved=tally.shelved,
        figures={name: _figure(name, value) for name, value in values.items()},
        priorities=priorities,
        top_types=_ranked(call.type for call in tally.calls),
        top_sources=sources,
    )


def _figure(name: str, value: float | None) -> Figure:
    mark = benchmarks()[name]
    ok = None
    if value is not None:
        ok = value <= mark.at_most if mark.at_most is not None else value >= (mark.at_least or 0)
    return Figure(
        value=value,
        benchmark=mark.at_most if mark.at_most is not None else mark.at_least or 0,
        bound="at_most" if mark.at_most is not None else "at_least",
        standard=mark.standard,
        ok=ok,
    )


def _bins(calls: Sequence[_Call], first_at: str, span_s: float, width_s: int) -> list[int]:
    """How many calls fell into each stretch of time, empty stretches among them."""
    number = max(1, -int(-span_s // width_s))
    counts = Counter(int(seconds_between(first_at, call.at) // width_s) for call in calls)
    return [counts.get(i, 0) for i in range(number)]


def _percentile(values: Sequence[int], share: float) -> int:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _priority(
    calls: Sequence[_Call], priority: int, last_at: str, table: AlarmTypes
) -> PriorityLoad:
    of_it = [call for call in calls if call.priority == priority]
    answered = [call.answered_s for call in of_it if call.answered_s is not None]
    return PriorityLoad(
        alarms=len(of_it),
        share=round(len(of_it) / len(calls), 4) if calls else None,
        target_s=table.priorities[priority].acknowledge_s,
        mean_s=round(sum(answered) / len(answered), 1) if answered else None,
        over_share=_late_share(of_it, last_at, table),
        unanswered=len(of_it) - len(answered),
    )


def _late_share(calls: Sequence[_Call], last_at: str, table: AlarmTypes) -> float | None:
    """Answered too late, or not at all although the time is up; what has time left is left out."""
    late = judged = 0
    for call in calls:
        target = table.priorities[call.priority].acknowledge_s
        took = call.answered_s
        if took is None and seconds_between(call.at, last_at) <= target:
            continue
        judged += 1
        late += took is None or took > target
    return round(late / judged, 4) if judged else None


def _without_action(calls: Sequence[_Call], acts: Mapping[str, Sequence[str]]) -> float | None:
    """Only calls about incidents can be judged: what is done about a source leaves no entry."""
    about = [(call.incident, call.at) for call in calls if call.incident is not None]
    if not about:
        return None
    idle = sum(bisect_left(acts.get(i, ()), at) == len(acts.get(i, ())) for i, at in about)
    return round(idle / len(about), 4)


def _ranked(names: Iterable[str]) -> tuple[Ranked, ...]:
    counts = Counter(names)
    total = sum(counts.values())
    best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TOP]
    return tuple(Ranked(name=n, alarms=k, share=round(k / total, 4)) for n, k in best)
