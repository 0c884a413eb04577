"""The cameras of an incident: the best six, each with what speaks for and against it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tocsin.cameras.register import Cameras
from tocsin.contract.camera import Camera
from tocsin.contract.times import seconds_between
from tocsin.places import distance_m
from tocsin.situation.picture import Incident, Shown, has_place, observed_or_recorded
from tocsin.situation.records import CameraState

BEST = 6
REACH_M = 1_500.0
SIGHT_M = 250.0  # where the register does not say how far a camera sees
WITHOUT_AGREEMENT = 3  # of those, the nearest are named
STALE_S = 90.0  # a camera that nobody looks at sends one picture a minute
MOVED_M = 150.0
MOVING = ("vehicle", "convoy", "track", "drone")
SHARED = ("tunnel", "station", "site", "street")

# What each term is worth; distance goes from 1 on the spot to 0 at the reach.
LOOKS_AT_IT = 0.6
LOOKS_ELSEWHERE = -0.3
SAME_PLACE = 0.8
ON_ITS_WAY = 0.4
STALE = -0.3
DISTURBED = -0.4
NO_PICTURE = -0.9


@dataclass(frozen=True, slots=True)
class Term:
    term: str
    value: float


@dataclass(frozen=True, slots=True)
class Seat:
    """A camera of the strip; `metres` is None where only a shared place speaks for it."""

    camera: str
    metres: int | None
    score: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """`without_agreement`: near, known, and not to be seen; `nearest_m` where none is near."""

    cameras: tuple[Seat, ...] = ()
    without_agreement: tuple[Seat, ...] = ()
    nearest_m: int | None = None
    course_deg: int | None = None


@dataclass(frozen=True, slots=True)
class Situated:
    """What the strip is chosen by; `ages` are seconds since the newest picture of a camera."""

    incident: Incident
    observations: Sequence[Shown] = ()
    states: Mapping[str, CameraState] = field(default_factory=dict)
    ages: Mapping[str, float] = field(default_factory=dict)


def strip_of(cameras: Cameras, about: Situated) -> Strip:
    course = course_of(about.observations)
    seats: list[Seat] = []
    closed: list[Seat] = []
    nearest: float | None = None
    for camera in cameras.values():
        metres = _metres(camera, about.incident)
        if metres is not None and (nearest is None or metres < nearest):
            nearest = metres
        seat = _seat(camera, about, metres, course)
        if seat is not None:
            (seats if camera.agreement else closed).append(seat)
    return Strip(
        cameras=tuple(sorted(seats, key=_best_first)[:BEST]),
        without_agreement=tuple(sorted(closed, key=_best_first)[:WITHOUT_AGREEMENT]),
        nearest_m=None if nearest is None else round(nearest),
        course_deg=None if course is None else round(course) % 360,
    )


def course_of(observations: Iterable[Shown]) -> float | None:
    """Where to something moves that is seen again and again; callers around a place do not count.

    Degrees from north. From the first to the last place of one vehicle, convoy, track or drone.
    """
    seen: dict[tuple[str, str], list[Shown]] = {}
    for shown in observations:
        if not has_place(shown):
            continue
        for kind in MOVING:
            if kind in shown.codes:
                seen.setdefault((kind, shown.codes[kind]), []).append(shown)
    newest: tuple[str, float] | None = None
    for points in seen.values():
        points.sort(key=observed_or_recorded)
        first, last = points[0], points[-1]
        metres = distance_m(*_place(first), *_place(last))
        apart = seconds_between(observed_or_recorded(first), observed_or_recorded(last))
        if metres >= MOVED_M and apart > 0:
            found = (observed_or_recorded(last), bearing(*_place(first), *_place(last)))
            newest = max(newest, found) if newest is not None else found
    return None if newest is None else newest[1]


def bearing(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Degrees from north, over the few kilometres of a city."""
    east = (to_lon - lon) * math.cos(math.radians((lat + to_lat) / 2))
    return math.degrees(math.atan2(east, to_lat - lat)) % 360


def _seat(
    camera: Camera, about: Situated, metres: float | None, course: float | None
) -> Seat | None:
    """None for a camera that is out of reach and shares no place with the incident."""
    shared = _shares_place(camera, about.incident)
    if not shared and (metres is None or metres > REACH_M):
        return None
    terms: list[Term] = []
    if metres is not None:
        terms.append(Term("distance", max(0.0, 1 - metres / REACH_M)))
    if shared:
        terms.append(Term("same_place", SAME_PLACE))
    terms += _view(camera, about.incident, metres)
    if course is not None and metres is not None and metres > SIGHT_M:
        there = bearing(*_place(about.incident), camera.lat, camera.lon)
        ahead = math.cos(math.radians(there - course))
        terms.append(Term("on_its_way" if ahead >= 0 else "behind_it", ON_ITS_WAY * ahead))
    terms += _condition(camera.id, about)
    told = tuple(Term(t.term, round(t.value, 2)) for t in terms)
    return Seat(
        camera=camera.id,
        metres=None if metres is None else round(metres),
        score=round(sum(t.value for t in told), 2),
        terms=told,
    )


def _view(camera: Camera, incident: Incident, metres: float | None) -> list[Term]:
    """Nothing is said where nobody wrote down which way a camera looks."""
    if metres is None or metres > (camera.range_m or SIGHT_M):
        return []
    if camera.turns or camera.field_of_view_deg == 360:
        return [Term("looks_at_it", LOOKS_AT_IT)]
    if camera.heading_deg is None or camera.field_of_view_deg is None:
        return []
    there = bearing(camera.lat, camera.lon, *_place(incident))
    off = abs((there - camera.heading_deg + 180) % 360 - 180)
    seen = metres < 10 or off <= camera.field_of_view_deg / 2
    return [Term("looks_at_it", LOOKS_AT_IT) if seen else Term("looks_elsewhere", LOOKS_ELSEWHERE)]


def _condition(camera: str, about: Situated) -> list[Term]:
    state = about.states.get(camera)
    if state is not None and state.state == "no_picture":
        return [Term("no_picture", NO_PICTURE)]
    terms = []
    if state is not None and state.state != "working":
        terms.append(Term("disturbed", DISTURBED))
    if about.ages.get(camera, math.inf) > STALE_S:
        terms.append(Term("stale", STALE))
    return terms


def _shares_place(camera: Camera, incident: Incident) -> bool:
    codes = {*incident.codes, *incident.named}
    return any(f"{kind}:{camera.codes[kind]}" in codes for kind in SHARED if kind in camera.codes)


def _metres(camera: Camera, incident: Incident) -> float | None:
    if incident.lat is None or incident.lon is None:
        return None
    return distance_m(camera.lat, camera.lon, incident.lat, incident.lon)


def _place(thing: Incident | Shown) -> tuple[float, float]:
    if thing.lat is None or thing.lon is None:
        raise ValueError(f"{thing.id} has no place")
    return thing.lat, thing.lon


def _best_first(seat: Seat) -> tuple[float, float, str]:
    return -seat.score, seat.metres if seat.metres is not None else math.inf, seat.camera
