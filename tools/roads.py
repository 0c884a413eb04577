"""Makes places/data/roads.csv, the street network, and waters.geojson, what flows and lies there.

    python tools/roads.py FOLDER backend/tocsin/places/data

FOLDER holds the full layers roads.geojson.gz and water.geojson. Lines are cut at junctions; loose
ends, where states of different years meet, are led to the nearest line; loose pieces are left out.
"""

import csv
import gzip
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import networkx
import shapely
from shapely.geometry import LineString, Point, mapping, shape

from tocsin.places.geography import M_PER_DEGREE_LAT, M_PER_DEGREE_LON
from tocsin.places.register import Piece, pieces
from tocsin.places.words import slug

DIGITS = 5  # about 1 m
SIMPLE_M = 3.0
WELD_M = 15.0
END_M = 8.0  # an end so near is taken instead of a new junction beside it
SAME_STREET_M = 800.0
REGION = (4.24, 50.76, 4.49, 50.92)
Where = tuple[float, float]


class Edge(NamedTuple):
    """A stretch in metres. `level`: s, t or b for surface, tunnel, bridge."""

    code: str
    kind: str
    level: str
    line: tuple[Where, ...]

    @property
    def ends(self) -> tuple[Where, Where]:
        return self.line[0], self.line[-1]


def main() -> None:
    full, folder = map(Path, sys.argv[1:])
    edges = largest(welded(cut(list(read(full / "roads.geojson.gz")))))
    with (folder / "roads.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["kind", "level", "code", "line"])
        rows.writerows(sorted([e.kind, e.level, e.code, degrees(e.line)] for e in edges))
    write_waters(full / "water.geojson", folder / "waters.geojson")


def read(path: Path) -> Iterator[Edge]:
    by_name: dict[str, list[Piece]] = defaultdict(list)
    for code, own in pieces().items():
        if code.startswith("street:"):
            for piece in own:
                by_name[slug(piece.fr)].append(piece)
    for feature in json.loads(gzip.decompress(path.read_bytes()))["features"]:
        p, geometry = feature["properties"], shape(feature["geometry"])
        name = slug((p.get("name_fr") or "").split("/")[0].strip())
        code = code_of(by_name.get(name, []), p.get("nis"), geometry.centroid)
        level = "t" if p.get("tunnel") else "b" if p.get("bridge") else "s"
        for line in getattr(geometry, "geoms", [geometry]):
            points = [in_metres(round(x, 6), round(y, 6)) for x, y in line.coords]
            kept = points[:1] + [point for before, point in pairwise(points) if point != before]
            yield Edge(code, p["kind"], level, tuple(kept))


def code_of(found: list[Piece], nis: str | None, middle: Any) -> str:
    """Of several streets of one name the one of this commune, else the nearest."""
    near = [piece for piece in found if piece.nis == nis] or found
    best = min(near, key=lambda one: one.reach_to(middle.y, middle.x), default=None)
    if best is None or best.reach_to(middle.y, middle.x) > SAME_STREET_M:
        return ""
    return best.code.removeprefix("street:")


def cut(edges: list[Edge]) -> list[Edge]:
    """Cut where lines share a point; what lies above or below only joins at its ends."""
    seen = Counter(point for e in edges for point in set(e.line))
    ends = {point for e in edges for point in e.ends}
    levels: dict[Where, set[str]] = defaultdict(set)
    for e in edges:
        for point in e.line:
            levels[point].add(e.level)
    found: dict[Any, Edge] = {}
    for e in edges:
        begun = 0
        for i, point in enumerate(e.line[1:], start=1):
            crossing = seen[point] > 1 and len(levels[point]) == 1
            if i == len(e.line) - 1 or point in ends or crossing:
                part = e._replace(line=e.line[begun : i + 1])
                found[frozenset(part.ends), len(part.line), e.level] = part
                begun = i
    return list(found.values())


def welded(edges: list[Edge]) -> list[Edge]:
    degree = Counter(point for e in edges for point in e.ends)
    lines = [LineString(e.line) for e in edges]
    tree = shapely.STRtree(lines)
    joints: list[Edge] = []
    cuts: dict[int, set[Where]] = defaultdict(set)
    for e in edges:
        for end in e.ends:
            near = [] if degree[end] > 1 else list(meeting(e, end, edges, lines, tree))
            if not near:
                continue
            _, i, point = min(near)
            if point not in edges[i].ends:
                cuts[i].add(point)
            joints.append(Edge("", e.kind, "s", (end, point)))
    whole = (part for i, e in enumerate(edges) for part in parted(e, lines[i], cuts[i]))
    return [*whole, *joints]


def meeting(
    e: Edge, end: Where, edges: list[Edge], lines: list[Any], tree: Any
) -> Iterator[tuple[float, int, Where]]:
    """How far, which line and where on it: its ends, and on the same level anywhere."""
    here = Point(end)
    for i in map(int, tree.query(here, predicate="dwithin", distance=WELD_M)):
        other = edges[i]
        if end in other.ends or e is other:
            continue
        point = min(other.ends, key=lambda one: math.dist(one, end))
        if math.dist(point, end) > END_M and e.level == other.level:
            on_it = lines[i].interpolate(lines[i].project(here))
            point = (round(on_it.x, 2), round(on_it.y, 2))
        if math.dist(point, end) <= WELD_M:
            yield math.dist(point, end), i, point


def parted(e: Edge, line: Any, cuts: set[Where]) -> Iterator[Edge]:
    marks = sorted((line.project(Point(point)), point) for point in cuts)
    passed, along = [e.line[0]], 0.0
    for before, point in pairwise(e.line):
        along += math.dist(before, point)
        while marks and marks[0][0] <= along:
            passed.append(marks[0][1])
            yield e._replace(line=tuple(passed))
            passed = [marks.pop(0)[1]]
        passed.append(point)
    yield e._replace(line=tuple(passed))


def largest(edges: list[Edge]) -> list[Edge]:
    """What can be reached from everywhere; what became a single point is dropped."""
    graph: networkx.Graph[Where] = networkx.Graph()
    graph.add_edges_from((in_degrees(e.line[0]), in_degrees(e.line[-1])) for e in edges)
    whole = max(networkx.connected_components(graph), key=len)
    kept = [e for e in edges if in_degrees(e.line[0]) in whole]
    all_m, kept_m = (sum(LineString(e.line).length for e in some) for some in (edges, kept))
    print(f"{len(kept)} stretches, {len(whole)} junctions, {kept_m / 1000:.0f} km")
    print(f"left out: {(all_m - kept_m) / 1000:.0f} km that nothing leads to")
    return [e for e in kept if in_degrees(e.line[0]) != in_degrees(e.line[-1])]


def in_metres(lon: float, lat: float) -> Where:
    return lon * M_PER_DEGREE_LON, lat * M_PER_DEGREE_LAT


def in_degrees(point: Where) -> Where:
    return round(point[0] / M_PER_DEGREE_LON, DIGITS), round(point[1] / M_PER_DEGREE_LAT, DIGITS)


def degrees(line: tuple[Where, ...]) -> str:
    kept = LineString(line).simplify(SIMPLE_M).coords
    return " ".join(f"{x:.{DIGITS}f} {y:.{DIGITS}f}" for x, y in map(in_degrees, kept))


def write_waters(path: Path, target: Path) -> None:
    """Everything with a name, by its name; what runs in a culvert too, for a flood comes there."""
    found: dict[str, list[Any]] = defaultdict(list)
    names: dict[str, dict[str, str]] = {}
    for feature in json.loads(path.read_text("utf-8"))["features"]:
        p = feature["properties"]
        fr, nl = p.get("name_fr") or p.get("name"), p.get("name_nl") or p.get("name")
        if fr:
            names.setdefault(slug(fr), {"code": slug(fr), "fr": fr, "nl": nl or fr})
            found[slug(fr)].append(shape(feature["geometry"]))
    lines = []
    for code in sorted(found):
        drawn = shapely.intersection(shapely.union_all(found[code]), shapely.box(*REGION))
        drawn = shapely.set_precision(drawn.simplify(0.00005), 0.00001)
        if not drawn.is_empty:
            row = {"type": "Feature", "properties": names[code], "geometry": mapping(drawn)}
            lines.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
    text = ",\n".join(lines)
    target.write_text(f'{{"type":"FeatureCollection","features":[\n{text}\n]}}\n', "utf-8")


if __name__ == "__main__":
    main()
