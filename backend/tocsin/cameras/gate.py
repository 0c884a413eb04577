"""Who may see a camera's pictures: its agreement, its legal regime, and the capacity that asks.

What a program cannot know is told beside the picture instead of being guessed: whether a police
liaison is in the room, whether the disposition of a wall was approved.
"""

from dataclasses import dataclass
from typing import Literal

from tocsin.access import May, condition, condition_of, may
from tocsin.contract.camera import Camera
from tocsin.contract.observation import LegalRegime

Refusal = Literal["no_agreement", "no_right", "ask", "traffic_only", "synthetic_only"]

OPEN_PLACES: frozenset[LegalRegime] = frozenset(
    {"LFP_police", "loi_cameras_lieu_ouvert", "drone_police"}
)
TRAFFIC: frozenset[LegalRegime] = frozenset({"trafic_non_surveillance", "reseau_transport"})
WITHOUT_IMAGES = frozenset({"no_images", "metadata"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` says why not; `condition`, in three languages, what the viewer must see to."""

    may: May
    reason: Refusal | None = None
    condition: dict[str, str] | None = None


def may_watch(capacity: str, camera: Camera, *, exercise: bool) -> Verdict:
    """Pictures of open places need the right of live video, the others only that of seeing."""
    if not camera.agreement:
        return Verdict("no", "no_agreement")
    video, limit = (
        may(capacity, "live_video", exercise=exercise),
        condition_of(capacity, "live_video"),
    )
    if limit == "synthetic":
        return Verdict("yes") if exercise else Verdict("no", "synthetic_only")
    if limit == "traffic":
        return Verdict("yes") if camera.legal_regime in TRAFFIC else Verdict("no", "traffic_only")
    if camera.legal_regime not in OPEN_PLACES:
        blind = condition_of(capacity, "see") in WITHOUT_IMAGES
        sees = may(capacity, "see", exercise=exercise) == "yes" and not blind
        return Verdict("yes") if sees else Verdict("no", "no_right")
    if video == "yes":
        words = condition(capacity, "live_video")
        return Verdict("yes", condition=words.plain() if words else None)
    return Verdict("propose", "ask") if video == "propose" else Verdict("no", "no_right")
