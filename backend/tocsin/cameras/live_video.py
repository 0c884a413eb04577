"""Live video: a camera's own H.264 put into fragmented MP4, copied and never decoded.

One session a camera for all who watch. What a browser needs first (the opening, and everything
since the last key frame) is kept, so that a new viewer sees a picture at once.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import av
from av.container import InputContainer

from tocsin.cameras.register import NONE, Register
from tocsin.contract.camera import Camera

log = logging.getLogger(__name__)

OPEN_S, READ_S = 6.0, 6.0
LINGER_S = 5.0  # a viewer that comes back within this finds its session
SESSIONS = 16
KEPT_BYTES = 4 * 1024 * 1024  # since the last key frame; beyond that a newcomer waits for the next
WAITING_BYTES = 6 * 1024 * 1024  # for one viewer
BEHIND_S = 1.0  # a file that could not be read in time goes on from now

Why = Literal["no_video", "unreachable", "no_h264", "ended", "too_many", "too_slow"]
# What each address may lead to: a file that names others must not open them.
PROTOCOLS = {
    "rtsp": "rtsp,rtp,tcp,udp",
    "rtsps": "rtsps,rtsp,rtp,tcp,udp,tls",
    "http": "http,tcp",
    "https": "https,http,tls,tcp",
    "file": "file",
}


class LiveEnded(Exception):
    """No more live video, and why; previews go on."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


@dataclass(frozen=True, slots=True)
class Opening:
    """What a player is told first: `mime` with the codec, and all before the first fragment."""

    mime: str
    boxes: bytes


@dataclass(frozen=True, slots=True)
class Fragment:
    """One `moof` with its `mdat`; with `key` a player can begin here."""

    boxes: bytes
    key: bool


@dataclass(frozen=True, slots=True)
class _Address:
    url: str
    options: dict[str, str]
    paced: bool


def has_video(camera: Camera) -> bool:
    """Whether its address may give more than single pictures."""
    return camera.url is not None and _scheme(camera.url) in PROTOCOLS


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()


def address_of(camera: Camera) -> _Address | None:
    """Raises OSError where its account cannot be read. The account never shows in a log."""
    if camera.url is None or not has_video(camera):
        return None
    scheme = _scheme(camera.url)
    options = {"protocol_whitelist": PROTOCOLS[scheme], "analyzeduration": "2000000"}
    if scheme == "file":
        parts = urlsplit(camera.url)
        return _Address(parts.netloc + parts.path, options, paced=True)
    if scheme.startswith("rtsp"):
        options |= {"rtsp_transport": "tcp", "fflags": "nobuffer"}
    url = camera.url
    if camera.account_file is not None:
        user, _, word = Path(camera.account_file).read_text("utf-8").strip().partition(":")
        account = f"{quote(user, safe='')}:{quote(word, safe='')}@"
        url = url.replace("://", f"://{account}", 1)
    return _Address(url, options, paced=False)


class _Boxes:
    """Takes what the muxer writes, gives back whole opening and fragments."""

    def __init__(self) -> None:
        self._rest = b""
        self._gathered = b""

    def write(self, content: bytes) -> int:
        self._rest += bytes(content)
        return len(content)

    def whole(self) -> list[tuple[str, bytes]]:
        """(`moov` or `mdat`, the boxes up to and with it), as far as they are complete."""
        found = []
        while len(self._rest) >= 8:
            size = int.from_bytes(self._rest[:4], "big")
            kind = self._rest[4:8].decode("latin-1")
            if size < 8 or len(self._rest) < size:
                break
            self._gathered += self._rest[:size]
            self._rest = self._rest[size:]
            if kind in ("moov", "mdat"):
                found.append((kind, self._gathered))
                self._gathered = b""
        return found


def mime_of(boxes: bytes) -> str:
    """`video/mp4; codecs="avc1.64001f"`: profile, constraints and level out of the opening."""
    at = boxes.find(b"avcC")
    if at < 0:
        raise LiveEnded("no_h264")
    return f'video/mp4; codecs="avc1.{boxes[at + 5 : at + 8].hex()}"'


def remux(
    address: _Address, tell: Callable[[Opening | Fragment], None], stop: threading.Event
) -> None:
    """Copy until `stop` or the end. Raises LiveEnded, or av.FFmpegError where nothing comes."""
    with av.open(address.url, options=address.options, timeout=(OPEN_S, READ_S)) as source:
        _copy(source, tell, stop, paced=address.paced)
    if not stop.is_set():
        raise LiveEnded("ended")


def _copy(
    source: InputContainer,
    tell: Callable[[Opening | Fragment], None],
    stop: threading.Event,
    *,
    paced: bool,
) -> None:
    stream = source.streams.video[0] if source.streams.video else None
    if stream is None or stream.codec_context.name != "h264":
        raise LiveEnded("no_h264")
    boxes = _Boxes()
    keys: deque[bool] = deque()

    def pass_on() -> None:
        for kind, whole in boxes.whole():
            if kind == "moov":
                tell(Opening(mime_of(whole), whole))
            else:
                tell(Fragment(whole, keys.popleft()))

    flags = "frag_every_frame+empty_moov+default_base_moof"
    options = {"movflags": flags, "flush_packets": "1"}
    with av.open(boxes, "w", format="mp4", options=options) as out:
        copy = out.add_stream_from_template(stream)
        times = _Times(stop if paced else None)
        for packet in source.demux(stream):
            if stop.is_set():
                return
            if not times.fit(packet):
                continue
            keys.append(packet.is_keyframe)
            packet.stream = copy
            out.mux(packet)  # writes the picture before this one
            pass_on()
    pass_on()


class _Times:
    """Times from zero at the first key frame, always forwards; a file is not read ahead of them."""

    def __init__(self, pace: threading.Event | None) -> None:
        self._pace = pace
        self._first: int | None = None
        self._last = -1
        self._started = time.monotonic()

    def fit(self, packet: "av.Packet[Any]") -> bool:
        """False for what cannot be shown: no time, no content, before the first key frame."""
        moment = packet.dts if packet.dts is not None else packet.pts
        if moment is None or packet.size == 0 or packet.time_base is None:
            return False
        if self._first is None:
            if not packet.is_keyframe:
                return False
            self._first = moment
        moment -= self._first
        if moment <= self._last:
            return False
        self._last = moment
        packet.pts = packet.pts - self._first if packet.pts is not None else moment
        packet.dts = moment
        self._wait(float(moment * packet.time_base))
        return True

    def _wait(self, seconds: float) -> None:
        if self._pace is None:
            return
        ahead = seconds - (time.monotonic() - self._started)
        if ahead > 0:
            self._pace.wait(ahead)
        elif ahead < -BEHIND_S:
            self._started -= ahead


class LiveViewer:
    """What one viewer has not been sent yet; `next()` waits for it."""

    def __init__(self) -> None:
        self._waiting: deque[Opening | Fragment] = deque()
        self._bytes = 0
        self._bell = asyncio.Event()
        self._ended: Why | None = None
        self._begun = False

    async def next(self) -> Opening | Fragment:
        """Raises LiveEnded once everything has been given out."""
        while not self._waiting:
            if self._ended is not None:
                raise LiveEnded(self._ended)
            self._bell.clear()
            await self._bell.wait()
        piece = self._waiting.popleft()
        self._bytes -= len(piece.boxes)
        return piece

    def put(self, piece: Opening | Fragment) -> None:
        """Fragments before the first key frame are of no use to a player."""
        if self._ended is not None:
            return
        if isinstance(piece, Fragment):
            self._begun = self._begun or piece.key
            if not self._begun:
                return
        if self._bytes > WAITING_BYTES:
            self._waiting.clear()
            self._bytes = 0
            self.end("too_slow")
            return
        self._waiting.append(piece)
        self._bytes += len(piece.boxes)
        self._bell.set()

    def end(self, why: Why) -> None:
        self._ended = self._ended or why
        self._bell.set()


class _Session:
    """One camera being copied on a thread of its own; everything else is on the event loop."""

    def __init__(self, camera: Camera, over: Callable[["_Session"], None]) -> None:
        self.camera = camera
        self.viewers: set[LiveViewer] = set()
        self.why: Why | None = None
        self._over = over
        self._opening: Opening | None = None
        self._recent: list[Fragment] = []
        self._recent_bytes = 0
        self._loop = asyncio.get_running_loop()
        self._stop = threading.Event()
        self.thread = threading.Thread(
            target=self._run, name=f"live video {camera.id}", daemon=True
        )
        self.thread.start()

    def stop(self) -> None:
        self._stop.set()

    def join(self, viewer: LiveViewer) -> None:
        self.viewers.add(viewer)
        if self.why is not None:
            viewer.end(self.why)
        elif self._opening is not None:
            viewer.put(self._opening)
            for fragment in self._recent:
                viewer.put(fragment)

    def _run(self) -> None:
        why: Why = "ended"
        try:
            address = address_of(self.camera)
            if address is None:
                raise LiveEnded("no_video")
            remux(address, self._tell, self._stop)
        except LiveEnded as ended:
            why = ended.why
        except (av.FFmpegError, OSError, ValueError) as error:
            # Its kind only: the sentence of the library may hold the address with the account.
            log.warning("live video of %s: %s", self.camera.id, type(error).__name__)
            why = "unreachable"
        self._call(lambda: self._end(why))

    def _tell(self, piece: Opening | Fragment) -> None:
        self._call(lambda: self._spread(piece))

    def _call(self, act: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act)

    def _spread(self, piece: Opening | Fragment) -> None:
        if isinstance(piece, Opening):
            self._opening = piece
        else:
            self._remember(piece)
        for viewer in self.viewers:
            viewer.put(piece)

    def _remember(self, fragment: Fragment) -> None:
        if fragment.key:
            self._recent, self._recent_bytes = [], 0
        elif not self._recent:
            return
        self._recent.append(fragment)
        self._recent_bytes += len(fragment.boxes)
        if self._recent_bytes > KEPT_BYTES:
            self._recent, self._recent_bytes = [], 0

    def _end(self, why: Why) -> None:
        self.why = why
        for viewer in self.viewers:
            viewer.end(why)
        self._over(self)


class LiveVideo:
    """The sessions of one process; lives on the event loop."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._sessions: dict[tuple[str, str], _Session] = {}

    @property
    def sessions(self) -> int:
        return len(self._sessions)

    @asynccontextmanager
    async def watching(self, realm: str, camera: str) -> AsyncIterator[LiveViewer]:
        """Raises LiveEnded at once where there is nothing to watch."""
        known = self._register.get(realm, NONE).get(camera)
        if known is None or not known.agreement or not has_video(known):
            raise LiveEnded("no_video")
        session = self._sessions.get((realm, camera))
        if session is None:
            if len(self._sessions) >= SESSIONS:
                raise LiveEnded("too_many")
            session = self._sessions[realm, camera] = _Session(known, self._forget)
        viewer = LiveViewer()
        session.join(viewer)
        try:
            yield viewer
        finally:
            session.viewers.discard(viewer)
            if not session.viewers:
                asyncio.get_running_loop().call_later(LINGER_S, self._stop_unwatched, session)

    def stop(self) -> None:
        """From any thread; what hangs in a read ends by itself, its thread is a daemon."""
        for session in list(self._sessions.values()):
            session.stop()

    def _stop_unwatched(self, session: _Session) -> None:
        if not session.viewers:
            session.stop()
            self._forget(session)  # who comes now gets a session of its own

    def _forget(self, session: _Session) -> None:
        key = session.camera.realm, session.camera.id
        if self._sessions.get(key) is session:
            del self._sessions[key]
