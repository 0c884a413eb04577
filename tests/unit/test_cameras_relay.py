"""Pictures from the bus to viewers: checked, newest first, at each one's pace."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from camera_register import NOW, camera, frame, picture
from services import Clock
from tocsin.cameras.register import register_of
from tocsin.cameras.relay import MOST_FPS, FrameRelay, Viewer
from tocsin.contract.frame import MAX_FRAME_BYTES, FrameStamp, stamp_of, stamped
from tocsin.contract.topics import camera_frame

REALMS = {"live", "exercise-one"}
CAMERAS = [
    camera("cam-1"),
    camera("cam-2"),
    camera("cam-3", agreement=False),
    camera("cam-1", realm="exercise-one"),
]


@pytest.fixture
def relay(clock: Clock) -> FrameRelay:
    return FrameRelay(register_of(CAMERAS), lambda: REALMS, lambda realm: clock.now())


def give(relay: FrameRelay, name: str = "cam-1", realm: str = "live", n: int = 1) -> None:
    relay.take(camera_frame(realm, name), frame(name, n=n, realm=realm))


def sequences(viewer: Viewer, *moments: float) -> list[int | None]:
    found = (viewer.next(moment) for moment in moments)
    return [None if f is None else f.stamp.sequence for f in found]


def test_a_picture_is_kept_as_it_came_with_a_head_before_it(relay: FrameRelay) -> None:
    give(relay, n=7)
    newest = relay.newest("live", "cam-1")
    assert newest is not None
    assert newest.jpeg == frame(n=7)
    head = newest.message[: -len(newest.jpeg)]
    assert head[:2] == bytes((1, len("cam-1")))
    assert head.endswith(b"cam-1")
    assert int.from_bytes(head[2:10], "big") == int(NOW.timestamp() * 1000)
    assert int.from_bytes(head[18:22], "big") == 7


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [
        (camera_frame("live", "cam-1"), b"x" * (MAX_FRAME_BYTES + 1), "too_large"),
        (camera_frame("live", "cam-9"), frame("cam-9"), "unknown_camera"),
        (camera_frame("exercise-two", "cam-1"), frame(), "unknown_camera"),
        (camera_frame("exercise-one", "cam-2"), frame("cam-2"), "unknown_camera"),
        ("tocsin/v1/live/cameras/cam-1/frame/x", frame(), "unknown_camera"),
        ("elsewhere/v1/live/cameras/cam-1/frame", frame(), "unknown_camera"),
        (camera_frame("live", "cam-3"), frame("cam-3"), "no_agreement"),
        (camera_frame("live", "cam-1"), b"", "not_jpeg"),
        (camera_frame("live", "cam-1"), b"<svg/>", "not_jpeg"),
        (camera_frame("live", "cam-1"), picture(), "no_stamp"),
        (camera_frame("live", "cam-1"), frame("cam-2"), "other_camera"),
        (camera_frame("live", "cam-1"), frame(realm="exercise-one"), "other_realm"),
        (camera_frame("exercise-one", "cam-1"), frame(), "other_realm"),
    ],
)
def test_what_does_not_fit_is_counted_and_shown_to_nobody(
    relay: FrameRelay, topic: str, payload: bytes, reason: str
) -> None:
    relay.take(topic, payload)
    assert dict(relay.counts) == {reason: 1}
    assert relay.ages("live") == {}


def test_a_stamp_from_before_time_is_none(relay: FrameRelay) -> None:
    odd = stamped(picture(), FrameStamp("cam-1", datetime(1, 1, 1, tzinfo=NOW.tzinfo), -4, 1, 1))
    relay.take(camera_frame("live", "cam-1"), odd)
    assert dict(relay.counts) == {"no_stamp": 1}


def test_a_sequence_of_any_size_fits_the_head(relay: FrameRelay) -> None:
    stamp = FrameStamp("cam-1", NOW, 2**40 + 3, 64, 36)
    relay.take(camera_frame("live", "cam-1"), stamped(picture(), stamp))
    assert relay.counts["received"] == 1


def test_realms_do_not_see_one_another(relay: FrameRelay) -> None:
    give(relay, realm="exercise-one")
    assert relay.newest("live", "cam-1") is None
    assert relay.newest("exercise-one", "cam-1") is not None


def test_a_viewer_gets_the_newest_only(relay: FrameRelay) -> None:
    with relay.viewer("live") as viewer:
        viewer.watch({"cam-1": 10})
        for n in (1, 2, 3):
            give(relay, n=n)
        assert sequences(viewer, 0, 0.05) == [3, None]


def test_a_viewer_gets_no_more_pictures_a_second_than_it_asked_for(relay: FrameRelay) -> None:
    with relay.viewer("live") as viewer:
        viewer.watch({"cam-1": 2})
        seen = 0
        for tick in range(100):  # 5 s, a new picture every 50 ms
            give(relay, n=tick)
            seen += viewer.next(tick * 0.05) is not None
    assert 10 <= seen <= 11


def test_a_viewer_at_the_cameras_own_pace_misses_none(relay: FrameRelay) -> None:
    with relay.viewer("live") as viewer:
        viewer.watch({"cam-1": 10})
        seen = []
        for n in range(50):  # every 100 ms, up to 20 ms early or late
            give(relay, n=n)
            seen += sequences(viewer, n * 0.1 + (n * 7 % 5 - 2) * 0.01)
    assert seen == list(range(50))


def test_each_camera_has_its_turn(relay: FrameRelay) -> None:
    with relay.viewer("live") as viewer:
        viewer.watch({"cam-1": 10, "cam-2": 10})
        turns = []
        for n in range(6):  # one picture is taken for two that come: neither starves
            give(relay, "cam-1", n=n)
            give(relay, "cam-2", n=n)
            found = viewer.next(n * 0.1)
            assert found is not None
            turns.append(found.stamp.camera)
    assert turns == ["cam-2", "cam-1"] * 3


def test_the_pictures_of_a_wall_do_not_all_come_at_one_moment(relay: FrameRelay) -> None:
    with relay.viewer("live") as viewer:
        viewer.watch({"cam-1": 2, "cam-2": 2})
        came: list[set[str]] = []
        for tick in range(80):  # 4 s, a new picture of both every 50 ms
            give(relay, "cam-1", n=tick)
            give(relay, "cam-2", n=tick)
            taken = (viewer.next(tick * 0.05), viewer.next(tick * 0.05))
            came.append({frame.stamp.camera for frame in taken if frame is not None})
    assert came[0] == {"cam-1", "cam-2"}, "nobody waits for the first"
    assert all(len(cameras) <= 1 for cameras in came[1:])
    times = Counter(camera for cameras in came for camera in cameras)
    assert all(8 <= times[camera] <= 9 for camera in ("cam-1", "cam-2"))


def test_one_that_stalled_finds_the_newest_when_it_comes_back(relay: FrameRelay) -> None:
    with relay.viewer("live") as stalled, relay.viewer("live") as brisk:
        stalled.watch({"cam-1": 10})
        brisk.watch({"cam-1": 10})
        seen = []
        for n in range(30):
            give(relay, n=n)
            seen += sequences(brisk, n * 0.1)
        assert seen == list(range(30))
        assert sequences(stalled, 3.0, 3.0) == [29, None]


def test_only_what_is_looked_at_is_asked_for_at_the_highest_pace(relay: FrameRelay) -> None:
    asked: list[dict[tuple[str, str], float]] = []
    relay.demanded = lambda: asked.append(relay.demand())
    with relay.viewer("live") as one, relay.viewer("live") as other:
        one.watch({"cam-1": 2, "cam-2": 0.01})
        other.watch({"cam-1": 500})
        assert relay.demand() == {("live", "cam-1"): MOST_FPS, ("live", "cam-2"): 0.1}
        other.watch({})
        assert relay.demand()["live", "cam-1"] == 2
    assert relay.demand() == {}
    assert (relay.viewers, len(asked)) == (0, 5)


def test_the_age_is_the_cameras_own_unless_its_clock_runs_ahead(
    relay: FrameRelay, clock: Clock
) -> None:
    late, ahead = NOW - timedelta(seconds=40), NOW + timedelta(hours=1)
    relay.take(camera_frame("live", "cam-1"), frame("cam-1", at=late))
    relay.take(camera_frame("live", "cam-2"), frame("cam-2", at=ahead))
    clock.advance(5)
    assert relay.ages("live") == {"cam-1": 45.0, "cam-2": 5.0}


def test_a_stamp_survives_the_way(relay: FrameRelay) -> None:
    give(relay, n=12)
    newest = relay.newest("live", "cam-1")
    assert newest is not None
    assert stamp_of(newest.jpeg) == newest.stamp
