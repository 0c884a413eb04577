"""A camera, a watch list and a desk for tests of plates; every plate is invented."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from tocsin.contract import Observation, Receipt, Translation
from tocsin.contract.camera import Camera, CameraName
from tocsin_adapters.axis import AxisAdapter
from tocsin_adapters.dahua import DahuaAdapter
from tocsin_adapters.frigate import FrigateAdapter
from tocsin_adapters.genetec import GenetecAdapter
from tocsin_adapters.hikvision import HikvisionAdapter
from tocsin_adapters.onvif import OnvifAdapter
from tocsin_adapters.openalpr import OpenalprAdapter
from tocsin_adapters.platerecognizer import PlateRecognizerAdapter
from tocsin_adapters.plates import CameraAdapter, PlateRead, Told
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.survision import SurvisionAdapter

FIXTURES = Path(__file__).parent / "fixtures"
MAKERS: dict[str, type[CameraAdapter]] = {
    "axis": AxisAdapter,
    "dahua": DahuaAdapter,
    "frigate": FrigateAdapter,
    "genetec": GenetecAdapter,
    "hikvision": HikvisionAdapter,
    "onvif": OnvifAdapter,
    "openalpr": OpenalprAdapter,
    "platerecognizer": PlateRecognizerAdapter,
    "survision": SurvisionAdapter,
}
NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
CAMERA = Camera(
    id="boul-03",
    name=CameraName(fr="Avenue de la Basilique", nl="Basilieklaan"),
    lat=50.86548,
    lon=4.31044,
    heading_deg=70,
    legal_regime="LFP_police",
    device_refs=("SN-1", "gate/7"),
    codes={"tunnel": "annie-cordy"},
)
ENTRY: dict[str, Any] = {
    "ref": "V-07",
    "plate": "X-EXE-303",
    "description": {"fr": "camionnette blanche", "nl": "witte bestelwagen", "en": "white van"},
    "action": "observe",
    "owner": "Zone de police fictive, chef de corps",
    "legal_basis": "art. 44/11/3sexies LFP, disparition",
    "requester": "enquêteur de garde",
    "validator": "officier de garde",
    "starts": "2026-01-15T14:00:00+01:00",
}
# On a live list an exercise plate is refused, so these tests invent one of another shape.
LIVE_PLATE = "ZZZ-TOC-303"


def private(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def listed(folder: Path, *entries: Mapping[str, Any], kind: str = "exercise") -> Path:
    document = {"list": kind, "entries": [dict(entry) for entry in entries]}
    return private(folder / "watch.yaml", yaml.safe_dump(document, allow_unicode=True))


def entry(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**ENTRY, **changes}.items() if value is not None}


class Spoken(CameraAdapter):
    """An adapter whose messages are readings already."""

    name = "spoken"
    saying: tuple[Told, ...] = ()

    def read(self, payload: bytes, receipt: Receipt, findings: Findings) -> list[Told]:
        return list(self.saying)


def seen(plate: str | None, passage: str = "p1", **more: Any) -> PlateRead:
    fields: dict[str, Any] = {"device_refs": ("SN-1",), "observed_at": NOW, "confidence": 0.93}
    normal = "".join(filter(str.isalnum, plate)).upper() if plate else None
    return PlateRead(**{**fields, **more}, passage=passage, plate=normal, raw=plate or "")


@dataclass
class Desk:
    """One source over time: what it remembers goes from message to message."""

    adapter: CameraAdapter
    realm: str = "exercise-demo"
    now: datetime = NOW
    regime: Any = None
    memory: dict[str, str] = field(default_factory=dict)
    translation: Translation = field(default_factory=Translation)

    def hears(self, *told: Told) -> list[Observation]:
        assert isinstance(self.adapter, Spoken)
        self.adapter.saying = told
        return self.gets(b"")

    def gets(self, payload: bytes, **receipt: Any) -> list[Observation]:
        self.translation = self.adapter.translate(
            payload,
            Receipt(
                "anpr:test",
                self.realm,
                self.now,
                legal_regime=self.regime,
                memory=dict(self.memory),
                **receipt,
            ),
        )
        for key, value in self.translation.remember.items():
            if value is None:
                self.memory.pop(key, None)
            else:
                self.memory[key] = value
        return list(self.translation.observations)

    def waits(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @property
    def warned(self) -> list[str]:
        return [finding.rule for finding in self.translation.warnings]

    @property
    def rejected(self) -> list[str]:
        return [finding.rule for finding in self.translation.rejections]
