"""Opening an incident for an observation that belongs to none."""

from typing import Any, cast

from tocsin.engine.deliberation import Deliberation
from tocsin.engine.grading import first_grade
from tocsin.engine.ties import review_ties
from tocsin.places import commune_at, place_of
from tocsin.situation.picture import Shown, has_place


def open_incident(
    d: Deliberation, shown: Shown, why: dict[str, Any], type_code: str | None = None
) -> str:
    """Open an incident for one observation and tie it; returns the new incident's id.

    Without `type_code` the observation's own hint names the type.
    """
    incident = d.next_incident()
    type_hint = type_code or cast(str, shown.type_hint)
    severity, cap = first_grade(d, shown, type_hint)
    d.enter(
        "incident_opened",
        {
            "incident": incident,
            "type": type_hint,
            "severity": severity,
            "cap": cap,
            "observation": shown.id,
            "commune": _commune_of(shown),
            "why": why,
        },
    )
    review_ties(d, incident)
    return incident


def _commune_of(shown: Shown) -> dict[str, str] | None:
    """By its position; without one, by the place that its words name."""
    if has_place(shown):
        return _commune_at(cast(float, shown.lat), cast(float, shown.lon))
    named = [place for code in shown.named if (place := place_of(code)) is not None]
    for place in named:
        if place.kind == "commune":
            return dict(place.names)
    for place in named:
        if place.lat is not None and place.lon is not None:
            return _commune_at(place.lat, place.lon)
    return None


def _commune_at(lat: float, lon: float) -> dict[str, str] | None:
    commune = commune_at(lat, lon)
    return {"fr": commune.fr, "nl": commune.nl} if commune else None
