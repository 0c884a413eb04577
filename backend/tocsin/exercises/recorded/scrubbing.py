"""What may leave a recorded message: facts, public places, positions. No text of a person does.

Free text is not searched for names, plates and numbers: it is left behind, and only the public
places that it names are said again.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from tocsin.places import inside_region, named_places_in, place_of
from tocsin.tables import Row, Words, load
from tocsin.taxonomy import types
from tocsin.taxonomy.facts import facts_of, vocabulary

DECIMALS = 4  # of a degree: about ten metres
KEPT = (
    "kind",
    "action",
    "type_hint",
    "severity",
    "confidence",
    "maturity",
    "legal_regime",
    "accuracy_m",
    "valid_from",
    "valid_to",
)
CAMERA_FIGURES = ("state", "figure", "limit", "motion")


class _Table(Row):
    codes: frozenset[str]
    texts: frozenset[str]
    renamed: frozenset[str]
    title: Words
    brief: Words
    incident: Words
    expect: Words
    because: str


@cache
def table() -> _Table:
    return load(_Table, __package__, "table.yaml")


class Pseudonyms:
    """A fictitious name for each real one, the same for the same, in the order of their coming."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, name: str) -> str:
        return self._known.setdefault(name, f"X-EXO-{len(self._known) + 1}")


def scrubbed(told: Mapping[str, Any], pseudonyms: Pseudonyms) -> dict[str, Any]:
    """A recorded observation without who sent it, when, where it lies and what it hangs on."""
    lat, lon = _point(told.get("geometry"))
    kept = {name: told[name] for name in KEPT if told.get(name) is not None}
    places = _places(told.get("headline"), lat, lon)
    if told.get("headline"):
        kept["headline"] = " – ".join([_type(told), *([places] if places else [])])
    if text := _places(told.get("location_text"), lat, lon):
        kept["location_text"] = text
    codes = {
        kind: code if kind in table().codes else pseudonyms.of(code)
        for kind, code in told.get("location_codes", {}).items()
    }
    attributes = dict(_attributes(told, pseudonyms))
    return kept | ({"location_codes": codes} if codes else {}) | (
        {"attributes": attributes} if attributes else {}
    )  # fmt: skip


def place_said(told: Mapping[str, Any]) -> dict[str, Any]:
    """As an inject says it: a point as its place, anything else as it is, rounded."""
    geometry = told.get("geometry")
    if geometry is None:
        return {}
    rounded = _rounded(geometry["coordinates"])
    if geometry["type"] != "Point":
        return {"geometry": {"type": geometry["type"], "coordinates": rounded}}
    return {"place": {"lat": rounded[1], "lon": rounded[0], "because": table().because}}


def lies_outside(told: Mapping[str, Any]) -> bool:
    lat, lon = _point(told.get("geometry"))
    return lat is not None and lon is not None and not inside_region(lat, lon)


def _attributes(told: Mapping[str, Any], pseudonyms: Pseudonyms) -> Any:
    known = facts_of(told.get("attributes", {})).known
    for name, value in known.items():
        if vocabulary()[name].type != "text" or name in table().texts:
            yield name, value
        elif name in table().renamed:
            yield name, pseudonyms.of(str(value))
    if told["kind"] == "camera_status":
        for name in CAMERA_FIGURES:
            value = told.get("attributes", {}).get(name)
            if name not in known and isinstance(value, int | float | str):
                yield name, value


def _type(told: Mapping[str, Any]) -> str:
    known = types().get(told.get("type_hint") or "")
    return known.fr if known is not None else str(told["kind"])


def _places(text: str | None, lat: float | None, lon: float | None) -> str:
    if not text:
        return ""
    found = (place_of(code) for code in named_places_in(text, lat, lon))
    return ", ".join(place.names["fr"] for place in found if place is not None)


def _point(geometry: Mapping[str, Any] | None) -> tuple[float | None, float | None]:
    if geometry is None or geometry["type"] != "Point":
        return None, None
    lon, lat = geometry["coordinates"]
    return lat, lon


def _rounded(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return round(float(value), DECIMALS)
