"""Conditions of rules as functions: does the line hold, and which evidence makes it so."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

from tocsin.contract.times import from_text, to_text
from tocsin.measures.rules import Condition, FactSum, SiteWithin
from tocsin.measures.view import Facts, IncidentView
from tocsin.taxonomy.types import types

Holds = Callable[[IncidentView, list[str]], bool]

ACTIVATIONS = ("watch", "pre_alert", "alert")


def condition(line: Condition) -> Holds:
    """A function that tells whether the line holds, and notes the evidence that made it so."""
    if line.fact is not None:
        return _on_fact(line.fact, line)
    if line.any is not None:
        return _any_of([condition(part) for part in line.any])
    if line.all is not None:
        return all_of([condition(part) for part in line.all])
    if line.fact_sum_at_least is not None:
        return _sum_at_least(line.fact_sum_at_least)
    if line.not_fact is not None:
        absent = line.not_fact
        return lambda view, used: not is_so(view.facts, absent)
    return _on_incident(line)


def none_of(lines: tuple[Condition, ...]) -> Holds:
    """Holds while none of the lines does; what is not so is no evidence."""
    parts = [condition(line) for line in lines]
    return lambda view, used: not any(part(view, []) for part in parts)


def all_of(parts: list[Holds]) -> Holds:
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


def is_about_type(line: Condition) -> bool:
    if line.any is not None:
        return all(is_about_type(part) for part in line.any)
    return line.type_in is not None or line.type_family is not None


def is_of(line: Condition, code: str) -> bool:
    """Whether a line that is only about types holds for this one."""
    if line.any is not None:
        return any(is_of(part, code) for part in line.any)
    if line.type_in is not None:
        return code in line.type_in
    kind = types().get(code)
    return kind is not None and kind.family in (line.type_family or ())


def guard(line: Condition) -> frozenset[str]:
    """Facts without any of which the line cannot hold; empty when it could."""
    if line.fact is not None:
        return frozenset({line.fact})
    if line.fact_sum_at_least is not None:
        return frozenset(line.fact_sum_at_least.facts)
    if line.any is not None:
        guards = [guard(part) for part in line.any]
        return frozenset().union(*guards) if all(guards) else frozenset()
    return next((facts for part in line.all or () if (facts := guard(part))), frozenset())


def is_so(facts: Facts, name: str) -> bool:
    """Known, and not known to be false: a sentence about it would be true."""
    return name in facts and facts[name]["value"] is not False


@lru_cache(maxsize=256)
def minutes_before(at: str, minutes: int) -> str:
    return to_text(from_text(at) - timedelta(minutes=minutes))


def _any_of(parts: list[Holds]) -> Holds:
    def holds(view: IncidentView, used: list[str]) -> bool:
        held = False
        for part in parts:  # all of them, because each one that holds is evidence
            held = part(view, used) or held
        return held

    return holds


def _on_incident(line: Condition) -> Holds:  # noqa: C901 one line a head
    if line.type_in is not None or line.type_family is not None:
        codes = frozenset(code for code in types() if is_of(line, code))
        return lambda view, used: view.type in codes
    if line.severity_at_least is not None:
        least = line.severity_at_least
        return lambda view, used: view.severity >= least
    if line.state_in is not None:
        states = frozenset[str](line.state_in)
        return lambda view, used: view.state in states
    if line.review_in is not None:
        reviews = frozenset[str](line.review_in)
        return lambda view, used: view.review in reviews
    if line.source_class is not None:
        wanted = line.source_class
        return lambda view, used: wanted in view.source_classes
    if line.code_kind is not None:
        prefix = f"{line.code_kind}:"
        return lambda view, used: any(code.startswith(prefix) for code in view.codes)
    if line.activation_at_least is not None:
        enough = frozenset(ACTIVATIONS[ACTIVATIONS.index(line.activation_at_least) :])
        return lambda view, used: view.activation in enough
    if line.open_minutes is not None:
        return _open_for(line.open_minutes)
    if line.site_within is not None:
        return _near_site(line.site_within)
    if line.advice is not None:
        return _advised(line.advice)
    if line.relation is not None:
        return _related(line.relation)
    if line.trial is not None:
        return _on_trial(voted=line.trial == "voted")
    if line.phase_ever is not None:
        return lambda view, used: view.phase_ever
    return lambda view, used: view.exercise


def _open_for(minutes: int) -> Holds:
    def holds(view: IncidentView, used: list[str]) -> bool:
        return bool(view.at) and view.opened_at <= minutes_before(view.at, minutes)

    return holds


def _near_site(near: SiteWithin) -> Holds:
    metres, kinds = near.m, frozenset(near.kinds or ())

    def holds(view: IncidentView, used: list[str]) -> bool:
        return any(
            site.distance_m <= metres and (not kinds or site.kind in kinds) for site in view.sites
        )

    return holds


def _advised(kind: str) -> Holds:
    def holds(view: IncidentView, used: list[str]) -> bool:
        if kind not in view.advice:
            return False
        used.append(view.advice[kind])
        return True

    return holds


def _related(kinds: tuple[str, ...]) -> Holds:
    def holds(view: IncidentView, used: list[str]) -> bool:
        found = [
            relation
            for kind in kinds
            if kind in view.relations
            for relation, _ in view.relations[kind]
        ]
        used += found
        return bool(found)

    return holds


def _on_trial(*, voted: bool) -> Holds:
    def holds(view: IncidentView, used: list[str]) -> bool:
        found = [trial.observation for trial in view.trials if trial.voted or not voted]
        used += found
        return bool(found)

    return holds


def _on_fact(name: str, line: Condition) -> Holds:
    test = _comparison(line)

    def holds(view: IncidentView, used: list[str]) -> bool:
        known = view.facts.get(name)
        if known is None or not test(known["value"], view.facts):
            return False
        used.append(known["observation"])
        return True

    if line.for_minutes is not None:
        return _lasting(name, holds, test, line.for_minutes)
    if line.differs_from is None:
        return holds
    other = line.differs_from

    def differs(view: IncidentView, used: list[str]) -> bool:
        if not holds(view, used):
            return False
        used.append(view.facts[other]["observation"])
        return True

    return differs


def _lasting(name: str, holds: Holds, test: Callable[[object, Facts], bool], minutes: int) -> Holds:
    """It holds, and what was said before says that it has held for that long."""

    def lasts(view: IncidentView, used: list[str]) -> bool:
        if not view.at or name not in view.history:
            return False
        since = ""
        for at, value in reversed(view.history[name]):
            if not test(value, view.facts):
                break
            since = at
        return "" < since <= minutes_before(view.at, minutes) and holds(view, used)

    return lasts


def _comparison(line: Condition) -> Callable[[object, Facts], bool]:
    if line.is_ is not None:
        wanted, kind = line.is_, type(line.is_)
        return lambda value, facts: type(value) is kind and value == wanted
    if line.at_least is not None:
        least = line.at_least
        return lambda value, facts: _is_number(value) and value >= least  # type: ignore[operator] # narrowed by _is_number
    if line.at_most is not None:
        most = line.at_most
        return lambda value, facts: _is_number(value) and value <= most  # type: ignore[operator] # narrowed by _is_number
    if line.one_of is not None:
        choices = frozenset(line.one_of)
        return lambda value, facts: isinstance(value, str) and value in choices
    if line.differs_from is not None:
        other = line.differs_from
        return lambda value, facts: other in facts and facts[other]["value"] != value
    return lambda value, facts: value is not None


def _is_number(value: object) -> bool:
    return type(value) in (int, float)  # a truth value is an int to Python, not to a rule


def _sum_at_least(wanted: FactSum) -> Holds:
    names, least = wanted.facts, wanted.at_least

    def holds(view: IncidentView, used: list[str]) -> bool:
        facts: Mapping[str, Any] = view.facts
        known = [facts[n] for n in names if n in facts and _is_number(facts[n]["value"])]
        if not known or sum(fact["value"] for fact in known) < least:
            return False
        used.extend(fact["observation"] for fact in known)
        return True

    return holds
