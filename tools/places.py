"""Derive the streets, sites and stops of tocsin.places: `python tools/places.py FOLDER OUT`.

FOLDER holds the full layers of the Region (streets_index.csv, tram_stops.geojson, the layers of
SITES and municipalities.geojson), OUT is the package's data folder. What is made is told in
ATTRIBUTION.md there.

A code is made from the French name. Things that share a name, in either language, are a group;
in a group of several each code ends with its commune, so that the bare code is left for a text
that names the thing and not the commune. Pieces of one street in adjoining communes are one street.
"""

import csv
import json
import math
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

from tocsin.places.geography import M_PER_DEGREE_LAT, M_PER_DEGREE_LON, distance_m
from tocsin.places.words import name_words, slug

Row = dict[str, Any]

STREET_GAP_M = 150.0  # pieces of a street that lie closer are one street
SITE_GAP_M = 300.0  # two entries of one name that lie closer are one site, mapped twice
STATION_GAP_M = 400.0  # a stop of that name is the station's own
OUTLINE_DEGREES = 0.0001  # about 10 m
DECIMALS = 5
# How far a site that is only a point reaches, in metres, by what it is.
REACH_M = {
    "hospital": 120,
    "stadium": 150,
    "events_centre": 200,
    "prison": 120,
    "university": 120,
    "institution": 100,
    "courthouse": 80,
    "government": 60,
}
REACH_OTHERWISE_M = 40
# The earlier layer names the site where two know it.
SITES = ("hospitals", "public_buildings", "venues", "schools", "parks", "industrial_sites")
NOT_OURS = re.compile(r"tunnel", re.IGNORECASE)


def main(folder: Path, out: Path) -> None:
    communes = {
        f["properties"]["nis"]: slug(f["properties"]["name_fr"])
        for f in features(folder, "municipalities")
    }
    streets = coded(list(street_rows(folder)), communes, touching_streets)
    write_csv(out / "streets.csv", streets, ("code", "fr", "nl", "nis", "lat", "lon", "extent_m"))
    sites = coded(list(site_rows(folder)), communes, touching_sites)
    write_sites(out / "sites.geojson", merged(sites))
    stops = coded(list(stop_rows(folder, out)), communes, touching_sites)
    write_csv(out / "stops.csv", stops, ("code", "fr", "nl", "nis", "lat", "lon", "extent_m"))


def street_rows(folder: Path) -> Iterator[Row]:
    with (folder / "streets_index.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if NOT_OURS.search(row["name_fr"]) or NOT_OURS.search(row["name_nl"]):
                continue
            box = tuple(float(row[k]) for k in ("min_lon", "min_lat", "max_lon", "max_lat"))
            lat, lon = float(row["lat"]), float(row["lon"])
            corners = [(y, x) for y in (box[1], box[3]) for x in (box[0], box[2])]
            yield {
                "fr": one_name(row["name_fr"]),
                "nl": one_name(row["name_nl"]),
                "nis": row["nis"],
                "lat": lat,
                "lon": lon,
                "box": box,
                "size": float(row["length_m"]),
                "extent_m": round(max(distance_m(lat, lon, *corner) for corner in corners)),
            }


def site_rows(folder: Path) -> Iterator[Row]:
    for layer in SITES:
        for feature in features(folder, layer):
            p = feature["properties"]
            fr, nl = p.get("name_fr") or p.get("name_nl"), p.get("name_nl") or p.get("name_fr")
            if not fr or not name_words(fr) or not name_words(nl):
                continue
            kind = p.get("kind") or layer.removesuffix("s")
            geometry = shape(feature["geometry"])
            point = geometry if geometry.geom_type == "Point" else geometry.point_on_surface()
            if "label_lon" in p:
                point = shapely.Point(p["label_lon"], p["label_lat"])
            reach = REACH_M.get(kind, REACH_OTHERWISE_M)
            if geometry.geom_type != "Point":
                ends = shapely.get_coordinates(geometry)
                reach = round(max(distance_m(point.y, point.x, y, x) for x, y in ends))
            yield {
                "fr": one_name(fr),
                "nl": one_name(nl),
                "nis": p.get("nis"),
                "kind": kind,
                "hint": p.get("hint"),
                "lat": round(point.y, DECIMALS),
                "lon": round(point.x, DECIMALS),
                "geometry": geometry,
                "size": 0.0 if geometry.geom_type == "Point" else geometry.area,
                "extent_m": reach,
            }


def stop_rows(folder: Path, out: Path) -> Iterator[Row]:
    stations = [
        (slug(f["properties"]["name_fr"]), *f["geometry"]["coordinates"])
        for layer in ("metro_stations", "railway_stations")
        for f in features(out, layer)
    ]
    for feature in features(folder, "tram_stops"):
        p = feature["properties"]
        lon, lat = feature["geometry"]["coordinates"]
        if any(
            slug(p["name_fr"]) == name and distance_m(lat, lon, y, x) < STATION_GAP_M
            for name, x, y in stations
        ):
            continue
        yield {
            "fr": p["name_fr"],
            "nl": p["name_nl"],
            "nis": p.get("nis"),
            "lat": round(lat, DECIMALS),
            "lon": round(lon, DECIMALS),
            "size": float(len(p["lines"])),
            "extent_m": REACH_OTHERWISE_M,
        }


def coded(
    rows: list[Row],
    communes: dict[str, str],
    touch: Callable[[list[Row]], Iterable[tuple[int, int]]],
) -> list[Row]:
    """The rows with their `code` and `group`, sorted; of one code the largest piece first."""
    made: list[Row] = []
    for group in joined(rows, share_a_name):
        members = [rows[i] for i in group]
        things = [[members[i] for i in thing] for thing in joined(members, touch)]
        for thing in things:
            thing.sort(key=lambda r: (-r["size"], r["fr"], r["nis"] or ""))
        things.sort(key=lambda t: (-t[0]["size"], t[0]["fr"], t[0]["nis"] or ""))
        bare, taken = slug(things[0][0]["fr"]), set[str]()
        for thing in things:
            code = slug(thing[0]["fr"])
            if len(things) > 1:
                code += "." + communes.get(thing[0]["nis"], "fringe")
                number = sum(other.partition("_")[0] == code for other in taken)
                code += f"_{number + 1}" if number else ""
            taken.add(code)
            made += [{**r, "code": code, "group": bare if len(things) > 1 else code} for r in thing]
    made.sort(key=lambda r: (r["group"], r["code"], -r["size"], r["nis"] or ""))
    return made


def share_a_name(rows: list[Row]) -> Iterator[tuple[int, int]]:
    first: dict[str, int] = {}
    for i, row in enumerate(rows):
        for language in ("fr", "nl"):
            yield i, first.setdefault("".join(name_words(row[language])), i)


def touching_streets(rows: list[Row]) -> Iterator[tuple[int, int]]:
    return pairs(rows, lambda a, b: gap_m(a["box"], b["box"]) < STREET_GAP_M)


def touching_sites(rows: list[Row]) -> Iterator[tuple[int, int]]:
    return pairs(rows, lambda a, b: distance_m(a["lat"], a["lon"], b["lat"], b["lon"]) < SITE_GAP_M)


def pairs(rows: list[Row], near: Callable[[Row, Row], bool]) -> Iterator[tuple[int, int]]:
    for i, one in enumerate(rows):
        for j in range(i):
            if near(one, rows[j]):
                yield i, j


def joined(
    rows: list[Row], links: Callable[[list[Row]], Iterable[tuple[int, int]]]
) -> list[list[int]]:
    """The rows' numbers, those that hang together in one list."""
    root = list(range(len(rows)))

    def root_of(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for i, j in links(rows):
        root[root_of(i)] = root_of(j)
    found: dict[int, list[int]] = defaultdict(list)
    for i in range(len(rows)):
        found[root_of(i)].append(i)
    return list(found.values())


def merged(rows: list[Row]) -> Iterator[Row]:
    """One row a site: the largest outline, under the kind that the earliest layer gives it."""
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_code[row["code"]].append(row)
    for same in by_code.values():
        kinds = [r["kind"] for r in same]
        yield {**same[0], "kind": min(kinds, key=lambda k: (k in ("park", "attraction"), k))}


def gap_m(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    east = max(0.0, a[0] - b[2], b[0] - a[2]) * M_PER_DEGREE_LON
    north = max(0.0, a[1] - b[3], b[1] - a[3]) * M_PER_DEGREE_LAT
    return math.hypot(east, north)


def one_name(name: str) -> str:
    """Without a second spelling after a slash."""
    return name.partition("/")[0].strip()


def features(folder: Path, layer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / f"{layer}.geojson").read_text("utf-8"))[
        "features"
    ]
    return found


def write_csv(path: Path, rows: list[Row], columns: tuple[str, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("group", *columns))
        table.writerows(
            ("" if r["group"] == r["code"] else r["group"], *(r[c] for c in columns)) for r in rows
        )
    print(f"{path.name}: {len(rows)} rows, {path.stat().st_size // 1000} kB")


def write_sites(path: Path, rows: Iterable[Row]) -> None:
    lines = []
    for r in rows:
        geometry = r["geometry"].simplify(OUTLINE_DEGREES)
        properties = {
            k: r[k]
            for k in ("code", "group", "kind", "hint", "fr", "nl", "nis", "lat", "lon", "extent_m")
            if r[k] is not None and not (k == "group" and r["group"] == r["code"])
        }
        drawn = json.loads(
            json.dumps(mapping(geometry)), parse_float=lambda x: round(float(x), DECIMALS)
        )
        feature = {"type": "Feature", "properties": properties, "geometry": drawn}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, "utf-8")
    print(f"{path.name}: {len(lines)} sites, {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
