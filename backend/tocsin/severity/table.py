"""The severity table: doubts that hold a grade down, rules that advise, all of it data."""

import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tocsin.contract.observation import Kind
from tocsin.tables import LANGUAGES, Document, Row, TableError, Words, package_text
from tocsin.taxonomy.facts import Fact, vocabulary
from tocsin.taxonomy.types import families, types

FILE = "escalators.yaml"
# It tells of a threat, not of an incident: shown beside a grade, it never moves one.
CONTEXT_ONLY = frozenset({"threat_level"})

Plan = Literal["medical_plan", "psychosocial_plan"]
Phase = Literal["communale", "provinciale", "federale"]
Scalar = bool | int | float | str
Grade = Annotated[int, Field(ge=1, le=4)]
Positive = Annotated[int, Field(ge=1)]

_COMPARISONS = ("is_", "one_of", "at_least", "more_than")
# What a line of each kind lets the criterion quote.
_QUOTED_BY = {
    "sum": {"sum", "threshold"},
    "largest": {"largest", "largest_name", "threshold"},
    "communes_at_least": {"communes", "communes_count"},
    "disciplines_at_least": {"disciplines"},
    "site_in": {"site"},
    "hinted": {"hint", "hint_type", "source"},
}
_ALWAYS_QUOTED = frozenset({"type", "severity", "place"})


class Figures(Row):
    """Counts of people, and the least of them that matters."""

    facts: Annotated[tuple[str, ...], Field(min_length=1)]
    at_least: Positive | None = None
    more_than: Positive | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> "Figures":
        if (self.at_least is None) == (self.more_than is None):
            raise ValueError("figures are compared in exactly one way: at_least or more_than")
        return self


class Line(Row):
    """One line of a rule: what it looks at, and for a fact how it is compared."""

    fact: str | None = None
    is_: Scalar | None = Field(default=None, alias="is")
    one_of: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    at_least: int | float | None = None
    more_than: int | float | None = None

    not_fact: str | None = None
    sum: Figures | None = None
    largest: Figures | None = None
    type_in: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    type_not_in: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    family_not_in: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    severity_at_least: Grade | None = None
    severity_at_most: Grade | None = None
    communes_at_least: Positive | None = None
    communes_at_most: Positive | None = None
    disciplines_at_least: Positive | None = None
    code_kind: str | None = None
    site_in: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    hinted: Literal["severity", "type"] | None = None
    together: Annotated[tuple["Line", ...], Field(min_length=2)] | None = None
    any: Annotated[tuple["Line", ...], Field(min_length=2)] | None = None
    all: Annotated[tuple["Line", ...], Field(min_length=2)] | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> "Line":
        comparisons = [name for name in _COMPARISONS if getattr(self, name) is not None]
        heads = [
            name
            for name in type(self).model_fields
            if name not in _COMPARISONS and getattr(self, name) is not None
        ]
        if len(heads) != 1:
            raise ValueError(f"a line looks at one thing, this one at {heads or 'nothing'}")
        if (self.fact is not None) != (len(comparisons) == 1):
            raise ValueError("a fact, and only a fact, is compared in exactly one way")
        if any(line.fact is None for line in self.together or ()):
            raise ValueError("together: only facts can be said by one observation")
        return self

    @cached_property
    def head(self) -> str:
        """The name of the one thing that the line looks at."""
        set_ = (name for name in type(self).model_fields if getattr(self, name) is not None)
        return next(name for name in set_ if name not in _COMPARISONS)

    def needs(self) -> frozenset[str]:
        """Facts without any of which the line cannot hold; empty when it could."""
        if self.fact is not None:
            return frozenset({self.fact})
        for figures in (self.sum, self.largest):
            if figures is not None:
                return frozenset(figures.facts)
        if self.any is not None:
            parts = [part.needs() for part in self.any]
            return frozenset().union(*parts) if all(parts) else frozenset()
        for part in self.together or self.all or ():
            if part.needs():
                return part.needs()
        return frozenset()

    def within(self) -> Iterator["Line"]:
        """The line itself and all that it holds."""
        yield self
        for part in (*(self.together or ()), *(self.any or ()), *(self.all or ())):
            yield from part.within()

    def facts(self) -> Iterator[str]:
        """Every fact that the line reads."""
        for line in self.within():
            yield from (name for name in (line.fact, line.not_fact) if name is not None)
            for figures in (line.sum, line.largest):
                yield from figures.facts if figures is not None else ()


class Gives(Row):
    """What a rule advises: at least one of the three."""

    severity: Grade | Literal["one_more", "hinted"] | None = None
    plan: Plan | None = None
    phase: Phase | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> "Gives":
        if self.severity is None and self.plan is None and self.phase is None:
            raise ValueError("a rule gives a severity, a plan or a phase")
        return self


class Rule(Row):
    rule: Annotated[str, Field(pattern=r"^R-[A-Z0-9]+(-[A-Z0-9]+)+$")]
    version: Positive
    gives: Gives
    when: Annotated[tuple[Line, ...], Field(min_length=1)]
    criterion: Words

    @property
    def name(self) -> str:
        return f"{self.rule}@{self.version}"

    @cached_property
    def needs(self) -> frozenset[str]:
        """Facts of which at least one must be known; empty when the rule can do without."""
        return next((needs for line in self.when if (needs := line.needs())), frozenset())

    def lines(self) -> Iterator[Line]:
        for line in self.when:
            yield from line.within()

    def facts(self) -> frozenset[str]:
        return frozenset(name for line in self.when for name in line.facts())

    @model_validator(mode="after")
    def _hints_are_looked_at(self) -> "Rule":
        hinted = any(line.hinted is not None for line in self.when)
        if (self.gives.severity == "hinted") != hinted:
            raise ValueError("severity: hinted and a line {hinted: …} come together or not at all")
        return self


class Doubt(Row):
    """What rests on such observations alone stays at `at_most`."""

    rule: Annotated[str, Field(pattern=r"^R-CAP-[A-Z0-9]+$")]
    version: Positive
    doubt: Literal["unverified_hit", "trial"]
    at_most: Annotated[int, Field(ge=0, le=3)]
    advice: bool
    why: Words

    @property
    def name(self) -> str:
        return f"{self.rule}@{self.version}"


class _Table(Row):
    doubts: tuple[Doubt, ...]
    bearing_kinds: frozenset[Kind]
    heads: dict[Literal["severity", Plan, Phase], Words]
    announced: dict[Plan, str]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SeverityTable:
    """The table as rules read it.

    `facts`, `code_kinds`: those that can change what is advised; `site_types`: types of incident
    for which it matters what site they are at.
    """

    doubts: tuple[Doubt, ...]
    bearing_kinds: frozenset[str]
    heads: dict[str, Words]
    announced: dict[str, str]
    rules: tuple[Rule, ...]
    facts: frozenset[str]
    code_kinds: frozenset[str]
    site_types: frozenset[str]


@cache
def shipped_severity() -> SeverityTable:
    return read_severity(package_text(__package__, FILE))


def read_severity(text: str) -> SeverityTable:
    """The table that this YAML says; TableError with every line that does not fit."""
    document = Document(text, FILE)
    table = document.checked(_Table)
    problems = [f"{document.where(path)}: {what}" for path, what in _misfits(table)]
    if problems:
        raise TableError(problems)
    return SeverityTable(
        doubts=table.doubts,
        bearing_kinds=frozenset(table.bearing_kinds),
        heads={str(name): words for name, words in table.heads.items()},
        announced={str(plan): fact for plan, fact in table.announced.items()},
        rules=table.rules,
        code_kinds=frozenset(
            line.code_kind for rule in table.rules for line in rule.lines() if line.code_kind
        ),
        site_types=frozenset(code for rule in table.rules for code in _types_at_sites(rule)),
        facts=frozenset(table.announced.values()).union(*(rule.facts() for rule in table.rules)),
    )


def _types_at_sites(rule: Rule) -> Iterator[str]:
    if any(line.site_in is not None for line in rule.lines()):
        chosen = [line.type_in for line in rule.when if line.type_in is not None]
        yield from (code for code in types() if all(code in among for among in chosen))


def _misfits(table: _Table) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What spans rows, or names what does not exist."""
    yield from _twice("doubts", [doubt.rule for doubt in table.doubts])
    yield from _twice("rules", [rule.rule for rule in table.rules])
    for plan, fact in table.announced.items():
        if fact not in vocabulary():
            yield ("announced", plan), f"there is no fact {fact!r}"
    for i, rule in enumerate(table.rules):
        for j, line in enumerate(rule.when):
            for what in (*_unknown_in(line), *_never_so(line)):
                yield ("rules", i, "when", j), what
        for what in _gifts_without_words(rule.gives, table):
            yield ("rules", i, "gives"), what
        for what in _criterion_misfits(rule):
            yield ("rules", i, "criterion"), what


def _twice(where: str, names: list[str]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for i, name in enumerate(names):
        if name in names[:i]:
            yield (where, i, "rule"), f"{name} comes a second time"


def _gifts_without_words(gives: Gives, table: _Table) -> Iterator[str]:
    for head in (gives.plan, gives.phase, "severity" if gives.severity is not None else None):
        if head is not None and head not in table.heads:
            yield f"heads has no sentence for {head}"
    if gives.plan is not None and gives.plan not in table.announced:
        yield f"announced has no fact for {gives.plan}"


def _unknown_in(line: Line) -> Iterator[str]:
    for part in line.within():
        for code in (*(part.type_in or ()), *(part.type_not_in or ())):
            if code not in types():
                yield f"there is no type {code}"
        for family in part.family_not_in or ():
            if family not in families():
                yield f"there is no family {family}"
    for name in dict.fromkeys(line.facts()):
        if name not in vocabulary():
            yield f"there is no fact {name!r}"
        elif name in CONTEXT_ONLY:
            yield f"{name} is context: it never changes a severity, a plan or a phase"


def _never_so(line: Line) -> Iterator[str]:
    for part in line.within():
        for figures in (part.sum, part.largest):
            for name in figures.facts if figures is not None else ():
                if name in vocabulary() and vocabulary()[name].type != "int":
                    yield f"{name} is no count"
        fact = vocabulary().get(part.fact or "")
        if fact is not None:
            yield from _no_such_value(part, fact)


def _no_such_value(line: Line, fact: Fact) -> Iterator[str]:
    compared = line.at_least is not None or line.more_than is not None
    if compared and fact.type not in ("int", "number"):
        yield f"{line.fact} is no number"
    if line.is_ is not None and isinstance(line.is_, bool) != (fact.type == "bool"):
        yield f"{line.fact} is of type {fact.type}"
    wanted = [*(line.one_of or ()), *([line.is_] if isinstance(line.is_, str) else [])]
    for value in wanted:
        if fact.choices is not None and value not in fact.choices:
            yield f"{line.fact} can never be {value!r}"


def _criterion_misfits(rule: Rule) -> Iterator[str]:
    said = {language: placeholders(getattr(rule.criterion, language)) for language in LANGUAGES}
    if any(set(names) != set(said["fr"]) for names in said.values()):
        yield "the languages do not say the same"
    quotable = set(_ALWAYS_QUOTED) | rule.facts()
    for line in rule.lines():
        quotable |= _QUOTED_BY.get(line.head, set())
        if line.at_least is not None or line.more_than is not None:
            quotable.add("threshold")
    for name in said["fr"]:
        if name not in quotable:
            yield f"{{{name}}}: no line of this rule tells it"


def placeholders(sentence: str) -> tuple[str, ...]:
    """The names in braces, in the order of the sentence."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)
