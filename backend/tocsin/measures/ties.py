"""Which measures an incident concerns, with rule, evidence and reason. Pure functions."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from tocsin.measures.catalogue import catalogue, measures, natural
from tocsin.measures.rules import ABOUT_THE_INCIDENT, Condition, Reason, Rule, Strength, rules
from tocsin.tables import LANGUAGES, Language
from tocsin.taxonomy.facts import Fact, vocabulary
from tocsin.taxonomy.types import types

Facts = Mapping[str, Mapping[str, Any]]
Holds = Callable[["IncidentView", list[str]], bool]

_UNKNOWN: dict[Language, str] = {"fr": "inconnu", "nl": "onbekend", "en": "unknown"}
_YES: dict[Language, str] = {"fr": "oui", "nl": "ja", "en": "yes"}
_NO: dict[Language, str] = {"fr": "non", "nl": "neen", "en": "no"}
_BRACES = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class IncidentView:
    """What rules may know of an incident.

    `facts`: name → {"value", "observation"}; `codes`: `kind:code`; `source_classes`: the part of
    a source's name before its colon.
    """

    type: str
    severity: int
    facts: Facts
    codes: tuple[str, ...] = ()
    source_classes: tuple[str, ...] = ()
    place: str | None = None
    exercise: bool = False


@dataclass(slots=True)
class TieDraft:
    """A tie that a rule asks for; `evidence` are the observations whose facts it used or quotes."""

    id: str
    measure: dict[str, str]
    relation: str
    strength: Strength
    rule: str
    evidence: tuple[str, ...]
    reason: dict[str, str]


def ties_for(view: IncidentView) -> list[TieDraft]:
    """Every tie the rules ask for, the sure ones first; the same view gives the same list."""
    return _compiled()(view)


@cache
def relevant_facts() -> frozenset[str]:
    """Facts that can change a tie or its reason.

    Besides these only type, severity, place, source classes, codes and `exercise` count; when none
    of all these changed, neither did the ties.
    """
    return frozenset().union(*(rule.facts() for rule in rules()))


@dataclass(frozen=True, slots=True, eq=False)
class _Variant:
    """One reason: its sentences with %s for each name, in the order of the names.

    `facts`: what the sentences print; `quoted`: that and what made us choose them, thus evidence.
    """

    needs: tuple[str, ...]
    sentences: tuple[tuple[Language, str, tuple[str, ...]], ...]
    facts: tuple[str, ...]
    quoted: tuple[str, ...]


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
    variants: tuple[_Variant, ...]


def compile_rules(found: Iterable[Rule]) -> Callable[[IncidentView], list[TieDraft]]:
    """A function that applies these rules.

    The rules are put into the order in which screens list ties, so applying them needs no sort:
    strength, axis, number of the measure, relation, place in the table. The first rule that gives
    an id therefore wins, and an automatic one wins over a suggested one.
    """
    ordered = sorted(found, key=_rank)
    plan = catalogue().plan

    @cache
    def for_type(code: str) -> tuple[_Compiled, ...]:
        return tuple(_compile(rule, code) for rule in ordered if _can_hold(rule, code))

    def apply(view: IncidentView) -> list[TieDraft]:
        facts = view.facts
        drafts: list[TieDraft] = []
        done: set[str] = set()
        for item in for_type(view.type):
            if item.guard and item.guard.isdisjoint(facts):
                continue
            used: list[str] = []
            if item.id in done or not item.holds(view, used):
                continue
            done.add(item.id)
            variant = _first_that_fits(item.variants, facts)
            used += [name for name in variant.quoted if name in facts]
            drafts.append(
                TieDraft(
                    item.id,
                    {"plan": plan, "code": item.measure},
                    item.relation,
                    item.strength,
                    item.name,
                    _evidence(used, facts),
                    _reason(variant, view),
                )
            )
        return drafts

    return apply


def _rank(rule: Rule) -> tuple[Any, ...]:
    axes, relations = list(catalogue().axes), list(catalogue().relations)
    axis = measures()[rule.measure].axis
    return (
        rule.strength != "auto",
        axes.index(axis) if axis is not None else len(axes),
        natural(rule.measure),
        relations.index(rule.relation),
    )


def _can_hold(rule: Rule, code: str) -> bool:
    return all(_is_of(line, code) for line in rule.when if _is_about_type(line))


def _compile(rule: Rule, code: str) -> _Compiled:
    lines = [line for line in rule.when if not _is_about_type(line)]
    return _Compiled(
        id=f"{rule.measure}:{rule.relation}",
        measure=rule.measure,
        relation=rule.relation,
        strength=rule.strength,
        name=rule.name,
        guard=next((facts for line in lines if (facts := _guard(line))), frozenset()),
        holds=_all_of([_condition(line) for line in lines]),
        variants=tuple(_variant(reason) for reason in rule.reasons),
    )


def _is_about_type(line: Condition) -> bool:
    if line.any is not None:
        return all(_is_about_type(part) for part in line.any)
    return line.type_in is not None or line.type_family is not None


def _is_of(line: Condition, code: str) -> bool:
    if line.any is not None:
        return any(_is_of(part, code) for part in line.any)
    if line.type_in is not None:
        return code in line.type_in
    kind = types().get(code)
    return kind is not None and kind.family in (line.type_family or ())


def _guard(line: Condition) -> frozenset[str]:
    """Facts without any of which the line cannot hold; empty when it could."""
    if line.fact is not None:
        return frozenset({line.fact})
    if line.fact_sum_at_least is not None:
        return frozenset(line.fact_sum_at_least.facts)
    if line.any is not None:
        guards = [_guard(part) for part in line.any]
        return frozenset().union(*guards) if all(guards) else frozenset()
    return frozenset()


@cache
def _compiled() -> Callable[[IncidentView], list[TieDraft]]:
    return compile_rules(rules())


def _evidence(names: list[str], facts: Facts) -> tuple[str, ...]:
    if len(names) == 1:
        return (facts[names[0]]["observation"],)
    return tuple(sorted({facts[name]["observation"] for name in names}))


def _first_that_fits(variants: tuple[_Variant, ...], facts: Facts) -> _Variant:
    for variant in variants:
        for name in variant.needs:
            if not _is_so(facts, name):
                break
        else:
            return variant
    return variants[-1]


def _is_so(facts: Facts, name: str) -> bool:
    """Known, and not known to be false: a sentence about it would be true."""
    return name in facts and facts[name]["value"] is not False


def _condition(line: Condition) -> Holds:
    """A function that tells whether the line holds, and notes the facts that made it so."""
    if line.fact is not None:
        return _on_fact(line.fact, line)
    if line.any is not None:
        return _any_of([_condition(part) for part in line.any])
    if line.all is not None:
        return _all_of([_condition(part) for part in line.all])
    if line.fact_sum_at_least is not None:
        return _sum_at_least(line.fact_sum_at_least.facts, line.fact_sum_at_least.at_least)
    if line.not_fact is not None:
        absent = line.not_fact
        return lambda view, used: not _is_so(view.facts, absent)
    return _on_incident(line)


def _on_incident(line: Condition) -> Holds:
    if line.type_in is not None:
        codes = frozenset(line.type_in)
        return lambda view, used: view.type in codes
    if line.type_family is not None:
        within = frozenset(line.type_family)
        codes = frozenset(code for code, row in types().items() if row.family in within)
        return lambda view, used: view.type in codes
    if line.severity_at_least is not None:
        least = line.severity_at_least
        return lambda view, used: view.severity >= least
    if line.source_class is not None:
        wanted = line.source_class
        return lambda view, used: wanted in view.source_classes
    if line.code_kind is not None:
        prefix = f"{line.code_kind}:"
        return lambda view, used: any(code.startswith(prefix) for code in view.codes)
    return lambda view, used: view.exercise


def _on_fact(name: str, line: Condition) -> Holds:
    test = _comparison(line)

    def holds(view: IncidentView, used: list[str]) -> bool:
        known = view.facts.get(name)
        if known is None or not test(known["value"], view.facts):
            return False
        used.append(name)
        return True

    if line.differs_from is None:
        return holds
    other = line.differs_from

    def differs(view: IncidentView, used: list[str]) -> bool:
        if not holds(view, used):
            return False
        used.append(other)
        return True

    return differs


def _comparison(line: Condition) -> Callable[[object, Facts], bool]:
    if line.is_ is not None:
        wanted, kind = line.is_, type(line.is_)
        return lambda value, facts: type(value) is kind and value == wanted
    if line.at_least is not None:
        least = line.at_least
        return lambda value, facts: _is_number(value) and value >= least  # type: ignore[operator] # narrowed by _is_number
    if line.one_of is not None:
        choices = frozenset(line.one_of)
        return lambda value, facts: isinstance(value, str) and value in choices
    if line.differs_from is not None:
        other = line.differs_from
        return lambda value, facts: other in facts and facts[other]["value"] != value
    return lambda value, facts: value is not None


def _is_number(value: object) -> bool:
    return type(value) in (int, float)  # a truth value is an int to Python, not to a rule


def _sum_at_least(names: tuple[str, ...], least: int) -> Holds:
    def holds(view: IncidentView, used: list[str]) -> bool:
        known = [n for n in names if n in view.facts and _is_number(view.facts[n]["value"])]
        if not known or sum(view.facts[name]["value"] for name in known) < least:
            return False
        used.extend(known)
        return True

    return holds


def _any_of(parts: list[Holds]) -> Holds:
    def holds(view: IncidentView, used: list[str]) -> bool:
        held = False
        for part in parts:  # all of them, because each one that holds is evidence
            held = part(view, used) or held
        return held

    return holds


def _all_of(parts: list[Holds]) -> Holds:
    if not parts:
        return lambda view, used: True
    if len(parts) == 1:
        return parts[0]

    def holds(view: IncidentView, used: list[str]) -> bool:
        before = len(used)
        for part in parts:
            if not part(view, used):
                del used[before:]
                return False
        return True

    return holds


def _variant(reason: Reason) -> _Variant:
    names = reason.placeholders()
    facts = tuple(name for name in dict.fromkeys(names["fr"]) if name not in ABOUT_THE_INCIDENT)
    return _Variant(
        needs=reason.needs,
        sentences=tuple(
            (language, _percent(getattr(reason, language)), names[language])
            for language in LANGUAGES
        ),
        facts=facts,
        quoted=tuple(dict.fromkeys((*facts, *reason.needs))),
    )


def _percent(sentence: str) -> str:
    return _BRACES.sub("%s", sentence.replace("%", "%%"))


def _reason(variant: _Variant, view: IncidentView) -> dict[str, str]:
    facts = view.facts
    values: tuple[object, ...] = ()
    if variant.facts:
        values = tuple([_value(facts, name) for name in variant.facts])
    return dict(_sentences(variant, values, view.type, view.severity, view.place))


def _value(facts: Facts, name: str) -> object:
    value = facts[name]["value"] if name in facts else None
    return value if isinstance(value, bool | int | float | str) else None


@lru_cache(maxsize=8192)
def _sentences(
    variant: _Variant, values: tuple[object, ...], type_: str, severity: int, place: str | None
) -> tuple[tuple[Language, str], ...]:
    """The three sentences; while the quoted facts stay the same they need no writing again."""
    facts = dict(zip(variant.facts, values, strict=True))
    told: list[tuple[Language, str]] = []
    for language, sentence, names in variant.sentences:
        words = {name: _word(vocabulary()[name], value, language) for name, value in facts.items()}
        words["severity"] = f"S{severity}"
        kind = types().get(type_)
        words["type"] = getattr(kind, language) if kind is not None else type_
        words["place"] = place or _UNKNOWN[language]
        told.append((language, sentence % tuple(words[name] for name in names)))
    return tuple(told)


def _word(fact: Fact, value: object, language: Language) -> str:
    if value is None:
        return _UNKNOWN[language]
    if isinstance(value, bool):
        return _YES[language] if value else _NO[language]
    if isinstance(value, str):
        words = (fact.choices or {}).get(value)
        return value if words is None else str(getattr(words, language))
    return f"{value:g}" if isinstance(value, float) else str(value)
