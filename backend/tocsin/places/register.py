"""Every place that has a name: what it is called, where it lies and how far it reaches."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import shapely
from shapely.geometry import shape

from tocsin.places.geography import commune_areas, distance_m, features
from tocsin.places.words import bare_tunnel_name, slug, synonyms
from tocsin.tables import package_text

# A station is a point in its layer; platforms and exits lie about it.
STATION_REACH_M = 120.0
_LAYERS = (("tunnel", "tunnels"), ("station", "metro_stations"), ("station", "railway_stations"))


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place that a text names; `extent_m` is how far it reaches from its point, in metres.

    `lat`, `lon` and `extent_m` are None for a name that several places bear, as long as nobody
    knows which of them is meant.
    """

    code: str
    kind: str
    names: dict[str, str]
    lat: float | None
    lon: float | None
    extent_m: float | None


class Piece(NamedTuple):
    """A place, or the part of it that lies in one commune. `group` is the code of its name."""

    code: str
    group: str
    fr: str
    nl: str
    nis: str
    lat: float
    lon: float
    extent_m: float

    def reach_to(self, lat: float, lon: float) -> float:
        """Metres from a position to where the piece begins."""
        return max(0.0, distance_m(self.lat, self.lon, lat, lon) - self.extent_m)


@cache
def pieces() -> Mapping[str, tuple[Piece, ...]]:
    """The pieces of each place by its code, the largest first."""
    found: dict[str, list[Piece]] = defaultdict(list)
    for piece in (*_transport(), *_from_csv("stop"), *_sites(), *_from_csv("street"), *_communes()):
        found[piece.code].append(piece)
    return MappingProxyType({code: tuple(own) for code, own in found.items()})


@cache
def bearers() -> Mapping[str, tuple[str, ...]]:
    """For each name that several places bear: its code and theirs."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for code, own in pieces().items():
        if own[0].group != code:
            found[own[0].group][code] = None
    return MappingProxyType({group: tuple(codes) for group, codes in found.items()})


def place_names(code: str) -> dict[str, str]:
    """French and Dutch name of a place; KeyError when the layers have none of that code."""
    if code in bearers():
        names = [pieces()[one][0] for one in bearers()[code]]
        return {
            "fr": " / ".join(dict.fromkeys(p.fr for p in names)),
            "nl": " / ".join(dict.fromkeys(p.nl for p in names)),
        }
    first = pieces()[code][0]
    return {"fr": first.fr, "nl": first.nl}


@cache
def place_codes() -> frozenset[str]:
    return frozenset(pieces()) | frozenset(bearers())


@lru_cache(maxsize=16_384)
def place_of(code: str) -> NamedPlace | None:
    """A place by its code; None for a code of no place, or of a name that several places bear."""
    return place_within(code, frozenset()) if code in pieces() else None


def place_within(code: str, communes: frozenset[str]) -> NamedPlace:
    """A place by its code; of a long street only what lies in these communes (by nis), if any."""
    names, kind = place_names(code), code.partition(":")[0]
    whole = pieces().get(code, ())
    own = tuple(piece for piece in whole if piece.nis in communes) or whole
    if not own:
        return NamedPlace(code, kind, names, None, None, None)
    first = own[0]
    reach = max(
        distance_m(first.lat, first.lon, piece.lat, piece.lon) + piece.extent_m for piece in own
    )
    return NamedPlace(code, kind, names, first.lat, first.lon, round(reach, 1))


@cache
def transport_names() -> tuple[tuple[str, str, str], ...]:
    """Code, French and Dutch name of every row of the layers of tunnels and stations."""
    same = synonyms().same_as
    return tuple((same.get(code, code), p["name_fr"], p["name_nl"]) for code, p, _ in _rows())


def transport_shapes() -> Iterator[tuple[str, Any]]:
    """Code and shape in degrees of every row of the layers of tunnels and stations."""
    same = synonyms().same_as
    return ((same.get(code, code), geometry) for code, _, geometry in _rows())


def _rows() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for kind, layer in _LAYERS:
        for feature in features(layer):
            p = feature["properties"]
            fr = bare_tunnel_name(p["name_fr"]) if kind == "tunnel" else p["name_fr"]
            yield f"{kind}:{slug(fr)}", p, shape(feature["geometry"])


def _transport() -> Iterable[Piece]:
    """Tunnels and stations; the station that two layers know comes from the first."""
    found: dict[str, Piece] = {}
    for code, p, geometry in _rows():
        lat, lon = p.get("label_lat", geometry.centroid.y), p.get("label_lon", geometry.centroid.x)
        reach = STATION_REACH_M
        if geometry.geom_type != "Point":
            reach = _reach_m(lat, lon, geometry)
        own = synonyms().same_as.get(code, code)
        nis = p["nis"][0] if isinstance(p["nis"], list) else p["nis"] or ""
        found.setdefault(own, Piece(own, own, p["name_fr"], p["name_nl"], nis, lat, lon, reach))
    return found.values()


def _from_csv(kind: str) -> Iterator[Piece]:
    text = package_text(__package__, "data", f"{kind}s.csv")
    for row in csv.reader(text.splitlines()[1:]):
        group, code, fr, nl, nis, lat, lon, extent = row
        yield Piece(
            f"{kind}:{code}",
            f"{kind}:{group or code}",
            fr,
            nl,
            nis,
            float(lat),
            float(lon),
            float(extent),
        )


def _sites() -> Iterator[Piece]:
    for feature in features("sites"):
        p = feature["properties"]
        yield Piece(
            f"site:{p['code']}",
            f"site:{p.get('group', p['code'])}",
            p["fr"],
            p["nl"],
            p.get("nis", ""),
            p["lat"],
            p["lon"],
            p["extent_m"],
        )


def _communes() -> Iterator[Piece]:
    for commune, area in commune_areas():
        point = shapely.point_on_surface(area)
        code = f"commune:{slug(commune.fr)}"
        reach = _reach_m(point.y, point.x, area)
        yield Piece(code, code, commune.fr, commune.nl, commune.nis, point.y, point.x, reach)


def _reach_m(lat: float, lon: float, geometry: Any) -> float:
    return float(
        round(max(distance_m(lat, lon, y, x) for x, y in shapely.get_coordinates(geometry)))
    )
