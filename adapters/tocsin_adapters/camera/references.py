"""What a camera usually shows, by day and by night: learned from good pictures, kept on disk.

Kept are figures and landmarks, never a picture.
"""

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from tocsin_adapters.camera.limits import ReferenceLimits
from tocsin_adapters.camera.look import Figures, Landmarks, Look, landmarks_of
from tocsin_adapters.camera.sun import elevation_deg

Period = Literal["day", "night"]
PERIODS: tuple[Period, ...] = ("day", "night")
VERSION = 1


@dataclass(frozen=True, slots=True)
class Reference:
    """`spreads` and `edges` of the tiles as `Look` has them; `made_at` in epoch seconds."""

    spreads: Figures
    edges: Figures
    landmarks: Landmarks
    made_at: float


def periods_at(at: datetime, lat: float, lon: float, limits: ReferenceLimits) -> tuple[Period, ...]:
    """The period it is, first, and at dusk and dawn the other one too."""
    above = elevation_deg(at, lat, lon) - limits.night_below_deg
    now: Period = "day" if above > 0 else "night"
    if abs(above) > limits.dusk_deg:
        return (now,)
    return (now, "night" if now == "day" else "day")


class Learner:
    """Collects good looks; their median shows what stays."""

    def __init__(self, limits: ReferenceLimits) -> None:
        self._limits = limits
        self._looks: list[Look] = []
        self._period: Period = "day"

    def drop(self) -> None:
        self._looks.clear()

    def learn(
        self, look: Look, period: Period, before: Reference | None, at: datetime
    ) -> Reference | None:
        """A new reference once there are enough looks of one period, else None."""
        now = at.timestamp()
        if before is not None and now - before.made_at < self._limits.renewed_s:
            self.drop()
            return None
        if period != self._period:
            self._period = period
            self.drop()
        self._looks.append(look)
        if len(self._looks) < self._limits.pictures:
            return None
        spreads = _median([one.spreads for one in self._looks])
        edges = _median([one.edges for one in self._looks])
        still = np.median([one.broad for one in self._looks], axis=0).astype(np.uint8)
        self.drop()
        if before is not None:
            share = self._limits.share
            spreads = (1 - share) * before.spreads + share * spreads
            edges = (1 - share) * before.edges + share * edges
        return Reference(spreads, edges, landmarks_of(still), now)


def _median(figures: list[Figures]) -> Figures:
    return np.asarray(np.median(figures, axis=0), np.float32)


def load(path: Path) -> dict[Period, Reference]:
    """Nothing where there is none, or none that can be read: it is then learned anew."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
            if int(kept["version"]) != VERSION:
                return {}
            return {period: _read(kept, period) for period in PERIODS if period in kept}
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return {}


def save(path: Path, references: dict[Period, Reference]) -> None:
    """Whole or not at all. Raises OSError."""
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for period, one in references.items():
        arrays[period] = np.array(one.made_at)
        arrays[f"{period}_spreads"] = one.spreads
        arrays[f"{period}_edges"] = one.edges
        arrays[f"{period}_points"] = one.landmarks.points
        arrays[f"{period}_words"] = one.landmarks.words
        arrays[f"{period}_outline"] = one.landmarks.outline
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        np.savez(file, allow_pickle=False, version=np.array(VERSION), **arrays)
    draft.replace(path)


def _read(kept: "np.lib.npyio.NpzFile", period: Period) -> Reference:
    landmarks = Landmarks(
        kept[f"{period}_points"], kept[f"{period}_words"], kept[f"{period}_outline"]
    )
    return Reference(
        kept[f"{period}_spreads"], kept[f"{period}_edges"], landmarks, float(kept[period])
    )
