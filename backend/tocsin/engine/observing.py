"""An observation arrives: what screens see of it, and which incident it belongs to."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from tocsin.contract import Observation
from tocsin.contract.times import from_text, to_text
from tocsin.correlation import answered_by, correlate, early_facts, opened_beside, places_said
from tocsin.engine.cameras import camera_of, with_camera_fact
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.grading import regrade
from tocsin.engine.inputs import ObservationArrived
from tocsin.engine.lifecycle import count_casualties, end_by_source
from tocsin.engine.opening import open_incident
from tocsin.engine.relations import propose_duplicate
from tocsin.engine.ties import may_change_ties, review_ties
from tocsin.situation.picture import Shown
from tocsin.taxonomy import Value, facts_of, is_idle, kind_rules

LATE_AFTER_S = 5.0


def observe(d: Deliberation, given: ObservationArrived) -> None:
    observation = given.observation
    mark = d.draft.marks.get(observation.source)
    unreliable = mark is not None and mark.trust == "unreliable"
    shown = show(d.next_id("O"), given, unreliable=unreliable)
    d.enter(
        "observation_recorded",
        {
            "id": shown["id"],
            "shown": shown,
            "observation": observation.model_dump(mode="json", exclude_defaults=True),
        },
    )
    if is_judged(observation):
        may_open = kind_rules(observation.kind).opens
        _correlate(d, d.draft.observations[shown["id"]], observation, may_open=may_open)


def is_judged(observation: Observation) -> bool:
    """Whether rules look at it: no moving thing, no sign of life, no message sent for a test."""
    rules = kind_rules(observation.kind)
    return (
        (rules.joins or rules.opens)
        and observation.mode not in ("test", "system")
        and not is_idle(observation.action)
        and _track_key(observation) is None
    )


def _correlate(d: Deliberation, shown: Shown, observation: Observation, *, may_open: bool) -> None:
    weights = d.rulebook.weights
    found = correlate(d.draft, shown, observation.chain, tuple(shown.named), weights)
    if found.outcome == "aside":
        d.enter("observation_set_aside", {"observation": shown.id, "why": found.why})
    elif found.outcome == "join" and found.incident is not None:
        _join(d, shown, found.incident, found.why, observation.chain)
        if found.rival is not None:
            propose_duplicate(d, found.incident, found.rival, found.why)
    elif not may_open or shown.type_hint is None or shown.action in ("end", "cancel", "ack"):
        return
    elif found.outcome == "suggest":
        opened = open_for(d, shown, opened_beside(found.why, weights))
        d.enter(
            "join_suggested",
            {
                "from": opened,
                "incident": found.incident,
                "observation": shown.id,
                "suggestion": d.next_id("S"),
                "why": found.why,
            },
        )
    else:
        open_for(d, shown, found.why)


def open_for(d: Deliberation, shown: Shown, why: dict[str, Any]) -> str:
    """An incident of its own; what was told of it before anybody named a type joins it now."""
    opened = open_incident(d, shown, why)
    count_casualties(d, opened, shown)
    weights = d.rulebook.weights
    for early, because in list(early_facts(d.draft, d.draft.incidents[opened], weights)):
        _join(d, early, opened, because, [])
    return opened


def _join(
    d: Deliberation, shown: Shown, incident_id: str, why: dict[str, Any], chain: list[str]
) -> None:
    before = d.before[incident_id] = d.draft.incidents[incident_id]
    joined = {"incident": incident_id, "observation": shown.id, "why": why}
    d.enter("observation_joined", joined)
    regrade(d, incident_id, shown)
    _end_all(d, incident_id, shown, chain)
    count_casualties(d, incident_id, shown)
    if may_change_ties(d, before, d.draft.incidents[incident_id], shown):
        review_ties(d, incident_id)


def _end_all(d: Deliberation, joined: str, shown: Shown, chain: list[str]) -> None:
    """One message may end several: a cancelled alert can have warned of two things."""
    if shown.action not in ("end", "cancel"):
        return
    answered = (answered_by(d.draft, shown.source, message) for message in chain)
    for incident_id in sorted({joined, *(incident.id for incident in answered if incident)}):
        end_by_source(d, incident_id, shown)


def show(
    observation_id: str, given: ObservationArrived, *, unreliable: bool = False
) -> dict[str, Any]:
    """What screens and rules see of an observation: no attribute outside the facts vocabulary."""
    observation = given.observation
    lat, lon, outline = _place(observation)
    late_s = None
    if observation.received_at is not None:
        waited = (from_text(given.at) - observation.received_at).total_seconds()
        late_s = round(waited) if waited > LATE_AFTER_S else None
    type_hint = observation.type_hint or kind_rules(observation.kind).default_type
    track = _track_key(observation)
    named = [] if track is not None else _named(observation, type_hint, lat, lon)
    camera = camera_of(observation)
    told = observation.attributes
    if camera is not None:
        told = with_camera_fact(told, camera)
    shown = {
        "id": observation_id,
        "source": observation.source,
        "external_id": observation.external_id,
        "kind": observation.kind,
        "action": observation.action,
        "mode": observation.mode,
        "recorded_at": given.at,
        "observed_at": to_text(observation.observed_at) if observation.observed_at else None,
        "late_s": late_s,
        "type_hint": type_hint,
        "severity": observation.severity,
        "confidence": observation.confidence,
        "maturity": observation.maturity,
        "headline": observation.headline,
        "text": observation.location_text,
        "lat": lat,
        "lon": lon,
        "accuracy_m": observation.accuracy_m,
        "outline": outline,
        "implausible": given.implausible,
        "clock_suspect": given.clock_suspect,
        "unreliable": unreliable,
        "doubtful": observation.attributes.get("doubtful") is True,
        "limited": given.limited,
        # In the order in which the journal gives them back, or a replay would quote another code.
        "codes": dict(sorted(observation.location_codes.items())),
        "facts": dict(sorted(_facts(observation, told).items())),
        "named": named or None,
        "track": track,
        "camera": camera,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _facts(observation: Observation, told: Mapping[str, Any]) -> dict[str, Value]:
    """That a hit is not verified is no answer: nobody has looked at it yet."""
    known = facts_of(told).known
    if observation.kind == "anpr_hit" and "unverified_reason" not in known:
        return {name: fact for name, fact in known.items() if (name, fact) != ("verified", False)}
    return known


def _named(
    observation: Observation, type_hint: str | None, lat: float | None, lon: float | None
) -> list[str]:
    """Codes of the places that its words name."""
    words = " ".join(text for text in (observation.location_text, observation.headline) if text)
    return list(places_said(words, type_hint, lat, lon, observation.accuracy_m))


def _track_key(observation: Observation) -> str | None:
    """What moves is shown at its last place only; what names a type is a fact to judge."""
    rules = kind_rules(observation.kind)
    track = observation.location_codes.get("track")
    if not rules.is_track or observation.type_hint is not None:
        return None
    if track is None and rules.track_needs_code:
        return None
    return f"{observation.source}|{track or observation.external_id}"


def _place(observation: Observation) -> tuple[float | None, float | None, dict[str, Any] | None]:
    """A point (lat, lon) to stand for the geometry, and its outline where it is more."""
    geometry = observation.geometry
    if geometry is None:
        return None, None, None
    if geometry.type == "Point":
        lon, lat = geometry.coordinates
        return lat, lon, None
    positions = list(_positions(geometry.coordinates))
    lons = [p[0] for p in positions]
    lats = [p[1] for p in positions]
    middle = (round((min(lats) + max(lats)) / 2, 6), round((min(lons) + max(lons)) / 2, 6))
    return *middle, geometry.model_dump(mode="json")


def _positions(coordinates: Any) -> Iterable[tuple[float, float]]:
    if isinstance(coordinates, tuple):
        yield cast(tuple[float, float], coordinates)
    else:
        for part in coordinates:
            yield from _positions(part)
