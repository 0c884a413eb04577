"""Which incident does an observation belong to? Join, suggest, or open; always with the reasons."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from tocsin.correlation.score import Score, chained, is_near, score
from tocsin.correlation.weights import Weights, weights
from tocsin.situation.index import cells_around
from tocsin.situation.picture import Incident, Shown, Situation
from tocsin.taxonomy import compatibility, incident_type, types

JOIN_RULE = "R-JOIN"
OPEN_RULE = "R-OPEN"
SUGGEST_RULE = "R-SUGGEST"
WIDEST_ACCURACY_M = 1000.0


@dataclass(frozen=True, slots=True)
class Correlation:
    """`outcome` with the best incident (none to join when it is `open`) and why."""

    outcome: Literal["join", "suggest", "open"]
    incident: str | None
    why: dict[str, Any]


def correlate(
    situation: Situation, shown: Shown, chain: list[str], named: tuple[str, ...]
) -> Correlation:
    """Look only at incidents that are near, share a code, or are named by the sender."""
    table = weights()
    for message in chain:
        answered = answered_by(situation, shown.source, message)
        if answered is not None:
            return _joined(chained(answered, message, table), None, table)
    best: Score | None = None
    second: Score | None = None
    for incident in _candidates(situation, shown, named, table):
        fit = score(shown, named, incident, table)
        if fit is None:
            continue
        if best is None or _better(fit, best):
            best, second = fit, best
        elif second is None or _better(fit, second):
            second = fit
    if best is None or best.value < table.suggest:
        why = {"rule": f"{OPEN_RULE}@{table.version}", "threshold": table.join, "best": _told(best)}
        return Correlation("open", None, why)
    if best.value < table.join:
        return Correlation("suggest", best.incident, _why(SUGGEST_RULE, best, second, table))
    return _joined(best, second, table)


def opened_beside(best: dict[str, Any]) -> dict[str, Any]:
    """Why an incident was opened although another one was likely."""
    table = weights()
    told = {key: best[key] for key in ("score", "terms")} | {"incident": best["incident"]}
    return {"rule": f"{OPEN_RULE}@{table.version}", "threshold": table.join, "best": told}


def _joined(best: Score, second: Score | None, table: Weights) -> Correlation:
    return Correlation("join", best.incident, _why(JOIN_RULE, best, second, table))


def _why(rule: str, best: Score, second: Score | None, table: Weights) -> dict[str, Any]:
    return {
        "rule": f"{rule}@{table.version}",
        "incident": best.incident,
        "score": best.value,
        "threshold": table.join,
        "terms": _terms(best),
        "runner_up": _told(second),
    }


def _told(fit: Score | None) -> dict[str, Any] | None:
    if fit is None:
        return None
    return {"incident": fit.incident, "score": fit.value, "terms": _terms(fit)}


def _terms(fit: Score) -> list[dict[str, Any]]:
    return [{"term": t.term, "value": t.value, "detail": t.detail} for t in fit.terms]


def _better(one: Score, other: Score) -> bool:
    """Equal scores go to the older incident, so that the outcome never hangs on table order."""
    return (-one.value, _age(one)) < (-other.value, _age(other))


def _age(fit: Score) -> tuple[int, str]:
    """I-9999 is older than I-10000."""
    return len(fit.incident), fit.incident


def answered_by(situation: Situation, source: str, message: str) -> Incident | None:
    """The incident that holds an earlier message of this source, as far as the picture reaches."""
    observation = situation.index.by_message.get(f"{source}|{message}")
    if observation is None:
        return None
    incident = situation.observations[observation].incident
    return situation.incidents[incident] if incident is not None else None


def _candidates(
    situation: Situation, shown: Shown, named: tuple[str, ...], table: Weights
) -> Iterator[Incident]:
    """Open incidents that share a code or a wide type, then those that are near; each once."""
    incidents = situation.incidents
    seen: set[str] = set()
    for code in _codes_to_look_up(shown, named, table):
        for incident_id in situation.index.by_code.get(code, _NOBODY):
            if incident_id not in seen:
                seen.add(incident_id)
                incident = incidents[incident_id]
                if incident.state == "open":
                    yield incident
    if shown.lat is None or shown.lon is None or shown.implausible:
        return
    by_cell = situation.index.by_cell
    radius = _search_radius(shown.type_hint) + min(shown.accuracy_m or 0.0, WIDEST_ACCURACY_M)
    for cell in cells_around(shown.lat, shown.lon, radius):
        for incident_id in by_cell.get(cell, _NOBODY):
            incident = incidents[incident_id]
            if incident.state == "open" and incident_id not in seen and is_near(shown, incident):
                yield incident


_NOBODY: frozenset[str] = frozenset()


def _codes_to_look_up(shown: Shown, named: tuple[str, ...], table: Weights) -> Iterator[str]:
    for kind, value in shown.codes.items():
        if kind in table.shared_id_kinds:
            yield f"{kind}:{value}"
    yield from named
    for code in _wide_types(shown.type_hint):
        yield f"type:{code}"


WIDE_REACHES = frozenset({"area", "footprint", "service"})


@cache
def _wide_types(type_hint: str | None) -> tuple[str, ...]:
    """Types that fill the map: found by their type, not by a cell."""
    if type_hint is None:
        return ()
    return tuple(
        code
        for code, other in types().items()
        if other.reach in WIDE_REACHES and compatibility(type_hint, code) > 0
    )


@cache
def _search_radius(type_hint: str | None) -> float:
    """The widest reach of any type this one could join, in metres."""
    if type_hint is None:
        near = [t.radius_m for t in types().values() if t.reach not in WIDE_REACHES]
        return float(max(near))
    own = incident_type(type_hint).radius_m
    others = [
        other.radius_m
        for code, other in types().items()
        if other.reach not in WIDE_REACHES and compatibility(type_hint, code) > 0
    ]
    return float(max([own, *others]))
