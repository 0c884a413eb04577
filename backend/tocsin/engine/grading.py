"""The gravest type seen names an incident; what it was before stays in the reason."""

from typing import Any

from tocsin.engine.deliberation import Deliberation
from tocsin.situation.evolve import has_place
from tocsin.situation.picture import Incident, Shown
from tocsin.taxonomy import incident_type


def regrade(d: Deliberation, incident_id: str, shown: Shown) -> None:
    """Name the incident by the gravest type that one of its observations hints at."""
    incident = d.draft.incidents[incident_id]
    if shown.type_hint is None or shown.type_hint == incident.type:
        return
    severity = incident_type(shown.type_hint).severity
    if severity <= incident.severity:
        return
    d.enter(
        "incident_regraded",
        {
            "incident": incident_id,
            "type": shown.type_hint,
            "severity": severity,
            "place": _place_told(shown) if has_place(shown) else None,
            "why": {
                "rule": "R-GRADE@1",
                "observation": shown.id,
                "from": {
                    "type": incident.type,
                    "severity": incident.severity,
                    "place": _place_told(incident),
                },
            },
        },
    )


def _place_told(where: Shown | Incident) -> dict[str, Any]:
    return {name: getattr(where, name) for name in ("lat", "lon", "accuracy_m", "text")}
