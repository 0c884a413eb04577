"""Where a record is: geometry, names, Alert-C codes, direction, and whether in a tunnel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tocsin_adapters.datex import table
from tocsin_adapters.datex.drawing import Drawing, inside
from tocsin_adapters.datex.node import Node
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.texts import one_line

MAX_NAMES = 12

_LOCATIONS = ("locationReference", "groupOfLocations")
_NAMES = frozenset(
    {
        *("roadNumber", "roadName", "descriptor", "alertCLocationName", "areaName"),
        *("locationDescription", "roadDestination", "linkName", "locationName"),
        *("municipality", "province"),
    }
)
_DIRECTIONS = frozenset(
    {
        *("alertCDirectionCoded", "tpegDirection", "directionBoundAtPoint", "directionRelative"),
        *("directionBoundOnLinearSection", "directionRelativeAtPoint", "directionBoundAtLocation"),
        "directionRelativeOnLinearSection",
    }
)
_DESCRIPTORS = frozenset({"locationDescriptor", "infrastructureDescriptor"})
_ALERT_C = frozenset({"alertCPoint", "alertCLinear", "alertCArea"})
_LANES = frozenset({"lane", "laneUsage"})


@dataclass(slots=True)
class Place:
    """`names` in the order of the message; `alert_c` as codes: there is no table to place them."""

    geometry: dict[str, Any] | None = None
    names: list[str] = field(default_factory=list)
    alert_c: list[dict[str, Any]] = field(default_factory=list)
    direction: str | None = None
    carriageway: str | None = None
    lanes: list[str] = field(default_factory=list)
    in_tunnel: bool = False

    def says_something(self) -> bool:
        return bool(self.geometry or self.names or self.alert_c)

    def text(self) -> str | None:
        """Names, else the codes: what has no point on the map still says where it is."""
        if self.names:
            return one_line("; ".join(self.names))
        if self.geometry is not None:
            return None
        return one_line("; ".join(map(_alert_c_text, self.alert_c)))


class PlaceReader:
    def __init__(self, languages: Sequence[str], findings: Findings) -> None:
        self._languages = languages
        self._findings = findings
        self._telling: dict[str, Callable[[Node, Place], None]] = {
            **dict.fromkeys(_NAMES, self._name),
            **dict.fromkeys(_DIRECTIONS, _direction),
            **dict.fromkeys(_DESCRIPTORS, _descriptor),
            **dict.fromkeys(_ALERT_C, _code),
            **dict.fromkeys(_LANES, _lane),
            "carriageway": _carriageway,
        }

    def read(self, record: Node, where: str) -> Place:
        place, drawing = Place(), Drawing(self._findings, where)
        for location in record.all(*_LOCATIONS):
            drawing.add(location)
            for node in inside(location):
                tell = self._telling.get(node.name)
                if tell is not None:
                    tell(node, place)
        place.geometry = drawing.geometry()
        place.in_tunnel = place.in_tunnel or any("tunnel" in n.lower() for n in place.names)
        return place

    def _name(self, node: Node, place: Place) -> None:
        said = one_line(preferred(spoken(node), self._languages), 120)
        if said and said not in place.names and len(place.names) < MAX_NAMES:
            place.names.append(said)


def spoken(node: Node) -> dict[str, str]:
    """A text by language; "" where none is said."""
    texts: dict[str, str] = {}
    for inner in node.walk():
        if inner.text:
            language = inner.attributes.get("lang", "").strip().lower().replace("_", "-")
            texts.setdefault(language.split("-")[0][:8], inner.text)
    return texts


def preferred(texts: dict[str, str], languages: Sequence[str]) -> str:
    for language in languages:
        if language in texts:
            return texts[language]
    return next(iter(texts.values()), "")


def _direction(node: Node, place: Place) -> None:
    place.direction = place.direction or node.text[:60] or None


def _descriptor(node: Node, place: Place) -> None:
    place.in_tunnel = place.in_tunnel or node.text in table.tunnel_descriptors()


def _carriageway(node: Node, place: Place) -> None:
    place.carriageway = place.carriageway or node.text[:60] or None


def _lane(node: Node, place: Place) -> None:
    if node.text and len(place.lanes) < MAX_NAMES:
        place.lanes.append(node.text[:60])


def _code(node: Node, place: Place) -> None:
    told: dict[str, Any] = {
        "country": node.say("alertCLocationCountryCode")[:20],
        "table": node.say("alertCLocationTableNumber")[:20],
        "version": node.say("alertCLocationTableVersion")[:20],
        "direction": node.say("alertCDirection", "alertCDirectionCoded")[:20],
        "locations": _said(node, "specificLocation"),
        "offsets_m": _said(node, "offsetDistance"),
    }
    told = {name: value for name, value in told.items() if value}
    if told and told not in place.alert_c:
        place.alert_c.append(told)


def _said(node: Node, name: str) -> list[str]:
    return [inner.text[:20] for inner in node.walk() if inner.name == name and inner.text][:4]


def _alert_c_text(code: dict[str, Any]) -> str:
    where = "–".join(code.get("locations", []))
    numbered = ".".join(filter(None, (code.get("country"), code.get("table"))))
    return f"Alert-C {numbered}: {where}" if where else f"Alert-C {numbered}"
