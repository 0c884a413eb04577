"""One camera under watch: read, judged, shown to who looks, and told of."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from tocsin.contract import Observation
from tocsin.contract.camera import Camera
from tocsin.contract.demand import Demand
from tocsin.contract.frame import FrameStamp
from tocsin.contract.observation import Action, Point
from tocsin.contract.realm import is_exercise
from tocsin.contract.times import to_text
from tocsin_adapters.camera.finder import Finder
from tocsin_adapters.camera.health import Health, Verdict
from tocsin_adapters.camera.limits import limits
from tocsin_adapters.camera.look import Picture
from tocsin_adapters.camera.origins import Origin, Shot
from tocsin_adapters.camera.preview import preview_of
from tocsin_adapters.camera.references import load, save

log = logging.getLogger(__name__)
REPEAT_S = 60.0
IDLE_FRAME_S = 60.0
HUNG_S = 60.0
Clock = Callable[[], datetime]


class Outlet(Protocol):
    """Where frames and states go; both answer whether they left. `connections` counts them."""

    connections: int

    def show(self, camera: str, frame: bytes) -> bool: ...

    def tell(self, observation: Observation) -> bool: ...


class Watched:
    """`turn` is called often, with monotonic seconds, and never waits."""

    def __init__(
        self,
        camera: Camera,
        origin: Origin,
        outlet: Outlet,
        clock: Clock,
        *,
        source: str,
        realm: str,
        memory: Path | None = None,
    ) -> None:
        self.camera = camera
        self.demand = Demand()
        self._origin = origin
        self._outlet = outlet
        self._clock = clock
        self._source = source
        self._realm = realm
        self._memory = memory and memory / f"{camera.id}.npz"
        known = {} if self._memory is None else load(self._memory)
        self._health = Health(camera, clock(), known)
        self._finder = self._new_finder()
        self._read_before = 0
        self._fps = 0.0
        self._check_at = 0.0
        self._checked: Shot | None = None
        self._converted: tuple[Shot, Picture] | None = None
        self._shown: Shot | None = None
        self._shown_at = float("-inf")
        self._sequence = 0
        self._told: Verdict | None = None
        self._told_on = 0
        self._tell_at = 0.0

    @property
    def verdict(self) -> Verdict:
        return self._health.verdict

    @property
    def trouble(self) -> str | None:
        """Why there is no picture, where the reading knows."""
        return self._finder.trouble

    @property
    def pictures(self) -> int:
        return self._read_before + self._finder.pictures

    def start(self) -> None:
        self._finder.start()

    def stop(self) -> None:
        self._finder.stop()

    def turn(self, now_s: float) -> None:
        at = self._clock()
        self._fps = self.demand.fps(at)
        if self._finder.silent_s() > HUNG_S:
            self._replace_finder()
        shot = self._finder.newest()
        if now_s >= self._check_at:
            self._check_at = now_s + limits().checks.every_s
            self._check(shot, at)
        changed = self._told is None or self._told.state != self.verdict.state
        every_s = 1.0 / self._fps if self._fps else IDLE_FRAME_S
        late_s = now_s - self._shown_at - every_s
        if shot is not None and shot is not self._shown and (changed or late_s >= 0):
            # In step, so that waiting for the camera's next picture does not lower the rate.
            in_step = 0 <= late_s < every_s
            self._show(shot, now_s - late_s if in_step else now_s)
        again = now_s >= self._tell_at or self._outlet.connections != self._told_on
        if self._checked is not None or self.verdict.state != "working":
            if changed:
                self._tell("new", at, now_s)
            elif again:
                self._tell("heartbeat", at, now_s)

    def _new_finder(self) -> Finder:
        return Finder(self.camera.id, self._origin, lambda: self._fps)

    def _replace_finder(self) -> None:
        """Its time limits should not let this happen; the thread is left behind."""
        log.error("%s: reading hangs and starts anew", self.camera.id)
        self._finder.stop()
        self._read_before += self._finder.pictures
        self._finder = self._new_finder()
        self._finder.start()

    def _check(self, shot: Shot | None, at: datetime) -> None:
        if shot is None or shot is self._checked:
            self._health.miss(at)
            return
        self._checked = shot
        self._health.see(self._picture(shot), at)
        if self._health.learned and self._memory is not None:
            self._health.learned = False
            try:
                save(self._memory, self._health.references)
            except OSError as trouble:
                log.warning("%s: what it usually shows is not kept: %s", self.camera.id, trouble)

    def _picture(self, shot: Shot) -> Picture:
        if self._converted is None or self._converted[0] is not shot:
            self._converted = (shot, shot.picture())
        return self._converted[1]

    def _show(self, shot: Shot, shown_at: float) -> None:
        self._shown = shot  # one that cannot be sent is not tried again: a newer one comes
        stamp = FrameStamp(self.camera.id, shot.captured_at, self._sequence, 0, 0, self._realm)
        if self._outlet.show(self.camera.id, preview_of(self._picture(shot), stamp)):
            self._shown_at = shown_at
            self._sequence += 1

    def _tell(self, action: Action, at: datetime, now_s: float) -> None:
        if self._outlet.tell(self._observation(action, at)):
            self._told = self.verdict
            self._told_on = self._outlet.connections
            self._tell_at = now_s + REPEAT_S

    def _observation(self, action: Action, at: datetime) -> Observation:
        camera, verdict = self.camera, self.verdict
        name = camera.name
        attributes: dict[str, str | float] = {
            "state": verdict.state,
            "since": to_text(verdict.since),
            "motion": round(verdict.motion),
        }
        if verdict.figure is not None and verdict.limit is not None:
            attributes |= {"figure": verdict.figure, "limit": verdict.limit}
        return Observation(
            source=self._source,
            external_id=f"{camera.id}@{to_text(at)}",
            kind="camera_status",
            action=action,
            observed_at=at,
            received_at=at,
            geometry=Point(type="Point", coordinates=(camera.lon, camera.lat)),
            location_text=name.fr if name.fr == name.nl else f"{name.fr} / {name.nl}",
            location_codes={**camera.codes, "camera": camera.id},
            mode="exercise" if is_exercise(self._realm) else "real",
            legal_regime=camera.legal_regime,
            attributes=attributes,
        )
