"""Plate Recognizer's results to readings: a form with a field `json`, or plain JSON."""

from typing import Any, ClassVar
from urllib.parse import parse_qs

from tocsin.contract import Receipt
from tocsin_adapters.plates.camera_adapter import CameraAdapter
from tocsin_adapters.plates.forms import documents_in
from tocsin_adapters.plates.reads import CameraState, Direction, PlateRead, StateOfCamera, Told
from tocsin_adapters.plates.reads import Vehicle as Look
from tocsin_adapters.plates.saying import (
    MAX_VALUES,
    When,
    best_of,
    bounded,
    candidates_of,
    dig,
    inner,
    refs_of,
    share,
    speed_of,
    when_of,
)
from tocsin_adapters.plates.words import class_of, colour_of, country_of, make_of, normalised
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import object_of
from tocsin_adapters.reading.texts import one_line

MAX_DOCUMENT = 4 * 1024 * 1024
MAX_FORM = 256 * 1024
SURE = 0.5
_FORM = "application/x-www-form-urlencoded"
_ANOMALIES: dict[str, CameraState] = {
    "offline": "no_picture",
    "blocked": "covered",
    "blockage": "covered",
    "moved": "moved",
    "movement": "moved",
    "blur": "blurred",
    "blurred": "blurred",
    "blurry": "blurred",
    "glare": "glare",
    "online": "working",
    "normal": "working",
}


class PlateRecognizerAdapter(CameraAdapter):
    """Results of one picture, none or many plates; and what VisionAlert says of cameras."""

    name: ClassVar[str] = "platerecognizer"

    def read(self, payload: bytes, receipt: Receipt, findings: Findings) -> list[Told]:
        message = _message(payload, receipt.content_type, findings)
        if "anomaly" in message and "cameras" in message:
            return _anomaly(message, findings)
        data = inner(message, "data") or message
        if not isinstance(data.get("results"), list):
            if inner(message, "hook") or "camera_id" in data:
                findings.warn("no_results", "the message tells of no plates", "data/results")
                return []
            raise Unreadable("not_platerecognizer", "no results in the message", "data/results")
        when = self._when(data, findings)
        results = bounded(data["results"], findings, "data/results")
        return [self._plate(data, result, nth, when) for nth, result in enumerate(results)]

    def _plate(
        self, data: dict[str, Any], result: dict[str, Any], nth: int, when: When
    ) -> PlateRead:
        written, score, region, candidates = _read(result)
        camera = one_line(data.get("camera_id"), 80) or ""
        picture = one_line(data.get("filename"), 120) or ""
        at = when.at.isoformat() if when.at else ""
        plate = normalised(written)
        return PlateRead(
            device_refs=refs_of(camera),
            observed_at=when.at,
            tz_assumed=when.tz_assumed,
            passage="|".join((camera, picture, at, str(nth))),
            plate=plate,
            raw=one_line(written, 32) or "",
            candidates=candidates,
            country=country_of((one_line(region, 16) or "").partition("-")[0]),
            confidence=share(score) if plate is not None else None,
            direction=_direction(result),
            speed_kmh=speed_of(result.get("speed")),
            vehicle=_look(result),
        )

    def _when(self, data: dict[str, Any], findings: Findings) -> When:
        written = data.get("timestamp") or data.get("timestamp_local")
        if not written:
            findings.warn("missing_field", "the message has no timestamp", "data/timestamp")
        return when_of(written, self._settings.zone, findings, "data/timestamp")


def _message(payload: bytes, content_type: str, findings: Findings) -> dict[str, Any]:
    if content_type.lower().startswith(_FORM) or payload.startswith(b"json="):
        if len(payload) > MAX_FORM:
            raise Unreadable("too_large", f"{len(payload)} bytes of form; at most {MAX_FORM}")
        try:
            fields = parse_qs(payload.decode("ascii"), max_num_fields=20)
        except ValueError:
            raise Unreadable("form", "the form cannot be read") from None
        if "json" not in fields:
            raise Unreadable("missing_field", "the form has no field json", "json")
        return object_of(
            fields["json"][0].encode(), findings, max_bytes=MAX_DOCUMENT, max_values=MAX_VALUES
        )
    parts = documents_in(payload, content_type, findings)
    named = [part for part in parts if part.name == "json"]
    plain = [part for part in parts if part.body.lstrip().startswith(b"{")]
    chosen = (named or plain or parts)[0]
    return object_of(chosen.body, findings, max_bytes=MAX_DOCUMENT, max_values=MAX_VALUES)


def _read(result: dict[str, Any]) -> tuple[Any, Any, Any, tuple[str, ...]]:
    """Plate, score, region and candidates, as flat fields or in the newer nested form."""
    plate = result.get("plate")
    if not isinstance(plate, dict):
        candidates = candidates_of(result.get("candidates"), "plate")
        return plate, result.get("score"), dig(result, "region", "code"), candidates
    props = inner(plate, "props")
    written, score = best_of(props.get("plate"), "value", "score")
    region, _ = best_of(props.get("region"), "value", "score")
    return written, score, region, candidates_of(props.get("plate"), "value")


def _direction(result: dict[str, Any]) -> Direction | None:
    """From the side that the vehicle shows; the angle of its way is one of the picture's."""
    props = inner(result, "vehicle", "props")
    side, score = best_of(result.get("orientation"), "orientation", "score")
    if side is None:
        side, score = best_of(props.get("orientation"), "value", "score")
    sure = share(score)
    if sure is None or sure < SURE or not isinstance(side, str):
        return None
    sides: dict[str, Direction] = {"front": "approach", "rear": "leave"}
    return sides.get(side.lower())


def _look(result: dict[str, Any]) -> Look:
    vehicle = inner(result, "vehicle")
    props = inner(vehicle, "props")
    kind = vehicle.get("type")
    make, make_score = best_of(result.get("model_make") or props.get("make_model"), "make", "score")
    colour, colour_score = best_of(result.get("color"), "color", "score")
    if colour is None:
        colour, colour_score = best_of(props.get("color"), "value", "score")
    return Look(
        kind=class_of(kind),
        kind_confidence=share(vehicle.get("score")) if class_of(kind) else None,
        colour=colour_of(colour),
        colour_confidence=share(colour_score) if colour_of(colour) else None,
        make=make_of(make),
        make_confidence=share(make_score) if make_of(make) else None,
    )


def _anomaly(message: dict[str, Any], findings: Findings) -> list[Told]:
    told: list[Told] = []
    for camera in bounded(message.get("cameras"), findings, "cameras"):
        said = one_line(camera.get("anomaly") or message.get("anomaly"), 40) or ""
        state = _ANOMALIES.get(said.lower())
        if state is None:
            findings.warn("unknown_state", "an anomaly that is not read", "cameras/anomaly")
            continue
        refs = refs_of(camera.get("name"), camera.get("serial"))
        told.append(
            StateOfCamera(device_refs=refs, device_name=next(iter(refs), None), state=state)
        )
    return told
