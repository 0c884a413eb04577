"""From a publisher's command line to a screen, through the real broker and the real program."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from house import House
from screens import Screen
from services import Mosquitto, find_program

pytestmark = pytest.mark.needs("mosquitto")
SOURCE = "cad:112"
CALL = {
    "specversion": "1.0",
    "id": "call-1",
    "source": SOURCE,
    "type": "brussels.tocsin.observation.v1",
    "data": {
        "source": SOURCE,
        "external_id": "call-1",
        "kind": "event",
        "type_hint": "TRA-TUN",
        "geometry": {"type": "Point", "coordinates": [4.3372, 50.8613]},
        "accuracy_m": 50,
        "location_text": "Tunnel Annie Cordy / Annie Cordytunnel",
        "location_codes": {"tunnel": "annie-cordy"},
        "headline": "Camion en feu dans le tunnel",
        "attributes": {"fire": True, "smoke": True, "tunnel_closed": True},
    },
}


def mosquitto_pub(broker: Mosquitto) -> None:
    program = find_program("mosquitto_pub") or "mosquitto_pub"
    where = ["-h", "127.0.0.1", "-p", str(broker.port)]
    what = ["-q", "1", "-t", f"tocsin/v1/live/observations/{SOURCE}", "-m", json.dumps(CALL)]
    subprocess.run([program, *where, *what], check=True, timeout=10)


def test_a_call_published_by_hand_is_an_incident_with_its_reasons_on_every_screen(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    with (
        House(tmp_path / "house", mqtt=mosquitto.url) as house,
        Screen(house.http) as screen,
    ):
        screen.wait(lambda: screen.snapshots, message="the first snapshot")
        published = time.monotonic()
        mosquitto_pub(mosquitto)
        screen.wait(lambda: screen.situation.incidents, timeout=30, message="an incident")
        assert time.monotonic() - published < 5

        told = house.situation()
        (incident,) = told["incidents"].values()
        assert incident["type"] == "TRA-TUN"
        assert incident["why"]["rule"]
        assert incident["ties"]
        assert {o for tie in incident["ties"] for o in tie["evidence"]} == set(
            incident["observations"]
        )
        for tie in incident["ties"]:
            assert all(tie["reason"][language] for language in ("fr", "nl", "en"))
            assert tie["reason"]["fr"] != tie["reason"]["nl"]
        assert screen.picture == house.picture()

        mosquitto_pub(mosquitto)
        screen.wait(lambda: screen.counts["duplicates"] == 1, message="a duplicate")
        assert house.recorded() == ["call-1"]
        assert house.situation()["incidents"].keys() == {incident["id"]}
        assert screen.counts["received"] == 2
