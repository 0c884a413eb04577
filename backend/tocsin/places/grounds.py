"""The sites and their grounds: public buildings, hospitals, schools, venues, parks, industry."""

from functools import cache
from typing import Any, NamedTuple

import shapely
from shapely.geometry import shape

from tocsin.places.geography import features, in_metres, point_in_metres


class Site(NamedTuple):
    """A site of the layers; `kind` is its layer's word (hospital, school, townhall, park …).

    `hint` is what an industrial site handles (gas, fuel depot …), where its name tells.
    `extent_m` is how far it reaches from its point.
    """

    code: str
    kind: str
    hint: str | None
    names: dict[str, str]
    nis: str | None
    lat: float
    lon: float
    extent_m: float


@cache
def sites() -> tuple[Site, ...]:
    return tuple(
        Site(
            code=f"site:{p['code']}",
            kind=p["kind"],
            hint=p.get("hint"),
            names={"fr": p["fr"], "nl": p["nl"]},
            nis=p.get("nis"),
            lat=p["lat"],
            lon=p["lon"],
            extent_m=p["extent_m"],
        )
        for p in (feature["properties"] for feature in features("sites"))
    )


def site_at(lat: float, lon: float) -> Site | None:
    """The site on whose ground a position lies; of several the smallest."""
    near = sites_near(lat, lon, 0.0)
    return near[0][0] if near else None


def sites_near(lat: float, lon: float, metres: float) -> tuple[tuple[Site, float], ...]:
    """Sites within so many metres and how far each is, 0.0 on its ground; the nearest first."""
    grounds, tree = _grounds()
    here = point_in_metres(lat, lon)
    found = [
        (sites()[i], round(float(here.distance(grounds[i])), 1))
        for i in tree.query(here, predicate="dwithin", distance=metres)
    ]
    return tuple(sorted(found, key=lambda f: (f[1], f[0].extent_m, f[0].code)))


@cache
def _grounds() -> tuple[list[Any], shapely.STRtree]:
    """The ground of each site: its outline, or a disc where the layer has only a point."""
    drawn = (in_metres(shape(feature["geometry"])) for feature in features("sites"))
    grounds = [
        ground.buffer(site.extent_m) if ground.geom_type == "Point" else ground
        for site, ground in zip(sites(), drawn, strict=True)
    ]
    return grounds, shapely.STRtree(grounds)
