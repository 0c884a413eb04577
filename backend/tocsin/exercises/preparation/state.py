"""What the book of the preparation folds to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from tocsin.exercises.preparation.calendar import Appointment, read_appointment
from tocsin.exercises.preparation.dossiers import Dossier, read_dossier
from tocsin.exercises.preparation.recommendations import Recommendation
from tocsin.journal.entry import Entry


@dataclass(frozen=True, slots=True)
class Preparation:
    recommendations: Mapping[str, Recommendation] = field(default_factory=dict)
    dossiers: Mapping[str, Dossier] = field(default_factory=dict)
    appointments: Mapping[str, Appointment] = field(default_factory=dict)


def evolve(preparation: Preparation, entry: Entry) -> Preparation:
    """A record without an id is new and gets the next one; with an id it takes another's place."""
    return _FOLDS[entry.kind](preparation, entry)


def _recommendation(preparation: Preparation, entry: Entry) -> Preparation:
    known = preparation.recommendations
    one = Recommendation(**{"id": f"R-{len(known) + 1}", **entry.body})
    return replace(preparation, recommendations=MappingProxyType({**known, one.id: one}))


def _dossier(preparation: Preparation, entry: Entry) -> Preparation:
    known = preparation.dossiers
    one = read_dossier({"id": f"E-{len(known) + 1}", **entry.body})
    return replace(preparation, dossiers=MappingProxyType({**known, one.id: one}))


def _appointment(preparation: Preparation, entry: Entry) -> Preparation:
    known = preparation.appointments
    one = read_appointment({"id": f"C-{len(known) + 1}", **entry.body})
    return replace(preparation, appointments=MappingProxyType({**known, one.id: one}))


_FOLDS: Mapping[str, Callable[[Preparation, Entry], Preparation]] = MappingProxyType(
    {
        "recommendation_put": _recommendation,
        "dossier_put": _dossier,
        "appointment_put": _appointment,
    }
)
