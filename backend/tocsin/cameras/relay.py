"""Pictures from the bus to whoever looks: of each camera the newest only, at each viewer's pace.

Nothing waits for anybody: a viewer that is slow finds the newest picture when it comes back.
"""

import struct
from collections import Counter
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import TracebackType
from typing import Self

from tocsin.cameras.register import NONE, Register
from tocsin.contract.frame import MAX_FRAME_BYTES, FrameStamp, is_jpeg, stamp_of
from tocsin.contract.realm import is_exercise
from tocsin.contract.topics import ROOT

FEWEST_FPS = 0.1
MOST_FPS = 10.0
MOST_CAMERAS = 48  # of one viewer
HEAD_VERSION = 1
_HEAD = struct.Struct(">BBQQI")  # version, length of the name, captured and received ms, sequence


@dataclass(frozen=True, slots=True)
class Frame:
    """The newest picture of a camera; `message` is what sockets send: head, name, JPEG."""

    number: int
    stamp: FrameStamp
    received_at: datetime
    message: bytes

    @property
    def jpeg(self) -> bytes:
        return self.message[_HEAD.size + self.message[1] :]

    def age_s(self, now: datetime) -> float:
        """By the camera's clock, or by ours where the camera's runs ahead."""
        return (now - min(self.stamp.captured_at, self.received_at)).total_seconds()


def message_of(stamp: FrameStamp, received_at: datetime, jpeg: bytes) -> bytes:
    name = stamp.camera.encode()
    captured, received = (int(m.timestamp() * 1000) for m in (stamp.captured_at, received_at))
    sequence = stamp.sequence & 0xFFFFFFFF
    return _HEAD.pack(HEAD_VERSION, len(name), captured, received, sequence) + name + jpeg


@lru_cache(maxsize=4096)
def _address(topic: str) -> tuple[str, str] | None:
    """Realm and camera that a topic of frames names."""
    parts = topic.split("/")
    if (
        len(parts) != 6
        or "/".join(parts[:2]) != ROOT
        or (parts[3], parts[5]) != ("cameras", "frame")
    ):
        return None
    return parts[2], parts[4]


class FrameRelay:
    """Lives on the event loop.

    `realms` holds those that are open, `clock` gives the time of each: in an exercise, the
    exercise's own. `demanded` is called when somebody begins to look.
    """

    def __init__(
        self,
        register: Register,
        realms: Callable[[], Container[str]],
        clock: Callable[[str], datetime],
    ) -> None:
        self.register = register
        self.counts: Counter[str] = Counter()
        self.demanded: Callable[[], None] = lambda: None
        self._realms = realms
        self.now = clock
        self._newest: dict[tuple[str, str], Frame] = {}
        self._viewers: set[Viewer] = set()

    @property
    def viewers(self) -> int:
        return len(self._viewers)

    def newest(self, realm: str, camera: str) -> Frame | None:
        return self._newest.get((realm, camera))

    def ages(self, realm: str) -> dict[str, float]:
        """Seconds since the newest picture of each camera that has sent one."""
        now = self.now(realm)
        return {
            camera: frame.age_s(now)
            for camera in self.register.get(realm, NONE)
            if (frame := self._newest.get((realm, camera))) is not None
        }

    def take(self, topic: str, payload: bytes) -> None:
        """A message of the bus; what is refused is counted by its reason and otherwise nothing."""
        refused = self._take(topic, payload)
        self.counts[refused or "received"] += 1

    def _take(self, topic: str, payload: bytes) -> str | None:
        if len(payload) > MAX_FRAME_BYTES:
            return "too_large"
        address = _address(topic)
        if address is None or address[0] not in self._realms():
            return "unknown_camera"
        camera = self.register.get(address[0], NONE).get(address[1])
        if camera is None:
            return "unknown_camera"
        if not camera.agreement:
            return "no_agreement"
        if not is_jpeg(payload):
            return "not_jpeg"
        stamp = stamp_of(payload)
        if stamp is None:
            return "no_stamp"
        if stamp.camera != camera.id:
            return "other_camera"
        if stamp.realm != camera.realm:
            return "other_realm"
        try:
            now = self._received_at(camera.realm, stamp)
            message = message_of(stamp, now, payload)
        except (ValueError, OverflowError, struct.error):  # a time before 1970, a number below 0
            return "no_stamp"
        before = self._newest.get(address)
        number = before.number + 1 if before is not None else 1
        self._newest[address] = Frame(number, stamp, now, message)
        return None

    def _received_at(self, realm: str, stamp: FrameStamp) -> datetime:
        """An exercise's pictures carry its own clock, which only its conductor has exactly."""
        now = self.now(realm)
        return max(now, stamp.captured_at) if is_exercise(realm) else now

    def viewer(self, realm: str) -> "Viewer":
        return Viewer(self, realm)

    def joined(self, viewer: "Viewer") -> None:
        self._viewers.add(viewer)
        self.demanded()

    def left(self, viewer: "Viewer") -> None:
        self._viewers.discard(viewer)

    def demand(self) -> dict[tuple[str, str], float]:
        """Pictures a second that are wanted of each camera somebody looks at."""
        found: dict[tuple[str, str], float] = {}
        for viewer in self._viewers:
            for camera, fps in viewer.wanted.items():
                key = viewer.realm, camera
                found[key] = max(fps, found.get(key, 0.0))
        return found


class Viewer:
    """One that looks: which cameras, how often, and what it has seen of them.

    `with relay.viewer(realm) as viewer:` then `viewer.watch(...)` and `viewer.next(now)`.
    """

    def __init__(self, relay: FrameRelay, realm: str) -> None:
        self.realm = realm
        self.wanted: Mapping[str, float] = {}
        self._relay = relay
        self._seen: dict[str, int] = {}
        self._due: dict[str, float] = {}
        self._order: list[str] = []
        self._turn = 0

    def __enter__(self) -> Self:
        self._relay.joined(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._relay.left(self)

    def watch(self, wanted: Mapping[str, float]) -> None:
        """Pictures a second of each camera; what it has seen of the others is forgotten."""
        self.wanted = {camera: within(fps) for camera, fps in wanted.items()}
        self._seen = {c: n for c, n in self._seen.items() if c in self.wanted}
        self._due = {c: at for c, at in self._due.items() if c in self.wanted}
        self._order = list(self.wanted)
        self._turn = 0
        self._relay.demanded()

    def next(self, now: float) -> Frame | None:
        """The next picture to send at the moment `now`, in seconds; each camera in its turn."""
        for _ in self._order:
            self._turn = (self._turn + 1) % len(self._order)
            camera = self._order[self._turn]
            frame = self._relay.newest(self.realm, camera)
            if frame is None or frame.number == self._seen.get(camera):
                continue
            interval = 1 / self.wanted[camera]
            due = self._due.get(camera)
            if due is None:
                self._due[camera] = now + interval * self._shift()
            elif now < due - interval / 2:  # a picture that comes a little early need not wait
                continue
            else:
                self._due[camera] = max(due, now - interval) + interval
            self._seen[camera] = frame.number
            return frame
        return None

    def _shift(self) -> float:
        """A part of the first interval, or a wall's pictures would all come at one moment."""
        return (self._turn + 1) / len(self._order)


def within(fps: float) -> float:
    return min(MOST_FPS, max(FEWEST_FPS, fps))
