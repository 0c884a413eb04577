"""Makers whose messages are templates of the site: which field is what stands in a table.

Paths are written with `/`, in any case, from a record; from the top of the message when they begin
with `/`. In XML an attribute has an `@` before its name. The first that holds something counts.
"""

import re
from collections.abc import Mapping
from datetime import UTC
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from tocsin.contract import Receipt
from tocsin_adapters.plates.camera_adapter import CameraAdapter
from tocsin_adapters.plates.forms import documents_in
from tocsin_adapters.plates.reads import CameraState, PlateRead, StateOfCamera, Told, Vehicle
from tocsin_adapters.plates.saying import (
    NEVER,
    When,
    bounded,
    lane_of,
    objects,
    plain,
    refs_of,
    share,
    speed_of,
    told,
    when_of,
)
from tocsin_adapters.plates.settings import PlateSettings
from tocsin_adapters.plates.words import (
    class_of,
    colour_of,
    country_of,
    direction_of,
    make_of,
    normalised,
    vendor_list_of,
)
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.moments import moment_of, moment_of_epoch
from tocsin_adapters.reading.numbers import truth
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.texts import one_line

_DATE = re.compile(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})", re.ASCII)
_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,7}))?)?\s*([AaPp])?\.?[Mm]?\.?", re.ASCII
)

FieldName = Literal[
    "plate",
    "country",
    "confidence",
    "device",
    "device_name",
    "passage",
    "latitude",
    "longitude",
    "direction",
    "lane",
    "speed",
    "vehicle_class",
    "vehicle_class_confidence",
    "colour",
    "colour_confidence",
    "make",
    "make_confidence",
    "hazmat",
    "vendor_list",
    "vendor_hit",
    "late",
]
PathText = Annotated[str, Field(min_length=1, max_length=200)]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TimeRow(_Row):
    """One way to find the time: an ISO text, a number since 1970, or a date beside a time."""

    iso: PathText | None = None
    epoch: PathText | None = None
    unit_s: float = 1.0
    date: PathText | None = None
    time: PathText | None = None
    order: Literal["mdy", "dmy", "ymd"] = "ymd"
    zone: Literal["UTC", "local"] = "local"

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = (self.iso, self.epoch, self.date)
        if sum(way is not None for way in ways) != 1 or (self.date is None) != (self.time is None):
            raise ValueError("a time is iso, or epoch, or date with time")
        return self


class StateRow(_Row):
    """A message with this path says how the camera is."""

    path: PathText
    state: CameraState


class Scales(_Row):
    confidence: Annotated[float, Field(gt=0)] = 100.0
    vehicle: Annotated[float, Field(gt=0)] = 100.0
    speed_kmh: Annotated[float, Field(gt=0)] = 1.0


class Mapped(_Row):
    """The whole table of one maker or site."""

    records: PathText | None = None
    fields: dict[FieldName, tuple[PathText, ...]]
    times: tuple[TimeRow, ...] = ()
    states: tuple[StateRow, ...] = ()
    scales: Scales = Scales()
    clock_unset: dict[PathText, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_a_plate(self) -> Self:
        if not self.fields.get("plate"):
            raise ValueError("fields: the table says nowhere where the plate stands")
        return self


class TableSettings(PlateSettings):
    mapping: Path | None = None
    """A table of the site's own, in the form of the maker's `mapping.yaml`."""

    _mapped: Mapped | None = PrivateAttr(None)

    @model_validator(mode="after")
    def _read_mapping(self) -> Self:
        if self.mapping is not None:
            try:
                self._mapped = mapped(self.mapping.read_text("utf-8"))
            except (OSError, UnicodeDecodeError, yaml.YAMLError) as trouble:
                raise ValueError(f"mapping: {self.mapping} cannot be read: {trouble}") from None
            except ValidationError as trouble:
                first = trouble.errors(include_url=False)[0]
                where = ".".join(map(str, first["loc"]))
                raise ValueError(f"mapping: {where}: {first['msg']}") from None
        return self

    @property
    def mapped(self) -> Mapped | None:
        return self._mapped


class TableAdapter(CameraAdapter):
    """A maker whose package holds `mapping.yaml` and nothing else of its own."""

    Settings: ClassVar[type[PlateSettings]] = TableSettings
    package: ClassVar[str]

    def __init__(self, settings: PlateSettings | None = None) -> None:
        super().__init__(settings)
        own = self._settings.mapped if isinstance(self._settings, TableSettings) else None
        self._table = own or _makers_table(self.package)

    def read(self, payload: bytes, receipt: Receipt, findings: Findings) -> list[Told]:
        all_told: list[Told] = []
        parts = documents_in(payload, receipt.content_type, findings)
        readable = [part for part in parts if part.body.lstrip()[:1] in (b"{", b"<")] or parts
        for part in readable:
            all_told += self._document(plain(part.body, findings), findings)
        return all_told

    def _document(self, document: dict[str, Any], findings: Findings) -> list[Told]:
        top = _small(document)
        for row in self._table.states:
            if _at(top, row.path) is not None:
                refs = self._refs(_Record(top, top), self._table.fields)
                return [StateOfCamera(device_refs=refs, state=row.state)]
        found = _at(top, self._table.records) if self._table.records else _unwrapped(top)
        records = bounded(found, findings, self._table.records or "")
        reads: list[Told] = []
        for nth, record in enumerate(records):
            one = _Record(top, record)
            if one.has(self._table.fields["plate"]):
                reads.append(self._plate(one, nth, findings))
        if not reads:
            named = self._table.fields["plate"][0]
            raise Unreadable("no_plate_field", f"no field {named} in the message", named)
        return reads

    def _plate(self, record: "_Record", nth: int, findings: Findings) -> PlateRead:
        fields, scales = self._table.fields, self._table.scales

        def said(name: FieldName) -> Any:
            return record.first(fields.get(name, ()))

        written = said("plate")
        plate = normalised(written)
        refs = self._refs(record, fields)
        when = self._when(record, findings)
        suspect = any(
            str(record.first((path,))) == value for path, value in self._table.clock_unset.items()
        )
        if suspect:
            findings.warn("clock_suspect", "the device says that its clock is not set")
        kind, colour = class_of(said("vehicle_class")), colour_of(said("colour"))
        make = make_of(said("make"))
        listed = said("vendor_list")
        hit = truth(said("vendor_hit"))
        at = when.at.isoformat() if when.at else ""
        given = one_line(said("passage"), 120)
        passage = "|".join(part for part in (*refs[:1], at, given, str(nth or "")) if part)
        return PlateRead(
            device_refs=refs,
            device_name=one_line(said("device_name"), 120),
            observed_at=when.at,
            tz_assumed=when.tz_assumed,
            clock_suspect=suspect,
            position=point_of(said("latitude"), said("longitude"), findings, "latitude"),
            passage=passage,
            plate=plate,
            raw=one_line(written, 32) or "",
            country=country_of(*(record.first((path,)) for path in fields.get("country", ()))),
            confidence=share(said("confidence"), scales.confidence) if plate else None,
            direction=direction_of(said("direction")),
            lane=lane_of(said("lane")),
            speed_kmh=speed_of(said("speed"), scales.speed_kmh),
            vehicle=Vehicle(
                kind=kind,
                kind_confidence=share(said("vehicle_class_confidence"), scales.vehicle)
                if kind
                else None,
                colour=colour,
                colour_confidence=share(said("colour_confidence"), scales.vehicle)
                if colour
                else None,
                make=make,
                make_confidence=share(said("make_confidence"), scales.vehicle) if make else None,
            ),
            hazmat_sign=truth(said("hazmat")),
            vendor_list=vendor_list_of(listed) or one_line(listed, 60) or ("hit" if hit else None),
            late=truth(said("late")) is True,
        )

    def _refs(
        self, record: "_Record", fields: Mapping[FieldName, tuple[str, ...]]
    ) -> tuple[str, ...]:
        return refs_of(*(record.first((path,)) for path in fields.get("device", ())))

    def _when(self, record: "_Record", findings: Findings) -> When:
        zone = self._settings.zone
        for row in self._table.times:
            zone_here = ZoneInfo("UTC") if row.zone == "UTC" else zone
            if row.epoch is not None:
                value = record.first((row.epoch,))
                moment = moment_of_epoch(value, row.unit_s)
                if moment is not None:
                    return When(moment.at)
                if value is not None:
                    findings.warn("bad_time", "this is no time since 1970", row.epoch)
            elif row.iso is not None:
                written = record.first((row.iso,))
                if written is not None:
                    return when_of(written, zone_here, findings, row.iso)
            else:
                date, time = record.first((row.date or "",)), record.first((row.time or "",))
                if date is not None and time is not None:
                    return _date_and_time(date, time, row, zone_here, findings)
        findings.warn("missing_field", "the message has no time that the table knows")
        return NEVER


class _Record:
    def __init__(self, top: dict[str, Any], record: dict[str, Any]) -> None:
        self._top = top
        self._record = record

    def first(self, paths: tuple[str, ...]) -> Any:
        """The first that holds a text or a number; "-" and nothing hold none."""
        for path in paths:
            here = _at(self._top if path.startswith("/") else self._record, path)
            if isinstance(here, dict):
                here = here.get("#text")
            if here is None or isinstance(here, list) or str(here).strip() in ("", "-"):
                continue
            return here
        return None

    def has(self, paths: tuple[str, ...]) -> bool:
        """Whether the field is there at all: an empty one tells of a plate that was not read."""
        tops = (self._top if path.startswith("/") else self._record for path in paths)
        return any(_at(top, path) is not None for top, path in zip(tops, paths, strict=True))


def mapped(text: str) -> Mapped:
    return Mapped.model_validate(yaml.safe_load(text))


def _date_and_time(date: Any, time: Any, row: TimeRow, zone: ZoneInfo, findings: Findings) -> When:
    day, clock = _DATE.fullmatch(str(date).strip()), _TIME.fullmatch(str(time).strip())
    if day is None or clock is None:
        findings.warn("bad_time", "these are no date and time", row.date or "")
        return NEVER
    written_first = "ymd" if len(day[1]) == 4 else row.order  # a year cannot be anything else
    order = dict(zip(written_first, day.groups(), strict=True))
    hour, minute, second, fraction, half = clock.groups(default="")
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half in "pP" else 0)
    written = (
        f"{order['y']:0>4}-{order['m']:0>2}-{order['d']:0>2}"
        f"T{hours:02}:{minute}:{second or '00'}.{fraction or '0'}"
    )
    moment = moment_of(written, zone)
    if moment is not None and row.zone == "UTC":
        return When(moment.at.astimezone(UTC))
    return told(moment, findings, row.date or "")


def _at(document: Any, path: str) -> Any:
    here = document
    for step in path.strip("/").lower().split("/"):
        if isinstance(here, list):
            here = next(iter(objects(here)), None)
        if not isinstance(here, dict):
            return None
        here = here.get(step)
    return here


def _unwrapped(top: dict[str, Any]) -> Any:
    """The root element of XML, or the one key around a JSON message, is no field."""
    only = next(iter(top.values())) if len(top) == 1 else None
    return only if isinstance(only, dict | list) else top


def _small(value: Any) -> Any:
    """Keys in small letters, all the way down."""
    if isinstance(value, dict):
        return {str(key).lower(): _small(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_small(item) for item in value]
    return value


@cache
def _makers_table(package: str) -> Mapped:
    return mapped(files(package).joinpath("mapping.yaml").read_text(encoding="utf-8"))
