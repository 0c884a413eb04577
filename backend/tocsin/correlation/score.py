"""How well an observation fits an incident: a sum of terms, each with its figure and its reason.

Every term rests on one thing that the incident's observations hold together (its span, its type,
its place, its codes), never on how many they are or in which order they came.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import inf, sqrt
from typing import Any

from tocsin.contract.times import seconds_between
from tocsin.correlation.stations import next_to
from tocsin.correlation.weights import Weights
from tocsin.places import distance_m, place_of
from tocsin.situation.picture import Incident, Shown, has_place, observed_or_recorded
from tocsin.taxonomy import IncidentType, compatibility, incident_type
from tocsin.taxonomy.types import SAME_FAMILY

WIDE_REACHES = frozenset({"area", "footprint", "service"})
COVERING_REACHES = frozenset({"area", "service"})
PASSING_REACHES = frozenset({"track", "footprint"})
NEARLY_ONE_TYPE = 0.5  # types as close as this may be one although one of them covers an area


@dataclass(frozen=True, slots=True)
class Term:
    """One agreement or clash: its share of the score and what it rests on."""

    term: str
    value: float
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    incident: str
    value: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """What two types allow: how well they fit, how far apart and how long apart they may be.

    `nearness` is False where being near says nothing: a point in an area is its effect, its cause
    or a chance, and a vehicle passes by; only a shared id or an exact name makes them one.
    """

    fit: float | None
    radius_m: float
    window_s: float
    nearness: bool
    by_station: bool
    one_vehicle: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What of an observation is compared, worked out once for all candidates.

    `ids` are codes that name one thing, `moving` those of them that move (by kind), `places` all
    codes of named places, `exact` those that tell where (by kind). `covers`: it is about an area;
    `below`: its type says that it is in a tunnel.
    """

    shown: Shown
    observed: str
    lat: float | None
    lon: float | None
    accuracy_m: float
    source_class: str
    ids: tuple[str, ...]
    moving: Mapping[str, str]
    places: tuple[str, ...]
    exact: Mapping[str, tuple[str, ...]]
    stale_s: float | None
    covers: bool
    below: bool
    doubt: dict[str, Any] | None


def look_at(
    shown: Shown, named: tuple[str, ...], w: Weights, doubt: dict[str, Any] | None = None
) -> Look:
    codes = shown.codes
    believed = has_place(shown)
    ids = tuple(f"{kind}:{code}" for kind, code in codes.items() if kind in w.shared_ids)
    moving = {kind: f"{kind}:{codes[kind]}" for kind in w.physics.kinds if kind in codes}
    places = (*named, *(code for code in ids if code.partition(":")[0] in w.place_names))
    exact: dict[str, tuple[str, ...]] = {}
    for code in places:
        kind = code.partition(":")[0]
        if kind in w.exact_places:
            exact[kind] = (*exact.get(kind, ()), code)
    lat, lon, accuracy_m = shown.lat, shown.lon, shown.accuracy_m or 0.0
    if not believed:
        lat, lon, accuracy_m = said_place(named) or (None, None, 0.0)
    elif accuracy_m > w.vague_m:
        lat, lon, accuracy_m = said_place(named, accuracy_m) or (lat, lon, accuracy_m)
    return Look(
        shown=shown,
        observed=observed_or_recorded(shown),
        lat=lat,
        lon=lon,
        accuracy_m=accuracy_m,
        source_class=shown.source.partition(":")[0],
        ids=ids,
        moving=moving,
        places=places,
        exact=exact,
        stale_s=_stale_s(shown, w),
        covers=covers(shown.type_hint, shown.outline),
        below=shown.type_hint is not None
        and incident_type(shown.type_hint).reach == w.surface.against,
        doubt=doubt,
    )


def said_place(named: Iterable[str], within_m: float = inf) -> tuple[float, float, float] | None:
    """Where words say that it is: the smallest place they name, as sharp as it is wide.

    None when every place is wider than `within_m`: a mast tells more than a long street does.
    """
    places = [place for code in named if (place := place_of(code)) is not None]
    known = [
        (place.extent_m, place.lat, place.lon)
        for place in places
        if place.lat is not None and place.lon is not None and place.extent_m is not None
    ]
    extent, lat, lon = min(known, default=(inf, 0.0, 0.0))
    return (lat, lon, extent) if extent < within_m else None


def _stale_s(shown: Shown, w: Weights) -> float | None:
    """How old a picture was when the room got it; None for what is no picture, or fresh."""
    if shown.kind not in w.stale.kinds or shown.observed_at is None or shown.clock_suspect:
        return None
    age = seconds_between(shown.observed_at, shown.recorded_at)
    return age if age > w.stale_after_s else None


@cache
def pair_of(type_hint: str | None, incident: str) -> Pair:
    """Of one family the wider type counts; what is of two must be nearer to be one.

    `fit` is None when the observation names no type.
    """
    known = [incident_type(incident)]
    if type_hint is not None:
        known.append(incident_type(type_hint))
    fit = None if type_hint is None else compatibility(type_hint, incident)
    return Pair(
        fit=fit,
        radius_m=_radius_m(known[0], known[-1]),
        window_s=max(t.window_min for t in known) * 60.0,
        nearness=_nearness(known[0], known[-1], fit),
        by_station=any(t.reach == "station" for t in known),
        one_vehicle=known[0].reach == "track",
    )


def _nearness(one: IncidentType, other: IncidentType, fit: float | None) -> bool:
    if fit is None:
        return one.reach not in WIDE_REACHES and one.reach != "track"
    if (one.reach in COVERING_REACHES) != (other.reach in COVERING_REACHES):
        return fit >= NEARLY_ONE_TYPE
    if one.code != other.code and not PASSING_REACHES.isdisjoint((one.reach, other.reach)):
        return fit >= SAME_FAMILY  # what passes by has nothing to do with what it passes
    return True


def _radius_m(one: IncidentType, other: IncidentType) -> float:
    if one.family != other.family or (one.reach == "track") != (other.reach == "track"):
        return float(min(one.radius_m, other.radius_m))
    if (one.reach in WIDE_REACHES) != (other.reach in WIDE_REACHES):
        return 2.0 * min(one.radius_m, other.radius_m)  # a march is not where its head was
    return float(max(one.radius_m, other.radius_m))


def extent_m(outline: dict[str, Any] | None) -> float:
    """Half of the longer side of the box around an outline, in metres."""
    if outline is None:
        return 0.0
    positions = list(_positions(outline["coordinates"]))
    lons, lats = [p[0] for p in positions], [p[1] for p in positions]
    south, north = min(lats), max(lats)
    wide = distance_m(south, min(lons), south, max(lons))
    return max(wide, distance_m(south, 0.0, north, 0.0)) / 2


def _positions(coordinates: Any) -> Iterator[Any]:
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates
        return
    for part in coordinates:
        yield from _positions(part)


def covers(type_code: str | None, outline: dict[str, Any] | None) -> bool:
    """Whether it speaks of an area wider than its type reaches: a warning, not a thing in it."""
    if outline is None or type_code is None:
        return False
    return extent_m(outline) > incident_type(type_code).radius_m


def is_near(look: Look, incident: Incident) -> bool:
    """The cheap question first: whether types and places allow that the two are one."""
    pair = pair_of(look.shown.type_hint, incident.type)
    if pair.fit == 0 or not pair.nearness or look.lat is None or look.lon is None:
        return False
    if incident.lat is None or incident.lon is None:
        return False
    reach = pair.radius_m + look.accuracy_m + (incident.accuracy_m or 0.0)
    return distance_m(look.lat, look.lon, incident.lat, incident.lon) <= reach


def score(
    look: Look, incident: Incident, w: Weights, speed: dict[str, Any] | None = None
) -> Score | None:
    """None when the two cannot be one: incompatible types, too far, too long ago.

    `speed`: what one track would have taken to the point before or after. Distances in metres,
    times in seconds.
    """
    pair = pair_of(look.shown.type_hint, incident.type)
    if pair.fit == 0 or look.covers != covers(incident.type, incident.outline):
        return None
    apart_s = _seconds_apart(look, incident, w)
    if apart_s > pair.window_s or (look.stale_s is not None and apart_s > 0):
        return None
    known = incident.codes
    shared = [code for code in look.ids if code in known]
    named = _best_name(look, shared, incident, w)
    stations = _neighbours(look, incident) if pair.by_station and named is None else None
    anchored = bool(shared) or stations is not None or _is_exact(named, w)
    metres = _metres_apart(look, incident) if pair.nearness else None
    near = _distance(metres, look, incident, pair, anchored, w)
    if near is None and not anchored and (metres is not None or not pair.nearness):
        return None  # apart, and not in one tunnel or station, however long that is
    terms = [] if near is None else [near]
    terms.append(_time(apart_s, pair.window_s, w))
    if apart_s < w.same_moment_s.none:
        terms.append(_same_moment(apart_s, w))
    terms.append(_family(look.shown, incident, pair.fit, w))
    if shared:
        terms.append(_shared_id(shared, w))
    if named is not None and _counts(named, near, pair, w):
        terms.append(_place_name(named, near, w))
    if stations is not None:
        detail = {"observation": stations[0], "incident": stations[1]}
        terms.append(Term("neighbour_station", w.terms.neighbour_station, detail))
    if look.source_class not in incident.source_classes:
        classes = {"observation": look.source_class, "incident": ", ".join(incident.source_classes)}
        terms.append(Term("other_source_class", w.terms.other_source_class, classes))
    terms.extend(_clashes(look, incident, pair, near, named, anchored, w))
    if speed is not None:
        terms.append(_speed(speed, w))
    return Score(incident.id, round(sum(t.value for t in terms), 3), tuple(terms))


def _alike(pair: Pair) -> bool:
    return (pair.fit or 0.0) >= SAME_FAMILY


def _of_another_kind(pair: Pair) -> bool:
    """A fire and somebody ill; what names no type is of no kind."""
    return pair.fit is not None and pair.fit < SAME_FAMILY


def chained(incident: Incident, message: str, w: Weights) -> Score:
    """The sender itself says that this belongs to an earlier message."""
    value = w.terms.chain
    return Score(incident.id, value, (Term("chain", value, {"message": message}),))


def _metres_apart(look: Look, incident: Incident) -> float | None:
    """None when one of them has no place that can be believed."""
    if look.lat is None or look.lon is None or incident.lat is None or incident.lon is None:
        return None
    return distance_m(look.lat, look.lon, incident.lat, incident.lon)


def _seconds_apart(look: Look, incident: Incident, w: Weights) -> float:
    """Zero inside the incident's own span: late facts are not held against it."""
    apart_s = 0.0
    if look.observed > incident.observed_last:
        apart_s = seconds_between(incident.observed_last, look.observed)
    elif look.observed < incident.observed_first:
        apart_s = seconds_between(look.observed, incident.observed_first)
    return max(0.0, apart_s - w.clock_slack_s) if look.shown.clock_suspect else apart_s


def _falling(share: float, full_within: float, lowest: float = 0.0) -> float:
    """1 up to `full_within`, then evenly down to `lowest` at 1."""
    if share <= full_within:
        return 1.0
    return lowest + (1 - lowest) * max(0.0, (1 - share) / (1 - full_within))


def _time(apart_s: float, window_s: float, w: Weights) -> Term:
    value = w.terms.time * _falling(apart_s / window_s, w.full_within.time)
    return Term("time", round(value, 3), {"seconds": round(apart_s), "window_s": round(window_s)})


def _same_moment(apart_s: float, w: Weights) -> Term:
    moment = w.same_moment_s
    share = min(1.0, (moment.none - apart_s) / (moment.none - moment.full))
    return Term("same_moment", round(w.terms.same_moment * share, 3), {"seconds": round(apart_s)})


def _family(shown: Shown, incident: Incident, fit: float | None, w: Weights) -> Term:
    if fit is None:
        return Term("untyped", w.terms.untyped, {})
    types = {"observation": shown.type_hint, "incident": incident.type}
    return Term("family", round(w.terms.family * fit, 3), types)


def _distance(
    metres: float | None, look: Look, incident: Incident, pair: Pair, anchored: bool, w: Weights
) -> Term | None:
    """Part of what the places may be off is forgiven; blur wider than the reach says little."""
    if metres is None:
        return None
    radius = pair.radius_m if look.covers else w.spot_m.get(incident.type, pair.radius_m)
    if pair.fit is None:
        radius = min(radius, w.untyped_m)
    blur = look.accuracy_m + (incident.accuracy_m or 0.0)
    if metres > radius + blur:
        return None
    sharp, slack = 1.0, blur
    if _of_another_kind(pair):
        slack = 0.0  # what is not the same kind of thing must be there for certain
    if blur > radius:
        sharp = sqrt(radius / blur) if _alike(pair) else radius / blur
    forgiven = max(slack * w.forgiven_blur, w.beside_m if blur else 0)
    share = max(0.0, metres - forgiven) / (radius + slack - forgiven)
    nearness = _falling(share, w.full_within.distance, w.apart)
    if nearness < 0 and anchored:
        return None  # the same tunnel or vehicle, wherever it is seen
    value = w.terms.distance * (nearness * sharp if nearness > 0 else nearness)
    detail = {"metres": round(metres), "reach": round(radius), "blur": round(blur)}
    return Term("distance", round(value, 3), detail)


def _speed(speed: dict[str, Any], w: Weights) -> Term:
    """A point that an unhurried vehicle reaches is more likely of its track than a far one."""
    share = speed["kmh"] / w.physics.max_kmh
    if share > 1:
        return Term("too_fast", w.terms.too_fast, speed)
    return Term("on_track", round(w.terms.on_track * (1 - share), 3), speed)


def _is_blurred(near: Term) -> bool:
    """Two sharp positions tell more than the name of the street on which both are."""
    return bool(near.detail["blur"] > near.detail["reach"])


def _shared_id(shared: list[str], w: Weights) -> Term:
    """Several shared ids are one agreement: the sender who knows the tunnel knows its convoy."""
    best = max(shared, key=lambda code: w.shared_ids[code.partition(":")[0]])
    return Term("shared_id", w.shared_ids[best.partition(":")[0]], {"code": best})


def _best_name(look: Look, shared: list[str], incident: Incident, w: Weights) -> str | None:
    """The most telling place that both name and that does not count as a shared id already."""
    best: str | None = None
    value = 0.0
    for code in look.places:
        if code in shared or not (code in incident.named or code in incident.codes):
            continue
        worth = w.place_names.get(code.partition(":")[0], 0.0)
        if worth > value:
            best, value = code, worth
    return best


def _place_name(code: str, near: Term | None, w: Weights) -> Term:
    """A long street says less: two things may go on in it."""
    value = w.place_names[code.partition(":")[0]]
    stretch = _stretch_m(code, near) or 0.0
    if stretch > w.short_street_m:
        value *= w.short_street_m / stretch
    return Term("place_name", round(value, 3), {"code": code})


def _stretch_m(code: str, near: Term | None) -> float | None:
    """How much of a street is meant: all of it, or the part in the cell of the telephone.

    Half a length in metres; None for what is no street, or one of unknown length.
    """
    place = place_of(code) if code.startswith("street:") else None
    if place is None or place.extent_m is None:
        return None
    return place.extent_m if near is None else min(place.extent_m, near.detail["blur"])


def _counts(code: str, near: Term | None, pair: Pair, w: Weights) -> bool:
    """Whether a name adds to what the positions tell."""
    if near is None or _is_blurred(near) or _is_exact(code, w):
        return True
    if near.value < w.terms.distance:
        return True
    extent = _stretch_m(code, None)
    return extent is not None and extent <= w.one_spot_m


def _is_exact(code: str | None, w: Weights) -> bool:
    return code is not None and code.partition(":")[0] in w.exact_places


def _neighbours(look: Look, incident: Incident) -> tuple[str, str] | None:
    """A station of the observation and the next one, which the incident names."""
    for station in look.exact.get("station", ()):
        around = next_to(station)
        for code in (*incident.codes, *incident.named):
            if code in around:
                return station, code
    return None


def _clashes(
    look: Look,
    incident: Incident,
    pair: Pair,
    near: Term | None,
    named: str | None,
    anchored: bool,
    w: Weights,
) -> Iterator[Term]:
    """What speaks against it, or makes it less sure."""
    side_by_side = near is not None and near.value > 0 and not _is_blurred(near)
    if look.exact and not anchored and not side_by_side:
        other = _other_place(look, incident)
        if other is not None:
            yield Term("other_place", w.terms.other_place, other)
    full = near is not None and near.value >= w.terms.distance
    if near is not None and not full and not anchored and near.detail["reach"] < w.wide_m:
        streets = _other_street(look, incident)
        if streets is not None:
            yield Term("other_street", w.terms.other_street, streets)
    if near is not None and _is_blurred(near) and not anchored and not _is_told(named, near, w):
        yield Term("only_blur", w.terms.only_blur, {"blur": near.detail["blur"]})
    level = _level(look, incident, side_by_side, w)
    if level is not None:
        yield level
    if pair.one_vehicle:
        yield from _vehicle_clashes(look, incident, w)
    if look.doubt is not None:
        yield Term("doubt", w.terms.doubt, look.doubt)
    if look.shown.clock_suspect:
        yield Term("clock_suspect", w.terms.clock_suspect, {"slack_s": round(w.clock_slack_s)})


def _other_place(look: Look, incident: Incident) -> dict[str, str] | None:
    """Both name places of one kind, and none of them is the same or next to it."""
    for kind, own in look.exact.items():
        prefix = f"{kind}:"
        others = [c for c in (*incident.codes, *incident.named) if c.startswith(prefix)]
        if others and not any(other in next_to(one) for one in own for other in others):
            return {"observation": own[0], "incident": others[0]}
    return None


def _is_told(named: str | None, near: Term, w: Weights) -> bool:
    """A short street, or a short stretch of a long one, is as good as a position."""
    if named is None or not named.startswith("street:"):
        return False
    return (_stretch_m(named, near) or 0.0) <= w.short_street_m


def _other_street(look: Look, incident: Incident) -> dict[str, str] | None:
    """Both name streets, and none in common."""
    own = [c for c in look.places if c.startswith("street:")]
    others = [c for c in incident.named if c.startswith("street:")]
    if not own or not others or not set(own).isdisjoint(others):
        return None
    return {"observation": own[0], "incident": others[0]}


def _level(look: Look, incident: Incident, side_by_side: bool, w: Weights) -> Term | None:
    """One below and one above; or one below, and the other, just there, says nothing of it."""
    surface = w.surface
    below = f"{surface.against}:"
    own_below = surface.against in look.exact or look.below
    its_below = incident_type(incident.type).reach == surface.against or any(
        c.startswith(below) for c in (*incident.codes, *incident.named)
    )
    if own_below == its_below:
        return None
    if any(code in incident.codes for code in look.moving.values()):
        return None  # the same vehicle drives in and out again
    own_above = look.shown.codes.get(surface.kind) == surface.code
    if own_above if its_below else w.at_surface in incident.codes:
        return Term("other_level", w.terms.other_level, {"code": surface.code})
    return Term(
        "level_unsaid", w.terms.level_unsaid, {"in": "observation" if own_below else "incident"}
    )


def _vehicle_clashes(look: Look, incident: Incident, w: Weights) -> Iterator[Term]:
    """Two vehicles, or one permit and one plate, that nothing says belong together."""
    if look.moving and not any(code in incident.codes for code in look.moving.values()):
        others = [c for c in incident.codes if c.partition(":")[0] in w.physics.kinds]
        if others:
            detail = {"observation": next(iter(look.moving.values())), "incident": others[0]}
            yield Term("other_track", w.terms.other_track, detail)
    facts, known = look.shown.facts, incident.facts
    for name, value in w.one_vehicle.items():
        if name in facts and name in known and facts[name] != known[name]["value"]:
            clash = {"fact": name, "observation": facts[name], "incident": known[name]["value"]}
            yield Term("other_vehicle", value, clash)
