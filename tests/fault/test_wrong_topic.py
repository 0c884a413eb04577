"""A faulty adapter mixes up real and exercise: nothing of either is seen in the other."""

import random
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from camera_register import frame
from house import House, Refused, assert_each_once
from publishing import Message, Publisher, message, numbered, observed
from screens import Screen
from services import Mosquitto, free_port
from tocsin.contract import SourceStatus, topics

COUNT = 150
SENT = ("real", "played", "stray")  # what the faulty adapter sends; the rest is the scenario's
PLAYED = {"mode": "exercise", "observed_at": None}  # exercise time is not today
CAMERAS = """cot_listen = "127.0.0.1:{port}"
[[cameras]]
id = "cam-1"
name = {{fr = "Caméra", nl = "Camera"}}
lat = 50.85
lon = 4.35
legal_regime = "trafic_non_surveillance"
agreement = true
"""


def status(realm: str, adapter: str) -> Message:
    told = SourceStatus(source="cad:112", state="offline", adapter=adapter)
    return topics.source_status(realm, "cad:112"), told.model_dump_json().encode()


def mixed_up(exercise: str) -> list[Message]:
    """Right and wrong in any order, as a program that has lost its settings sends them."""
    real = [message(observed(i)) for i in numbered("real", 0, COUNT)]
    played = [message(observed(i, **PLAYED), exercise) for i in numbered("played", 0, COUNT)]
    real_there = [message(observed(i), exercise) for i in numbered("stray-real", 0, COUNT)]
    played_here = [message(observed(i, **PLAYED)) for i in numbered("stray-played", 0, COUNT)]
    nowhere = [message(observed("stray-lost", **PLAYED), "exercise-nobody")]
    now = datetime.now(UTC)
    wrong_frame = (topics.camera_frame("live", "cam-1"), frame(at=now, realm=exercise))
    sent = [*real, *played, *real_there, *played_here, *nowhere, wrong_frame]
    sent.append(status("live", "exercise"))
    random.Random(6).shuffle(sent)
    return sent


def heard_by_partners(port: int, enough: Callable[[bytes], bool]) -> bytes:
    """What a TAK client is told, until there is enough of it."""
    told = b""
    with socket.create_connection(("127.0.0.1", port), timeout=15) as link:
        while not enough(told):
            told += link.recv(65536)
    return told


def refusals(house: House, realm: str) -> dict[str, int]:
    rows: list[dict[str, Any]] = house.get(f"/api/realms/{realm}/quarantine?limit=500")
    counted: dict[str, int] = {}
    for row in rows:
        assert row["detail"]
        counted[row["reason"]] = counted.get(row["reason"], 0) + row["count"]
    return counted


def test_what_a_faulty_adapter_mixes_up_stays_out_and_quarantine_says_why(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    port = free_port()
    config = tmp_path / "tocsin.toml"
    config.write_text(CAMERAS.format(port=port), "utf-8")
    options = ("--config", config)
    with House(tmp_path / "house", *options, mqtt=mosquitto.url, demo_speed=1) as house:
        exercise = house.exercise_realm
        with Screen(house.http) as here, Screen(house.http, exercise) as there:
            for screen in (here, there):  # what comes in a snapshot is not seen to come
                screen.wait(lambda screen=screen: screen.snapshots)
            with Publisher(mosquitto.url) as publisher:
                publisher.publish(mixed_up(exercise))
                publisher.settle()
            wrong = {"wrong_realm": COUNT + 1, "unknown_realm": 1}
            house.wait(lambda: refusals(house, "live") == wrong, message="live refusals")
            house.wait(lambda: refusals(house, exercise) == {"wrong_realm": COUNT})
            house.wait_recorded(COUNT)
            own = numbered("real", 0, COUNT)
            assert_each_once(house.recorded(), own)
            played = [i for i in house.recorded(exercise) if i.startswith(SENT)]
            assert_each_once(played, numbered("played", 0, COUNT))
            here.wait(lambda: set(own) <= here.seen_at.keys())
            there.wait(lambda: set(played) <= there.seen_at.keys())
            assert here.seen_at.keys() == set(own)
            assert not {i for i in there.seen_at if i.startswith(("real", "stray"))}

        assert "cad:112" not in house.situation()["sources"]  # nobody real said that it is gone
        assert house.get("/api/realms/live/cameras")["cameras"][0]["frame_at"] is None
        open_here = set(house.situation()["incidents"])
        told = heard_by_partners(port, lambda told: told.count(b"</event>") >= len(open_here))
        assert told.count(b"</event>") == len(open_here)
        assert b"played" not in told
        for incident in house.situation(exercise)["incidents"]:
            with pytest.raises(Refused, match="403"):
                house.ask(f"/api/realms/{exercise}/incidents/{incident}/cap")
