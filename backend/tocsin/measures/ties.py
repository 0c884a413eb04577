"""Which measures an incident concerns, with rule, evidence and reason. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from tocsin.measures.catalogue import Relation, catalogue, measures, natural
from tocsin.measures.conditions import (
    Holds,
    all_of,
    condition,
    guard,
    is_about_type,
    is_of,
    none_of,
)
from tocsin.measures.reasons import Variant, first_that_fits, reason_in_words, variant
from tocsin.measures.rules import FILE, Rule, Strength, read_table
from tocsin.measures.view import IncidentView
from tocsin.tables import package_text


@dataclass(slots=True)
class TieDraft:
    """A tie that a rule asks for; `evidence` are the records whose facts it used or quotes."""

    id: str
    measure: dict[str, str]
    relation: str
    strength: Strength
    rule: str
    evidence: tuple[str, ...]
    reason: dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class _Compiled:
    """A rule for incidents of one type: lines about types are settled and gone.

    `guard`: facts of which at least one must be known; empty when the rule can do without.
    """

    id: str
    measure: str
    relation: str
    strength: Strength
    name: str
    guard: frozenset[str]
    holds: Holds
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """The rules that can hold for a type, found by what is known: most need a fact that is not.

    `always`: places of those that can do without facts; `by_fact`: of those that a fact wakes.
    """

    rules: tuple[_Compiled, ...]
    always: frozenset[int]
    by_fact: dict[str, tuple[int, ...]]

    def candidates(self, facts: Iterable[str]) -> list[_Compiled]:
        places = set(self.always)
        for name in facts:
            woken = self.by_fact.get(name)
            if woken is not None:
                places.update(woken)
        rules = self.rules
        return [rules[place] for place in sorted(places)]


class SitesWanted(NamedTuple):
    """Sites up to so many metres away, of these kinds (None: any)."""

    metres: int
    kinds: frozenset[str] | None


class TieRules:
    """A checked table of rules, ready to be applied.

    The rules are put into the order in which screens list ties, so applying them needs no sort:
    strength, axis, number of the measure, relation, place in the table. The first rule that gives
    an id therefore wins, and an automatic one wins over a suggested one.

    `relevant_facts` can change a tie or its reason; `timed_facts` are those whose age counts.
    """

    def __init__(self, found: Iterable[Rule]) -> None:
        self.rules = tuple(found)
        self.relevant_facts = frozenset[str]().union(*(rule.facts() for rule in self.rules))
        self.timed_facts = frozenset[str]().union(*(rule.timed_facts() for rule in self.rules))
        self._ordered = sorted(self.rules, key=_rank)
        self._lasting = frozenset(rule.rule for rule in self.rules if rule.lasting)
        self._plans: dict[str, _Plan] = {}
        self._timed_plans: dict[str, _Plan] = {}
        self._sites_for_type: dict[str, SitesWanted | None] = {}

    def lasts(self, rule: str) -> bool:
        """Whether a tie by this rule (`R-…@1`) outlives what brought it about."""
        return rule.partition("@")[0] in self._lasting

    def candidates(self, code: str, facts: Iterable[str]) -> Iterable[_Compiled]:
        """Rules for a type of which some fact, if they need any, is known; in their order."""
        plan = self._plans.get(code)
        if plan is None:
            plan = self._plans[code] = _plan(self._ordered, code)
        return plan.candidates(facts)

    def timed(self, code: str, facts: Iterable[str]) -> Iterable[_Compiled]:
        """Those among them that time alone can make hold."""
        plan = self._timed_plans.get(code)
        if plan is None:
            timed = [rule for rule in self._ordered if rule.is_timed]
            plan = self._timed_plans[code] = _plan(timed, code)
        return plan.candidates(facts)

    def sites_for_type(self, code: str) -> SitesWanted | None:
        """The sites that rules for this type ask about; None when they ask about none."""
        if code not in self._sites_for_type:
            asked = [
                part.site_within
                for rule in self._ordered
                if _can_hold(rule, code)
                for line in rule.when
                for part in line.parts()
                if part.site_within is not None
            ]
            kinds = frozenset(kind for near in asked for kind in near.kinds or ())
            self._sites_for_type[code] = (
                SitesWanted(
                    max(near.m for near in asked),
                    kinds if all(near.kinds for near in asked) else None,
                )
                if asked
                else None
            )
        return self._sites_for_type[code]


@cache
def shipped_rules() -> TieRules:
    return read_rules(package_text(__package__, FILE))


@lru_cache(maxsize=4)
def read_rules(text: str) -> TieRules:
    """The rules of a YAML text; TableError when they cannot be used."""
    return TieRules(read_table(text))


def ties_for(view: IncidentView, tie_rules: TieRules) -> list[TieDraft]:
    """Every tie the rules ask for, the sure ones first; the same view gives the same list."""
    facts = view.facts
    plan = catalogue().plan
    drafts: list[TieDraft] = []
    done: set[str] = set()
    for item in tie_rules.candidates(view.type, facts):
        if item.id in done:
            continue
        used: list[str] = []
        if not item.holds(view, used):
            continue
        done.add(item.id)
        choice = first_that_fits(item.variants, view)
        used += [facts[name]["observation"] for name in choice.quoted if name in facts]
        drafts.append(
            TieDraft(
                item.id,
                {"plan": plan, "code": item.measure},
                item.relation,
                item.strength,
                item.name,
                _evidence(used),
                reason_in_words(choice, view),
            )
        )
    return drafts


def times_to_review(view: IncidentView, tie_rules: TieRules, given: Iterable[str]) -> bool:
    """Whether the mere passing of time asks for a tie that is not among those given (ids)."""
    known = set(given)
    return any(
        item.id not in known and item.holds(view, [])
        for item in tie_rules.timed(view.type, view.facts)
    )


def tie_id(measure: str, relation: Relation | str) -> str:
    """An incident has at most one tie of a kind to a measure."""
    return f"{measure}:{relation}"


def _rank(rule: Rule) -> tuple[Any, ...]:
    relations = list(catalogue().relations)
    return (
        rule.strength != "auto",
        axis_rank(rule.measure),
        natural(rule.measure),
        relations.index(rule.relation),
    )


@cache
def axis_rank(code: str) -> int:
    """Reaction, prevention, follow-up, then the measures of other themes."""
    axes = list(catalogue().axes)
    row = measures().get(code)
    return len(axes) if row is None or row.axis is None else axes.index(row.axis)


def _can_hold(rule: Rule, code: str) -> bool:
    return all(is_of(line, code) for line in rule.when if is_about_type(line)) and not any(
        is_of(line, code) for line in rule.not_when if is_about_type(line)
    )


def _plan(among: list[Rule], code: str) -> _Plan:
    rules = tuple(_compile(rule, code) for rule in among if _can_hold(rule, code))
    by_fact: dict[str, tuple[int, ...]] = {}
    for place, rule in enumerate(rules):
        for name in rule.guard:
            by_fact[name] = (*by_fact.get(name, ()), place)
    always = frozenset(place for place, rule in enumerate(rules) if not rule.guard)
    return _Plan(rules, always, by_fact)


def _compile(rule: Rule, code: str) -> _Compiled:
    lines = [line for line in rule.when if not is_about_type(line)]
    parts = [condition(line) for line in lines]
    exceptions = tuple(line for line in rule.not_when if not is_about_type(line))
    if exceptions:
        parts.append(none_of(exceptions))
    return _Compiled(
        id=tie_id(rule.measure, rule.relation),
        measure=rule.measure,
        relation=rule.relation,
        strength=rule.strength,
        name=rule.name,
        guard=next((facts for line in lines if (facts := guard(line))), frozenset()),
        holds=all_of(parts),
        variants=tuple(variant(reason) for reason in rule.reasons),
    )


def _evidence(used: list[str]) -> tuple[str, ...]:
    return tuple(sorted({one for one in used if one}))
