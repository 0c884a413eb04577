"""How a camera is: judged on its pictures, one check a second.

No face, gait or clothing is looked for, here or anywhere: only whether a picture is one.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from tocsin.contract.camera import Camera
from tocsin_adapters.camera.limits import Fault, Limits, State, limits
from tocsin_adapters.camera.look import (
    Flags,
    Landmarks,
    Look,
    Picture,
    landmarks_of,
    likeness,
    look_at,
    motion,
    same,
    sharpness,
    shift_of,
)
from tocsin_adapters.camera.references import Learner, Period, Reference, periods_at

UNLIKE = 100.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`figure` and `limit` of a fault, in the unit that `limits.yaml` names; `motion` 0 to 100."""

    state: State
    since: datetime
    figure: float | None = None
    limit: float | None = None
    motion: float = 0.0


@dataclass(frozen=True, slots=True)
class Symptom:
    """A fault that a check found; `since` where the figure itself is a time."""

    fault: Fault
    figure: float
    since: datetime | None = None


class Health:
    """One camera's health. Time comes in with each check; `references` may be kept between runs."""

    def __init__(
        self,
        camera: Camera,
        begun_at: datetime,
        references: dict[Period, Reference] | None = None,
        table: Limits | None = None,
    ) -> None:
        self.references = references or {}
        self.learned = False
        self.verdict = Verdict("working", begun_at)
        self._camera = camera
        self._limits = table or limits()
        self._order = list(self._limits.faults)
        self._picture_at = begun_at
        self._looked_at: datetime | None = None
        self._before: Look | None = None
        self._recent: deque[Picture] = deque(maxlen=self._limits.frozen.remembered)
        self._changed_at = begun_at
        self._clock_at = begun_at
        self._moved_at: datetime | None = None
        self._shift: float | None = None
        self._learner = Learner(self._limits.references)
        self._bad = 0
        self._bad_since = begun_at
        self._pending: Fault | None = None
        self._same_bad = 0
        self._good = 0

    def see(self, picture: Picture, at: datetime) -> Verdict:
        """A new picture."""
        self._picture_at = at
        look = look_at(picture, self._camera.clock)
        moving = self._note_change(look, at)
        periods = self._periods(at)
        found = self._symptoms(look, at, periods)
        symptom = min(found, key=lambda one: self._order.index(one.fault), default=None)
        self._settle(symptom, at, moving)
        if symptom is None and self.verdict.state == "working":
            self._learn(look, at, periods)
        else:
            self._learner.drop()
        self._before, self._looked_at = look, at
        return self.verdict

    def miss(self, at: datetime) -> Verdict:
        """No new picture since the last check."""
        self._picture_at = min(self._picture_at, at)  # a clock that was set back
        missing_s = (at - self._picture_at).total_seconds()
        if missing_s >= self._limits.faults["no_picture"].limit:
            self._settle(Symptom("no_picture", missing_s, self._picture_at), at, 0.0)
            self._learner.drop()
        return self.verdict

    def _note_change(self, look: Look, at: datetime) -> float:
        table = self._limits
        before = self._before
        gap_s = 0.0 if self._looked_at is None else (at - self._looked_at).total_seconds()
        after_a_gap = not 0 <= gap_s <= table.checks.gap_s  # also a clock that was set back
        if before is None or after_a_gap:
            self._recent.clear()
            self._changed_at = self._clock_at = at
            self._shift = self._moved_at = None
            moving = 0.0
        else:
            moving = motion(before.grey, look.grey, table.checks.motion_levels)
            if look.clock is not None and before.clock is not None:
                rule = table.clock
                if not same(before.clock, look.clock, rule.levels, rule.pixels):
                    self._clock_at = at
        rule = table.frozen
        if not any(same(one, look.grey, rule.levels, rule.pixels) for one in self._recent):
            self._changed_at = at
        self._recent.append(look.grey)
        return moving

    def _symptoms(self, look: Look, at: datetime, periods: tuple[Period, ...]) -> list[Symptom]:
        found = list(self._tones(look))
        still_s = (at - self._changed_at).total_seconds()
        if self._over("frozen", still_s):
            found.append(Symptom("frozen", still_s, self._changed_at))
        known = [self.references[period] for period in periods if period in self.references]
        if known and not self._camera.turns:
            # Whatever one of the periods vouches for is as it should be.
            against = [list(self._compared(look, reference)) for reference in known]
            if all(against):
                found += against[0]
            if not found:
                found += self._moved(look, known, at)
            else:
                self._shift = self._moved_at = None
        clock_s = (at - self._clock_at).total_seconds()
        if look.clock is not None and self._over("clock_stuck", clock_s):
            found.append(Symptom("clock_stuck", clock_s, self._clock_at))
        return found

    def _tones(self, look: Look) -> Iterator[Symptom]:
        """What needs no comparison."""
        table = self._limits
        dark = (look.means < table.black.mean) & (look.spreads < table.black.spread)
        if self._over("black", share := float(dark.mean() * 100)):
            yield Symptom("black", share)
        white = float((look.means > table.white.mean).mean() * 100)
        if white >= table.faults["black"].limit:
            yield Symptom("glare", white)
        if look.spread < table.flat.spread:
            yield Symptom("covered", 100.0)

    def _compared(self, look: Look, reference: Reference) -> Iterator[Symptom]:
        active, lost = self._tiles(look, reference)
        if active.any():
            white = lost & (look.means > self._limits.white.mean)
            lost_share, white_share = (float(some[active].mean() * 100) for some in (lost, white))
            if self._over("glare", white_share):
                yield Symptom("glare", white_share)
            if self._over("covered", lost_share):
                yield Symptom("covered", lost_share)
        kept = active & ~lost
        sharp = 100.0
        if int(kept.sum()) >= self._limits.tiles.enough:
            usual = sharpness(reference.spreads, reference.edges, kept)
            sharp = sharpness(look.spreads, look.edges, kept) / max(usual, 1e-6) * 100
        if sharp < self._limits.faults["blurred"].limit:
            yield Symptom("blurred", sharp)

    def _tiles(self, look: Look, reference: Reference) -> tuple[Flags, Flags]:
        """Which tiles usually show something, and which of them show nothing now."""
        rule = self._limits.tiles
        active = reference.spreads >= rule.active_spread
        kept = look.spreads / np.maximum(reference.spreads, 1e-3)
        gain = 1.0
        if active.any():
            gain = float(np.clip(np.percentile(kept[active], 80), rule.gain_floor, 1.0))
        return active, active & (kept < rule.lost * gain)

    def _moved(self, look: Look, known: list[Reference], at: datetime) -> Iterator[Symptom]:
        """Looked for more rarely than the rest; between the looks the last one stands."""
        every_s = self._limits.faults["moved"].every_s or 0.0
        if self._moved_at is None or at - self._moved_at >= timedelta(seconds=every_s):
            self._moved_at = at
            now = landmarks_of(look.broad)
            self._shift = min(self._shift_from(reference.landmarks, now) for reference in known)
        if self._shift is not None and self._over("moved", self._shift):
            yield Symptom("moved", self._shift)

    def _shift_from(self, usual: Landmarks, now: Landmarks) -> float:
        rule = self._limits.moved
        shift = shift_of(usual, now, rule.inliers)
        if shift is not None:
            return shift
        return UNLIKE if likeness(usual.outline, now.outline) < rule.unlike else 0.0

    def _over(self, fault: Fault, figure: float) -> bool:
        return figure >= self._limits.faults[fault].limit

    def _settle(self, symptom: Symptom | None, at: datetime, moving: float) -> None:
        """Several bad checks in a row make a fault, several good ones end it."""
        now = self.verdict
        if symptom is None:
            self._bad = self._same_bad = 0
            self._pending = None
            self._good += 1
            if now.state == "working" or self._good >= self._limits.checks.good_to_clear:
                since = now.since if now.state == "working" else at
                self.verdict = Verdict("working", since, motion=moving)
            return
        if self._bad == 0:
            self._bad_since = at
        self._good = 0
        self._bad += 1
        self._same_bad = self._same_bad + 1 if symptom.fault == self._pending else 1
        self._pending = symptom.fault
        if now.state == symptom.fault:
            since = now.since
        else:
            in_a_row = self._bad if now.state == "working" else self._same_bad
            if in_a_row < self._limits.faults[symptom.fault].checks:
                return
            since = symptom.since or self._bad_since
        limit = self._limits.faults[symptom.fault].limit
        self.verdict = Verdict(symptom.fault, since, round(symptom.figure, 1), limit, moving)

    def _learn(self, look: Look, at: datetime, periods: tuple[Period, ...]) -> None:
        period = periods[0]
        made = self._learner.learn(look, period, self.references.get(period), at)
        if made is not None:
            self.references[period] = made
            self.learned = True

    def _periods(self, at: datetime) -> tuple[Period, ...]:
        camera = self._camera
        return periods_at(at, camera.lat, camera.lon, self._limits.references)
