"""Drawn cameras: deterministic, marked, small; placed and lit as the script says."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import cv2
import numpy as np
import pytest

from camera_register import camera as configured
from services import Clock
from tocsin.cameras.register import OpenRegister, register_of
from tocsin.contract.frame import MAX_FRAME_BYTES, FrameStamp, stamp_of
from tocsin.contract.times import to_text
from tocsin.exercises.cameras import brought_by
from tocsin.exercises.cameras.painter import TEAL, frame_of, paint
from tocsin.exercises.cameras.scenes import Showing, showing
from tocsin.exercises.conduct import InjectRun, conduct_book
from tocsin.exercises.scenario import Scenario
from tocsin.exercises.scenario.models import ExerciseCamera, Shows
from tocsin.journal.store import Journal

REALM = "exercise-drawn-run-1"
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
WORDS = {"fr": "Un essai", "nl": "Een proef", "en": "A trial"}
CAMERA = {
    "id": "cam-exe-1",
    "name": {"fr": "Tunnel d’essai", "nl": "Proeftunnel"},
    "place": "tunnel:annie-cordy",
    "legal_regime": "trafic_non_surveillance",
    "controller": "Exercice",
    "codes": {"tunnel": "annie-cordy"},
    "shows": ["traffic"],
}


def scenario(**scenes: Mapping[str, Any]) -> Scenario:
    """One camera; each scene is an inject of that name, one minute after the other."""
    injects = [
        {
            "id": name,
            "kind": "CAM",
            "source": "camera:exercise",
            "at": f"+00:{n:02}:00",
            "background": True,
            "scene": {"camera": "cam-exe-1", **scene},
        }
        for n, (name, scene) in enumerate(scenes.items(), start=1)
    ]
    told = {"scenario": "drawn", "title": WORDS, "brief": WORDS, "starts": to_text(NOON)}
    return Scenario.model_validate({**told, "cameras": [CAMERA], "injects": injects})


def issued(script: Scenario, *names: str) -> dict[str, InjectRun]:
    moments = {i.id: script.moment(i.at or "") for i in script.injects}
    return {name: InjectRun(name, "issued", to_text(moments[name])) for name in names}


def exercise_camera(**codes: str) -> ExerciseCamera:
    return ExerciseCamera.model_validate(CAMERA | {"codes": codes})


@pytest.mark.parametrize("codes", [{"tunnel": "annie-cordy"}, {"station": "arts-loi"}, {}])
@pytest.mark.parametrize("shows", get_args(Shows))
def test_every_scene_is_marked_small_and_the_same_twice(shows: Shows, codes: Any) -> None:
    camera = exercise_camera(**codes)
    shown = Showing((shows,), NOON, density=8.0)
    at = NOON + timedelta(seconds=40)
    stamp = FrameStamp(camera.id, at, 3, 640, 360, REALM)
    frame = frame_of(camera, shown, at, stamp)
    assert frame == frame_of(camera, shown, at, stamp)
    assert len(frame) <= MAX_FRAME_BYTES
    assert stamp_of(frame) == stamp
    picture = cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (360, 640, 3)
    band = picture[2:24, :60].reshape(-1, 3).mean(axis=0)
    assert np.abs(band - TEAL).max() < 12


@pytest.mark.parametrize("shows", ["smoke", "fire", "crowd", "water", "dark", "traffic", "drone"])
def test_each_thing_is_seen(shows: Shows) -> None:
    camera = exercise_camera()
    empty = paint(camera, Showing((), NOON), NOON).astype(int)
    seen = paint(camera, Showing((shows,), NOON), NOON + timedelta(seconds=60)).astype(int)
    assert (np.abs(seen - empty).max(axis=2)[30:330] > 30).mean() > 0.002


def test_more_people_are_drawn_where_it_is_denser() -> None:
    camera = exercise_camera()
    empty = paint(camera, Showing((), NOON), NOON).astype(int)

    def covered(density: float) -> float:
        picture = paint(camera, Showing(("crowd",), NOON, density), NOON).astype(int)
        return float((np.abs(picture - empty).max(axis=2) > 20).mean())

    assert covered(0.5) < covered(2) < covered(6)


def test_smoke_thickens_and_traffic_moves() -> None:
    camera = exercise_camera(tunnel="annie-cordy")
    smoke = Showing(("smoke",), NOON)
    clear = paint(camera, Showing((), NOON), NOON).astype(int)
    thin, thick = (
        np.abs(paint(camera, smoke, NOON + timedelta(seconds=s)).astype(int) - clear).mean()
        for s in (1, 90)
    )
    assert thin < thick
    traffic = Showing(("traffic",), NOON)
    later = paint(camera, traffic, NOON + timedelta(seconds=1))
    assert (paint(camera, traffic, NOON) != later).any()


def test_what_was_issued_is_shown_and_nothing_that_waits() -> None:
    script = scenario(burns={"shows": ["fire", "smoke"]}, clears={})
    (camera,) = script.cameras
    assert showing(script, camera, {}).shows == ("traffic",)
    burning = showing(script, camera, issued(script, "burns"))
    assert burning.shows == ("fire", "smoke")
    assert burning.since == NOON + timedelta(minutes=1)
    assert showing(script, camera, issued(script, "burns", "clears")).shows == ("traffic",)


def test_a_skipped_scene_is_not_shown() -> None:
    script = scenario(burns={"shows": ["fire"]})
    skipped = {"burns": InjectRun("burns", "skipped", to_text(NOON))}
    assert showing(script, script.cameras[0], skipped).shows == ("traffic",)


def test_a_frozen_camera_shows_its_last_moment_until_it_is_mended() -> None:
    script = scenario(stops={"fault": "frozen"}, mended={"shows": ["traffic"]})
    (camera,) = script.cameras
    frozen = showing(script, camera, issued(script, "stops"))
    moments = (NOON + timedelta(minutes=m) for m in (3, 4))
    one, other = (paint(camera, frozen, at) for at in moments)
    assert (one == other).all()
    assert showing(script, camera, issued(script, "stops", "mended")).frozen_at is None


def test_a_camera_without_image_says_so_and_comes_back() -> None:
    script = scenario(lost={"fault": "no_image"}, back={"shows": ["smoke"]})
    (camera,) = script.cameras
    assert showing(script, camera, issued(script, "lost")).no_image
    assert not showing(script, camera, issued(script, "lost", "back")).no_image


def test_an_exercise_brings_its_cameras_along_once_it_is_prepared(tmp_path: Path) -> None:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    try:
        brought = brought_by(journal)
        assert brought(REALM) is None
        script = scenario(burns={"shows": ["fire"]}).model_dump(mode="json", exclude_none=True)
        prepared = {"realm": REALM, "script": script, "wall": to_text(NOON)}
        conduct_book(journal, REALM).write(to_text(NOON), ("exercise_prepared", prepared))
        cameras = brought(REALM)
        assert cameras is not None
        (camera,) = cameras
        assert (camera.id, camera.realm, camera.agreement) == ("cam-exe-1", REALM, True)
        assert 50.8 < camera.lat < 50.9
        assert brought("live") is None
    finally:
        journal.close()


def test_the_register_learns_of_an_exercise_while_the_house_runs(clock: Clock) -> None:
    prepared: dict[str, Any] = {}
    asked: list[str] = []

    def of_exercise(realm: str) -> Any:
        asked.append(realm)
        return prepared.get(realm)

    def seconds() -> float:
        return clock.now().timestamp()

    register = OpenRegister(register_of([configured("cam-1")]), of_exercise, seconds)
    assert register.get(REALM) is None
    prepared[REALM] = [configured("cam-exe-1", realm=REALM)]
    assert register.get(REALM) is None  # asked a moment ago
    clock.advance(3)
    assert set(register.get(REALM, {})) == {"cam-exe-1"}
    assert set(register.get("live", {})) == {"cam-1"}
    assert asked == [REALM, REALM]
