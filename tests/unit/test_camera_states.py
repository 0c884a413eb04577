"""What cameras say of themselves: one row a camera, no flood, and the facts that rules know."""

from datetime import timedelta
from typing import Any

import pytest

from deciding import NOW, Room, kinds, metres_north
from tocsin.cameras.condition import conditions
from tocsin.contract.times import to_text
from tocsin.situation.evolve import evolve
from tocsin.situation.picture import CAMERAS_KEPT, Situation, picture
from tocsin.situation.records import CameraState
from tocsin.situation.restore import restore


def said(room: Room, state: str, *, camera: str = "cam-1", **more: Any) -> None:
    facts = {"state": state, **more.pop("facts", {})}
    fields: dict[str, Any] = {
        "source": "camera:north",
        "kind": "camera_status",
        "type_hint": None,
        "legal_regime": "trafic_non_surveillance",
        "at": metres_north(5_000),
        "codes": {"camera": camera},
        "facts": facts,
        "observed_at": room.now,
    }
    name = more.pop("external_id", f"{camera}@{to_text(room.now)}")
    room.observe(name, **(fields | more))


def state_of(room: Room, camera: str = "cam-1") -> CameraState:
    """What counts of all that is said of it."""
    return conditions(room.situation.cameras.values(), room.situation.sources)[camera]


def test_a_camera_has_one_row_with_figure_and_limit() -> None:
    room = Room()
    since = to_text(NOW - timedelta(seconds=8))
    facts = {"figure": 3.5, "limit": 12, "since": since, "motion": 0}
    said(room, "frozen", facts=facts)
    state = state_of(room)
    assert (state.state, state.figure, state.limit, state.motion) == ("frozen", 3.5, 12, 0)
    assert (state.since, state.observed_at) == (since, to_text(NOW))
    assert state.source == "camera:north"


def test_hundreds_of_statuses_leave_one_observation_and_no_loose_one() -> None:
    room = Room()
    for _ in range(300):
        room.wait(1)
        said(room, "working")
    assert list(room.situation.loose) == []
    assert len(room.situation.observations) == 1
    assert state_of(room).observed_at == to_text(room.now)
    assert len(room.situation.index.by_message) == 1


def test_since_is_when_the_state_began_and_not_when_it_was_repeated() -> None:
    room = Room()
    said(room, "black")
    room.wait(30)
    said(room, "black", action="heartbeat")
    assert state_of(room).since == to_text(NOW)
    room.wait(30)
    said(room, "working")
    assert state_of(room).since == to_text(NOW + timedelta(seconds=60))


def test_an_older_word_that_comes_late_changes_nothing() -> None:
    room = Room()
    said(room, "working")
    said(room, "covered", external_id="late", observed_at=NOW - timedelta(minutes=2))
    assert state_of(room).state == "working"


def test_a_clock_that_runs_ahead_does_not_hold_the_state_for_ever() -> None:
    room = Room()
    said(room, "frozen", observed_at=NOW + timedelta(hours=3), clock_suspect=True)
    room.wait(5)
    said(room, "working")
    assert state_of(room).state == "working"


@pytest.mark.parametrize(
    ("state", "fact"),
    [
        ("working", "ok"),
        ("no_picture", "no_image"),
        ("frozen", "frozen"),
        ("black", None),
        ("covered", None),
    ],
)
def test_rules_get_the_fact_that_follows_from_the_state(state: str, fact: str | None) -> None:
    room = Room()
    said(room, state)
    [shown] = room.situation.observations.values()
    assert shown.facts.get("camera_state") == fact


def test_a_source_that_only_knows_the_fact_is_understood() -> None:
    room = Room()
    said(room, "", camera="CAM-1", facts={"camera_state": "no_image", "state": None})
    assert state_of(room).state == "no_picture"


@pytest.mark.parametrize("given", [{"codes": {}}, {"facts": {"state": "sleepy"}}])
def test_without_a_camera_or_a_known_state_it_is_a_plain_observation(given: dict[str, Any]) -> None:
    room = Room()
    said(room, "frozen", **given)
    assert not room.situation.cameras
    assert len(room.situation.loose) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"figure": float("1e300"), "limit": True, "motion": 400, "since": "yesterday"},
        {"figure": "3", "limit": None, "motion": -400, "since": "2026-01-15T12:00:00"},
    ],
)
def test_figures_that_make_no_sense_are_unknown(facts: dict[str, Any]) -> None:
    room = Room()
    said(room, "frozen", facts=facts)
    state = state_of(room)
    assert (state.figure, state.limit, state.motion) == (None, None, None)
    assert state.since == to_text(NOW)


def test_a_camera_that_is_lost_at_an_incident_joins_it_and_is_kept_there() -> None:
    room = Room()
    room.observe("call", type_hint="TRA-TUN", codes={"tunnel": "annie-cordy"})
    where = {"at": metres_north(20), "codes": {"camera": "cam-1", "tunnel": "annie-cordy"}}
    said(room, "no_picture", **where)
    assert room.incident().facts["camera_state"]["value"] == "no_image"
    lost = state_of(room).observation
    room.wait(20)
    said(room, "working", action="heartbeat", **where)
    assert lost in room.situation.observations
    assert state_of(room).state == "working"


def test_a_lost_camera_is_called_once_and_cleared_when_it_works_again() -> None:
    room = Room()
    said(room, "no_picture")
    [alarm] = room.situation.alarms.values()
    assert (alarm.type, alarm.cleared_at) == ("camera_lost", None)
    room.wait(9)
    said(room, "working")
    assert all(a.cleared_at is not None for a in room.situation.alarms.values())


def test_names_that_nobody_registered_have_an_end() -> None:
    situation = Situation("live")
    room = Room()
    said(room, "working")
    [entry] = [e for e in room.entries if e.kind == "observation_recorded"]
    for n in range(CAMERAS_KEPT + 300):
        shown = {**entry.body["shown"], "id": f"O-{n}", "external_id": f"x-{n}"}
        body = {"shown": shown | {"camera": {"camera": f"cam-{n}", "state": "working"}}}
        situation = evolve(situation, type(entry)(n + 1, entry.at, entry.kind, n + 1, body))
    assert len(situation.cameras) == CAMERAS_KEPT
    assert len(situation.loose) == 200


def test_a_snapshot_brings_the_cameras_back() -> None:
    room = Room()
    said(room, "glare", facts={"figure": 0.4, "limit": 0.3})
    again = restore(picture(room.situation))
    assert again == room.situation
    room.situation = again
    room.wait(3)
    said(room, "working")
    assert len(room.situation.observations) == 1


def test_a_repeated_word_is_not_judged() -> None:
    room = Room()
    said(room, "working")
    before = len(room.entries)
    room.wait(60)
    said(room, "working", action="heartbeat")
    assert kinds(room.entries[before:]) == ["observation_recorded"]


def test_a_sign_of_life_of_the_camera_does_not_hide_what_the_watcher_sees() -> None:
    room = Room()
    said(room, "covered")
    room.wait(10)
    said(room, "working", source="onvif:north", action="heartbeat")
    assert state_of(room).state == "covered"
    assert len(room.situation.cameras) == 2
    room.wait(10)
    said(room, "working")
    assert state_of(room).state == "working"


def test_of_two_troubles_the_later_one_is_told() -> None:
    room = Room()
    said(room, "covered")
    room.wait(10)
    said(room, "no_picture", source="onvif:north")
    assert state_of(room).state == "no_picture"
    said(room, "working", source="onvif:north", external_id="again")
    assert state_of(room).state == "covered"


def test_the_word_of_a_source_that_is_gone_counts_for_nothing() -> None:
    room = Room()
    said(room, "covered")
    said(room, "working", source="onvif:north")
    room.report("camera:north", "offline")
    assert state_of(room).state == "working"
    room.report("onvif:north", "offline")
    assert conditions(room.situation.cameras.values(), room.situation.sources) == {}
