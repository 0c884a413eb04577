"""OpenALPR's messages to readings.

A vehicle is many `alpr_results`, one a frame, and seconds later one `alpr_group` that names them by
uuid. A frame may hit our list; only the group counts as a passage. `vehicle_signature`, pictures
and licence keys never leave.
"""

from typing import Any, ClassVar

from tocsin.contract import Receipt
from tocsin.contract.observation import Point
from tocsin_adapters.plates.camera_adapter import CameraAdapter
from tocsin_adapters.plates.reads import (
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
    best_of,
    bounded,
    candidates_of,
    inner,
    many,
    refs_of,
    share,
)
from tocsin_adapters.plates.words import (
    class_of,
    colour_of,
    country_of,
    make_of,
    normalised,
    vendor_list_of,
)
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import document_of
from tocsin_adapters.reading.moments import moment_of_epoch
from tocsin_adapters.reading.numbers import truth, whole
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.texts import one_line

MAX_DOCUMENT = 8 * 1024 * 1024
MAX_FRAMES = 100
PER_CENT = 100


class OpenalprAdapter(CameraAdapter):
    """alpr_results, alpr_group, alpr_alert, vehicle and heartbeat, alone or in a list."""

    name: ClassVar[str] = "openalpr"

    def read(self, payload: bytes, receipt: Receipt, findings: Findings) -> list[Told]:
        document = document_of(payload, findings, max_bytes=MAX_DOCUMENT, max_values=MAX_VALUES)
        messages = bounded(document, findings, "")
        if not messages:
            raise Unreadable("not_openalpr", "neither an object nor a list of them")
        all_told: list[Told] = []
        for nth, message in enumerate(messages):
            where = f"[{nth}]" if len(messages) > 1 else ""
            try:
                all_told += self._message(message, findings, where)
            except Unreadable as trouble:
                findings.reject(trouble.finding)
        return all_told

    def _message(self, message: dict[str, Any], findings: Findings, where: str) -> list[Told]:
        match message.get("data_type"):
            case "alpr_results":
                return [*self._frames(message, findings)]
            case "alpr_group":
                return [self._group(message, findings, None)]
            case "alpr_alert":
                return [self._alert(message, findings)]
            case "vehicle":
                return [self._vehicle(message, findings)]
            case "heartbeat":
                return self._heartbeat(message, findings)
            case None if "openalpr_webhook" in message:
                findings.warn("webhook_test", "the agent tries out the connection", where)
                return []
        raise Unreadable("unknown_data_type", "no data_type that is read", f"{where}data_type")

    def _frames(self, message: dict[str, Any], findings: Findings) -> list[PlateRead]:
        when = _epoch(message.get("epoch_time"), findings, "epoch_time")
        at = when.at.isoformat() if when.at else ""
        uuid = one_line(message.get("uuid"), 160) or "|".join((*_refs(message)[:1], at))
        return [
            PlateRead(
                device_refs=_refs(message),
                observed_at=when.at,
                position=_position(message, findings),
                passage=f"{uuid}|{_index(result.get('plate_index'))}",
                plate=normalised(result.get("plate")),
                raw=one_line(result.get("plate"), 32) or "",
                candidates=candidates_of(result.get("candidates"), "plate"),
                country=_country(message.get("country"), result.get("region")),
                confidence=share(result.get("confidence"), PER_CENT),
                last=False,
                counts=False,
            )
            for result in bounded(message.get("results"), findings, "results")
        ]

    def _group(
        self, group: dict[str, Any], findings: Findings, vendor_list: str | None
    ) -> PlateRead:
        best = inner(group, "best_plate")
        written = group.get("best_plate_number") or best.get("plate") or group.get("best_plate")
        region = group.get("best_region") or best.get("region")
        confidence = group.get("best_confidence", best.get("confidence"))
        frames = _frames_of(group)
        id_ = one_line(group.get("best_uuid"), 160) or next(iter(frames), None)
        if id_ is None:
            raise Unreadable("missing_field", "the group names no uuid", "uuids")
        when = _epoch(group.get("epoch_start"), findings, "epoch_start")
        return PlateRead(
            device_refs=_refs(group),
            device_name=one_line(inner(group, "web_server_config").get("camera_label"), 120),
            observed_at=when.at,
            position=_position(group, findings),
            passage=id_,
            same_as=frames,
            plate=normalised(written),
            raw=one_line(written, 32) or "",
            candidates=candidates_of(group.get("candidates"), "plate"),
            country=_country(group.get("country"), region),
            confidence=share(confidence, PER_CENT),
            vehicle=_look(inner(group, "vehicle")),
            vendor_list=vendor_list,
            last=truth(group.get("is_preview")) is not True,
            counts=vendor_list is None,
        )

    def _alert(self, alert: dict[str, Any], findings: Findings) -> PlateRead:
        """The agent's own list: its name is told, whether it is a hit is decided by ours."""
        group = inner(alert, "group")
        if not group:
            raise Unreadable("missing_field", "the alert holds no group", "group")
        listed = one_line(alert.get("alert_list"), 60)
        return self._group(group, findings, vendor_list_of(listed) or listed or "alert")

    def _vehicle(self, message: dict[str, Any], findings: Findings) -> PlateRead:
        uuid = message.get("best_uuid") or message.get("uuid")
        when = _epoch(message.get("epoch_start"), findings, "epoch_start")
        refs = _refs(message)
        at = when.at.isoformat() if when.at else ""
        return PlateRead(
            device_refs=refs,
            observed_at=when.at,
            position=_position(message, findings),
            passage=one_line(uuid, 160) or "|".join((*refs[:1], at)),
            plate=None,
            vehicle=_look(inner(message, "vehicle")),
        )

    def _heartbeat(self, message: dict[str, Any], findings: Findings) -> list[Told]:
        when = _epoch(message.get("timestamp"), findings, "timestamp")
        agent = one_line(message.get("agent_hostname") or message.get("agent_uid"), 60)
        up = truth(message.get("license_valid")) is not False
        told: list[Told] = [
            StateOfRecorder(
                device_refs=refs_of(message.get("agent_uid")),
                observed_at=when.at,
                name=f"OpenALPR {agent or ''}".strip(),
                up=up,
            )
        ]
        for stream in bounded(message.get("video_streams"), findings, "video_streams"):
            streaming = truth(stream.get("is_streaming"))
            if streaming is None:
                continue
            told.append(
                StateOfCamera(
                    device_refs=refs_of(stream.get("camera_id"), stream.get("camera_name")),
                    device_name=one_line(stream.get("camera_name"), 120),
                    observed_at=when.at,
                    position=_position(stream, findings),
                    state="working" if streaming else "no_picture",
                )
            )
        return told


def _index(written: object) -> int:
    """Which plate of a frame: one uuid may hold several vehicles."""
    return whole(written, 0, MAX_FRAMES) or 0


def _frames_of(group: dict[str, Any]) -> tuple[str, ...]:
    uuids = [one_line(uuid, 160) for uuid in many(group.get("uuids"))[:MAX_FRAMES]]
    indexes = many(group.get("plate_indexes"))[:MAX_FRAMES]
    indexes += [0] * (len(uuids) - len(indexes))
    pairs = zip(uuids, indexes, strict=False)
    return tuple(f"{uuid}|{_index(index)}" for uuid, index in pairs if uuid)


def _refs(message: dict[str, Any]) -> tuple[str, ...]:
    label = inner(message, "web_server_config").get("camera_label")
    return refs_of(message.get("camera_id"), message.get("camera_name"), label)


def _position(message: dict[str, Any], findings: Findings) -> Point | None:
    """The agent writes -1, -1 or 0, 0 when nobody told it where it stands."""
    lat, lon = message.get("gps_latitude"), message.get("gps_longitude")
    if (lat, lon) in ((-1, -1), (0, 0)):
        return None
    return point_of(lat, lon, findings, "gps_latitude")


def _country(country: object, region: object) -> str | None:
    """`us-mo`, `eu-be`, or a bare `be` under the country `eu`: in the others it is a state."""
    said = (one_line(country, 8) or "").lower()
    first, dash, second = (one_line(region, 16) or "").lower().partition("-")
    if first == "eu":
        return country_of(second)
    if dash:
        return country_of(first)
    if said in ("", "eu"):
        return country_of(first) if said == "eu" else None
    return country_of(said)


def _look(vehicle: dict[str, Any]) -> Vehicle:
    kind, kind_score = best_of(vehicle.get("body_type"), "name", "confidence")
    colour, colour_score = best_of(vehicle.get("color"), "name", "confidence")
    make, make_score = best_of(vehicle.get("make"), "name", "confidence")
    return Vehicle(
        kind=class_of(kind),
        kind_confidence=share(kind_score, PER_CENT) if class_of(kind) else None,
        colour=colour_of(colour),
        colour_confidence=share(colour_score, PER_CENT) if colour_of(colour) else None,
        make=make_of(make),
        make_confidence=share(make_score, PER_CENT) if make_of(make) else None,
    )


def _epoch(value: object, findings: Findings, where: str) -> When:
    moment = moment_of_epoch(value, 0.001)
    if moment is None:
        if value is not None:
            findings.warn("bad_time", "these are no milliseconds since 1970", where)
        return NEVER
    return When(moment.at)
