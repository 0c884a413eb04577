"""What a house has prepared: an event whose checklist is behind, a plan, an exercise held."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.contract.times import to_text
from tocsin.exercises.preparation.dossiers import (
    Contact,
    Dossier,
    Threshold,
    seen_to,
    shipped_checklist,
    shipped_checks,
)

HELD = {"fr": "Foule au Heysel", "nl": "Menigte op de Heizel", "en": "Crowd at Heysel"}


def answers() -> dict[str, Any]:
    now = datetime.now(UTC)

    def at(hours: float) -> str:
        return to_text(now + timedelta(hours=hours))

    dossier = Dossier(
        id="E-1",
        title="Heysel 2026",
        place="Esplanade du Heysel / Heizelesplanade",
        starts=at(30),
        ends=at(36),
        by="coordinator",
        at=at(-200),
        lat=50.899,
        lon=4.338,
        radius_m=600,
        attendance=70_000,
        risk="very_high",
        contacts=(Contact("D3", "Dir-PC-Ops"),),
        thresholds=(Threshold("p/m², C", "5,6", "E + F", "Dir-PC-Ops"),),
        checks=shipped_checks(),
    )
    dossier = seen_to(dossier, "footprint", done=True, by="coordinator", at=at(-80))
    late = [check.check for check in dossier.late(at(0))]
    lines = [
        {"kind": "held", "id": "exercise-sc-07-run-1", "title": HELD, "scenario": "sc-07"}
        | {"starts": at(-99), "ends": at(-97), "cancelled": False},
        {"kind": "exercise", "id": "C-1", "title": "SC-01", "scenario": "sc-01"}
        | {"starts": at(10), "ends": at(13), "cancelled": False},
        {"kind": "event", "id": "E-1", "title": dossier.title, "scenario": None}
        | {"starts": dossier.starts, "ends": dossier.ends, "cancelled": False},
    ]
    never = {"realm": None, "title": None, "held": None, "exercises": 0}
    held = {"realm": "exercise-sc-07-run-1", "title": HELD, "held": at(-99), "exercises": 1}
    return {
        "/api/preparation": {
            "checklist": [
                {"check": r.check, "hours": r.hours} | r.plain() for r in shipped_checklist()
            ],
            "dossiers": [{"dossier": asdict(dossier), "late": late}],
            "calendar": lines,
        },
        "/api/preparation/measures": [
            {"measure": f"M10.{n}"} | (held if n in (2, 5, 6) else never) for n in range(1, 16)
        ],
    }
