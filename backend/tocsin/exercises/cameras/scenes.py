"""What a camera of an exercise shows: what the scenario says at first, then each issued scene."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from tocsin.contract.times import from_text
from tocsin.exercises.conduct.state import InjectRun
from tocsin.exercises.scenario import Scenario
from tocsin.exercises.scenario.models import ExerciseCamera, Scene, Shows


@dataclass(frozen=True, slots=True)
class Showing:
    """`since` is when it began: smoke and water grow. A frozen camera shows that moment for ever.

    `density`: people a square metre.
    """

    shows: tuple[Shows, ...]
    since: datetime
    density: float | None = None
    no_image: bool = False
    frozen_at: datetime | None = None


def showing(scenario: Scenario, camera: ExerciseCamera, runs: Mapping[str, InjectRun]) -> Showing:
    """After everything that has been issued so far."""
    now = Showing(camera.shows, scenario.starts)
    for at, scene in _issued(scenario, camera, runs):
        now = after(now, scene, at, camera.shows)
    return now


def after(now: Showing, scene: Scene, at: datetime, at_first: tuple[Shows, ...]) -> Showing:
    """A scene that shows nothing in particular is what the camera showed at first."""
    if scene.fault == "no_image":
        return replace(now, no_image=True)
    if scene.fault == "frozen":
        return replace(now, no_image=False, frozen_at=at)
    shows = scene.shows or at_first
    grown = shows == now.shows and scene.density == now.density
    return Showing(shows, now.since if grown else at, scene.density)


def _issued(
    scenario: Scenario, camera: ExerciseCamera, runs: Mapping[str, InjectRun]
) -> list[tuple[datetime, Scene]]:
    found: list[tuple[datetime, Scene]] = []
    for inject in scenario.injects:
        run, scene = runs.get(inject.id), inject.scene
        if scene is None or scene.camera != camera.id:
            continue
        if run is not None and run.status == "issued":
            found.append((from_text(run.at), scene))
    return sorted(found, key=lambda one: one[0])
