"""Which places an observation speaks of: those its words name, and the tunnel it stands at.

Few callers name the tunnel they are in. Who speaks of one, or reports what happens in one only,
and stands at a tunnel, means that tunnel; the same holds for stations.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal

import numpy as np
import shapely
from shapely.geometry import Point, shape

from tocsin.places import features, named_places_in, place_codes, place_names
from tocsin.taxonomy import incident_type

Kind = Literal["tunnel", "station"]

# Within how many metres somebody stands at one: a portal is a crossing, a station has exits.
AT_M: Mapping[Kind, float] = {"tunnel": 120.0, "station": 150.0}
VAGUE_M = 150.0  # who is placed less sharply than this stands nowhere in particular
_SPEAKS_OF: Mapping[Kind, re.Pattern[str]] = {
    "tunnel": re.compile(r"tunnel", re.IGNORECASE),
    "station": re.compile(r"m[ée]tro|\bstation\b|\bquai\b|perron\b", re.IGNORECASE),
}
_AT_THE_SURFACE = re.compile(r"surface|bovengronds|oppervlakte", re.IGNORECASE)
_LAYERS: Mapping[Kind, tuple[str, ...]] = {"tunnel": ("tunnels",), "station": ("metro_stations",)}
# Degrees of longitude are shorter than degrees of latitude here.
_STRETCH = 70_428.0 / 111_249.0
_M_PER_DEGREE = 111_249.0


def places_said(
    words: str,
    type_hint: str | None,
    lat: float | None,
    lon: float | None,
    accuracy_m: float | None,
) -> tuple[str, ...]:
    """Codes of the places that an observation names or, speaking of one, stands at; sorted."""
    named = named_places_in(words, lat, lon)
    if lat is None or lon is None or (accuracy_m or 0.0) > VAGUE_M:
        return named
    found = [
        code
        for kind in _meant(words, type_hint)
        if not any(code.startswith(f"{kind}:") for code in named)
        and (code := _at(kind, lat, lon)) is not None
    ]
    return tuple(sorted({*named, *found})) if found else named


def _meant(words: str, type_hint: str | None) -> Iterator[Kind]:
    reach = incident_type(type_hint).reach if type_hint is not None else None
    for kind, speaks in _SPEAKS_OF.items():
        if reach == kind or (speaks.search(words) and not _AT_THE_SURFACE.search(words)):
            yield kind


def _at(kind: Kind, lat: float, lon: float) -> str | None:
    codes, tree = _ground(kind)
    here = Point(lon * _STRETCH, lat)
    nearest = tree.query_nearest(here, max_distance=AT_M[kind] / _M_PER_DEGREE, all_matches=False)
    return codes[int(nearest[0])] if len(nearest) else None


@cache
def _ground(kind: Kind) -> tuple[tuple[str, ...], shapely.STRtree]:
    """Codes and shapes of a layer, in degrees of latitude both ways."""
    by_name = {
        name: code
        for code in sorted(place_codes())
        if code.startswith(f"{kind}:")
        for name in place_names(code).values()
    }
    rows = [
        (by_name[feature["properties"]["name_fr"]], shape(feature["geometry"]))
        for layer in _LAYERS[kind]
        for feature in features(layer)
        if feature["properties"]["name_fr"] in by_name
    ]
    narrow = np.array([_STRETCH, 1.0])
    forms = [shapely.transform(form, lambda xy: xy * narrow) for _, form in rows]
    return tuple(code for code, _ in rows), shapely.STRtree(forms)
