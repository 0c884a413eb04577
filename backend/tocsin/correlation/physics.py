"""Whether one vehicle can have been at two points: the speed that it would have taken."""

from collections.abc import Iterable
from typing import Any

from tocsin.contract.times import seconds_between
from tocsin.correlation.score import Look
from tocsin.correlation.weights import Weights
from tocsin.places import distance_m
from tocsin.situation.picture import Incident, Shown, Situation, has_place, observed_or_recorded


def speed_of(
    situation: Situation, look: Look, incident: Incident, w: Weights
) -> dict[str, Any] | None:
    """The speed from the point before, or to the point after, whichever is higher, in km/h.

    None when it cannot be told: no position (a street in words is none), no point of the same
    track in sight, a suspect clock.
    """
    here = look.shown
    if here.lat is None or here.lon is None or not has_place(here) or here.clock_suspect:
        return None
    fastest: dict[str, Any] | None = None
    for point in _neighbours(look.observed, _points(situation, look, incident)):
        when = observed_or_recorded(point)
        earlier, later = sorted((when, look.observed))
        seconds = seconds_between(earlier, later) + w.physics.clock_slack_s
        blur = (here.accuracy_m or 0.0) + (point.accuracy_m or 0.0)
        metres = distance_m(here.lat, here.lon, point.lat or 0.0, point.lon or 0.0)
        kmh = round(max(0.0, metres - blur) / seconds * 3.6)
        if fastest is None or kmh > fastest["kmh"]:
            fastest = {
                "point": point.id,
                "metres": round(metres),
                "seconds": round(seconds),
                "kmh": kmh,
                "max_kmh": w.physics.max_kmh,
            }
    return fastest


def _points(situation: Situation, look: Look, incident: Incident) -> list[Shown]:
    """Where the same moving thing was seen; at most as many as an incident shows."""
    seen = (situation.observations[o] for o in incident.observations)
    return [
        point
        for point in seen
        if has_place(point)
        and not point.clock_suspect
        and any(look.moving.get(kind) == f"{kind}:{code}" for kind, code in point.codes.items())
    ]


def _neighbours(observed: str, points: Iterable[Shown]) -> list[Shown]:
    """The last point before and the first one after a moment."""
    before: Shown | None = None
    after: Shown | None = None
    for point in points:
        when = observed_or_recorded(point)
        if when <= observed:
            if before is None or when >= observed_or_recorded(before):
                before = point
        elif after is None or when < observed_or_recorded(after):
            after = point
    return [point for point in (before, after) if point is not None]
