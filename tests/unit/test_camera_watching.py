"""Cameras under watch, without a camera: demand, previews, reading for ever, what is told."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from drawn_clips import Picture, Street, black, encoded
from services import Clock, wait_until
from tocsin.contract import Observation
from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.camera import Camera, CameraName
from tocsin.contract.demand import Demand
from tocsin.contract.frame import MAX_FRAME_BYTES, FrameStamp, is_jpeg, stamp_of
from tocsin.contract.watch import WatchOrder
from tocsin_adapters.camera.finder import Finder
from tocsin_adapters.camera.origins import (
    FilmOrigin,
    FolderOrigin,
    Lost,
    Rate,
    Refused,
    Shot,
    Take,
    TestPattern,
    fitted,
    origin_of,
    test_pattern,
    with_account,
)
from tocsin_adapters.camera.preview import preview_of
from tocsin_adapters.camera.sparing import Sparing, StreamClock
from tocsin_adapters.camera.watched import Watched
from tocsin_adapters.camera.watcher import main

AT = datetime(2026, 6, 1, 11, 0, tzinfo=UTC)
CAMERA = Camera(
    id="cam-exe-1",
    name=CameraName(fr="Rue d’exemple", nl="Voorbeeldstraat"),
    lat=50.85,
    lon=4.35,
    legal_regime="trafic_non_surveillance",
    agreement=True,
    url="test:",
    codes={"tunnel": "TUN-EXE"},
)
STAMP = FrameStamp("cam-exe-1", AT, 7, 0, 0)


# ——— demand


def demand_for(fps: float, seconds: float) -> bytes:
    return json.dumps({"fps": fps, "until": (AT + timedelta(seconds=seconds)).isoformat()}).encode()


def test_the_most_that_anybody_wants_counts_until_it_expires() -> None:
    demand = Demand()
    assert demand.fps(AT) == 0
    assert demand.hear(demand_for(2, 20), AT)
    assert demand.hear(demand_for(10, 6), AT)
    assert demand.fps(AT) == 10
    assert demand.fps(AT + timedelta(seconds=7)) == 2
    assert demand.fps(AT + timedelta(seconds=21)) == 0


def test_a_demand_is_bounded_in_rate_and_in_time() -> None:
    demand = Demand()
    assert demand.hear(demand_for(500, 86_400), AT)
    assert demand.fps(AT) == 10
    assert demand.fps(AT + timedelta(seconds=61)) == 0


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"2",
        b"{}",
        b'{"fps": NaN, "until": "2026-06-01T11:00:06Z"}',
        b'{"fps": -1, "until": "2026-06-01T11:00:06Z"}',
        b'{"fps": 2, "until": "2026-06-01T11:00:06"}',
        b'{"fps": 2, "until": 7}',
        b'{"fps": 1e999, "until": "2026-06-01T11:00:06Z"}',
        b" " * 500 + b'{"fps": 2, "until": "2026-06-01T11:00:06Z"}',
    ],
)
def test_a_demand_that_makes_no_sense_changes_nothing(payload: bytes) -> None:
    demand = Demand()
    assert not demand.hear(payload, AT)
    assert demand.fps(AT) == 0


@given(st.binary(max_size=60))
def test_no_demand_is_an_error(payload: bytes) -> None:
    demand = Demand()
    demand.hear(payload, AT)
    assert 0 <= demand.fps(AT) <= 10


# ——— previews


def test_a_preview_is_a_jpeg_that_says_when_it_was_taken() -> None:
    frame = preview_of(Street().picture(1), STAMP)
    assert is_jpeg(frame)
    assert stamp_of(frame) == FrameStamp("cam-exe-1", AT, 7, 640, 360)
    assert cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR).shape == (360, 640, 3)


@pytest.mark.parametrize("shape", [(360, 640), (640, 640), (640, 8), (3, 3)])
def test_the_worst_picture_still_fits(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (*shape, 3)).astype(np.uint8)
    frame = preview_of(noise, STAMP)
    assert len(frame) <= MAX_FRAME_BYTES
    stamp = stamp_of(frame)
    assert stamp is not None
    assert stamp.width <= 640


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_a_picture_keeps_its_shape_when_it_is_made_smaller(width: int, height: int) -> None:
    small = fitted(width, height)
    assert max(small) <= 640
    assert min(small) >= 2
    assert all(side % 2 == 0 for side in small)


# ——— what is decoded, and when it was taken


def decoded_of(sparing: Sparing, seconds: int, fps: float, key_every_s: float) -> list[int]:
    """25 packets a second for so long; the numbers of those that are wanted."""
    every = round(25 * key_every_s)
    return [
        number
        for number in range(seconds * 25)
        if sparing.wants(number % every == 0, number / 25, fps)
    ]


def test_while_nobody_looks_key_frames_are_enough() -> None:
    wanted = decoded_of(Sparing(every_is_key=False), 20, 0, 2)
    assert wanted[-8:] == [number * 50 for number in range(2, 10)]


def test_rare_key_frames_are_not_enough() -> None:
    assert len(decoded_of(Sparing(every_is_key=False), 20, 0, 5)) == 500


def test_who_looks_gets_every_picture_from_the_next_key_frame_on() -> None:
    sparing = Sparing(every_is_key=False)
    decoded_of(sparing, 10, 0, 2)
    assert not sparing.wants(False, 10.5, 10)
    assert sparing.wants(True, 12.0, 10)
    assert sparing.wants(False, 12.04, 10)


def test_of_pictures_that_stand_alone_only_those_wanted_are_decoded() -> None:
    assert 9 <= len(decoded_of(Sparing(every_is_key=True), 10, 0, 1)) <= 14
    assert 45 <= len(decoded_of(Sparing(every_is_key=True), 10, 5, 1)) <= 75


def test_a_late_packet_does_not_move_the_time_of_capture() -> None:
    clock = StreamClock(trusted=True)
    for number in range(100):
        late = 0.4 if number % 7 == 3 else 0.0
        received = AT + timedelta(seconds=number / 10 + late)
        taken = clock.captured_at(1000 + number / 10, received)
        assert abs((taken - AT).total_seconds() - number / 10) < 0.05


def test_a_stream_that_jumps_begins_a_new_clock() -> None:
    clock = StreamClock(trusted=True)
    clock.captured_at(1000, AT)
    assert clock.captured_at(5, AT + timedelta(seconds=1)) == AT + timedelta(seconds=1)


def test_without_timestamps_the_time_of_receipt_counts() -> None:
    assert StreamClock(trusted=True).captured_at(None, AT) == AT
    assert StreamClock(trusted=False).captured_at(77.0, AT) == AT


# ——— reading


class Scripted:
    """An origin that does what a test says, one connection after another."""

    def __init__(self, *turns: Callable[[Take], None]) -> None:
        self.turns = list(turns)
        self.connections = 0

    def run(self, take: Take, wanted: Rate, stop: threading.Event) -> None:
        self.connections += 1
        if self.turns:
            self.turns.pop(0)(take)
        stop.wait()


def shot_of(picture: Picture, at: datetime = AT) -> Shot:
    return Shot(at, lambda: picture)


def refuse(_: Take) -> None:
    raise Lost("nothing listens at its address")


def give(*pictures: Picture) -> Callable[[Take], None]:
    def giving(take: Take) -> None:
        for picture in pictures:
            take(shot_of(picture))

    return giving


@pytest.fixture
def finders() -> Iterator[Callable[..., Finder]]:
    made: list[Finder] = []

    def make(origin: Scripted) -> Finder:
        made.append(Finder("cam-exe-1", origin, lambda: 0.0, share=lambda: -0.9))
        made[-1].start()
        return made[-1]

    yield make
    for finder in made:
        finder.stop()


def test_a_camera_that_is_not_there_is_tried_again_until_it_is(
    finders: Callable[..., Finder],
) -> None:
    origin = Scripted(refuse, refuse, refuse, give(black()))
    finder = finders(origin)
    wait_until(lambda: finder.newest() is not None)
    assert origin.connections == 4
    assert finder.trouble is None


def test_only_the_newest_picture_is_kept(finders: Callable[..., Finder]) -> None:
    pictures = [black(level) for level in (10, 20, 30)]
    finder = finders(Scripted(give(*pictures)))
    wait_until(lambda: finder.pictures == 3)
    newest = finder.newest()
    assert newest is not None
    assert newest.picture() is pictures[2]


def test_whatever_breaks_a_reading_is_told_without_its_words(
    finders: Callable[..., Finder], caplog: pytest.LogCaptureFixture
) -> None:
    def leak(_: Take) -> None:
        raise RuntimeError("rtsp://user:secret@camera/1")

    finder = finders(Scripted(leak, leak))
    wait_until(lambda: finder.trouble is not None)
    assert finder.trouble == "reading failed (RuntimeError)"
    assert "secret" not in caplog.text


def test_a_camera_that_refuses_our_account_is_not_asked_every_few_seconds() -> None:
    class Refusing:
        def run(self, take: Take, wanted: Rate, stop: threading.Event) -> None:
            raise Refused("the camera refuses our account")

    waits: list[float] = []

    class Watchful(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0)
            if len(waits) == 12:
                self.set()
            return self.is_set()

    finder = Finder("cam-exe-1", Refusing(), lambda: 0.0, share=lambda: 1.0)
    finder._stop = Watchful()
    finder._run()
    assert waits[:4] == [0.5, 1, 2, 4]
    assert waits[-1] == 120
    assert finder.silent_s() < 0  # so nobody takes it for one that hangs


def test_an_account_never_stands_in_the_register(tmp_path: Path) -> None:
    for url in ("rtsp://user:secret@camera/1", "gopher://camera", "rtsp://[camera/1"):
        with pytest.raises(ValidationError) as refused:
            Camera.model_validate({**CAMERA.model_dump(), "url": url})
        assert "secret" not in str(refused.value.errors()[0]["msg"])
    account = tmp_path / "account"
    account.write_text("viewer:pa/ss@word:1\n", "utf-8")
    whole = with_account("rtsp://camera.example:8554/one?x=1", str(account))
    assert whole == "rtsp://viewer:pa%2Fss%40word%3A1@camera.example:8554/one?x=1"


def first_of(origin: FilmOrigin | FolderOrigin | TestPattern, pictures: int) -> list[Shot]:
    shots: list[Shot] = []
    stop = threading.Event()

    def take(shot: Shot) -> None:
        shots.append(shot)
        if len(shots) >= pictures:
            stop.set()

    origin.run(take, lambda: 10.0, stop)
    return shots


def test_a_film_is_shown_at_its_own_pace_and_over_again(tmp_path: Path) -> None:
    film = tmp_path / "street.mkv"
    film.write_bytes(encoded(Street().pictures(0.5, 20), 20))
    shots = first_of(FilmOrigin(str(film), "file"), 15)
    taken = [shot.captured_at for shot in shots]
    assert 0.25 < (taken[9] - taken[0]).total_seconds() < 2
    assert shots[0].picture().shape == (360, 640, 3)


def test_a_folder_is_shown_in_the_order_of_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin_adapters.camera.origins.FOLDER_EVERY_S", 0.0)
    for name, level in (("b.png", 80), ("a.jpg", 40)):
        cv2.imwrite(str(tmp_path / name), black(level))
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("not looked at")
    shots = first_of(FolderOrigin(tmp_path), 3)
    assert [round(float(s.picture().mean())) for s in shots] == [40, 80, 40]


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_not_there_is_lost_with_a_reason(tmp_path: Path, kind: str) -> None:
    gone = tmp_path / "gone"
    origin = origin_of(CAMERA.model_copy(update={"url": f"{kind}:{gone}"}))
    with pytest.raises(Lost) as lost:
        origin.run(lambda _: None, lambda: 1.0, threading.Event())
    assert str(gone) not in str(lost.value)


def test_a_file_that_is_no_film_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    path.write_bytes(b"no film at all" * 100)
    with pytest.raises(Lost, match="no video"):
        FilmOrigin(str(path), "file").run(lambda _: None, lambda: 1.0, threading.Event())


class Web:
    """A server that is no camera. What was asked of it stands in `asked`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append(self.path)
                self.send_response(302 if self.path == "/elsewhere" else 200)
                if self.path == "/elsewhere":
                    self.send_header("Location", f"{web.url}/there")
                self.end_headers()
                self.wfile.write(b"#EXTM3U\n#EXTINF:1,\n" + web.url.encode() + b"/part\n")

            def log_message(self, *_what: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def web() -> Iterator[Web]:
    made = Web()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.mark.parametrize("path", ["/elsewhere", "/list"])
def test_neither_a_redirect_nor_a_playlist_leads_anywhere(web: Web, path: str) -> None:
    with pytest.raises(Lost):
        FilmOrigin(web.url + path, "mjpeg").run(lambda _: None, lambda: 1.0, threading.Event())
    assert set(web.asked) == {path}


def test_a_picture_of_too_many_pixels_is_not_even_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin_adapters.camera.origins.MAX_PIXELS", 1000)
    film = tmp_path / "street.mkv"
    film.write_bytes(encoded(Street().pictures(0.2, 20), 20))
    with pytest.raises(Lost):
        FilmOrigin(str(film), "file").run(lambda _: None, lambda: 1.0, threading.Event())


def test_the_test_pattern_lives() -> None:
    one, other = test_pattern("a", AT), test_pattern("a", AT + timedelta(seconds=1))
    assert (one != other).any()
    assert first_of(TestPattern("a"), 1)[0].picture().shape == (360, 640, 3)


# ——— a camera under watch


class Outlet:
    """Takes what a camera sends, as long as it is connected."""

    def __init__(self) -> None:
        self.connections = 1
        self.takes = True
        self.frames: list[bytes] = []
        self.told: list[Observation] = []

    def show(self, camera: str, frame: bytes) -> bool:
        if self.takes:
            self.frames.append(frame)
        return self.takes

    def tell(self, observation: Observation) -> bool:
        if self.takes:
            self.told.append(observation)
        return self.takes

    @property
    def states(self) -> list[tuple[str, object]]:
        return [(one.action, one.attributes["state"]) for one in self.told]


class Fed:
    """Gives the newest picture a test put before it."""

    def __init__(self) -> None:
        self.take: Take | None = None

    def run(self, take: Take, wanted: Rate, stop: threading.Event) -> None:
        self.take = take
        stop.wait()


class Room:
    """A watched camera whose time stands in the test's hands."""

    def __init__(self, camera: Camera = CAMERA, memory: Path | None = None) -> None:
        self.clock = Clock(AT)
        self.outlet = Outlet()
        self.fed = Fed()
        self.now_s = 1000.0
        self.watched = Watched(
            camera,
            self.fed,
            self.outlet,
            self.clock.now,
            source="camera:tunnels",
            realm="live",
            memory=memory,
        )
        self.watched.start()
        wait_until(lambda: self.fed.take is not None)
        self.street = Street(cars=False)
        self.seconds = 0

    def run(
        self, seconds: float, fps: float = 1.0, how: Callable[[Picture], Picture] | None = None
    ) -> "Room":
        """`fps` pictures a second from the camera; 0 pulls its plug."""
        for step in range(round(seconds * 10)):
            self.clock.advance(0.1)
            self.now_s += 0.1
            if fps and step % max(1, round(10 / fps)) == 0:
                self.seconds += 1
                picture = self.street.picture(self.seconds / fps)
                assert self.fed.take is not None
                self.fed.take(shot_of(how(picture) if how else picture, self.clock.now()))
            self.watched.turn(self.now_s)
        return self


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    yield made
    made.watched.stop()


def test_nobody_looks_one_frame_a_minute(room: Room) -> None:
    room.run(125)
    assert len(room.outlet.frames) == 3


def test_demand_raises_the_rate_at_once_and_its_end_lowers_it(room: Room) -> None:
    room.run(5, fps=10)
    before = len(room.outlet.frames)
    room.watched.demand.hear(demand_for(5, 11), room.clock.now())
    room.run(6, fps=10)
    raised = len(room.outlet.frames) - before
    assert 28 <= raised <= 32
    room.run(20, fps=10)
    assert len(room.outlet.frames) - before - raised <= 1


def test_frames_are_numbered_and_carry_the_time_of_capture(room: Room) -> None:
    room.watched.demand.hear(demand_for(1, 3), AT)
    room.run(3)
    stamps = [stamp_of(frame) for frame in room.outlet.frames]
    assert [stamp.sequence for stamp in stamps if stamp] == [0, 1, 2]
    assert stamps[0] is not None
    assert AT < stamps[0].captured_at <= AT + timedelta(seconds=1)


def test_a_change_of_state_is_told_at_once_with_a_frame_and_repeated_each_minute(
    room: Room,
) -> None:
    room.run(20)
    frames = len(room.outlet.frames)
    room.run(5, how=lambda _: black(noise=1.0))
    assert room.outlet.states == [("new", "working"), ("new", "black")]
    assert len(room.outlet.frames) == frames + 1
    room.run(61, how=lambda _: black(noise=1.0, noise_seed=room.seconds))
    assert room.outlet.states[2:] == [("heartbeat", "black")]


def test_a_state_says_figure_limit_since_when_and_where(room: Room) -> None:
    room.run(5).run(8, fps=0)
    told = room.outlet.told[-1]
    assert told.kind == "camera_status"
    assert told.source == "camera:tunnels"
    assert told.external_id.startswith("cam-exe-1@2026-06-01T11:00:")
    assert told.attributes["state"] == "no_picture"
    assert told.attributes["limit"] == 5.0
    assert told.attributes["figure"] >= 5.0  # type: ignore[operator]
    assert told.attributes["since"] == "2026-06-01T11:00:04.100Z"
    assert told.attributes["motion"] == 0
    assert told.location_codes == {"tunnel": "TUN-EXE", "camera": "cam-exe-1"}
    assert told.location_text == "Rue d’exemple / Voorbeeldstraat"
    assert told.legal_regime == "trafic_non_surveillance"
    assert told.geometry is not None
    assert told.geometry.coordinates == (4.35, 50.85)


def test_what_changed_while_the_broker_was_away_is_told_afterwards(room: Room) -> None:
    room.run(5)
    room.outlet.takes = False
    room.run(10, fps=0)
    assert room.outlet.states == [("new", "working")]
    room.outlet.takes, room.outlet.connections = True, 2
    room.run(1, fps=0)
    assert room.outlet.states[1:] == [("new", "no_picture")]


def test_after_a_break_of_the_line_an_unchanged_state_is_told_again(room: Room) -> None:
    room.run(5)
    room.outlet.connections = 2
    room.run(5)
    assert room.outlet.states == [("new", "working"), ("heartbeat", "working")]


def test_an_observation_in_an_exercise_says_so(room: Room) -> None:
    room.watched._realm = "exercise-x"
    room.run(2)
    assert room.outlet.told[0].mode == "exercise"


def test_a_reading_that_hangs_is_left_behind(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.run(3)
    hung = room.watched._finder
    monkeypatch.setattr(hung, "silent_s", lambda: 61.0)
    room.run(1, fps=0)
    wait_until(lambda: room.watched._finder is not hung and room.watched.pictures == 3)
    room.run(20)
    assert room.watched.verdict.state == "working"


def test_what_a_camera_usually_shows_is_kept_in_its_own_file(tmp_path: Path) -> None:
    room = Room(memory=tmp_path / "cameras")
    room.run(12)
    room.watched.stop()
    assert [path.name for path in (tmp_path / "cameras").iterdir()] == ["cam-exe-1.npz"]


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "cameras").write_text("a file, not a folder")
    room = Room(memory=tmp_path / "cameras")
    room.run(12)
    room.watched.stop()
    assert room.outlet.states == [("new", "working")]


# ——— the order


def test_an_order_survives_its_way_with_the_password() -> None:
    broker = BrokerAddress("broker.example", 8883, True, "tocsin", "secret", "/ca.pem")
    order = WatchOrder(group="tunnels", broker=broker, cameras=(CAMERA,))
    assert WatchOrder.model_validate_json(order.model_dump_json()) == order
    assert order.source == "camera:tunnels"
    assert "secret" not in repr(order)


@pytest.mark.parametrize(
    "written",
    ["", "{}", '{"group": "x", "broker": {"host": "h", "port": 1, "password": "secret"}}'],
)
def test_an_order_that_makes_no_sense_is_refused_without_its_values(
    tmp_path: Path, written: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "order.json"
    path.write_text(written, "utf-8")
    assert main(["--group", "x", "--config", str(path)]) == 2
    assert "secret" not in caplog.text
