"""How well an observation fits an incident: a sum of terms, each with its figure and its reason."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from tocsin.contract.times import seconds_between
from tocsin.correlation.weights import Terms, Weights
from tocsin.places import distance_m
from tocsin.situation.evolve import observed_or_recorded
from tocsin.situation.picture import Incident, Shown
from tocsin.taxonomy import compatibility, incident_type


@dataclass(frozen=True, slots=True)
class Term:
    """One agreement or clash: its share of the score and what it rests on."""

    term: str
    value: float
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    incident: str
    value: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """What two types allow: how well they fit, how far apart and how long apart they may be."""

    fit: float | None
    radius_m: float
    window_s: float


@cache
def pair_of(type_hint: str | None, incident: str) -> Pair:
    """The wider of the two types counts. `fit` is None when the observation names no type."""
    known = [incident_type(incident)]
    if type_hint is not None:
        known.append(incident_type(type_hint))
    return Pair(
        fit=None if type_hint is None else compatibility(type_hint, incident),
        radius_m=float(max(t.radius_m for t in known)),
        window_s=max(t.window_min for t in known) * 60.0,
    )


def metres_apart(shown: Shown, incident: Incident) -> float | None:
    """None when one of them has no place that can be believed."""
    if shown.lat is None or shown.lon is None or shown.implausible:
        return None
    if incident.lat is None or incident.lon is None:
        return None
    return distance_m(shown.lat, shown.lon, incident.lat, incident.lon)


def blur_m(shown: Shown, incident: Incident) -> float:
    """How far the two places may be off together."""
    return (shown.accuracy_m or 0.0) + (incident.accuracy_m or 0.0)


def is_near(shown: Shown, incident: Incident) -> bool:
    """The cheap question first: whether types and places allow that the two are one."""
    pair = pair_of(shown.type_hint, incident.type)
    if pair.fit == 0:
        return False
    if pair.fit is None and incident_type(incident.type).reach == "area":
        return False  # the middle of a warned province is not where an untyped fact belongs
    metres = metres_apart(shown, incident)
    return metres is not None and metres <= pair.radius_m + blur_m(shown, incident)


def score(
    shown: Shown, named: tuple[str, ...], incident: Incident, weights: Weights
) -> Score | None:
    """None when the two cannot be one: incompatible types, too far, too long ago.

    `named` are the places that the observation's text names. Distances in metres, times in seconds.
    """
    w = weights.terms
    pair = pair_of(shown.type_hint, incident.type)
    apart_s = _seconds_apart(observed_or_recorded(shown), incident)
    if pair.fit == 0 or apart_s > pair.window_s:
        return None
    shared = _shared_codes(shown, incident, weights)
    by_name = [code for code in named if code in incident.codes and code not in shared]
    metres = metres_apart(shown, incident)
    near = None if metres is None else _distance(metres, blur_m(shown, incident), pair, w.distance)
    if near is None and metres is not None and not shared and not by_name:
        return None  # apart, and not in one tunnel or station, however long that is
    terms = [near] if near is not None else []
    terms.append(_time(apart_s, pair.window_s, w.time))
    terms.append(_family(shown, incident, pair.fit, w))
    if shared:
        terms.append(Term("shared_id", w.shared_id, {"code": shared[0]}))
    if by_name:
        terms.append(Term("place_name", w.place_name, {"code": by_name[0]}))
    source_class = shown.source.partition(":")[0]
    if source_class not in incident.source_classes:
        classes = {"observation": source_class, "incident": ", ".join(incident.source_classes)}
        terms.append(Term("other_source_class", w.other_source_class, classes))
    if _levels_clash(shown, incident, weights):
        terms.append(Term("other_level", w.other_level, {"code": weights.surface.code}))
    return Score(incident.id, round(sum(t.value for t in terms), 3), tuple(terms))


def chained(incident: Incident, message: str, weights: Weights) -> Score:
    """The sender itself says that this belongs to an earlier message."""
    w = weights.terms.chain
    return Score(incident.id, w, (Term("chain", w, {"message": message}),))


def _seconds_apart(observed: str, incident: Incident) -> float:
    """Zero inside the incident's own span: late facts are not held against it."""
    if observed > incident.observed_last:
        return seconds_between(incident.observed_last, observed)
    if observed < incident.observed_first:
        return seconds_between(observed, incident.observed_first)
    return 0.0


def _time(apart_s: float, window_s: float, weight: float) -> Term:
    value = weight * (1 - apart_s / window_s)
    return Term("time", round(value, 3), {"seconds": round(apart_s), "window_s": round(window_s)})


def _family(shown: Shown, incident: Incident, fit: float | None, w: Terms) -> Term:
    if fit is None:
        return Term("untyped", w.untyped, {})
    types = {"observation": shown.type_hint, "incident": incident.type}
    return Term("family", round(w.family * fit, 3), types)


def _distance(metres: float, blur: float, pair: Pair, weight: float) -> Term | None:
    """Half of what the places may be off is forgiven; blur wider than the reach says little."""
    radius = pair.radius_m
    if metres > radius + blur:
        return None
    beyond = max(0.0, metres - blur / 2)
    value = weight * max(0.0, 1 - beyond / radius) * min(1.0, radius / blur if blur else 1.0)
    return Term(
        "distance",
        round(value, 3),
        {"metres": round(metres), "reach": round(radius), "blur": round(blur)},
    )


def _shared_codes(shown: Shown, incident: Incident, weights: Weights) -> list[str]:
    return [
        code
        for kind, value in shown.codes.items()
        if kind in weights.shared_id_kinds and (code := f"{kind}:{value}") in incident.codes
    ]


def _levels_clash(shown: Shown, incident: Incident, weights: Weights) -> bool:
    surface = weights.surface
    at_surface = f"{surface.kind}:{surface.code}"
    if shown.codes.get(surface.kind) == surface.code:
        return at_surface not in incident.codes and any(
            c.startswith(f"{surface.against}:") for c in incident.codes
        )
    return surface.against in shown.codes and at_surface in incident.codes
