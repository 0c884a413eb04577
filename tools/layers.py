"""Simplify the area layers for the screens: `python tools/layers.py FOLDER`.

FOLDER holds `municipalities.geojson` and `police_zones.geojson` of the Region in full detail.
The municipalities are simplified as a coverage (shared borders stay shared); zones and Region are
dissolved from them, so all lines on the map lie on each other.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

LAYERS = Path(__file__).parent.parent / "frontend/tocsin_frontend/static/layers"
TOLERANCE_DEGREES = 0.00025  # about 20 m: finer than a line at the closest zoom in common use
DECIMALS = 5
ATTRIBUTION = "© OpenStreetMap contributors (ODbL 1.0)"


def main(folder: Path) -> None:
    municipalities = json.loads((folder / "municipalities.geojson").read_text("utf-8"))["features"]
    zones = json.loads((folder / "police_zones.geojson").read_text("utf-8"))["features"]
    full = [shape(feature["geometry"]) for feature in municipalities]
    slim = list(shapely.coverage_simplify(full, TOLERANCE_DEGREES))
    write(
        "municipalities",
        (
            (
                {
                    "nis": p["nis"],
                    "name_fr": p["name_fr"],
                    "name_nl": p["name_nl"],
                    "police_zone": str(p["police_zone"]),
                    "label": [p["label_lon"], p["label_lat"]],
                },
                geometry,
            )
            for p, geometry in zip((f["properties"] for f in municipalities), slim, strict=True)
        ),
    )
    members: dict[str, list[Any]] = {}
    for feature, geometry in zip(municipalities, slim, strict=True):
        members.setdefault(str(feature["properties"]["police_zone"]), []).append(geometry)
    write(
        "police_zones",
        (
            (zone_properties(feature["properties"]), shapely.union_all(members[zone]))
            for feature in zones
            for zone in [zone_properties(feature["properties"])["zone"]]
        ),
    )
    write("region", [({}, shapely.union_all(slim))])


def zone_properties(properties: dict[str, Any]) -> dict[str, str]:
    zone = str(properties.get("zone") or properties.get("police_zone"))
    return {"zone": zone, "name_fr": properties["name_fr"], "name_nl": properties["name_nl"]}


def write(name: str, features: Iterable[tuple[dict[str, Any], Any]]) -> None:
    lines = ",\n".join(
        json.dumps(
            {"type": "Feature", "properties": properties, "geometry": rounded(geometry)},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for properties, geometry in features
    )
    path = LAYERS / f"{name}.geojson"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'{{"type":"FeatureCollection","attribution":"{ATTRIBUTION}","features":[\n{lines}\n]}}\n',
        "utf-8",
    )
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def rounded(geometry: Any) -> Any:
    return json.loads(json.dumps(mapping(shapely.orient_polygons(geometry))), parse_float=_short)


def _short(text: str) -> float:
    return round(float(text), DECIMALS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
