"""What one gets without a correlator: the floor that it must be worth more than."""

from bench.evaluation.ground import Spot
from bench.evaluation.outcome import Key, Outcome
from bench.evaluation.stage import Told

OPENS = frozenset({"event", "report", "sensor", "anpr_hit", "drone_track"})
NEVER = frozenset({"anpr_passage", "resource_status", "channel_status"})


def nothing_joined(hour: list[Told]) -> Outcome:
    """Every fact an incident of its own."""
    placed: dict[Key, str] = {}
    for told in hour:
        if _may_open(told):
            placed.setdefault(_key(told), f"I-{len(placed) + 1}")
    openers = {incident: key for key, incident in placed.items()}
    return Outcome(_truths(hour), placed, openers)


def distance_and_time(hour: list[Told], metres: float = 200, minutes: float = 30) -> Outcome:
    """Join the nearest incident within some metres and some minutes of its last word."""
    placed: dict[Key, str] = {}
    openers: dict[str, Key] = {}
    places: dict[str, tuple[Spot, float]] = {}
    for told in hour:
        spot, key, at = _spot(told), _key(told), told.arrives.timestamp()
        if key in placed or not (_may_open(told) or _may_join(told)):
            continue
        near = [
            (where.metres_to(spot), incident)
            for incident, (where, last) in places.items()
            if spot is not None and at - last <= minutes * 60 and where.metres_to(spot) <= metres
        ]
        if near:
            incident = min(near)[1]
            places[incident] = (places[incident][0], at)
        elif _may_open(told):
            incident = f"I-{len(openers) + 1}"
            openers[incident] = key
            if spot is not None:
                places[incident] = (spot, at)
        else:
            continue
        placed[key] = incident
    return Outcome(_truths(hour), placed, openers)


def _may_open(told: Told) -> bool:
    fact = told.observation
    typed = fact.kind != "drone_track" or fact.type_hint is not None
    return fact.kind in OPENS and typed and fact.action == "new"


def _may_join(told: Told) -> bool:
    fact = told.observation
    return fact.kind not in NEVER and not (fact.kind == "drone_track" and fact.type_hint is None)


def _key(told: Told) -> Key:
    return told.observation.source, told.observation.external_id


def _truths(hour: list[Told]) -> dict[Key, str | None]:
    return {_key(told): told.truth for told in hour}


def _spot(told: Told) -> Spot | None:
    geometry = told.observation.geometry
    if geometry is None or geometry.type != "Point":
        return None
    lon, lat = geometry.coordinates
    return Spot(lat, lon)
