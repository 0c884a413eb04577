"""Frigate's messages to readings.

`sub_label` and `name` may be a person's or an owner's name and never leave. One passage is one
object id: `new`, any number of updates, `end`; the plate usually comes in between.
"""

from typing import Any, ClassVar, Literal

from tocsin.contract import Receipt
from tocsin_adapters.plates.camera_adapter import CameraAdapter
from tocsin_adapters.plates.reads import (
    Happening,
    PlateRead,
    StateOfCamera,
    StateOfRecorder,
    Told,
    Vehicle,
)
from tocsin_adapters.plates.saying import (
    MAX_VALUES,
    NEVER,
    When,
    dig,
    inner,
    many,
    refs_of,
    share,
    speed_of,
)
from tocsin_adapters.plates.settings import PlateSettings
from tocsin_adapters.plates.words import class_of, normalised
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import object_of
from tocsin_adapters.reading.moments import moment_of_epoch
from tocsin_adapters.reading.texts import one_line

KIB = 1024
MILE_KM = 1.609344
_LIVES = frozenset({"new", "update", "end"})
_UP = {"online": True, "offline": False, "stopped": False}
_VEHICLES = frozenset(
    {"car", "truck", "bus", "motorcycle", "license_plate", "school_bus", "garbage_truck"}
)


class FrigateSettings(PlateSettings):
    detections: bool = False
    """Also tell what Frigate saw but did not find worth an alert."""
    speed_unit: Literal["kmh", "mph"] = "kmh"
    """What Frigate's own `unit_system` makes of speeds."""


class FrigateAdapter(CameraAdapter):
    """Events, tracked objects, reviews, and whether the recorder and its cameras are there."""

    name: ClassVar[str] = "frigate"
    max_bytes: ClassVar[int] = 512 * KIB
    Settings: ClassVar[type[PlateSettings]] = FrigateSettings

    def read(self, payload: bytes, receipt: Receipt, findings: Findings) -> list[Told]:
        if not receipt.topic:
            return self._message(payload, findings)
        match receipt.topic.split("/"):
            case [*prefix, "available"]:
                return self._available(payload, "/".join(prefix))
            case [*_, camera, "status", "detect"]:  # the other roles are copies of its picture
                return self._camera_status(payload, camera)
            case [*_, "events"] | [*_, "tracked_object_update"] | [*_, "reviews"]:
                return self._message(payload, findings)
        return []  # counts, switches, pictures: Frigate's own business

    def _message(self, payload: bytes, findings: Findings) -> list[Told]:
        message = object_of(payload, findings, max_values=MAX_VALUES)
        kind = message.get("type")
        if not isinstance(kind, str):
            raise Unreadable("not_frigate", "the message has no type", "type")
        if kind in _LIVES and isinstance(message.get("after"), dict):
            return self._object_or_review(kind, message["after"], findings)
        if kind == "lpr":
            return self._plate_update(message, findings)
        if "id" in message:
            if kind == "face":
                findings.warn("personal_data", "a face that was recognised is dropped unread")
            return []  # descriptions, classifications
        raise Unreadable("not_frigate", "neither an event, a review nor a tracked object", "type")

    def _object_or_review(self, life: str, after: dict[str, Any], findings: Findings) -> list[Told]:
        passage = one_line(after.get("id"), 100)
        camera = one_line(after.get("camera"), 100)
        if passage is None or camera is None:
            raise Unreadable("missing_field", "no id or no camera", "after")
        if after.get("false_positive") is True:
            return []
        if "severity" in after:
            return self._review(life, after, passage, camera, findings)
        return self._object(life, after, passage, camera, findings)

    def _object(
        self, life: str, after: dict[str, Any], passage: str, camera: str, findings: Findings
    ) -> list[Told]:
        written, score = _plate_and_score(after)
        label = (one_line(after.get("label"), 40) or "").lower()
        vehicle = label in _VEHICLES
        if written is None and not (vehicle and life == "end"):
            return self._detection(life, after, passage, camera, findings)
        return [
            PlateRead(
                device_refs=refs_of(camera),
                observed_at=_epoch(after, "start_time", findings).at,
                passage=passage,
                plate=normalised(written),
                raw=one_line(written, 32) or "",
                confidence=share(score),
                speed_kmh=self._speed(after.get("current_estimated_speed")),
                vehicle=Vehicle(
                    kind=class_of(label) if vehicle else None,
                    kind_confidence=share(after.get("top_score")) if vehicle else None,
                ),
                last=life == "end",
            )
        ]

    def _detection(
        self, life: str, after: dict[str, Any], passage: str, camera: str, findings: Findings
    ) -> list[Told]:
        if not isinstance(self._settings, FrigateSettings) or not self._settings.detections:
            return []
        label = one_line(after.get("label"), 40) or "object"
        figures: dict[str, Any] = {"target": label}
        score = share(after.get("top_score"))
        if score is not None:
            figures["score"] = score
        return [
            Happening(
                device_refs=refs_of(camera),
                observed_at=_epoch(after, "start_time", findings).at,
                what="object",
                code=label,
                key=passage,
                life="over" if life == "end" else "new",
                figures=figures,
            )
        ]

    def _plate_update(self, message: dict[str, Any], findings: Findings) -> list[Told]:
        passage = one_line(message.get("id"), 100)
        if passage is None:
            raise Unreadable("missing_field", "the update names no object", "id")
        return [
            PlateRead(
                device_refs=refs_of(message.get("camera")),
                observed_at=_epoch(message, "timestamp", findings).at,
                passage=passage,
                plate=normalised(message.get("plate")),
                raw=one_line(message.get("plate"), 32) or "",
                confidence=share(message.get("score")),
                last=False,
            )
        ]

    def _review(
        self, life: str, after: dict[str, Any], passage: str, camera: str, findings: Findings
    ) -> list[Told]:
        detections = isinstance(self._settings, FrigateSettings) and self._settings.detections
        if after.get("severity") != "alert" and not detections:
            return []
        data = inner(after, "data")
        figures = {"target": _listed(data.get("objects")), "zones": _listed(data.get("zones"))}
        return [
            Happening(
                device_refs=refs_of(camera),
                observed_at=_epoch(after, "start_time", findings).at,
                what="alert",
                code=f"review {one_line(after.get('severity'), 20)}",
                key=passage,
                life="over" if life == "end" else "new",
                figures={name: text for name, text in figures.items() if text},
            )
        ]

    def _available(self, payload: bytes, prefix: str) -> list[Told]:
        up = _UP.get(payload.decode("utf-8", "replace").strip().lower())
        if up is None:
            raise Unreadable("unknown_state", "neither online, offline nor stopped", "available")
        return [StateOfRecorder(device_refs=(prefix,), name=f"Frigate {prefix}"[:80], up=up)]

    def _camera_status(self, payload: bytes, camera: str) -> list[Told]:
        """`disabled` is somebody's wish, not a fault."""
        state = payload.decode("utf-8", "replace").strip().lower()
        if state == "disabled":
            return []
        if state not in _UP:
            raise Unreadable("unknown_state", "neither online nor offline", "status")
        return [
            StateOfCamera(
                device_refs=refs_of(camera), state="working" if _UP[state] else "no_picture"
            )
        ]

    def _speed(self, value: object) -> float | None:
        mph = isinstance(self._settings, FrigateSettings) and self._settings.speed_unit == "mph"
        return speed_of(value, MILE_KM if mph else 1.0)


def _plate_and_score(after: dict[str, Any]) -> tuple[Any, Any]:
    """A text beside its score, or both in a list, by version."""
    written = after.get("recognized_license_plate")
    if isinstance(written, list):
        return (*written, None, None)[:2]
    return written or None, after.get("recognized_license_plate_score")


def _epoch(message: dict[str, Any], name: str, findings: Findings) -> When:
    value = dig(message, name)
    moment = moment_of_epoch(value)
    if moment is None:
        if value is not None:
            findings.warn("bad_time", "these are no seconds since 1970", name)
        return NEVER
    return When(moment.at)


def _listed(names: Any) -> str | None:
    texts = (one_line(name, 40) for name in many(names)[:8])
    return ", ".join(text for text in texts if text) or None
