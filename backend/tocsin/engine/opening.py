"""Opening an incident for an observation that belongs to none."""

from typing import Any, cast

from tocsin.engine.deliberation import Deliberation
from tocsin.engine.ties import review_ties
from tocsin.places import commune_at
from tocsin.situation.picture import Shown
from tocsin.taxonomy import incident_type


def open_incident(d: Deliberation, shown: Shown, why: dict[str, Any]) -> str:
    """Open an incident for one observation and tie it; returns the new incident's id."""
    incident = f"I-{d.draft.opened + 1:04d}"
    type_hint = cast(str, shown.type_hint)
    commune = (
        commune_at(shown.lat, shown.lon)
        if shown.lat is not None and shown.lon is not None
        else None
    )
    d.enter(
        "incident_opened",
        {
            "incident": incident,
            "type": type_hint,
            "severity": incident_type(type_hint).severity,
            "observation": shown.id,
            "commune": {"fr": commune.fr, "nl": commune.nl} if commune else None,
            "why": why,
        },
    )
    review_ties(d, incident)
    return incident
