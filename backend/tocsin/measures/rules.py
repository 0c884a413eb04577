"""The tie rules as data, checked against the vocabulary they speak of."""

import string
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tocsin.measures.catalogue import Relation, measures
from tocsin.tables import LANGUAGES, Row, Words, load, refuse
from tocsin.taxonomy.facts import Fact, vocabulary
from tocsin.taxonomy.types import MeasureCode, families, types

Strength = Literal["auto", "suggested"]
Scalar = bool | int | float | str

ABOUT_THE_INCIDENT = frozenset({"severity", "type", "place"})
_COMPARISONS = ("is_", "known", "at_least", "one_of", "differs_from")


class FactSum(Row):
    """Counts that are added up; what is not known adds nothing."""

    facts: Annotated[tuple[str, ...], Field(min_length=2)]
    at_least: Annotated[int, Field(gt=0)]


class Condition(Row):
    """One line of a rule: what it looks at, and for a fact how it is compared."""

    fact: str | None = None
    is_: Scalar | None = Field(default=None, alias="is")
    known: Literal[True] | None = None
    at_least: int | float | None = None
    one_of: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    differs_from: str | None = Field(default=None, description="another fact; both are known")

    not_fact: str | None = Field(default=None, description="unknown or false")
    fact_sum_at_least: FactSum | None = None
    type_in: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    type_family: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    severity_at_least: Annotated[int, Field(ge=1, le=4)] | None = None
    exercise: Literal[True] | None = None
    source_class: str | None = None
    code_kind: str | None = Field(default=None, description="the incident has such a code")
    any: Annotated[tuple["Condition", ...], Field(min_length=2)] | None = None
    all: Annotated[tuple["Condition", ...], Field(min_length=2)] | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> "Condition":
        comparisons = [name for name in _COMPARISONS if getattr(self, name) is not None]
        heads = [
            name
            for name in type(self).model_fields
            if name not in _COMPARISONS and getattr(self, name) is not None
        ]
        if len(heads) != 1:
            raise ValueError(f"a condition looks at one thing, this one at {heads or 'nothing'}")
        if (self.fact is not None) != (len(comparisons) == 1):
            raise ValueError("a fact, and only a fact, is compared in exactly one way")
        return self

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
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
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
        read = {name for condition in self.when for name in condition.facts()}
        for reason in self.reasons:
            read.update(reason.needs)
            for names in reason.placeholders().values():
                read.update(name for name in names if name not in ABOUT_THE_INCIDENT)
        return frozenset(read)


class _RuleTable(Row):
    rules: tuple[Rule, ...]


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the table."""
    return checked(load(_RuleTable, __package__, "rules.yaml").rules, "rules.yaml")


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
        for condition in rule.when:
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
    fact = vocabulary().get(condition.fact or "")
    if fact is not None:
        yield from _never_so(condition, fact)
    for part in (*(condition.any or ()), *(condition.all or ())):
        yield from _misfits(part)


def _never_so(condition: Condition, fact: Fact) -> Iterator[str]:
    if condition.at_least is not None and fact.type not in ("int", "number"):
        yield f"{condition.fact}: at_least: the fact is no number"
    if condition.is_ is not None and isinstance(condition.is_, bool) != (fact.type == "bool"):
        yield f"{condition.fact}: is: the fact is of type {fact.type}"
    wanted = [*(condition.one_of or ())]
    wanted += [condition.is_] if isinstance(condition.is_, str) else []
    for value in wanted:
        if fact.choices is not None and value not in fact.choices:
            yield f"{condition.fact}: can never be {value!r}"
