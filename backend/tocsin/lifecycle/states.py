"""The states of an incident and the ways between them: rules as data, judged by pure functions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from tocsin.access import may
from tocsin.contract.times import from_text
from tocsin.situation.picture import IncidentState
from tocsin.tables import Document, Row, Text, Words, package_text, refuse
from tocsin.taxonomy import vocabulary

Group = Literal["open", "over", "aside"]
Review = Literal["required", "waived", "done"]
SYSTEM = "system"  # the room itself, where a rule acts and no person

FILE = "states.yaml"


@dataclass(frozen=True, slots=True)
class Life:
    """What the rules of the lifecycle look at.

    Times are UTC text. `resources`: observations that tell of a resource sent; `contact_open`: a
    single contact person without an end of the mandate; `touched`: a person did something with it;
    `ended_by`: the last word on it, by which its only source ended it.
    """

    state: str
    state_since: str
    last_at: str
    now: str
    severity: int
    place_known: bool = False
    phase: str | None = None
    had_phase: bool = False
    review: str | None = None
    lead: str | None = None
    disciplines: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    facts: Mapping[str, tuple[object, str | None]] = field(default_factory=dict)
    open_tasks: int = 0
    contact_open: bool = False
    touched: bool = False
    ended_by: str | None = None
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, and what is missing; `needs` names the condition, for words in each language."""

    detail: str
    field: str = "to"
    needs: str | None = None


class StateRow(Words):
    group: Group
    right: str | None = None
    enter: Words
    leave: Words


class Way(Row):
    from_: Annotated[tuple[IncidentState, ...], Field(alias="from", min_length=1)]
    to: IncidentState
    needs: tuple[str, ...] = ()
    reason: bool = False
    by: str | None = None


class AdviceRow(Row):
    rule: Text
    from_: Annotated[tuple[IncidentState, ...], Field(alias="from", min_length=1)]
    to: IncidentState
    when: str
    criterion: Words


class Automatic(Row):
    rule: Text
    reason: Words


class Automatics(Row):
    source_ended: Automatic
    hit_rejected: Automatic
    no_news: Automatic
    kept_long_enough: Automatic
    stale: Automatic


class Hours(Row):
    reopen: Annotated[int, Field(gt=0)]
    quiet: Annotated[int, Field(gt=0)]
    kept: Annotated[int, Field(gt=0)]


class Minutes(Row):
    ended: Annotated[int, Field(gt=0)]


class ReviewRules(Row):
    severity_from: Annotated[int, Field(ge=0, le=5)]
    after_phase: bool
    in_exercise: bool


class StateTable(Row):
    """The whole table, checked."""

    hours: Hours
    minutes: Minutes
    review: ReviewRules
    states: dict[IncidentState, StateRow]
    needs: dict[str, Words]
    ways: tuple[Way, ...]
    advice: tuple[AdviceRow, ...]
    automatic: Automatics

    def way(self, of: str, to: str) -> Way | None:
        return next((w for w in self.ways if of in w.from_ and w.to == to), None)

    def group(self, state: str) -> Group | None:
        row = self.states.get(state)  # type: ignore[call-overload] # any text may be asked
        return row.group if row else None


def is_true(life: Life, fact: str) -> bool:
    return fact in life.facts and life.facts[fact][0] is True


# Each condition: what is asked of the incident; `_or_reason` ones are also met by a reason.
_CONDITIONS: Mapping[str, Callable[[Life, StateTable], bool]] = {
    "place_known": lambda life, _: life.place_known,
    "discipline_engaged": lambda life, _: bool(life.disciplines or life.resources),
    "coordination_recorded_or_reason": lambda life, _: (
        life.phase is not None or is_true(life, "coordination")
    ),
    "lead_known_or_reason": lambda life, _: life.lead is not None,
    "no_phase_or_reason": lambda life, _: life.phase is None,
    "phase_lifted": lambda life, _: life.phase is None,
    "minor_or_reason": lambda life, _: life.severity <= 1,
    "tasks_done_or_reason": lambda life, _: life.open_tasks == 0,
    "review_required": lambda life, _: life.review == "required",
    "within_reopening": lambda life, table: (
        not _older(life.state_since, life.now, timedelta(hours=table.hours.reopen))
    ),
}


def read_states(text: str, file: str = FILE) -> StateTable:
    """A table out of its YAML; TableError names line and field."""
    table = Document(text, file).checked(StateTable)
    problems = [
        f"states: {name} is missing" for name in get_args(IncidentState) if name not in table.states
    ]
    problems += [f"needs: {n} is missing" for n in _CONDITIONS if n not in table.needs]
    problems += [f"needs: {n}: no such condition" for n in table.needs if n not in _CONDITIONS]
    if table.hours.kept < table.hours.reopen:
        problems.append("hours: kept: shorter than the time for reopening")
    refuse(file, [*problems, *_odd_ways(table), *_odd_advice(table)])
    return table


def _odd_ways(table: StateTable) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for way in table.ways:
        for start in way.from_:
            if (start, way.to) in seen:
                yield f"ways: {start} to {way.to}: stands twice"
            seen.add((start, way.to))
        for need in way.needs:
            if need not in table.needs:
                yield f"ways: to {way.to}: needs: no condition {need}"
        if way.to in table.states and table.states[way.to].right is None:
            yield f"states: {way.to}: right: a state that can be entered needs one"
        if way.to == "closed" and "reported" in way.from_ and not way.reason:
            yield "ways: reported to closed: reason: nothing is dropped without one"


def _odd_advice(table: StateTable) -> Iterator[str]:
    for row in table.advice:
        if row.when not in _SIGNS and row.when not in vocabulary():
            yield f"advice: {row.rule}: when: there is no fact {row.when}"
        for start in row.from_:
            if table.way(start, row.to) is None:
                yield f"advice: {row.rule}: no way leads from {start} to {row.to}"


@cache
def shipped_states() -> StateTable:
    return read_states(package_text(__package__, FILE))


def check_transition(
    life: Life,
    to: str,
    capacity: str,
    reason: str | None,
    table: StateTable,
    by: str | None = None,
) -> Refusal | None:
    """None when the incident may go there; `by`: the act, where a way has one of its own.

    A capacity that may only propose is not refused here: its command becomes a proposal, and is
    checked again when a person accepts it.
    """
    if to == life.state:
        return Refusal(f"the incident is already {to}")
    way = table.way(life.state, to)
    if way is None:
        return Refusal(_no_way(life.state, to, table))
    if way.by != by:
        return Refusal(f"that is done with the command {way.by or 'change_state'}")
    right = table.states[way.to].right or ""
    if capacity != SYSTEM and may(capacity, right, exercise=life.exercise) == "no":
        return Refusal(f"{capacity} may not bring an incident to {to}", "capacity")
    said = bool(reason and reason.strip())
    if way.reason and not said:
        return Refusal(f"{life.state} to {to} needs a reason", "reason", "reason")
    for name in way.needs:
        if said and name.endswith("_or_reason"):
            continue
        if not _CONDITIONS[name](life, table):
            return Refusal(table.needs[name].en, "to", name)
    return None


def _no_way(state: str, to: str, table: StateTable) -> str:
    ways = [w.to for w in table.ways if state in w.from_]
    told = ", ".join(ways) if ways else "nowhere"
    return f"no way leads from {state} to {to}; from there it goes to {told}"


def review_at_closing(life: Life, table: StateTable) -> Review:
    """Whether the end of this incident asks for a review, or needs none."""
    return "required" if must_review(life, table) else "waived"


def must_review(life: Life, table: StateTable) -> bool:
    """True when nobody may waive the review."""
    rules = table.review
    return (
        life.severity >= rules.severity_from
        or (rules.after_phase and (life.had_phase or life.phase is not None))
        or (rules.in_exercise and life.exercise)
    )


@dataclass(frozen=True, slots=True)
class StateAdvice:
    """`evidence`: the observations that show it; the rest is the reason a person reads."""

    to: str
    rule: str
    criterion: dict[str, str]
    evidence: tuple[str, ...]


# Signs besides facts: whether it shows, and the observations that show it.
_SIGNS: Mapping[str, Callable[[Life], tuple[bool, tuple[str, ...]]]] = {
    "resources": lambda life: (bool(life.disciplines or life.resources), life.resources),
    "phase": lambda life: (life.phase is not None, ()),
}


def state_advice(life: Life, table: StateTable | None = None) -> StateAdvice | None:
    """The state that the incident seems to have reached; advice, carried out by a person."""
    for row in (table or shipped_states()).advice:
        if life.state not in row.from_:
            continue
        sign = _SIGNS.get(row.when)
        shows, evidence = sign(life) if sign else _fact_shows(life, row.when)
        if shows:
            return StateAdvice(row.to, row.rule, row.criterion.plain(), evidence)
    return None


def _fact_shows(life: Life, fact: str) -> tuple[bool, tuple[str, ...]]:
    if not is_true(life, fact):
        return False, ()
    observation = life.facts[fact][1]
    return True, (observation,) if observation else ()


@dataclass(frozen=True, slots=True)
class Fate:
    """What time alone does to an incident, and why.

    `close` and `archive` happen by themselves, `stale` is only told. `key` names the reason in the
    table; `evidence` is the observation that led to it.
    """

    what: Literal["close", "archive", "stale"]
    key: str
    rule: str
    reason: dict[str, str]
    evidence: str | None = None


def fate_of(life: Life, table: StateTable) -> Fate | None:
    """Nothing that people took ends by itself; nothing leaves without being seen as over first.

    An incident nobody took is closed when its only source ended it, or after long silence, and
    shows that until it is archived. A review that is asked for, or a contact person whose mandate
    has no end, keeps it.
    """
    hours, ended = timedelta(hours=1), timedelta(minutes=table.minutes.ended)
    if table.group(life.state) != "open":
        if life.contact_open or life.review == "required":
            return None
        over = _older(life.state_since, life.now, hours * table.hours.kept)
        return _told("archive", "kept_long_enough", table, table.hours.kept) if over else None
    unwatched = life.state == "reported" and not life.touched
    if unwatched and life.ended_by and _older(life.last_at, life.now, ended):
        return _told("close", "source_ended", table, 0, life.ended_by)
    if not _older(max(life.last_at, life.state_since), life.now, hours * table.hours.quiet):
        return None
    if unwatched:
        return _told("close", "no_news", table, table.hours.quiet)
    return _told("stale", "stale", table, table.hours.quiet)


def _older(then: str, now: str, span: timedelta) -> bool:
    return from_text(now) - from_text(then) > span


def _told(
    what: Literal["close", "archive", "stale"],
    key: str,
    table: StateTable,
    hours: int,
    evidence: str | None = None,
) -> Fate:
    row: Automatic = getattr(table.automatic, key)
    reason = {name: text.format(hours=hours) for name, text in row.reason.plain().items()}
    return Fate(what, key, row.rule, reason, evidence)


def states_for_api() -> dict[str, Any]:
    """States, ways, needs and the rules' own reasons, for screens."""
    return shipped_states().model_dump(mode="json", by_alias=True)
