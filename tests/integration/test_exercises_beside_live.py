"""Three exercises and a busy live room at once: nothing crosses, on topics, journals or sockets."""

import json
import threading
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from conducting import begin, lead
from house import House, assert_each_once
from publishing import Publisher, messages, numbered
from screens import Screen
from services import LOOPBACK, Mosquitto
from tocsin.contract.frame import stamp_of
from tocsin.contract.topics import ROOT

SCENARIOS = ("sc-01", "sc-05", "sc-08")
SPEED = 60
LIVE_FACTS = 1_500
PLAYED_ENOUGH = 20  # observations of each exercise


class Listener:
    """Hears everything on the bus: which realm each topic names, and what each message says."""

    def __init__(self, broker: Mosquitto) -> None:
        self.modes: dict[str, set[str]] = defaultdict(set)
        self.ids: dict[str, set[str]] = defaultdict(set)
        self.filmed: dict[str, set[str]] = defaultdict(set)
        self._heard = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="listener")
        self._client.on_subscribe = lambda *_: self._heard.set()
        self._client.on_message = lambda _c, _d, message: self._take(message)
        self._client.connect(LOOPBACK, broker.port)
        self._client.subscribe(f"{ROOT}/#")
        self._client.loop_start()
        assert self._heard.wait(5)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _take(self, message: mqtt.MQTTMessage) -> None:
        realm, channel = message.topic.split("/")[2:4]
        if channel == "observations":
            data = json.loads(message.payload)["data"]
            self.modes[realm].add(data.get("mode", "real"))
            self.ids[realm].add(data["external_id"])
        elif message.topic.endswith("/frame"):
            stamp = stamp_of(bytes(message.payload))
            assert stamp is not None
            self.filmed[realm].add(stamp.realm)


def shown(house: House, realm: str) -> list[dict[str, Any]]:
    entries = house.entries(realm)
    return [e["body"]["shown"] for e in entries if e["kind"] == "observation_recorded"]


def test_three_exercises_and_live_traffic_do_not_meet(tmp_path: Path, mosquitto: Mosquitto) -> None:
    with ExitStack() as stack:
        listener = Listener(mosquitto)
        stack.callback(listener.close)
        house = stack.enter_context(House(tmp_path / "house", mqtt=mosquitto.url))
        realms = [begin(house.http, scenario, SPEED) for scenario in SCENARIOS]
        assert len(set(realms)) == len(SCENARIOS)
        screens = {r: stack.enter_context(Screen(house.http, r)) for r in ("live", *realms)}
        screens["live"].wait(lambda: screens["live"].snapshots)
        real = numbered("real", 0, LIVE_FACTS)
        with Publisher(mosquitto.url) as publisher:
            publisher.publish(messages(real))
            publisher.settle()
        house.wait_recorded(LIVE_FACTS)
        for realm in realms:
            house.wait_recorded(PLAYED_ENOUGH, realm, timeout=120)
        called_off = lead(house.http, "/call-off", {"reason": ""}, "operator")["realms"]
        assert set(called_off) == set(realms)

        assert_each_once(house.recorded(), real)
        assert house.get("/api/realms/live/quarantine") == []
        assert house.situation()["exercise"] is None
        screens["live"].wait(lambda: set(real) <= screens["live"].seen_at.keys())
        assert screens["live"].seen_at.keys() == set(real)
        assert screens["live"].realms == {"live"}
        assert listener.modes["live"] == {"real"}

        played = {realm: shown(house, realm) for realm in realms}
        for realm, observations in played.items():
            own = {o["external_id"] for o in observations}
            assert {o["mode"] for o in observations} == {"exercise"}
            assert own <= listener.ids[realm]
            assert own.isdisjoint(real)
            assert screens[realm].realms == {realm}
            assert screens[realm].seen_at.keys() <= own
            assert listener.modes[realm] == {"exercise"}
            assert listener.filmed[realm] <= {realm}
            assert house.situation(realm)["exercise"]["state"] == "called_off"
            others = {i for other in realms if other != realm for i in listener.ids[other]}
            assert own.isdisjoint(others)
        assert listener.filmed["live"] == set()
