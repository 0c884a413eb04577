"""A group of cameras under watch: each read by a thread of its own, all judged in one loop."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from tocsin.contract.camera import Camera
from tocsin.contract.watch import BEAT_S, WatchOrder
from tocsin_adapters.camera.line import HEARTBEAT_S, Line
from tocsin_adapters.camera.origins import Origin, origin_of
from tocsin_adapters.camera.watched import Clock, Watched

log = logging.getLogger(__name__)
TURN_S = 0.02
NAMED = 5


def wall_clock() -> datetime:
    return datetime.now(UTC)


class Group:
    """Runs until told to stop. A camera that hangs, or breaks the judging, holds up no other."""

    def __init__(
        self,
        order: WatchOrder,
        clock: Clock = wall_clock,
        origin: Callable[[Camera], Origin] = origin_of,
    ) -> None:
        """Raises ValueError and OSError for a camera that cannot be read as configured."""
        self._source = order.source
        self._clock = clock
        self._line = Line(order, clock, self._hear)
        self._watched = {
            camera.id: Watched(
                camera,
                origin(camera),
                self._line,
                clock,
                source=order.source,
                realm=order.realm,
                memory=order.memory,
            )
            for camera in order.cameras
            if camera.agreement and camera.url
        }

    def run(self, stop: threading.Event, beat: Callable[[], None] = lambda: None) -> None:
        """`beat` is called about once a second as long as the loop turns."""
        self._line.open()
        for watched in self._watched.values():
            watched.start()
        said: tuple[str | None, int] = (None, 0)
        tell_at = beat_at = 0.0
        while not stop.is_set():
            now_s = time.monotonic()
            for watched in self._watched.values():
                self._turn(watched, now_s)
            says = (self._trouble(), self._line.connections)
            if says != said or now_s >= tell_at:
                self._line.beat(says[0], self._pictures())
                said, tell_at = says, now_s + HEARTBEAT_S
            if now_s >= beat_at:
                beat()
                beat_at = now_s + BEAT_S
            stop.wait(TURN_S)
        for watched in self._watched.values():
            watched.stop()
        self._line.close(self._pictures())

    def _turn(self, watched: Watched, now_s: float) -> None:
        try:
            watched.turn(now_s)
        except Exception:
            log.exception("%s: judging failed", watched.camera.id)

    def _hear(self, camera: str, payload: bytes) -> None:
        watched = self._watched.get(camera)
        if watched is not None and not watched.demand.hear(payload, self._clock()):
            log.info("%s: a demand that cannot be read", camera)

    def _pictures(self) -> int:
        return sum(watched.pictures for watched in self._watched.values())

    def _trouble(self) -> str | None:
        """Those without a picture, and why."""
        dark = [w for w in self._watched.values() if w.verdict.state == "no_picture"]
        if not dark:
            return None
        named = ", ".join(f"{w.camera.id} ({w.trouble or 'it stalls'})" for w in dark[:NAMED])
        more = ", …" if len(dark) > NAMED else ""
        return f"no picture from {len(dark)} of {len(self._watched)} cameras: {named}{more}"
