"""The tie rules as data, checked against the vocabulary they speak of."""

import string
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tocsin.measures.catalogue import Relation, measures
from tocsin.places import sites
from tocsin.situation.picture import IncidentState
from tocsin.situation.records import AdviceKind, RelationKind
from tocsin.tables import LANGUAGES, Document, Row, Words, refuse
from tocsin.taxonomy.facts import Fact, vocabulary
from tocsin.taxonomy.types import MeasureCode, families, types

Strength = Literal["auto", "suggested"]
FILE = "rules.yaml"
Scalar = bool | int | float | str
Review = Literal["required", "waived", "done"]

# What a sentence may quote besides facts.
OF_THE_INCIDENT = frozenset(
    {
        *("severity", "type", "place", "site_name", "site_m"),
        *("others", "trial_source", "trial_lead"),
    }
)
_COMPARISONS = ("is_", "known", "at_least", "at_most", "one_of", "differs_from")
_OF_A_FACT = (*_COMPARISONS, "for_minutes")


class FactSum(Row):
    """Counts that are added up; what is not known adds nothing."""

    facts: Annotated[tuple[str, ...], Field(min_length=2)]
    at_least: Annotated[int, Field(gt=0)]


class SiteWithin(Row):
    """A site of the register, of any kind unless some are named, at most that far away."""

    m: Annotated[int, Field(gt=0, le=2000)]
    kinds: Annotated[tuple[str, ...], Field(min_length=1)] | None = None


class Condition(Row):
    """One line of a rule: what it looks at, and for a fact how it is compared."""

    fact: str | None = None
    is_: Scalar | None = Field(default=None, alias="is")
    known: Literal[True] | None = None
    at_least: int | float | None = None
    at_most: int | float | None = None
    one_of: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    differs_from: str | None = Field(default=None, description="another fact; both are known")
    for_minutes: Annotated[int, Field(gt=0)] | None = Field(
        default=None, description="it has been so at least that long"
    )

    not_fact: str | None = Field(default=None, description="unknown or false")
    fact_sum_at_least: FactSum | None = None
    type_in: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    type_family: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    severity_at_least: Annotated[int, Field(ge=1, le=4)] | None = None
    exercise: Literal[True] | None = None
    source_class: str | None = None
    code_kind: str | None = Field(default=None, description="the incident has such a code")
    state_in: Annotated[tuple[IncidentState, ...], Field(min_length=1)] | None = None
    review_in: Annotated[tuple[Review, ...], Field(min_length=1)] | None = None
    phase_ever: Literal[True] | None = None
    activation_at_least: Literal["pre_alert", "alert"] | None = None
    open_minutes: Annotated[int, Field(gt=0)] | None = None
    site_within: SiteWithin | None = None
    advice: AdviceKind | None = Field(default=None, description="open advice of that kind")
    relation: Annotated[tuple[RelationKind, ...], Field(min_length=1)] | None = None
    trial: Literal["attached", "voted"] | None = None
    any: Annotated[tuple["Condition", ...], Field(min_length=2)] | None = None
    all: Annotated[tuple["Condition", ...], Field(min_length=2)] | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> "Condition":
        comparisons = [name for name in _COMPARISONS if getattr(self, name) is not None]
        heads = [
            name
            for name in type(self).model_fields
            if name not in _OF_A_FACT and getattr(self, name) is not None
        ]
        if len(heads) != 1:
            raise ValueError(f"a condition looks at one thing, this one at {heads or 'nothing'}")
        if (self.fact is not None) != (len(comparisons) == 1):
            raise ValueError("a fact, and only a fact, is compared in exactly one way")
        if self.for_minutes is not None and (self.fact is None or self.differs_from is not None):
            raise ValueError("for_minutes goes with one fact")
        return self

    def parts(self) -> Iterator["Condition"]:
        """The line itself and those within it."""
        yield self
        for part in (*(self.any or ()), *(self.all or ())):
            yield from part.parts()

    def facts(self) -> Iterator[str]:
        """Every fact this condition reads."""
        for name in (self.fact, self.not_fact, self.differs_from):
            if name is not None:
                yield name
        if self.fact_sum_at_least is not None:
            yield from self.fact_sum_at_least.facts
        for part in (*(self.any or ()), *(self.all or ())):
            yield from part.facts()


class Reason(Words):
    """A sentence with the evidence in it; it is used when every fact in `needs` holds."""

    needs: tuple[str, ...] = ()

    def placeholders(self) -> dict[str, tuple[str, ...]]:
        """The names in braces, by language, in the order of the sentence."""
        return {
            language: tuple(
                name
                for _, name, _, _ in string.Formatter().parse(getattr(self, language))
                if name is not None
            )
            for language in LANGUAGES
        }


class Rule(Row):
    rule: Annotated[str, Field(pattern=r"^R-M\d{1,2}\.\d{1,2}-[a-z]$")]
    version: Annotated[int, Field(ge=1)]
    measure: MeasureCode
    relation: Relation
    strength: Strength
    lasting: bool = Field(default=False, description="a gap stays one when it is closed later")
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    not_when: tuple[Condition, ...] = ()
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _hold_together(self) -> "Rule":
        if not self.rule.startswith(f"R-{self.measure}-"):
            raise ValueError(f"rule: a rule of {self.measure} is called R-{self.measure}-…")
        if self.reasons[-1].needs or not all(reason.needs for reason in self.reasons[:-1]):
            raise ValueError("reasons: only the last one needs nothing")
        return self

    @property
    def name(self) -> str:
        return f"{self.rule}@{self.version}"

    def facts(self) -> frozenset[str]:
        """Every fact that can change what this rule says."""
        read = {name for line in self._lines() for name in line.facts()}
        for reason in self.reasons:
            read.update(reason.needs)
            for names in reason.placeholders().values():
                read.update(names)
        return frozenset(read - OF_THE_INCIDENT)

    def timed_facts(self) -> frozenset[str]:
        """Facts whose age counts."""
        return frozenset(
            part.fact
            for line in self._lines()
            for part in line.parts()
            if part.fact is not None and part.for_minutes is not None
        )

    @property
    def is_timed(self) -> bool:
        """Whether time alone can make it hold."""
        return any(
            part.for_minutes is not None or part.open_minutes is not None
            for line in self.when
            for part in line.parts()
        )

    def _lines(self) -> tuple[Condition, ...]:
        return (*self.when, *self.not_when)


class _RuleTable(Row):
    rules: tuple[Rule, ...]


def read_table(text: str) -> tuple[Rule, ...]:
    """All rules of a table's text, in its order; TableError when they cannot be used."""
    return checked(Document(text, FILE).checked(_RuleTable).rules, FILE)


def checked(found: tuple[Rule, ...], file: str) -> tuple[Rule, ...]:
    """The same rules, when they speak only of what exists."""
    problems: list[str] = []
    seen: set[str] = set()
    for rule in found:
        if rule.rule in seen:
            problems.append(f"{rule.rule}: comes a second time")
        seen.add(rule.rule)
        if rule.measure not in measures():
            problems.append(f"{rule.rule}: measure: the plan has no {rule.measure}")
        problems += [
            f"{rule.rule}: there is no fact {name!r}"
            for name in sorted(rule.facts() - vocabulary().keys())
        ]
        for condition in (*rule.when, *rule.not_when):
            problems += [f"{rule.rule}: when: {p}" for p in _misfits(condition)]
        for reason in rule.reasons:
            names = [set(found) for found in reason.placeholders().values()]
            if names[0] != names[1] or names[0] != names[2]:
                problems.append(f"{rule.rule}: reasons: the languages do not say the same facts")
    refuse(file, problems)
    return found


def _misfits(condition: Condition) -> Iterator[str]:
    """Types, families and values that no fact or incident can have."""
    for code in condition.type_in or ():
        if code not in types():
            yield f"type_in: there is no type {code}"
    for family in condition.type_family or ():
        if family not in families():
            yield f"type_family: there is no family {family}"
    for kind in condition.site_within.kinds or () if condition.site_within else ():
        if kind not in site_kinds():
            yield f"site_within: there is no site of kind {kind}"
    fact = vocabulary().get(condition.fact or "")
    if fact is not None:
        yield from _never_so(condition, fact)
    for part in (*(condition.any or ()), *(condition.all or ())):
        yield from _misfits(part)


@cache
def site_kinds() -> frozenset[str]:
    return frozenset(site.kind for site in sites())


def _never_so(condition: Condition, fact: Fact) -> Iterator[str]:
    for name in ("at_least", "at_most"):
        if getattr(condition, name) is not None and fact.type not in ("int", "number"):
            yield f"{condition.fact}: {name}: the fact is no number"
    if condition.is_ is not None and isinstance(condition.is_, bool) != (fact.type == "bool"):
        yield f"{condition.fact}: is: the fact is of type {fact.type}"
    wanted = [*(condition.one_of or ())]
    wanted += [condition.is_] if isinstance(condition.is_, str) else []
    for value in wanted:
        if fact.choices is not None and value not in fact.choices:
            yield f"{condition.fact}: can never be {value!r}"
