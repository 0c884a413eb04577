"""evolve(situation, entry) -> situation: the fold, the same here and in every browser.

`frontend/tocsin_frontend/static/app/evolve.js` is its twin; tests replay one journal in both.
It reads only what screens are shown, never the clock, and knows every kind of entry.
"""

from collections.abc import Callable, Iterable

from tocsin.journal.entry import Entry, EntryKind
from tocsin.situation import act_folds, record_folds
from tocsin.situation.attaching import (
    attach,
    change_tie,
    facts_without,
    forget_observation,
    forget_spoken,
    hold_camera,
    keep_loose,
    message_key,
    put,
    reindex,
    take_back,
    unindex,
)
from tocsin.situation.picture import (
    Incident,
    IncidentState,
    QuarantineView,
    Shown,
    Situation,
    SourceView,
    Suggestion,
    Tie,
    changed,
    is_open,
    observed_or_recorded,
)


def evolve(situation: Situation, entry: Entry) -> Situation:
    """The situation after one more entry; the one given stays as it was."""
    return evolve_all(situation, (entry,))


def evolve_all(situation: Situation, entries: Iterable[Entry]) -> Situation:
    draft = situation.draft()
    for entry in entries:
        fold(draft, entry)
    return draft.settled()


def fold(draft: Situation, entry: Entry) -> None:
    """Write one entry into a draft."""
    _FOLDS[entry.kind](draft, entry)
    draft.n = entry.n
    draft.at = entry.at


def _observation_recorded(draft: Situation, entry: Entry) -> None:
    shown = Shown(**entry.body["shown"])
    if shown.track is not None:
        draft.tracks[shown.track] = shown
        return
    draft.observations[shown.id] = shown
    draft.index.by_message[message_key(shown)] = shown.id
    if shown.camera is not None:
        hold_camera(draft, shown)
    keep_loose(draft, shown.id)


def _incident_opened(draft: Situation, entry: Entry) -> None:
    body = entry.body
    observed = observed_or_recorded(draft.observations[body["observation"]])
    incident = Incident(
        id=body["incident"],
        type=body["type"],
        severity=body["severity"],
        state="reported",
        state_since=entry.at,
        opened_at=entry.at,
        last_at=entry.at,
        observed_first=observed,
        observed_last=observed,
        graded_by=entry.n,
        commune=body["commune"],
        why=body["why"],
        cap=body.get("cap"),
    )
    draft.opened += 1
    attach(draft, incident, body["observation"], entry)


def _observation_joined(draft: Situation, entry: Entry) -> None:
    attach(draft, draft.incidents[entry.body["incident"]], entry.body["observation"], entry)


def _join_suggested(draft: Situation, entry: Entry) -> None:
    body = entry.body
    suggestion = Suggestion(
        id=body["suggestion"],
        incident=body["incident"],
        observation=body["observation"],
        why=body["why"],
    )
    before = draft.incidents[body["from"]]
    put(draft, changed(before, suggestions=(*before.suggestions, suggestion)))


def _suggestion_settled(draft: Situation, entry: Entry) -> None:
    before = draft.incidents[entry.body["from"]]
    left = tuple(s for s in before.suggestions if s.id != entry.body["suggestion"])
    put(draft, changed(before, suggestions=left))


def _observation_detached(draft: Situation, entry: Entry) -> None:
    shown = draft.observations[entry.body["observation"]]
    before = draft.incidents[entry.body["incident"]]
    left = tuple(o for o in before.observations if o != shown.id)
    facts = facts_without(draft, before, shown.id, left)
    after = changed(before, observations=left, count=before.count - 1, facts=facts)
    if before.count == len(before.observations):  # all are in sight
        take_back(after, shown, [draft.observations[o] for o in left])
    put(draft, after)
    reindex(draft, before, after)
    draft.observations[shown.id] = changed(shown, incident=None, joined_by=None, why=None)
    keep_loose(draft, shown.id)


def _observation_set_aside(draft: Situation, entry: Entry) -> None:
    shown = draft.observations[entry.body["observation"]]
    draft.observations[shown.id] = changed(shown, why=entry.body["why"])


def _observation_voted(draft: Situation, entry: Entry) -> None:
    shown = draft.observations[entry.body["observation"]]
    draft.observations[shown.id] = changed(shown, vote=entry.body["vote"])


def _hit_verified(draft: Situation, entry: Entry) -> None:
    """A person compared plate and picture: their word is a fact like any other."""
    body = entry.body
    shown = draft.observations[body["observation"]]
    shown = changed(shown, facts={**shown.facts, "verified": body["verified"]})
    draft.observations[shown.id] = shown
    if shown.incident is not None:
        before = draft.incidents[shown.incident]
        fact = {"value": body["verified"], "observation": shown.id}
        put(draft, changed(before, facts={**before.facts, "verified": fact}))


def _incident_regraded(draft: Situation, entry: Entry) -> None:
    body = entry.body
    before = draft.incidents[body["incident"]]
    after = changed(
        before,
        type=body["type"],
        severity=body["severity"],
        graded_by=entry.n,
        grade_why=body["why"],
        cap=body.get("cap"),
    )
    place = body["place"]
    if place is not None:  # what happens now is where the graver fact is
        after.lat, after.lon, after.accuracy_m = place["lat"], place["lon"], place["accuracy_m"]
        after.text = place["text"] or before.text
    put(draft, after)
    reindex(draft, before, after)


def _incident_aliased(draft: Situation, entry: Entry) -> None:
    before = draft.incidents[entry.body["incident"]]
    after = changed(before, alias_of=entry.body["alias_of"], suggestions=())
    _enter_state(draft, before, after, "duplicate", entry)


def _incident_ended(draft: Situation, entry: Entry) -> None:
    """Journals from before 0.3 know no other states than open and ended."""
    before = draft.incidents[entry.body["incident"]]
    _enter_state(draft, before, changed(before), "closed", entry)


def _incident_state_changed(draft: Situation, entry: Entry) -> None:
    before = draft.incidents[entry.body["incident"]]
    _enter_state(draft, before, changed(before), entry.body["state"], entry)


def _enter_state(
    draft: Situation, before: Incident, after: Incident, state: IncidentState, entry: Entry
) -> None:
    after.state = state
    after.state_since = entry.at
    after.state_by = entry.body.get("by")
    after.state_reason = entry.body.get("reason")
    if is_open(after) and not is_open(before):
        after.segment = before.segment + 1
        after.alias_of = None
    put(draft, after)
    reindex(draft, before, after)


def _incident_amended(draft: Situation, entry: Entry) -> None:
    before = draft.incidents[entry.body["incident"]]
    after = changed(before)
    for name, value in entry.body["changes"].items():
        setattr(after, name, tuple(value) if isinstance(value, list) else value)
    put(draft, after)
    reindex(draft, before, after)


def _phase_recorded(draft: Situation, entry: Entry) -> None:
    """The phase before stays in the history, with its end; `none` lifts."""
    phase = entry.body["phase"]
    before = draft.incidents[entry.body["incident"]]
    after = changed(before, phase=None if phase["value"] == "none" else {**phase, "n": entry.n})
    if before.phase is not None:
        ended = {"until": phase["declared_at"], "ended_by": phase["authority"]}
        after.phases = (*before.phases, {**before.phase, **ended})
    put(draft, after)


def _incident_archived(draft: Situation, entry: Entry) -> None:
    incident = draft.incidents[entry.body["incident"]]
    unindex(draft, incident)
    forget_spoken(draft, incident, incident.spoken)
    for observation in incident.observations:
        forget_observation(draft, observation)
    del draft.incidents[incident.id]


def _tie_proposed(draft: Situation, entry: Entry) -> None:
    body = entry.body["tie"]
    before = draft.incidents[entry.body["incident"]]
    tie = Tie(**{**body, "evidence": tuple(body["evidence"]), "proposed_by": entry.n})
    others = tuple(t for t in before.ties if t.id != tie.id)
    put(draft, changed(before, ties=(*others, tie)))


def _tie_settled(draft: Situation, entry: Entry) -> None:
    body = entry.body
    change_tie(draft, body, status=body["status"], by=body["by"], note=body["note"])


def _tie_withdrawn(draft: Situation, entry: Entry) -> None:
    change_tie(draft, entry.body, status="withdrawn", by=None, note=None)


def _source_changed(draft: Situation, entry: Entry) -> None:
    view = SourceView(**entry.body["source"])
    draft.sources[view.source] = view


def _message_quarantined(draft: Situation, entry: Entry) -> None:
    body = entry.body
    before = draft.quarantine.get(body["reason"])
    draft.quarantined += body["count"]
    draft.quarantine[body["reason"]] = QuarantineView(
        count=(before.count if before else 0) + body["count"],
        last_at=entry.at,
        source=body["source"],
        detail=body["detail"],
    )


def _tracks_dropped(draft: Situation, entry: Entry) -> None:
    for key in entry.body["tracks"]:
        if key in draft.tracks:
            del draft.tracks[key]


def _exercise_changed(draft: Situation, entry: Entry) -> None:
    draft.exercise = entry.body["exercise"]


def _nothing_shown(draft: Situation, entry: Entry) -> None:
    """Commands and ticks are recorded; what they lead to follows in entries of its own."""


_FOLDS: dict[EntryKind, Callable[[Situation, Entry], None]] = {
    "observation_recorded": _observation_recorded,
    "message_quarantined": _message_quarantined,
    "source_changed": _source_changed,
    "command_received": _nothing_shown,
    "clock_ticked": _nothing_shown,
    "exercise_changed": _exercise_changed,
    "incident_opened": _incident_opened,
    "observation_joined": _observation_joined,
    "join_suggested": _join_suggested,
    "suggestion_settled": _suggestion_settled,
    "observation_detached": _observation_detached,
    "incident_regraded": _incident_regraded,
    "incident_aliased": _incident_aliased,
    "incident_ended": _incident_ended,
    "incident_archived": _incident_archived,
    "tie_proposed": _tie_proposed,
    "tie_settled": _tie_settled,
    "tie_withdrawn": _tie_withdrawn,
    "tracks_dropped": _tracks_dropped,
    "observation_set_aside": _observation_set_aside,
    "observation_voted": _observation_voted,
    "hit_verified": _hit_verified,
    "incident_state_changed": _incident_state_changed,
    "incident_amended": _incident_amended,
    "phase_recorded": _phase_recorded,
    **record_folds.FOLDS,
    **act_folds.FOLDS,
}
