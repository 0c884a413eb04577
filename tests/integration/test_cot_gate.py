"""A real TAK client library hears our incidents, and reads them back as they are."""

import asyncio
import json
import socket
import subprocess
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from deciding import NOW, Room
from house import House
from services import Mosquitto, find_program, free_port
from tocsin.journal.entry import Entry
from tocsin.live.hub import Hub
from tocsin.outward.cot_gate import CotGate, LiveHub, NotLive
from tocsin.situation.picture import Incident
from tocsin.taxonomy import types

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the library's own, at its import
    import pytak

PATIENCE_S = 10.0


def hub_of(room: Room) -> Hub:
    def read(realm: str, after: int, limit: int) -> list[Entry]:
        return room.entries[after : after + limit]

    return Hub(room.situation, clock=lambda: room.now, read=read, health=dict)


def announce(room: Room, hub: Hub, entries: list[Entry]) -> None:
    hub.announced(entries, room.situation)


class TakClient:
    """A client made of the library's own parts: its connection, its reading, its queue."""

    def __init__(self, queue: "asyncio.Queue[bytes]", writer: asyncio.StreamWriter) -> None:
        self._queue = queue
        self.writer = writer

    async def hear(self) -> ET.Element:
        data = await asyncio.wait_for(self._queue.get(), PATIENCE_S)
        return ET.fromstring(data)


@asynccontextmanager
async def tak_client(gate: CotGate) -> AsyncIterator[TakClient]:
    host, port = gate.address
    config = {"COT_URL": f"tcp://{host}:{port}"}
    reader, writer = await pytak.protocol_factory(config)
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    worker = asyncio.create_task(pytak.RXWorker(queue, config, reader).run())
    try:
        yield TakClient(queue, writer)
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        writer.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 the gate notices within a look
            await asyncio.sleep(0.01)


def run(scene: Callable[[Room, Hub, CotGate], Awaitable[None]], room: Room | None = None) -> None:
    async def play() -> None:
        stage = room or Room()
        hub = hub_of(stage)
        gate = CotGate(LiveHub(hub), "127.0.0.1:0", lambda: stage.now, look_s=0.01)
        await gate.start()
        try:
            await scene(stage, hub, gate)
        finally:
            await gate.stop()

    asyncio.run(play())


def read_back(event: ET.Element) -> dict[str, Any]:
    own = event.find("detail/__tocsin")
    point = event.find("point")
    assert own is not None
    assert point is not None
    accuracy = float(point.attrib["ce"])
    return {
        "id": own.attrib["incident"],
        "type": own.attrib["type"],
        "severity": int(own.attrib["severity"]),
        "state": own.attrib["state"],
        "segment": int(own.attrib["segment"]),
        "opened_at": event.attrib["start"],
        "lat": float(point.attrib["lat"]),
        "lon": float(point.attrib["lon"]),
        "accuracy_m": None if accuracy == 9_999_999 else accuracy,
    }


def as_it_is(incident: Incident) -> dict[str, Any]:
    names = ("id", "type", "severity", "state", "segment", "opened_at", "lat", "lon", "accuracy_m")
    return {name: getattr(incident, name) for name in names}


def some_incidents() -> Room:
    room = Room()
    for n, code in enumerate(("TRA-ACC", "FIR-BLD", "PUB-DEM", "UTL-PWR", "CBR-SUS")):
        accuracy: dict[str, Any] = {"accuracy_m": 12.5 * n} if n else {}
        room.observe(f"call-{n}", type_hint=code, at=(50.80 + n / 50, 4.30 + n / 77), **accuracy)
    assert len(room.open_incidents) == 5
    return room


def test_a_tak_client_hears_every_open_incident_and_reads_it_back_equal() -> None:
    async def scene(room: Room, hub: Hub, gate: CotGate) -> None:
        async with tak_client(gate) as client:
            heard = [read_back(await client.hear()) for _ in room.open_incidents]
        expected = [as_it_is(room.situation.incidents[name]) for name in room.open_incidents]
        assert sorted(heard, key=lambda told: told["id"]) == expected

    run(scene, some_incidents())


def test_a_change_and_the_end_of_an_incident_reach_every_client() -> None:
    async def scene(room: Room, hub: Hub, gate: CotGate) -> None:
        announce(room, hub, room.observe())
        async with tak_client(gate) as one, tak_client(gate) as two:
            for client in (one, two):
                assert read_back(await client.hear())["severity"] == types()["TRA-ACC"].severity
            graded = room.command("regrade_incident", incident="I-0001", severity=4, reason="essai")
            announce(room, hub, graded)
            for client in (one, two):
                assert read_back(await client.hear()) == as_it_is(room.incident())
            over = room.command("change_state", incident="I-0001", to="false_alarm", reason="essai")
            announce(room, hub, over)
            for client in (one, two):
                event = await client.hear()
                assert event.attrib["type"] == "t-x-d-d"
                link = event.find("detail/link")
                assert link is not None
                assert link.attrib["uid"] == "tocsin.I-0001"

    run(scene)


def test_a_client_that_asks_is_answered_and_what_else_it_sends_changes_nothing() -> None:
    async def scene(room: Room, hub: Hub, gate: CotGate) -> None:
        async with tak_client(gate) as client:
            client.writer.write(b"<event type='b-a-o-tbl' uid='x'/>" * 100)
            client.writer.write(b"<event version='2.0' uid='c-ping' type='t-x-c-t'/>")
            assert (await client.hear()).attrib["type"] == "t-x-c-t-r"
        assert room.situation.n == 0

    run(scene)


def test_a_client_that_leaves_is_forgotten_and_the_gate_closes_with_clients_inside() -> None:
    async def scene(room: Room, hub: Hub, gate: CotGate) -> None:
        async with tak_client(gate) as staying:
            announce(room, hub, room.observe())
            await staying.hear()
            async with tak_client(gate) as leaving:
                await leaving.hear()
                assert gate.clients == 2
            await until(lambda: gate.clients == 1)
            await gate.stop()
            assert gate.clients == 0

    run(scene)


def test_a_client_that_takes_nothing_costs_the_others_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tocsin.outward.cot_gate.SLOW_S", 0.2)
    monkeypatch.setattr("tocsin.outward.cot.UNKNOWN", "9" * 200_000)  # fills any buffer at once

    async def scene(room: Room, hub: Hub, gate: CotGate) -> None:
        host, port = gate.address
        _, stalled = await asyncio.open_connection(host, port, limit=1)
        reader, taking = await asyncio.open_connection(host, port, limit=16 * 1024 * 1024)
        for n in range(15):
            announce(room, hub, room.observe(f"c-{n}", at=(50.5 + n / 50, 4.3)))
        for _ in range(15):
            await asyncio.wait_for(reader.readuntil(b"</event>"), PATIENCE_S)
        await until(lambda: gate.clients == 1)
        taking.close()
        stalled.close()

    run(scene)


def test_an_exercise_cannot_even_be_given_to_the_gate() -> None:
    exercise = hub_of(Room("exercise-sc01"))
    with pytest.raises(NotLive):
        LiveHub(exercise)
    assert LiveHub(hub_of(Room())).situation.realm == "live"
    assert NOW.tzinfo is not None


UNIT = {"_type": "location", "lat": 50.85, "lon": 4.35, "tst": 1768491667, "tid": "X1"}
ALARM = """<?xml version="1.0"?>
<event version="2.0" uid="chem-1" type="a-f-G" time="{at}" start="{at}" stale="{at}" how="m-g">
<point lat="50.8466" lon="4.3528" hae="9999999" ce="10" le="9999999"/>
<detail><contact callsign="CHEM 1"/>
<chemsensordetail><sensor_data manufacturer="Exe" model="One" serialnumber="1"/>
<detection agent="Sarin" alarm="1" confidence="90"/></chemsensordetail></detail></event>"""


@pytest.mark.needs("mosquitto")
def test_what_a_tak_server_and_a_telephone_tell_is_an_incident_that_a_tak_client_hears(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    """The whole way: sources as configured, the room, the gate; over real sockets."""
    with socket.create_server(("127.0.0.1", 0)) as tak_server:
        out = free_port()
        config = tmp_path / "tocsin.toml"
        config.write_text(
            f"""adapters = ["cot", "owntracks"]
cot_listen = "127.0.0.1:{out}"

[[sources]]
adapter = "cot"
source = "cot:neighbours"
tcp = "127.0.0.1:{tak_server.getsockname()[1]}"

[[sources]]
adapter = "owntracks"
source = "owntracks:stewards"
topics = ["owntracks/+/+"]
"""
        )
        with House(tmp_path / "house", "--config", config, mqtt=mosquitto.url) as house:
            tak_server.settimeout(PATIENCE_S)
            connection, _ = tak_server.accept()
            at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            with connection:
                connection.sendall(ALARM.format(at=at).encode()[:200])
                connection.sendall(ALARM.format(at=at).encode()[200:])
                house.wait(lambda: house.situation()["incidents"], message="an incident")
            place = json.dumps({**UNIT, "tst": int(time.time())})
            publish_until_there(mosquitto, place, house)
            (incident,) = house.situation()["incidents"].values()
            assert incident["type"] == "CBR-SUS"

            async def listen() -> ET.Element:
                config = {"COT_URL": f"tcp://127.0.0.1:{out}"}
                reader, writer = await pytak.protocol_factory(config)
                data = await asyncio.wait_for(reader.readuntil(b"</event>"), PATIENCE_S)
                writer.close()
                return ET.fromstring(data)

            heard = read_back(asyncio.run(listen()))
            assert heard == {name: incident[name] for name in heard}


def publish_until_there(broker: Mosquitto, payload: str, house: House) -> None:
    """The source may still be on its way to the broker."""
    program = find_program("mosquitto_pub") or "mosquitto_pub"
    where = ["-h", "127.0.0.1", "-p", str(broker.port), "-q", "1", "-t", "owntracks/exe/phone"]

    def there() -> bool:
        subprocess.run([program, *where, "-m", payload], check=True, timeout=10)
        return "owntracks:stewards|exe.phone" in house.situation()["tracks"]

    house.wait(there, message="the place of the telephone")
