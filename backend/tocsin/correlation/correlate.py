"""Which incident does an observation belong to? Join, suggest, open or set aside, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import Any, Literal

from tocsin.correlation.doubt import doubt_of
from tocsin.correlation.physics import speed_of
from tocsin.correlation.score import (
    WIDE_REACHES,
    Look,
    Score,
    chained,
    is_near,
    look_at,
    pair_of,
    said_place,
    score,
)
from tocsin.correlation.stations import next_to
from tocsin.correlation.weights import Weights
from tocsin.situation.index import cells_around
from tocsin.situation.picture import (
    Incident,
    Shown,
    Situation,
    changed,
    has_place,
    is_open,
    observed_or_recorded,
)
from tocsin.taxonomy import compatibility, incident_type, types

JOIN_RULE = "R-JOIN"
OPEN_RULE = "R-OPEN"
SUGGEST_RULE = "R-SUGGEST"
ASIDE_RULE = "R-ASIDE"
WIDEST_ACCURACY_M = 1000.0
STATION = "station:"
FOOTPRINT = "footprint"


@dataclass(frozen=True, slots=True)
class Correlation:
    """`outcome` with the best incident (none when it is `open` or `aside`) and why.

    `rival` is another incident that it fits nearly as well: people are asked whether the two are
    one. What is set aside is shown, but moves nothing.
    """

    outcome: Literal["join", "suggest", "open", "aside"]
    incident: str | None
    why: dict[str, Any]
    rival: str | None = None


def correlate(
    situation: Situation,
    shown: Shown,
    chain: list[str],
    named: tuple[str, ...],
    w: Weights,
) -> Correlation:
    """Look only at incidents that are near, share a code, or are named by the sender.

    `named` are the places that the observation's words name, `chain` the messages it answers.
    """
    distrust = _distrust(shown)
    if distrust is not None:
        return _aside(distrust, None, w)
    for message in chain:
        answered = answered_by(situation, shown.source, message)
        if answered is not None:
            return _joined(chained(answered, message, w), None, w)
    look = look_at(shown, named, w, doubt_of(shown, named, w))
    best, second = _two_best(situation, look, w)
    if look.stale_s is not None and (best is None or best.value < w.join):
        age = {"stale_s": round(look.stale_s), "after_s": round(w.stale_after_s)}
        return _aside({"reason": "stale", **age}, best, w)
    if best is None or best.value < w.suggest:
        why = {"rule": f"{OPEN_RULE}@{w.version}", "threshold": w.join, "best": _told(best)}
        return Correlation("open", None, why)
    if best.value < w.join:
        return Correlation("suggest", best.incident, _why(SUGGEST_RULE, best, second, w))
    found = _joined(best, second, w)
    if found.rival is not None and shown.type_hint is None:
        return _aside({"reason": "ambiguous", "rival": found.rival}, best, w)
    return found


def _two_best(situation: Situation, look: Look, w: Weights) -> tuple[Score | None, Score | None]:
    best: Score | None = None
    second: Score | None = None
    for incident in _candidates(situation, look, w):
        speed = None
        if look.moving and any(code in incident.codes for code in look.moving.values()):
            speed = speed_of(situation, look, incident, w)
        fit = score(look, where_now(situation, look, incident, w), w, speed)
        if fit is None:
            continue
        if best is None or _better(fit, best):
            best, second = fit, best
        elif second is None or _better(fit, second):
            second = fit
    return best, second


def opened_beside(best: dict[str, Any], w: Weights) -> dict[str, Any]:
    """Why an incident was opened although another one was likely."""
    told = {key: best[key] for key in ("score", "terms")} | {"incident": best["incident"]}
    return {"rule": f"{OPEN_RULE}@{w.version}", "threshold": w.join, "best": told}


def answered_by(situation: Situation, source: str, message: str) -> Incident | None:
    """The incident that holds an earlier message of this source, in sight or not, closed or not.

    Where that incident was merged into another one, it is the other one.
    """
    found = situation.index.by_message.get(f"{source}|{message}")
    if found is None:
        return None
    incidents = situation.incidents
    shown = situation.observations.get(found)
    incident = incidents.get((shown.incident or "") if shown is not None else found)
    while incident is not None and incident.alias_of is not None:
        incident = incidents.get(incident.alias_of)
    return incident


def _distrust(shown: Shown) -> dict[str, Any] | None:
    if shown.unreliable:
        return {"reason": "unreliable", "source": shown.source}
    if shown.doubtful:
        return {"reason": "doubtful", "source": shown.source}
    if shown.limited:
        return {"reason": "limited", "source": shown.source}
    return None


def _aside(reason: dict[str, Any], best: Score | None, w: Weights) -> Correlation:
    why = {"rule": f"{ASIDE_RULE}@{w.version}", **reason, "best": _told(best)}
    return Correlation("aside", None, why)


def _joined(best: Score, second: Score | None, w: Weights) -> Correlation:
    rival = None
    if second is not None and second.value >= w.join and best.value - second.value < w.close:
        rival = second.incident
    return Correlation("join", best.incident, _why(JOIN_RULE, best, second, w), rival)


def _why(rule: str, best: Score, second: Score | None, w: Weights) -> dict[str, Any]:
    return {
        "rule": f"{rule}@{w.version}",
        "incident": best.incident,
        "score": best.value,
        "threshold": w.join,
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


def where_now(situation: Situation, look: Look, incident: Incident, w: Weights) -> Incident:
    """A march is where it was last seen; what is placed vaguely is in the street that is named."""
    if FOOTPRINT in (_reach(incident.type), _reach(look.shown.type_hint)):
        seen = [situation.observations[o] for o in incident.observations]
        placed = [shown for shown in seen if has_place(shown)]
        if placed:
            last = max(placed, key=observed_or_recorded)
            return changed(incident, lat=last.lat, lon=last.lon, accuracy_m=last.accuracy_m)
    if incident.named and (incident.lat is None or (incident.accuracy_m or 0.0) > w.vague_m):
        vague = inf if incident.lat is None else incident.accuracy_m or 0.0
        said = said_place(incident.named, vague)
        if said is not None:
            return changed(incident, lat=said[0], lon=said[1], accuracy_m=said[2])
    return incident


def _reach(type_code: str | None) -> str | None:
    return None if type_code is None else incident_type(type_code).reach


_NOBODY: frozenset[str] = frozenset()


def _candidates(situation: Situation, look: Look, w: Weights) -> Iterator[Incident]:
    """Open incidents that share a code or a wide type, then those that are near; each once."""
    incidents = situation.incidents
    seen: set[str] = set()
    for code in _codes_to_look_up(look, w):
        for incident_id in situation.index.by_code.get(code, _NOBODY):
            if incident_id not in seen:
                seen.add(incident_id)
                incident = incidents[incident_id]
                if is_open(incident):
                    yield incident
    if look.lat is None or look.lon is None:
        return
    by_cell = situation.index.by_cell
    reach = w.spot_m.get(look.shown.type_hint or "", _search_radius(look.shown.type_hint))
    radius = reach + min(look.accuracy_m, WIDEST_ACCURACY_M)
    for cell in cells_around(look.lat, look.lon, radius):
        for incident_id in by_cell.get(cell, _NOBODY):
            if incident_id in seen:
                continue
            seen.add(incident_id)
            incident = incidents[incident_id]
            if is_open(incident) and is_near(look, incident):
                yield incident


def _codes_to_look_up(look: Look, w: Weights) -> Iterator[str]:
    yield from look.ids
    for code in look.places:
        if not code.startswith("commune:"):
            yield code
        if code.startswith(STATION):
            yield from next_to(code)
    if look.covers or look.shown.type_hint not in w.spot_m:
        for type_code in _wide_types(look.shown.type_hint):
            yield f"type:{type_code}"


@cache
def _wide_types(type_hint: str | None) -> tuple[str, ...]:
    """Types that fill the map: found by their type, not by a cell."""
    if type_hint is None:
        return ()
    return tuple(
        code
        for code, other in types().items()
        if other.reach in WIDE_REACHES
        and compatibility(type_hint, code) > 0
        and pair_of(type_hint, code).nearness
    )


@cache
def _search_radius(type_hint: str | None) -> float:
    """How far another incident may be that this one could join and that no code leads to."""
    others = [
        code
        for code in types()
        if (type_hint is None or compatibility(type_hint, code) > 0)
        and incident_type(code).reach not in WIDE_REACHES
        and pair_of(type_hint, code).nearness
    ]
    return max((pair_of(type_hint, code).radius_m for code in others), default=0.0)
