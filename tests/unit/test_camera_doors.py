"""The doors to pictures: register, strip, evidence, binary socket, MJPEG, live video."""

import contextlib
import hashlib
import json
import socket as sockets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from camera_register import NOW, camera, frame
from deciding import Room, metres_north
from services import Clock, wait_until
from tocsin.cameras.desk import CameraDesk
from tocsin.contract.topics import camera_frame
from tocsin.engine.inputs import CommandGiven
from tocsin.journal.store import Journal
from tocsin.live.hub import Hub
from tocsin.web import camera_sockets
from tocsin.web.application import make_application
from tocsin.web.rooms import Rooms
from tocsin.web.sockets import SEND_BUFFER
from unit.test_cameras_live_video import clip

STREET = "loi_cameras_lieu_ouvert"
HOSTS = frozenset({"127.0.0.1"})


class Office:
    """A live room and an exercise with four cameras, before a real server."""

    def __init__(self, folder: Path, clock: Clock, film: Path) -> None:
        self.folder = folder
        self.journal = Journal.open(f"sqlite:///{folder / 'journal.db'}")
        self.hubs: dict[str, Hub] = {}
        self.rooms: dict[str, Room] = {}
        for realm in ("live", "exercise-one"):
            room = self.rooms[realm] = Room(realm)
            room.observe("first", facts={"fire": True})
            self.journal.commit(realm, room.entries)
            self.hubs[realm] = Hub(room.situation, clock=clock.now, read=self._read, health=dict)
        lat, lon = metres_north(120)
        cameras = [
            camera("cam-1", url="rtsp://192.0.2.1/secret", device_refs=("serial-1",)),
            camera("cam-2", lat=lat, lon=lon, legal_regime=STREET),
            camera("cam-3", agreement=False),
            camera("cam-4", url=f"file:{film}"),
            camera("cam-1", realm="exercise-one"),
        ]
        self.desk = CameraDesk(cameras, folder, lambda: self.hubs, lambda realm: clock.now())
        config = uvicorn.Config(
            make_application(
                Rooms(self.hubs, self.journal, self._command, HOSTS, cameras=self.desk)
            ),
            log_level="critical",
            ws="websockets-sansio",
            ws_max_size=4096,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=1,
            lifespan="off",
        )
        self._server = uvicorn.Server(config)
        self._door = sockets.create_server(("127.0.0.1", 0))
        self._door.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, SEND_BUFFER)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._door]}, daemon=True
        )

    def __enter__(self) -> "Office":
        self._thread.start()
        wait_until(lambda: self._server.started)
        self.port = self._door.getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self.desk.stop()
        self.journal.close()

    def give(self, name: str = "cam-1", realm: str = "live", **stamp: Any) -> None:
        self.desk.relay.take(camera_frame(realm, name), frame(name, realm=realm, **stamp))

    def socket(self, query: str = "", realm: str = "live") -> ClientConnection:
        return connect(self._ws(f"/realms/{realm}/cameras/socket?{query}"), max_size=None)

    def live(self, name: str, query: str = "") -> ClientConnection:
        return connect(self._ws(f"/realms/live/cameras/{name}/live?{query}"), max_size=None)

    def get(self, path: str) -> Any:
        return json.loads(self.ask(path)[1])

    def ask(self, path: str, document: object = None, **headers: str) -> tuple[int, bytes]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        if document is not None:
            request.data = json.dumps(document).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read()

    def keep(self, capacity: str = "operator", **given: Any) -> tuple[int, dict[str, Any]]:
        headers = {"X-Tocsin": "1", "X-Tocsin-Capacity": capacity}
        incident = given.pop("incident", "I-0001")
        document = {"camera": "cam-1"} | given
        path = f"/api/realms/live/incidents/{incident}/evidence"
        status, body = self.ask(path, document, **headers)
        return status, json.loads(body)

    def _ws(self, path: str) -> str:
        return f"ws://127.0.0.1:{self.port}{path}"

    def _read(self, realm: str, after: int, limit: int) -> Any:
        return self.journal.read(realm, after=after, limit=limit)

    async def _command(self, realm: str, command: dict[str, Any], by: str, capacity: str) -> int:
        room = self.rooms[realm]
        entries = room.decide(CommandGiven(room.at, by, command, capacity))
        self.journal.commit(realm, entries)
        self.hubs[realm].announced(entries, room.situation)
        return room.situation.n


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip(tmp_path_factory.mktemp("film") / "street.mp4")


@pytest.fixture
def office(tmp_path: Path, clock: Clock, film: Path) -> Iterator[Office]:
    with Office(tmp_path, clock, film) as office:
        yield office


def text(connection: ClientConnection) -> dict[str, Any]:
    """The next text, which is no beat."""
    while True:
        told = connection.recv(5)
        if isinstance(told, str) and json.loads(told)["type"] != "beat":
            found: dict[str, Any] = json.loads(told)
            return found


def binary(connection: ClientConnection) -> bytes:
    while isinstance(told := connection.recv(5), str):
        pass
    return told


def closed(connection: ClientConnection) -> tuple[int, str]:
    with contextlib.suppress(ConnectionClosed):
        while True:
            connection.recv(5)
    assert connection.close_code is not None
    return connection.close_code, connection.close_reason or ""


# --- the register


def test_the_register_tells_states_and_rights_and_never_an_address(office: Office) -> None:
    office.give("cam-1")
    status, body = office.ask("/api/realms/live/cameras")
    assert status == 200
    assert not {b"secret", b"192.0.2.1", b"serial-1", b"street.mp4"} & {
        word for word in (b"secret", b"192.0.2.1", b"serial-1", b"street.mp4") if word in body
    }
    told = {c["id"]: c for c in json.loads(body)["cameras"]}
    assert {n: (c["may"], c["reason"]) for n, c in told.items()} == {
        "cam-1": ("yes", None),
        "cam-2": ("yes", None),
        "cam-3": ("no", "no_agreement"),
        "cam-4": ("yes", None),
    }
    assert told["cam-2"]["condition"]["fr"] == "en présence de la police"
    assert (told["cam-1"]["frame_at"], told["cam-2"]["frame_at"]) == (
        "2026-01-15T15:41:07.000Z",
        None,
    )
    assert [told[n]["live"] for n in sorted(told)] == [True, False, False, True]


def test_the_register_answers_the_capacity_that_asks(office: Office) -> None:
    told = office.get("/api/realms/live/cameras?capacity=d1")["cameras"]
    assert {c["id"]: c["may"] for c in told}["cam-2"] == "propose"
    assert office.ask("/api/realms/live/cameras?capacity=mayor")[0] == 409
    assert office.ask("/api/realms/exercise-two/cameras")[0] == 404


def test_the_strip_of_an_incident_explains_itself(office: Office) -> None:
    for name in ("cam-1", "cam-2", "cam-4"):
        office.give(name)
    told = office.get("/api/realms/live/incidents/I-0001/cameras")
    assert [seat["camera"] for seat in told["cameras"]] == ["cam-1", "cam-4", "cam-2"]
    assert told["cameras"][2]["metres"] == 120
    assert told["cameras"][2]["terms"][0]["term"] == "distance"
    assert [seat["camera"] for seat in told["without_agreement"]] == ["cam-3"]
    assert office.ask("/api/realms/live/incidents/I-0009/cameras")[0] == 404


# --- the binary socket


def test_a_viewer_is_sent_the_newest_picture_with_its_head(office: Office) -> None:
    office.give(n=1)
    office.give(n=2)
    with office.socket("cameras=cam-1&fps=10") as viewer:
        told = {"cameras": {"cam-1": 10.0}, "refused": {}, "at": "2026-01-15T15:41:07.000Z"}
        assert text(viewer) == {"type": "watching", **told}
        message = binary(viewer)
    newest = office.desk.relay.newest("live", "cam-1")
    assert newest is not None
    assert message == newest.message
    wait_until(lambda: office.desk.relay.viewers == 0)


def test_a_viewer_may_change_what_it_sees(office: Office) -> None:
    with office.socket() as viewer:
        assert text(viewer)["cameras"] == {}
        office.give("cam-1", n=5)
        office.give("cam-2", n=6)
        viewer.send(json.dumps({"cameras": {"cam-2": 5, "cam-3": 5, "cam-9": 1}}))
        told = text(viewer)
        assert told["cameras"] == {"cam-2": 5.0}
        assert told["refused"] == {"cam-3": "no_agreement", "cam-9": "unknown"}
        assert binary(viewer)[22:27] == b"cam-2"
        assert office.desk.relay.demand() == {("live", "cam-2"): 5.0}


def test_a_capacity_sees_only_what_it_may(office: Office) -> None:
    office.give("cam-2")
    with office.socket("cameras=cam-1,cam-2&capacity=d1") as viewer:
        assert text(viewer)["refused"] == {"cam-2": "ask"}
    with office.socket("cameras=cam-1&capacity=auditor") as viewer:
        assert text(viewer)["refused"] == {"cam-1": "no_right"}


def test_an_exercise_shows_its_own_pictures_only(office: Office) -> None:
    office.give("cam-1", realm="live", n=1)
    office.give("cam-1", realm="exercise-one", n=2)
    with office.socket("cameras=cam-1&capacity=coordinator", realm="exercise-one") as viewer:
        assert int.from_bytes(binary(viewer)[18:22], "big") == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("capacity=mayor", 4003),
        ("cameras=CAM%201", 4000),
        ("cameras=cam-1&fps=500", 4000),
        ("cameras=cam-1&fps=nan", 4000),
        ("cameras=cam-1&fps=x", 4000),
        ("cameras=" + ",".join(f"c{n}" for n in range(49)), 4000),
    ],
)
def test_a_wish_that_makes_no_sense_is_closed_with_a_reason(
    office: Office, query: str, code: int
) -> None:
    with office.socket(query) as viewer:
        found, reason = closed(viewer)
    assert (found, bool(reason)) == (code, True)


@pytest.mark.parametrize(
    "word", ["", "{", "[]", '{"cameras": 4}', '{"cameras": {"cam-1": 1e9}}', '{"cam": {}}', b"\x00"]
)
def test_a_word_that_is_no_wish_ends_the_viewer(office: Office, word: str | bytes) -> None:
    with office.socket() as viewer:
        viewer.send(word)
        assert closed(viewer)[0] == 4000
    wait_until(lambda: office.desk.relay.viewers == 0)


def test_another_sites_page_sees_nothing(office: Office) -> None:
    for path in ("/realms/live/cameras/socket?cameras=cam-1", "/realms/live/cameras/cam-4/live"):
        url = f"ws://127.0.0.1:{office.port}{path}"
        with connect(url, origin="http://evil.example") as viewer:  # type: ignore[arg-type]
            assert closed(viewer)[0] == 4003
    with office.socket(realm="exercise-two") as viewer:
        assert closed(viewer)[0] == 4004


def test_a_stalled_viewer_costs_the_others_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads nothing; the other one misses no picture, and the stalled one is cut."""
    monkeypatch.setattr(camera_sockets, "SEND_TIMEOUT_S", 1.0)
    with stalled_socket(office.port) as stalled, office.socket("cameras=cam-1&fps=10") as brisk:
        text(brisk)
        wait_until(lambda: office.desk.relay.viewers == 2)
        seen = []
        for n in range(60):
            large = frame("cam-1", n=n) + b"\x00" * 60_000
            office.desk.relay.take(camera_frame("live", "cam-1"), large + b"\xff\xd9")
            asked = time.monotonic()
            seen.append(int.from_bytes(binary(brisk)[18:22], "big"))
            assert time.monotonic() - asked < 1.0
        assert seen == list(range(60))
        wait_until(lambda: office.desk.relay.viewers == 1, message="the stalled one to be cut")
        assert stalled.fileno() >= 0


@contextlib.contextmanager
def stalled_socket(port: int) -> Iterator[sockets.socket]:
    """A viewer that opens its socket, asks for pictures and never reads one."""
    with sockets.socket() as link:
        link.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        link.connect(("127.0.0.1", port))
        path = "/realms/live/cameras/socket?cameras=cam-1&fps=10"
        link.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        yield link


# --- MJPEG


def test_a_simple_viewer_gets_one_jpeg_after_the_other(office: Office) -> None:
    url = f"http://127.0.0.1:{office.port}/realms/live/cameras/cam-1/mjpeg?fps=10"
    office.give(n=1)
    with urllib.request.urlopen(url, timeout=5) as stream:
        kind = stream.headers["content-type"]
        assert kind == "multipart/x-mixed-replace; boundary=tocsin-frame"
        for n in (1, 2, 3):
            office.give(n=n)
            assert part(stream.readline) == frame(n=n)
        assert office.desk.relay.demand() == {("live", "cam-1"): 10.0}
    wait_until(lambda: office.desk.relay.viewers == 0, message="the viewer to be let go")


def part(readline: Callable[[], bytes]) -> bytes:
    """The bytes of the next part, by the length that its head tells."""
    lines = iter(readline, b"")
    length = next(int(x.split(b":")[1]) for x in lines if x.lower().startswith(b"content-length"))
    assert next(lines) == b"\r\n"
    content = b""
    while len(content) < length:
        content += next(lines)
    return content[:length]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/realms/live/cameras/cam-3/mjpeg", 403),
        ("/realms/live/cameras/cam-2/mjpeg?capacity=d1", 403),
        ("/realms/live/cameras/cam-9/mjpeg", 404),
        ("/realms/exercise-two/cameras/cam-1/mjpeg", 404),
        ("/realms/live/cameras/cam-1/mjpeg?fps=99", 422),
        ("/realms/live/cameras/CAM%201/mjpeg", 422),
    ],
)
def test_who_may_not_see_gets_no_stream(office: Office, path: str, status: int) -> None:
    assert office.ask(path)[0] == status


# --- live video


def test_live_video_comes_as_fragments_after_its_codec(office: Office) -> None:
    with office.live("cam-4") as viewer:
        told = text(viewer)
        assert told["type"] == "video"
        assert told["mime"].startswith('video/mp4; codecs="avc1.')
        boxes = [binary(viewer)[4:8] for _ in range(4)]
        assert boxes == [b"ftyp", b"moof", b"moof", b"moof"]
        assert closed(viewer) == (4010, "ended")


@pytest.mark.parametrize(
    ("name", "query", "code", "reason"),
    [
        ("cam-2", "", 4010, "no_video"),
        ("cam-3", "", 4003, "no_agreement"),
        ("cam-9", "", 4003, "unknown"),
        ("cam-4", "capacity=auditor", 4003, "no_right"),
    ],
)
def test_without_video_or_right_the_socket_says_why(
    office: Office, name: str, query: str, code: int, reason: str
) -> None:
    with office.live(name, query) as viewer:
        assert closed(viewer) == (code, reason)


# --- evidence


def test_the_newest_picture_is_kept_and_comes_back_by_its_hash(office: Office) -> None:
    office.give(n=1, shade=40)
    office.give(n=2, shade=200)
    status, told = office.keep(note="Fumée")
    assert status == 201
    kept = frame(n=2, shade=200)
    assert told["sha256"] == hashlib.sha256(kept).hexdigest()
    [evidence] = office.hubs["live"].situation.evidence.values()
    assert (evidence.sha256, evidence.by) == (told["sha256"], "operator on this machine")
    assert evidence.note == "Fumée"
    path = f"/api/realms/live/evidence/{told['sha256']}"
    assert office.ask(path) == (200, kept)
    assert office.ask(f"{path}?capacity=auditor")[0] == 403
    assert office.ask(path.replace("live", "exercise-one"))[0] == 404


def test_altered_bytes_are_not_given_out(office: Office) -> None:
    office.give()
    name = office.keep()[1]["sha256"]
    next(office.folder.rglob(f"{name}.jpg")).write_bytes(b"another")
    status, body = office.ask(f"/api/realms/live/evidence/{name}")
    assert (status, b"not those that were kept" in body) == (409, True)


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"camera": "cam-2"}, 409, "camera"),  # none came so far
        ({"camera": "cam-9"}, 409, "camera"),
        ({"camera": "cam-3"}, 403, "capacity"),
        ({"capacity": "d1"}, 403, "capacity"),
        ({"capacity": "mayor"}, 409, "capacity"),
        ({"incident": "I-0042"}, 409, "incident"),
        ({"camera": "../x"}, 422, "body.camera"),
        ({"note": ""}, 422, "body.note"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_leaves_no_byte(
    office: Office, given: dict[str, Any], status: int, field: str
) -> None:
    office.give()
    found, told = office.keep(**given)
    assert (found, told["field"]) == (status, field)
    assert not list(office.folder.rglob("*.jpg"))


def test_a_picture_is_kept_through_its_own_door_only(office: Office) -> None:
    document = {
        "command": "keep_frame",
        "incident": "I-0001",
        "camera": "cam-1",
        "sha256": "0" * 64,
        "size": 10,
        "captured_at": NOW.isoformat(),
    }
    path = "/api/realms/live/commands"
    status, body = office.ask(path, document, **{"X-Tocsin": "1"})
    assert (status, json.loads(body)["field"]) == (409, "command")
    assert not office.hubs["live"].situation.evidence
