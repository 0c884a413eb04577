"""The same exercise is the same story: at any speed, after a jump, through a kill -9."""

from pathlib import Path
from typing import Any

import pytest

from conducting import begin, lead, order
from house import House
from services import Mosquitto
from short_exercise import MESSAGES, NAME, write_into

ENDS = "2026-03-10T09:00:30Z"


def state(house: House, realm: str) -> str:
    exercise: dict[str, Any] = house.situation(realm)["exercise"] or {}
    return str(exercise.get("state"))


def story(house: House, realm: str) -> list[Any]:
    """The journal of a realm, but for what names the realm and its speed."""
    told = []
    for entry in house.entries(realm):
        if entry["kind"] == "exercise_changed":
            entry["body"]["exercise"].pop("speed")
        told.append((entry["at"], entry["kind"], entry["body"]))
    return told


def sources(house: House, realm: str) -> set[str]:
    return {source["state"] for source in house.situation(realm)["sources"].values()}


def test_speed_jumps_and_a_kill_change_nothing_in_what_happens(
    tmp_path: Path, mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_SCENARIOS", str(write_into(tmp_path / "own")))
    with House(tmp_path / "house", mqtt=mosquitto.url) as house:
        slow = begin(house.http, NAME, 1)
        fast = [begin(house.http, NAME, speed) for speed in (10, 60, 60)]
        jumped = begin(house.http, NAME, 1)
        order(house.http, jumped, "jump", to=ENDS)
        for realm in (*fast, jumped):
            house.wait(lambda realm=realm: state(house, realm) == "ended", timeout=20)
        assert state(house, slow) == "running"
        house.kill()
        house.start()
        house.wait(lambda: state(house, slow) == "ended", timeout=60)

        stories = {realm: story(house, realm) for realm in (slow, *fast, jumped)}
        assert house.recorded(slow) == MESSAGES
        for realm in (*fast, jumped):
            assert stories[realm] == stories[slow], realm
        assert house.recorded("live") == []


def test_the_staff_lead_it_and_a_real_incident_ends_it(
    tmp_path: Path, mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_SCENARIOS", str(write_into(tmp_path / "own")))
    with House(tmp_path / "house", mqtt=mosquitto.url) as house:
        realm = begin(house.http, NAME, 60, start=False)
        assert state(house, realm) == "prepared"
        order(house.http, realm, "skip", inject="call-2", reason="too many calls")
        document = {
            "id": "added", "at": "00:00:04", "kind": "EVT", "source": "cad:siamu",
            "incident": "fire", "place": "street:rue-de-la-loi",
            "expect": {"fr": "Vu", "nl": "Gezien", "en": "Seen"},
            "observation": {"kind": "event", "type_hint": "FIR-BLD", "headline": "Ajout"},
        }  # fmt: skip
        order(house.http, realm, "add", document=document)
        order(house.http, realm, "start")
        house.wait(lambda: "added" in house.recorded(realm))
        order(house.http, realm, "pause")
        order(house.http, realm, "trigger", inject="never")
        house.wait(lambda: "never" in house.recorded(realm))
        assert state(house, realm) == "paused"

        told = lead(house.http, "/call-off", {"reason": ""}, capacity="operator")
        assert told == {"realms": [realm]}
        assert state(house, realm) == "called_off"
        played = house.recorded(realm)

        order(house.http, realm, "resume")
        house.wait(lambda: state(house, realm) == "ended", timeout=20)
        recorded = house.recorded(realm)
        assert recorded[: len(played)] == played
        assert len(recorded) == len(set(recorded))
        assert "call-2" not in recorded
        assert recorded.count("never") == 1
        assert "call-3" in recorded

        aborted = begin(house.http, NAME, 10)
        house.wait(lambda: house.recorded(aborted))
        order(house.http, aborted, "abort", reason="the broadcast van is on fire")
        house.wait(lambda: sources(house, aborted) == {"offline"})
        assert state(house, aborted) == "aborted"
