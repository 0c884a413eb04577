"""The alarm types as data: what calls for whom, how urgently, why, and when it is over.

A type that does not say its cause, the consequence of ignoring it, the expected action, the time
there is, its owner and its suppression rule is refused: an alarm nobody can answer is noise.
"""

import string
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationInfo, field_validator, model_validator

from tocsin.contract.observation import KINDS
from tocsin.situation.records import AdviceKind, RelationKind
from tocsin.tables import LANGUAGES, Document, Row, TableError, Words, package_text
from tocsin.taxonomy import types as incident_types
from tocsin.taxonomy import vocabulary

FILE = "types.yaml"

Role = Literal["operator", "supervisor", "police", "d1", "d2", "d4", "d5", "mobiris", "admin"]
Priority = Literal[1, 2, 3]
On = Literal[
    "incident_opened",
    "incident_graver",
    "observation",
    "doubt",
    "source",
    "quarantine",
    "advice",
    "ended",
    "relation",
    "ties",
    "task_overdue",
    "decision_unseen",
    "incident_stale",
    "rules",
]
About = Literal[
    "incident", "unit", "camera", "channel", "source", "flow", "clock", "quarantine",
    "medical_plan", "phase", "advice", "relation", "ties", "task", "decision", "stale", "ended",
    "rules",
]  # fmt: skip
ClearsWhen = Literal["incident_over", "told", "settled", "ties_settled", "quiet", "news"]
Scalar = bool | int | float | str

_OF_INCIDENT = frozenset({"incident", "type", "severity", "place"})
# What each occasion tells a type's conditions and its sentence; observations tell facts besides.
VALUES: Mapping[On, frozenset[str]] = {
    "incident_opened": _OF_INCIDENT,
    "incident_graver": _OF_INCIDENT | {"from_type", "from_severity"},
    "observation": _OF_INCIDENT | {"kind", "source", "at_site", "rejected", "vehicle"},
    "doubt": frozenset({"doubt", "source"}),
    "source": frozenset({"source", "source_class", "state", "vital"}),
    "quarantine": frozenset({"source", "cause", "number"}),
    "advice": _OF_INCIDENT | {"kind", "criterion", "capacity"},
    "ended": _OF_INCIDENT | {"source"},
    "relation": _OF_INCIDENT | {"kind", "other", "criterion"},
    "ties": _OF_INCIDENT | {"number"},
    "task_overdue": _OF_INCIDENT | {"record"},
    "decision_unseen": _OF_INCIDENT | {"record"},
    "incident_stale": _OF_INCIDENT | {"state"},
    "rules": frozenset({"dropped", "version", "cause"}),
}


class Bounds(Row):
    """A number between two bounds, each included."""

    at_least: int | float | None = None
    at_most: int | float | None = None

    @model_validator(mode="after")
    def _bound(self) -> "Bounds":
        if self.at_least is None and self.at_most is None:
            raise ValueError("says at_least, at_most, or both")
        return self


Wanted = Bounds | tuple[Scalar, ...] | Scalar
Case = Annotated[dict[str, Wanted], Field(min_length=1)]


class PriorityRow(Words):
    """How soon an alarm of this priority wants an answer, and what happens until then.

    `repeat_s`: the sound comes again so often; `share`: at most (or for the lowest, at least) this
    share of all alarms should be of this priority.
    """

    acknowledge_s: Annotated[int, Field(gt=0)]
    sound: Literal["two_tone", "chime"] | None
    repeat_s: Annotated[int, Field(gt=0)] | None
    escalates_to: Role | None
    share: Annotated[float, Field(gt=0, lt=1)]


class FloodRow(Row):
    """More than `begins_above` calls in the window begin a flood; `ends_at` or fewer end it."""

    window_s: Annotated[int, Field(gt=0)]
    begins_above: Annotated[int, Field(gt=0)]
    ends_at: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _hold_apart(self) -> "FloodRow":
        if self.ends_at >= self.begins_above:
            raise ValueError("ends_at: lower than begins_above, or a flood would flutter")
        return self


class ChatterRow(Row):
    """The same thing so many times in the window is one alarm with a counter."""

    window_s: Annotated[int, Field(gt=0)]
    times: Annotated[int, Field(ge=2)]


class ShelvingRow(Row):
    longest_min: Annotated[int, Field(gt=0, le=60)]
    never_priority: Priority
    never_severity: Annotated[int, Field(ge=0, le=4)]


class Growth(Row):
    """From this count on the alarm is one of another type."""

    at: Annotated[int, Field(ge=2)]
    type: str


class AlarmType(Row):
    """One type. `on` and `when` say what raises it, `about` what it shares one alarm with.

    `subject` names what it is about when that is no incident; with `group`, several sources stand
    behind one alarm and each has to come back. `refresh_s`: repeats within it are not written.
    """

    name: Words
    kind: Literal["alarm", "notice", "journal"]
    priority: Priority | Literal["by_severity"]
    on: tuple[On, ...]
    when: tuple[Case, ...] = ()
    about: About
    subject: str | None = None
    group: bool = False
    grows_into: Growth | None = None
    refresh_s: Annotated[int, Field(ge=0)] = 0
    reason: Words
    clears_when: Annotated[tuple[ClearsWhen, ...], Field(min_length=1)]
    cleared_by: tuple[Case, ...] = ()
    quiet_s: Annotated[int, Field(gt=0)] | None = None
    after_s: Annotated[int, Field(gt=0)] | None = Field(
        default=None, description="how long the state lasts before it is worth a word"
    )

    cause: Words
    consequence: Words
    action: Words
    time_available_s: Annotated[int, Field(gt=0)]
    role: Role
    suppression: Words

    @field_validator("when", "cleared_by", mode="before")
    @classmethod
    def _one_case_is_a_list_of_one(cls, value: object, info: ValidationInfo) -> object:
        return [value] if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _hold_together(self) -> "AlarmType":
        if ("told" in self.clears_when) != bool(self.cleared_by):
            raise ValueError("cleared_by: with clears_when told, and only then")
        if ("quiet" in self.clears_when) != (self.quiet_s is not None):
            raise ValueError("quiet_s: with clears_when quiet, and only then")
        if self.group and self.subject is None:
            raise ValueError("subject: a group says what it is about")
        if self.priority == "by_severity" and not set(self.on) <= {
            "incident_opened",
            "incident_graver",
        }:
            raise ValueError("priority: by_severity is for incidents that open or grow graver")
        languages = [placeholders(getattr(self.reason, language)) for language in LANGUAGES]
        if languages[0] != languages[1] or languages[0] != languages[2]:
            raise ValueError("reason: the languages do not say the same values")
        return self

    @cached_property
    def facts(self) -> frozenset[str]:
        """The facts that its conditions look at."""
        return frozenset(
            name for case in (*self.when, *self.cleared_by) for name in case if name in vocabulary()
        )


class AlarmTypes(Row):
    """The whole table, and what the hot path asks of it."""

    version: Annotated[int, Field(ge=1)]
    priorities: dict[int, PriorityRow]
    priority_of_severity: dict[int, Priority]
    flood: FloodRow
    chatter: ChatterRow
    shelving: ShelvingRow
    late_after_s: Annotated[int, Field(gt=0)]
    stale_after_s: Annotated[int, Field(gt=0)]
    kept_s: Annotated[int, Field(gt=0)]
    vital_sources: frozenset[str]
    types: dict[str, AlarmType]

    @property
    def rule(self) -> str:
        return f"R-ALARM@{self.version}"

    @cached_property
    def by_occasion(self) -> Mapping[str, tuple[tuple[str, AlarmType], ...]]:
        """The types that an occasion may raise, in the order of the table."""
        return {
            on: tuple((name, row) for name, row in self.types.items() if on in row.on)
            for on in VALUES
        }

    @cached_property
    def clearing(self) -> Mapping[str, tuple[tuple[str, AlarmType], ...]]:
        """The types that an occasion may clear: its own, and those that they grow into."""
        return {
            on: tuple(
                (name, row)
                for name, row in self.types.items()
                if row.cleared_by and any(on in one.on for one in (row, *self.growing_into(name)))
            )
            for on in VALUES
        }

    def growing_into(self, name: str) -> tuple[AlarmType, ...]:
        """The types that become that one when there are enough of them."""
        return tuple(
            row
            for row in self.types.values()
            if row.grows_into is not None and row.grows_into.type == name
        )

    @cached_property
    def facts(self) -> frozenset[str]:
        """Facts that may raise or clear an alarm; an observation without any is soon done with."""
        return frozenset(
            name for row in self.types.values() if "observation" in row.on for name in row.facts
        )

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Kinds of observation that raise an alarm by themselves."""
        return frozenset(
            kind
            for _, row in self.by_occasion["observation"]
            for case in row.when
            for kind in _scalars(case.get("kind"))
            if isinstance(kind, str)
        )

    def about(self, type_name: str) -> About:
        """What an alarm of a type is about, also of one that the table no longer has."""
        row = self.types.get(type_name)
        return row.about if row is not None else "incident"


def placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def fits(cases: tuple[Case, ...], values: Mapping[str, Any]) -> bool:
    """Whether all lines of one of the cases hold; what is unknown holds never."""
    return any(
        all(_holds(wanted, values.get(name)) for name, wanted in case.items()) for case in cases
    )


def _holds(wanted: Wanted, value: object) -> bool:
    if value is None:
        return False
    if isinstance(wanted, Bounds):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (wanted.at_least is None or value >= wanted.at_least) and (
            wanted.at_most is None or value <= wanted.at_most
        )
    return any(type(one) is type(value) and one == value for one in _scalars(wanted))


def _scalars(wanted: Wanted | None) -> tuple[Scalar, ...]:
    if wanted is None or isinstance(wanted, Bounds):
        return ()
    return wanted if isinstance(wanted, tuple) else (wanted,)


@cache
def shipped_alarm_types() -> AlarmTypes:
    return _read(package_text("tocsin.alarms", FILE))


def read_alarm_types(text: str) -> AlarmTypes:
    """A table as someone edited it; raises TableError with all that is wrong."""
    return _read(text)


def _read(text: str) -> AlarmTypes:
    document = Document(text, FILE)
    table = document.checked(AlarmTypes)
    problems: list[str] = []

    def wrong(location: tuple[str | int, ...], what: str) -> None:
        problems.append(f"{document.where(location)}: {what}")

    if set(table.priorities) != {1, 2, 3}:
        wrong(("priorities",), "there are three: 1, 2 and 3")
    if not {2, 3, 4} <= set(table.priority_of_severity):
        wrong(("priority_of_severity",), "says the priority of severity 2, 3 and 4")
    for name, row in table.types.items():
        _check_type(table, name, row, wrong)
    if problems:
        raise TableError(problems)
    return table


Wrong = Callable[[tuple[str | int, ...], str], None]


def _check_type(table: AlarmTypes, name: str, row: AlarmType, wrong: Wrong) -> None:
    at = ("types", name)
    growing = table.growing_into(name)
    if not row.on and not growing:
        wrong((*at, "on"), "nothing raises this type and none grows into it")
    known = _values_of((row, *growing))
    for part in ("when", "cleared_by"):
        for i, case in enumerate(getattr(row, part)):
            for value, told in _misfits(case, known):
                wrong((*at, part, i, value), told)
    said = placeholders(row.reason.en) | placeholders(row.subject or "")
    for value in sorted(said - known):
        wrong((*at, "reason"), f"{{{value}}}: no occasion of this type tells that")
    if row.grows_into is not None:
        other = table.types.get(row.grows_into.type)
        if other is None:
            wrong((*at, "grows_into", "type"), f"there is no type {row.grows_into.type!r}")
        elif (other.about, other.subject) != (row.about, row.subject):
            wrong((*at, "grows_into", "type"), "is about something else")


def _values_of(rows: tuple[AlarmType, ...]) -> frozenset[str]:
    """All that the occasions of these types tell; types that are grown into know the number."""
    occasions = {on for row in rows for on in row.on}
    known = frozenset[str]().union(*(VALUES[on] for on in occasions))
    if "observation" in occasions:
        known |= vocabulary().keys()
    return known | {"number"} if len(rows) > 1 else known


def _misfits(case: Case, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The values of a case that nothing tells, or that can never be so."""
    for value, wanted in case.items():
        if value not in known:
            yield value, "no occasion of this type tells that"
            continue
        for told in _never_so(value, wanted):
            yield value, told


def _never_so(name: str, wanted: Wanted) -> list[str]:
    """Values that a fact, a kind or a type can never have."""
    fact = vocabulary().get(name)
    scalars = _scalars(wanted)
    if fact is not None and isinstance(wanted, Bounds) and fact.type not in ("int", "number"):
        return ["the fact is no number"]
    if fact is not None and fact.type == "bool":
        return [f"can never be {one!r}" for one in scalars if not isinstance(one, bool)]
    if fact is not None and fact.choices is not None:
        return [f"can never be {one!r}" for one in scalars if one not in fact.choices]
    if name == "type":
        return [f"there is no type {one!r}" for one in scalars if one not in incident_types()]
    if name == "kind" and fact is None:
        known = {*KINDS, *get_args(AdviceKind), *get_args(RelationKind)}
        return [f"there is no kind {one!r}" for one in scalars if one not in known]
    return []
