"""Opening an incident for an observation that belongs to none."""

from typing import Any, cast

from tocsin.engine.deliberation import Deliberation
from tocsin.engine.grading import first_grade
from tocsin.engine.ties import review_ties
from tocsin.places import commune_at
from tocsin.situation.picture import Shown, has_place


def open_incident(
    d: Deliberation, shown: Shown, why: dict[str, Any], type_code: str | None = None
) -> str:
    """Open an incident for one observation and tie it; returns the new incident's id.

    Without `type_code` the observation's own hint names the type.
    """
    incident = d.next_incident()
    type_hint = type_code or cast(str, shown.type_hint)
    commune = None
    if has_place(shown):
        commune = commune_at(cast(float, shown.lat), cast(float, shown.lon))
    severity, cap = first_grade(d, shown, type_hint)
    d.enter(
        "incident_opened",
        {
            "incident": incident,
            "type": type_hint,
            "severity": severity,
            "cap": cap,
            "observation": shown.id,
            "commune": {"fr": commune.fr, "nl": commune.nl} if commune else None,
            "why": why,
        },
    )
    review_ties(d, incident)
    return incident
