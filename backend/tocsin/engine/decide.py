"""decide(situation, input) -> entries: all judgement of the room, without clock or chance."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any, cast

from tocsin.contract import Observation
from tocsin.contract.observation import Point
from tocsin.contract.realm import LIVE, is_exercise
from tocsin.contract.times import from_text, to_text
from tocsin.correlation import answered_by, correlate, opened_beside
from tocsin.engine import commands
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.grading import regrade
from tocsin.engine.inputs import (
    ClockTicked,
    CommandGiven,
    ExerciseReported,
    Input,
    MessageRefused,
    ObservationArrived,
    SourceReported,
)
from tocsin.engine.opening import open_incident
from tocsin.engine.ties import may_change_ties, review_ties
from tocsin.journal.entry import Entry
from tocsin.places import named_places_in
from tocsin.situation.picture import Shown, Situation, SourceView
from tocsin.taxonomy import facts_of, is_idle, kind_rules

LATE_AFTER_S = 5.0
TRACKS_KEPT = timedelta(minutes=10)
ARCHIVED_AFTER = timedelta(hours=24)


def read_tables() -> None:
    """Decide on an invented fire and forget it: every table is read on the way.

    The first real observation would otherwise wait for them, a second or more.
    """
    fire = Observation(
        source="tocsin:rehearsal",
        external_id="fire",
        kind="event",
        type_hint="FIR-BLD",
        geometry=Point(type="Point", coordinates=(4.3525, 50.8467)),
        headline="Brand",
    )
    call = fire.model_copy(update={"external_id": "call", "attributes": {"smoke": True}})
    at = "2026-01-15T15:41:07.000Z"
    decide_all(Situation(LIVE), [ObservationArrived(at, fire), ObservationArrived(at, call)])


def decide(situation: Situation, given: Input) -> list[Entry]:
    """The entries that one input leads to; CommandRefused for a command that does not fit."""
    return decide_all(situation, [given])[1]


def decide_all(situation: Situation, inputs: Iterable[Input]) -> tuple[Situation, list[Entry]]:
    """Decide a batch, each input in the light of those before it."""
    deliberation = Deliberation(situation.draft())
    for given in inputs:
        decide_into(deliberation, given)
    return deliberation.draft.settled(), deliberation.entries


def decide_into(deliberation: Deliberation, given: Input) -> None:
    at = deliberation.begin(given.at)
    if at != given.at:  # the clock was set back: decide on the time that the journal will tell
        given = replace(given, at=at)
    _DECIDERS[type(given)](deliberation, given)


def _observe(d: Deliberation, given: ObservationArrived) -> None:
    observation = given.observation
    shown = show(f"O-{d.draft.n + 1}", given)
    d.enter(
        "observation_recorded",
        {
            "id": shown["id"],
            "shown": shown,
            "observation": observation.model_dump(mode="json", exclude_defaults=True),
        },
    )
    if shown.get("track") is not None:
        return
    rules = kind_rules(observation.kind)
    if not (rules.joins or rules.opens) or is_idle(observation.action):
        return
    if observation.mode in ("test", "system"):
        return  # kept and shown as what it is; never part of a real incident
    _correlate(d, d.draft.observations[shown["id"]], observation, may_open=rules.opens)


def _correlate(d: Deliberation, shown: Shown, observation: Observation, *, may_open: bool) -> None:
    named = named_places_in(" ".join(t for t in (shown.text, shown.headline) if t))
    found = correlate(d.draft, shown, observation.chain, named)
    if found.outcome == "join" and found.incident is not None:
        before = d.draft.incidents[found.incident]
        d.enter(
            "observation_joined",
            {"incident": found.incident, "observation": shown.id, "why": found.why},
        )
        regrade(d, found.incident, shown)
        _end_all(d, found.incident, shown, observation.chain)
        if may_change_ties(before, d.draft.incidents[found.incident], shown):
            review_ties(d, found.incident)
        return
    if not may_open or shown.type_hint is None or shown.action in ("end", "cancel", "ack"):
        return
    if found.outcome == "suggest":
        opened = open_incident(d, shown, opened_beside(found.why))
        d.enter(
            "join_suggested",
            {
                "from": opened,
                "incident": found.incident,
                "observation": shown.id,
                "suggestion": f"S-{d.draft.n + 1}",
                "why": found.why,
            },
        )
    else:
        open_incident(d, shown, found.why)


def _end_all(d: Deliberation, joined: str, shown: Shown, chain: list[str]) -> None:
    """One message may end several: a cancelled alert can have warned of two things."""
    if shown.action not in ("end", "cancel"):
        return
    answered = (answered_by(d.draft, shown.source, message) for message in chain)
    for incident_id in sorted({joined, *(incident.id for incident in answered if incident)}):
        _end(d, incident_id, shown)


def _end(d: Deliberation, incident_id: str, shown: Shown) -> None:
    """A source may end what it alone reported; where others spoke too, people decide."""
    incident = d.draft.incidents[incident_id]
    if incident.state != "open":
        return
    if incident.count > len(incident.observations):
        return  # the oldest are out of sight: others may have spoken
    sources = {d.draft.observations[o].source for o in incident.observations}
    if sources == {shown.source}:
        why = {"rule": "R-END@1", "observation": shown.id}
        d.enter("incident_ended", {"incident": incident_id, "why": why})


def show(observation_id: str, given: ObservationArrived) -> dict[str, Any]:
    """What screens and rules see of an observation: no attribute outside the facts vocabulary."""
    observation = given.observation
    lat, lon, outline = _place(observation)
    late_s = None
    if observation.received_at is not None:
        waited = (from_text(given.at) - observation.received_at).total_seconds()
        late_s = round(waited) if waited > LATE_AFTER_S else None
    rules = kind_rules(observation.kind)
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
        "type_hint": observation.type_hint or rules.default_type,
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
        # In the order in which the journal gives them back, or a replay would quote another code.
        "codes": dict(sorted(observation.location_codes.items())),
        "facts": dict(sorted(facts_of(observation.attributes).known.items())),
        "track": _track_key(observation),
    }
    return {name: value for name, value in shown.items() if value is not None}


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


def _refuse(d: Deliberation, given: MessageRefused) -> None:
    body = asdict(given)
    del body["at"]
    d.enter("message_quarantined", body)


def _source(d: Deliberation, given: SourceReported) -> None:
    status = given.status
    before = d.draft.sources.get(status.source)
    view = SourceView(
        source=status.source,
        state=status.state,
        since=before.since if before and before.state == status.state else given.at,
        adapter=status.adapter or (before.adapter if before else None),
        outbox=status.outbox,
        outbox_since=to_text(status.outbox_since) if status.outbox_since else None,
        trouble=status.trouble,
    )
    if view != before:
        d.enter("source_changed", {"source": asdict(view)})


def _command(d: Deliberation, given: CommandGiven) -> None:
    commands.carry_out(d, given)


def _tick(d: Deliberation, given: ClockTicked) -> None:
    situation = d.so_far()
    now = from_text(given.at)
    tracks_from, incidents_from = to_text(now - TRACKS_KEPT), to_text(now - ARCHIVED_AFTER)
    stale = [k for k, shown in situation.tracks.items() if shown.recorded_at < tracks_from]
    old = [i for i in situation.incidents.values() if i.last_at < incidents_from]
    sources = situation.sources
    silent = [s for s in given.silent if s in sources and sources[s].state != "silent"]
    if not (stale or old or silent):
        return
    d.enter("clock_ticked", {"silent": list(given.silent)})
    for source in sorted(silent):
        view = asdict(sources[source]) | {"state": "silent", "since": given.at}
        d.enter("source_changed", {"source": view})
    if stale:
        d.enter("tracks_dropped", {"tracks": sorted(stale)})
    for incident in sorted(old, key=lambda i: i.id):
        d.enter("incident_archived", {"incident": incident.id})


def _exercise(d: Deliberation, given: ExerciseReported) -> None:
    if d.draft.exercise != given.exercise and is_exercise(d.draft.realm):
        d.enter("exercise_changed", {"exercise": given.exercise})


_DECIDERS: Mapping[type, Callable[[Deliberation, Any], None]] = {
    ObservationArrived: _observe,
    MessageRefused: _refuse,
    SourceReported: _source,
    CommandGiven: _command,
    ClockTicked: _tick,
    ExerciseReported: _exercise,
}
