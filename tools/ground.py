"""Makes places/data/ground.geojson: the few lines by which people know a small map of the Region.

    python tools/ground.py FOLDER backend/tocsin/places/data

FOLDER holds the full layers main_roads.geojson and water.geojson.
"""

import json
import sys
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

ROADS = {"motorway", "trunk", "primary", "secondary"}
WATER = {"canal", "river"}
TOLERANCE = 0.00012  # degrees, about 10 m
SHORTEST_M = 60.0
M_PER_DEGREE = 90_000.0


def main() -> None:
    full, folder = map(Path, sys.argv[1:])
    found = [
        feature
        for kind, layer, kept in (("water", "water", WATER), ("road", "main_roads", ROADS))
        for feature in merged(kind, features(full / f"{layer}.geojson"), kept)
    ]
    text = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in found)
    target = folder / "ground.geojson"
    target.write_text(f'{{"type":"FeatureCollection","features":[\n{text}\n]}}\n', "utf-8")


def features(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["features"]
    return found


def merged(kind: str, layer: list[dict[str, Any]], kept: set[str]) -> list[dict[str, Any]]:
    """Outlines of areas and joined lines, so that few points tell much."""
    lines: list[Any] = []
    areas: list[Any] = []
    for feature in layer:
        properties = feature["properties"]
        if properties["kind"] not in kept or properties.get("tunnel"):
            continue
        geometry = shape(feature["geometry"])
        (areas if "Polygon" in geometry.geom_type else lines).append(geometry)
    joined = shapely.line_merge(shapely.union_all(lines)) if lines else shapely.MultiLineString()
    parts = [*getattr(joined, "geoms", [joined]), *areas]
    long = [part for part in parts if part.length * M_PER_DEGREE > SHORTEST_M]
    simple = [shapely.set_precision(part.simplify(TOLERANCE), 0.00001) for part in long]
    return [
        {"type": "Feature", "properties": {"kind": kind}, "geometry": mapping(part)}
        for part in sorted(simple, key=lambda part: part.wkb)
        if not part.is_empty
    ]


if __name__ == "__main__":
    main()
