"""The cameras that an exercise brings along, as its script places them."""

from collections.abc import Callable

from pydantic import ValidationError

from tocsin.contract.camera import Camera
from tocsin.exercises.book import conduct_of
from tocsin.exercises.scenario import Scenario
from tocsin.exercises.scenario.models import ExerciseCamera
from tocsin.exercises.scenario.places import NoSuchPlace, locate
from tocsin.journal.store import Journal, JournalError

SEES_M = 250.0
SEES_DEG = 70.0
DRAWN = "exercise"  # the group of all drawn cameras


def camera_of(camera: ExerciseCamera, realm: str) -> Camera:
    """Raises NoSuchPlace."""
    lat, lon, _ = locate(camera.place)
    facing = camera.heading_deg is not None
    return Camera(
        id=camera.id,
        realm=realm,
        name=camera.name,
        lat=lat,
        lon=lon,
        heading_deg=camera.heading_deg,
        field_of_view_deg=SEES_DEG if facing else None,
        range_m=SEES_M if facing else None,
        group=DRAWN,
        legal_regime=camera.legal_regime,
        controller=camera.controller,
        agreement=True,
        codes=camera.codes,
    )


def cameras_of(scenario: Scenario, realm: str) -> list[Camera]:
    """Raises NoSuchPlace."""
    return [camera_of(camera, realm) for camera in scenario.cameras]


def brought_by(journal: Journal) -> Callable[[str], list[Camera] | None]:
    """What a register asks: the cameras of an exercise realm, None while none is prepared there."""

    def of_exercise(realm: str) -> list[Camera] | None:
        try:
            first = journal.read(conduct_of(realm), after=0, limit=1)
            if not first:
                return None
            return cameras_of(Scenario.model_validate(first[0].body["script"]), realm)
        except (JournalError, ValidationError, NoSuchPlace):
            return None  # asked again

    return of_exercise
