"""Where pictures come from: RTSP, MJPEG over HTTP, a film, a folder of pictures, a test pattern.

Each gives its pictures until it is told to stop, or raises `Lost` with a reason that names neither
address nor account.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import av
import av.error
import cv2
import numpy as np

from tocsin.contract.camera import Camera
from tocsin_adapters.camera.look import Picture
from tocsin_adapters.camera.sparing import Sparing, StreamClock

PREVIEW_SIDE = 640
OPEN_S = 5.0
READ_S = 5.0
MAX_PIXELS = 40_000_000
MAX_PACKET_BYTES = 16 * 1024 * 1024
MAX_FILE_BYTES = 20 * 1024 * 1024
FOLDER_EVERY_S = 1.0
TEST_FPS = 10.0
FREE_RUNNING = {"mjpeg", "rawvideo"}

av.logging.set_level(None)  # libav's own lines may hold an address with its account
cv2.setNumThreads(1)


class Lost(Exception):
    """No pictures any more; the sentence may be shown."""


class Refused(Lost):
    """The camera does not take our account: asking often would lock it."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture; `picture()` makes it, longest side 640, when somebody wants it."""

    captured_at: datetime
    picture: Callable[[], Picture]


Take = Callable[[Shot], None]
Rate = Callable[[], float]


class Origin(Protocol):
    """`wanted()`: pictures a second that somebody wants now; at least one a second is given."""

    def run(self, take: Take, wanted: Rate, stop: threading.Event) -> None: ...


def origin_of(camera: Camera) -> Origin:
    """Raises ValueError for an address of no known kind, OSError for an account file."""
    url = camera.url or ""
    scheme, _, rest = url.partition(":")
    if scheme in {"rtsp", "rtsps"}:
        return FilmOrigin(with_account(url, camera.account_file), "rtsp")
    if scheme in {"http", "https"}:
        return FilmOrigin(with_account(url, camera.account_file), "mjpeg")
    if scheme == "file":
        return FilmOrigin(_path(rest), "file")
    if scheme == "folder":
        return FolderOrigin(Path(_path(rest)))
    if scheme == "test":
        return TestPattern(camera.id)
    raise ValueError("the address must begin with rtsp:, http:, https:, file:, folder: or test:")


def with_account(url: str, account_file: str | None) -> str:
    """USER:PASSWORD of the file put into the address; only ever handed to the library that asks."""
    if account_file is None:
        return url
    user, _, password = Path(account_file).read_text("utf-8").strip().partition(":")
    parts = urlsplit(url)
    account = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{account}@{parts.netloc.rpartition('@')[2]}"))


def _path(rest: str) -> str:
    return unquote(rest[2:] if rest.startswith("//") else rest)


class FilmOrigin:
    """Anything libav reads. A film from a file is shown at its own pace, over and over."""

    OPTIONS = {  # noqa: RUF012 read only
        "rtsp": {
            "rtsp_transport": "tcp",
            "protocol_whitelist": "rtsp,rtsps,rtp,tcp,tls,crypto",
            "analyzeduration": "500000",  # the description names the codec; the rest only waits
        },
        "mjpeg": {"protocol_whitelist": "http,https,tcp,tls,crypto", "max_redirects": "0"},
        "file": {"protocol_whitelist": "file"},
    }

    def __init__(self, address: str, kind: str) -> None:
        self._address = address
        self._kind = kind

    def run(self, take: Take, wanted: Rate, stop: threading.Event) -> None:
        try:
            self._run(take, wanted, stop)
        except av.error.FFmpegError as trouble:
            raise _lost(trouble) from None

    def _run(self, take: Take, wanted: Rate, stop: threading.Event) -> None:
        while not stop.is_set():
            shown = self._once(take, wanted, stop)
            if stop.is_set():
                return
            if self._kind != "file":
                raise Lost("the stream ended")
            if not shown:
                raise Lost("there is no picture in the film")

    def _once(self, take: Take, wanted: Rate, stop: threading.Event) -> int:
        # An MJPEG server could otherwise send a playlist that names files and other hosts.
        demuxer = "mpjpeg" if self._kind == "mjpeg" else None
        with av.open(
            self._address,
            format=demuxer,
            options=self.OPTIONS[self._kind],
            timeout=(OPEN_S, READ_S),
        ) as container:
            if not container.streams.video:
                raise Lost("the stream has no picture")
            stream = container.streams.video[0]
            stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
            stream.thread_count = 1  # more would hold pictures back, and memory
            sparing = Sparing(every_is_key=stream.codec_context.name in FREE_RUNNING)
            clock = StreamClock(trusted=self._kind == "rtsp")
            began, shown = time.monotonic(), 0
            for packet in container.demux(stream):
                if stop.is_set():
                    break
                if packet.size > MAX_PACKET_BYTES:
                    raise Lost("a picture of more bytes than any camera sends")
                at_s = None if packet.pts is None else float(packet.pts * packet.time_base)
                if self._kind == "file" and at_s is not None:
                    stop.wait(began + at_s - time.monotonic())
                if not sparing.wants(packet.is_keyframe, time.monotonic(), wanted()):
                    continue
                for frame in _decoded(packet):
                    now = datetime.now(UTC)
                    take(_shot(frame, clock.captured_at(frame.time, now)))
                    shown += 1
            return shown


def _decoded(packet: "av.Packet[av.VideoStream]") -> "list[av.VideoFrame]":
    """A broken packet costs its own pictures, not the connection."""
    try:
        frames = packet.decode()
    except av.error.InvalidDataError:
        return []
    return [frame for frame in frames if isinstance(frame, av.VideoFrame)]


def _shot(frame: "av.VideoFrame", captured_at: datetime) -> Shot:
    if frame.width * frame.height > MAX_PIXELS:
        raise Lost("a picture of more pixels than any camera has")
    width, height = fitted(frame.width, frame.height)

    def picture() -> Picture:
        small = frame.reformat(width, height, "bgr24", interpolation="AREA")
        return np.asarray(small.to_ndarray(), np.uint8)

    return Shot(captured_at, picture)


def fitted(width: int, height: int, side: int = PREVIEW_SIDE) -> tuple[int, int]:
    """The same shape with no side longer than `side`; never larger than it was."""
    share = min(1.0, side / max(width, height))
    return max(2, round(width * share / 2) * 2), max(2, round(height * share / 2) * 2)


class FolderOrigin:
    """The pictures of a folder in the order of their names, one a second, over and over."""

    KINDS = frozenset({".jpg", ".jpeg", ".png"})

    def __init__(self, path: Path) -> None:
        self._path = path

    def run(self, take: Take, wanted: Rate, stop: threading.Event) -> None:
        while not stop.is_set():
            if not self._round(take, stop):
                raise Lost("there is no picture in the folder")

    def _round(self, take: Take, stop: threading.Event) -> int:
        try:
            files = sorted(p for p in self._path.iterdir() if p.suffix.lower() in self.KINDS)
        except OSError as trouble:
            raise Lost(f"the folder cannot be read: {trouble.strerror}") from None
        shown = 0
        for path in files:
            if stop.is_set():
                break
            picture = _read_picture(path)
            if picture is None:
                continue
            take(Shot(datetime.now(UTC), lambda picture=picture: picture))  # type: ignore[misc]
            shown += 1
            stop.wait(FOLDER_EVERY_S)
        return shown


def _read_picture(path: Path) -> Picture | None:
    """None for what cannot be read: the next may."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return None
        written = np.frombuffer(path.read_bytes(), np.uint8)
        picture = cv2.imdecode(written, cv2.IMREAD_COLOR) if written.size else None
    except (OSError, cv2.error):
        return None
    if picture is None:
        return None
    size = fitted(picture.shape[1], picture.shape[0])
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


class TestPattern:
    """Bars, a bar that moves, the camera's name and the time: a picture without a camera."""

    __test__ = False  # not for pytest

    def __init__(self, name: str) -> None:
        self._name = name

    def run(self, take: Take, wanted: Rate, stop: threading.Event) -> None:
        while not stop.is_set():
            now = datetime.now(UTC)
            picture = test_pattern(self._name, now)
            take(Shot(now, lambda picture=picture: picture))  # type: ignore[misc]
            stop.wait(1.0 / min(TEST_FPS, max(1.0, wanted())))


def test_pattern(name: str, at: datetime) -> Picture:
    """640x360, BGR."""
    picture = np.zeros((360, 640, 3), np.uint8)
    for number in range(8):
        level = 190 if number else 220
        colour = [level * ((7 - number) >> bit & 1) for bit in range(3)]
        picture[:250, number * 80 : number * 80 + 80] = colour
    picture[250:] = np.repeat(np.linspace(16, 235, 640).astype(np.uint8)[None, :, None], 3, axis=2)
    place = int((at.timestamp() * 60) % 640)
    cv2.rectangle(picture, (place, 250), (min(639, place + 24), 300), (255, 255, 255), -1)
    for words, line in ((name, 60), (at.strftime("%Y-%m-%d %H:%M:%S UTC"), 340)):
        for level, thick in ((0, 5), (255, 2)):
            tone = (level, level, level)
            cv2.putText(picture, words, (20, line), cv2.FONT_HERSHEY_SIMPLEX, 0.9, tone, thick)
    return picture


test_pattern.__test__ = False  # type: ignore[attr-defined]


def _lost(trouble: "av.error.FFmpegError") -> Lost:
    """In our words: libav's own repeat the address."""
    match trouble:
        case av.error.HTTPUnauthorizedError() | av.error.HTTPForbiddenError():
            return Refused("the camera refuses our account")
        case av.error.HTTPNotFoundError():
            return Lost("the camera knows no such stream")
        case ConnectionRefusedError():
            return Lost("nothing listens at its address")
        case av.error.ExitError() | TimeoutError():
            return Lost("it does not answer")
        case FileNotFoundError():
            return Lost("there is no such file")
        case av.error.InvalidDataError():
            return Lost("what it sends is no video")
        case EOFError():
            return Lost("the stream ended")
        case _:
            return Lost(f"the connection failed ({type(trouble).__name__})")
