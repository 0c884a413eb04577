"""What stands out along a journal: where a person who looks back wants to go."""

from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tocsin.journal.entry import Entry, EntryKind

LandmarkKind = Literal["opened", "regraded", "state"]
_KINDS: dict[EntryKind, LandmarkKind] = {
    "incident_opened": "opened",
    "incident_regraded": "regraded",
    "incident_state_changed": "state",
}
LANDMARK_KINDS: tuple[EntryKind, ...] = tuple(_KINDS)
_WEIGHT: dict[LandmarkKind, int] = {"opened": 2, "regraded": 1, "state": 0}


@dataclass(frozen=True, slots=True)
class Landmark:
    """An incident was opened, became graver, or changed its state; `severity` is that of then."""

    n: int
    at: str
    kind: LandmarkKind
    incident: str
    severity: int


def landmarks_of(entries: Iterable[Entry], severities: MutableMapping[str, int]) -> list[Landmark]:
    """The landmarks of these entries; `severities`: those of the incidents before, then after."""
    landmarks = []
    for entry in entries:
        kind = _KINDS.get(entry.kind)
        if kind is None:
            continue
        incident = entry.body["incident"]
        before = severities.get(incident, 0)
        severity = severities[incident] = entry.body.get("severity", before)
        if kind != "regraded" or severity > before:
            landmarks.append(Landmark(entry.n, entry.at, kind, incident, severity))
    return landmarks


def weightiest(landmarks: Sequence[Landmark], most: int) -> list[Landmark]:
    """No more than so many, in order: the gravest first, openings before what came of them."""
    if len(landmarks) <= most:
        return list(landmarks)
    by_weight = sorted(landmarks, key=lambda m: (-m.severity, -_WEIGHT[m.kind], -m.n))
    return sorted(by_weight[:most], key=lambda m: m.n)
