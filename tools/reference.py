"""Reference layers and street index of the screens: `python tools/reference.py FOLDER`.

FOLDER holds the open data of the Region in full detail. Only what a screen shows is kept:
positions to a metre, both names, the kind. Areas are simplified.
"""

import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shapely.geometry import mapping, shape

OUT = Path(__file__).parent.parent / "frontend/tocsin_frontend/static/layers/reference"
DECIMALS = 5
TOLERANCE_DEGREES = 0.0001
OSM = "© OpenStreetMap contributors (ODbL 1.0)"
URBIS = "Brussels UrbIS® (Paradigm)"
IRAIL = "iRail (CC0 1.0)"
POINTS = {
    "hospitals": OSM,
    "fire_stations": OSM,
    "police_stations": OSM,
    "metro_stations": OSM,
    "railway_stations": IRAIL,
    "schools": OSM,
    "public_buildings": OSM,
    "venues": OSM,
    "health_centres_pharmacies": OSM,
}
SHAPES = {
    "tunnels": OSM,
    "parks": f"{OSM} · {URBIS}",
    "industrial_sites": OSM,
    "neighbourhoods": URBIS,
}


# Kinds that a screen does not tell apart.
KINDS = {
    "arts_centre": "venue",
    "events_centre": "venue",
    "venue_centre": "venue",
    "conference_centre": "venue",
    "planetarium": "museum",
    "landfill": "waste",
    "forest": "wood",
    "playground": "park",
    "stewards": "LISA",
}


def main(folder: Path) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for name, source in {**POINTS, **SHAPES}.items():
        features = json.loads((folder / f"{name}.geojson").read_text("utf-8"))["features"]
        write(name, source, (slim(feature) for feature in features))
    streets(folder / "streets_index.csv")


def slim(feature: dict[str, Any]) -> dict[str, Any]:
    told = feature["properties"]
    plain = told.get("name") or ""
    kept: dict[str, Any] = {"fr": told.get("name_fr") or plain, "nl": told.get("name_nl") or plain}
    nis = told.get("nis")
    if isinstance(nis, str):
        kept["nis"] = nis
    if told.get("lines"):
        kept["lines"] = " ".join(told["lines"])
    kind = told.get("hint") or told.get("kind")
    if kind not in (None, "industrial"):
        kept["kind"] = KINDS.get(kind, kind).lower().replace(" ", "_")
    if str(told.get("src", "")).endswith("2013"):
        kept["of"] = 2013
    if "label_lat" in told:
        kept["at"] = [round(told["label_lat"], DECIMALS), round(told["label_lon"], DECIMALS)]
    geometry = shape(feature["geometry"])
    if geometry.geom_type != "Point":
        geometry = geometry.simplify(TOLERANCE_DEGREES)
        if "at" not in kept:
            middle = geometry.representative_point()
            kept["at"] = [round(middle.y, DECIMALS), round(middle.x, DECIMALS)]
    return {"type": "Feature", "properties": kept, "geometry": rounded(mapping(geometry))}


def write(name: str, source: str, features: Iterable[dict[str, Any]]) -> None:
    lines = ",\n".join(short(feature) for feature in features)
    path = OUT / f"{name}.geojson"
    head = f'{{"type":"FeatureCollection","attribution":{short(source)},"features":[\n'
    path.write_text(f"{head}{lines}\n]}}\n", "utf-8")
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def streets(index: Path) -> None:
    """One row a street and municipality: French, Dutch, municipality, latitude, longitude."""
    with index.open(encoding="utf-8", newline="") as file:
        rows = [
            [
                row["name_fr"],
                "" if row["name_nl"] == row["name_fr"] else row["name_nl"],
                row["nis"],
                round(float(row["lat"]), DECIMALS),
                round(float(row["lon"]), DECIMALS),
            ]
            for row in csv.DictReader(file)
        ]
    path = OUT / "streets.json"
    rows.sort(key=lambda row: [str(part) for part in row])
    lines = ",\n".join(short(row) for row in rows)
    path.write_text(f'{{"attribution":{short(OSM)},"streets":[\n{lines}\n]}}\n', "utf-8")
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def rounded(geometry: Any) -> Any:
    return json.loads(json.dumps(geometry), parse_float=lambda text: round(float(text), DECIMALS))


def short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
