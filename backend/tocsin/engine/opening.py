"""Opening an incident for an observation that belongs to none."""

from typing import Any, cast

from tocsin.engine.deliberation import Deliberation
from tocsin.engine.ties import review_ties
from tocsin.places import commune_at
from tocsin.situation.evolve import has_place
from tocsin.situation.picture import Shown
from tocsin.taxonomy import incident_type


def open_incident(d: Deliberation, shown: Shown, why: dict[str, Any]) -> str:
    """Open an incident for one observation and tie it; returns the new incident's id."""
    incident = f"I-{d.draft.opened + 1:04d}"
    type_hint = cast(str, shown.type_hint)
    commune = None
    if has_place(shown):
        commune = commune_at(cast(float, shown.lat), cast(float, shown.lon))
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
