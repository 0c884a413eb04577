"""The broker's shipped settings and access list, asked of a real broker."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from services import LOOPBACK, Mosquitto, find_program, wait_until

pytestmark = pytest.mark.needs("mosquitto")
DEPLOY = Path(__file__).parents[2] / "deploy"
PASSWORDS = {user: f"said-by-{user}" for user in ("engine", "gateway", "cameras", "adapter-cap")}


class ShippedMosquitto(Mosquitto):
    """Mosquitto with deploy/'s files; only places and port are this machine's."""

    def prepare(self) -> None:
        super().prepare()
        config = self.folder / "mosquitto.conf"
        own = {line.split()[0]: line for line in config.read_text("utf-8").splitlines()}
        passwords = self.folder / "passwords"
        passwords.write_text("".join(f"{u}:{p}\n" for u, p in PASSWORDS.items()), "utf-8")
        hasher = find_program("mosquitto_passwd") or "mosquitto_passwd"
        subprocess.run([hasher, "-U", str(passwords)], check=True)
        places = {
            "listener": own["listener"],
            "persistence_location": own["persistence_location"],
            "password_file": f"password_file {passwords}",
            "acl_file": f"acl_file {DEPLOY / 'mosquitto.acl'}",
        }
        shipped = (DEPLOY / "mosquitto.conf").read_text("utf-8").splitlines()
        lines = [places.get(line.partition(" ")[0], line) for line in shipped]
        config.write_text("\n".join([*lines, own.get("user", "")]) + "\n", "utf-8")


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShippedMosquitto]:
    with ShippedMosquitto(tmp_path_factory.mktemp("shipped")) as running:
        yield running


class Member:
    """A logged-in client and what it heard."""

    def __init__(self, broker: Mosquitto, user: str | None, password: str | None) -> None:
        self.heard: list[str] = []
        self.answer: str | None = None
        self.cut_off = False
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2)
        if user is not None:
            self.client.username_pw_set(user, password)
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = self._on_disconnect
        self.client.on_message = lambda _client, _data, message: self.heard.append(message.topic)
        self.client.connect(LOOPBACK, broker.port)
        self.client.loop_start()
        wait_until(lambda: self.answer, message="the broker answers")

    def _on_connect(
        self, _client: object, _data: object, _flags: object, code: object, _properties: object
    ) -> None:
        self.answer = str(code)

    def _on_disconnect(self, *_: object) -> None:
        self.cut_off = True

    def say(self, topic: str) -> None:
        self.client.publish(topic, b"{}", qos=1).wait_for_publish(10)

    def try_to_say(self, topic: str) -> None:
        """Versions of Mosquitto differ: some drop what is forbidden, some cut the speaker off."""
        said = self.client.publish(topic, b"{}", qos=1)
        wait_until(lambda: said.is_published() or self.cut_off, message="the broker reacts")

    def leave(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.mark.parametrize(
    ("user", "password"),
    [(None, None), ("engine", "wrong"), ("engine", ""), ("admin", "admin")],
)
def test_a_stranger_is_refused(
    broker: ShippedMosquitto, user: str | None, password: str | None
) -> None:
    stranger = Member(broker, user, password)
    stranger.leave()
    assert stranger.answer == "Not authorized"


def test_the_engine_hears_adapters_and_an_adapter_speaks_on_live_only(
    broker: ShippedMosquitto,
) -> None:
    engine = Member(broker, "engine", PASSWORDS["engine"])
    adapter = Member(broker, "adapter-cap", PASSWORDS["adapter-cap"])
    assert (engine.answer, adapter.answer) == ("Success", "Success")
    for member in (engine, adapter):
        member.client.subscribe("tocsin/v1/+/observations/#", qos=1)
        member.client.subscribe("tocsin/v1/+/sources/#", qos=1)

    for user, topic in (
        ("adapter-cap", "tocsin/v1/exercise-e1/observations/irm"),
        ("engine", "tocsin/v1/live/observations/irm"),
    ):
        trespasser = Member(broker, user, PASSWORDS[user])
        trespasser.try_to_say(topic)
        trespasser.leave()
    adapter.say("tocsin/v1/live/observations/irm")
    adapter.say("tocsin/v1/live/sources/irm/status")

    allowed = ["tocsin/v1/live/observations/irm", "tocsin/v1/live/sources/irm/status"]
    wait_until(lambda: len(engine.heard) >= 2, message=lambda: f"heard {engine.heard}")
    engine.leave()
    adapter.leave()
    assert engine.heard == allowed
    assert adapter.heard == []


def test_cameras_are_seen_by_gateways_and_by_nobody_else(broker: ShippedMosquitto) -> None:
    gateway, adapter, cameras = (
        Member(broker, user, PASSWORDS[user]) for user in ("gateway", "adapter-cap", "cameras")
    )
    for member in (gateway, adapter):
        member.client.subscribe("tocsin/v1/+/cameras/+/frame", qos=1)
        member.client.subscribe("tocsin/v1/+/observations/#", qos=1)
    cameras.client.subscribe("tocsin/v1/+/cameras/+/demand", qos=1)
    for user, topic in (
        ("gateway", "tocsin/v1/live/cameras/pont/frame"),
        ("cameras", "tocsin/v1/exercise-e1/cameras/pont/frame"),
    ):
        trespasser = Member(broker, user, PASSWORDS[user])
        trespasser.try_to_say(topic)
        trespasser.leave()
    cameras.say("tocsin/v1/live/observations/camera:centre")
    cameras.say("tocsin/v1/live/cameras/pont/frame")
    gateway.say("tocsin/v1/live/cameras/pont/demand")
    wait_until(lambda: gateway.heard and cameras.heard, message="pictures and demand pass")
    for member in (gateway, adapter, cameras):
        member.leave()
    assert gateway.heard == ["tocsin/v1/live/cameras/pont/frame"]
    assert cameras.heard == ["tocsin/v1/live/cameras/pont/demand"]
    assert adapter.heard == []
