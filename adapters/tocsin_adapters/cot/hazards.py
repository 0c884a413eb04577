"""What instruments for chemical, biological and radiological hazards tell in a detail."""

from collections.abc import Iterator
from dataclasses import dataclass

from tocsin_adapters.cot.event import Node
from tocsin_adapters.reading.numbers import number, truth
from tocsin_adapters.reading.observations import known
from tocsin_adapters.reading.texts import one_line

MAX_READINGS = 20


@dataclass(frozen=True, slots=True)
class Hazard:
    """`alarm`: the instrument itself calls it one. `confidence` 0 to 1, if it says so."""

    kind: str
    type_hint: str
    alarm: bool
    simulated: bool
    confidence: float | None
    what: str | None
    readings: list[dict[str, object]]
    instrument: dict[str, object]


def hazard_in(detail: Node) -> Hazard | None:
    """The gravest reading leads; the others stand beside it."""
    for element, kind, type_hint, readings in (
        ("chemsensordetail", "chemical", "CBR-SUS", _chemical),
        ("biosensordetail", "biological", "CBR-SUS", _biological),
        ("radsensordetail", "radiological", "CBR-RAD", _radiological),
    ):
        found = detail.one(element)
        if not found.name:
            continue
        instrument = found.one("sensor_data")
        read = sorted(readings(found), key=_gravity, reverse=True)[:MAX_READINGS]
        first: dict[str, object] = read[0] if read else {}
        confidence = first.get("confidence")
        return Hazard(
            kind=kind,
            type_hint=type_hint,
            alarm=first.get("alarm") is True,
            simulated=truth(instrument.get("simulated")) is True,
            confidence=confidence if isinstance(confidence, float) else None,
            what=one_line(first.get("what"), 80),
            readings=read,
            instrument=known(
                maker=one_line(instrument.get("manufacturer"), 80),
                model=one_line(instrument.get("model"), 80),
                state=one_line(instrument.get("status"), 40),
                battery_percent=number(instrument.get("batterylevel"), 0, 100),
            ),
        )
    return None


def _gravity(reading: dict[str, object]) -> tuple[bool, float]:
    confidence = reading.get("confidence")
    return reading.get("alarm") is True, confidence if isinstance(confidence, float) else 0.0


def _chemical(found: Node) -> Iterator[dict[str, object]]:
    for one in found.all("detection"):
        yield known(
            what=one_line(one.get("agent"), 80),
            agent_class=one_line(one.get("class"), 40),
            value=number(one.get("quantity"), 0, 1e12),
            unit=one_line(one.get("quantityunits"), 20),
            concentration_kg_m3=number(one.get("concentration"), 0, 1e6),
            confidence=_share(one.get("confidence")),
            alarm=truth(one.get("alarm")),
        )


def _biological(found: Node) -> Iterator[dict[str, object]]:
    for one in found.all("measurement"):
        yield known(
            what=one_line(one.get("type"), 80) or one_line(one.get("bioClass"), 80),
            agent_class=one_line(one.get("bioClass"), 40),
            value=number(one.get("dose"), 0, 1e12),
            confidence=_share(one.get("confidence")),
            alarm=truth(one.get("harmful")),
        )


def _radiological(found: Node) -> Iterator[dict[str, object]]:
    for one in found.all("radmeasurement"):
        yield known(
            what=one_line(one.get("name"), 80),
            value=number(one.get("measurement"), 0, 1e12),
            unit=one_line(one.get("units"), 20),
            alarm=truth(one.get("alarm")),
        )


def _share(percent: object) -> float | None:
    found = number(percent, 0, 100)
    return None if found is None else round(found / 100, 4)
