"""The calendar: events, exercises and trainings that are planned, and exercises that were held."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tocsin.exercises.conduct import OVER, Conduct
from tocsin.exercises.preparation.dossiers import Dossier

AppointmentKind = Literal["exercise", "training", "meeting"]
DayKind = Literal["exercise", "training", "meeting", "event", "held"]


@dataclass(frozen=True, slots=True)
class Appointment:
    """Planned; an exercise may name its scenario. Times are UTC text."""

    id: str
    kind: AppointmentKind
    title: str
    starts: str
    ends: str
    by: str
    at: str
    place: str | None = None
    scenario: str | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Dated:
    """One line: an appointment, an event's dossier, or an exercise that was held."""

    kind: DayKind
    id: str
    title: str | dict[str, str]
    starts: str
    ends: str | None
    cancelled: bool = False
    scenario: str | None = None


def calendar(
    appointments: Iterable[Appointment], dossiers: Iterable[Dossier], held: Iterable[Conduct]
) -> tuple[Dated, ...]:
    """In the order of their beginning; an exercise was held when it was, by the wall."""
    lines = [
        Dated(a.kind, a.id, a.title, a.starts, a.ends, a.cancelled, a.scenario)
        for a in appointments
    ]
    lines += [Dated("event", d.id, d.title, d.starts, d.ends, d.cancelled) for d in dossiers]
    lines += [
        Dated(
            "held",
            conduct.realm,
            conduct.script["title"],
            conduct.started_wall,
            conduct.over_wall if conduct.state in OVER else None,
            scenario=conduct.script["scenario"],
        )
        for conduct in held
        if conduct.started_wall is not None
    ]
    return tuple(sorted(lines, key=lambda line: (line.starts, line.id)))


def read_appointment(body: Mapping[str, Any]) -> Appointment:
    return Appointment(**body)
