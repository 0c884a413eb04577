"""evolve(situation, entry) -> situation: the fold, the same here and in every browser.

`frontend/tocsin_frontend/static/app/evolve.js` is its twin; tests replay one journal in both.
It reads only what screens are shown, never the clock, and knows every kind of entry.
"""

from collections.abc import Callable, Iterable
from typing import Any

from tocsin.journal.entry import Entry, EntryKind
from tocsin.situation.index import add_member, cell_of, remove_member
from tocsin.situation.picture import (
    ATTACHED_KEPT,
    LOOSE_KEPT,
    Incident,
    QuarantineView,
    Shown,
    Situation,
    SourceView,
    Suggestion,
    Tie,
    changed,
)

Body = dict[str, Any]


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
    draft.index.by_message[_message_key(shown)] = shown.id
    _keep_loose(draft, shown.id)


def _incident_opened(draft: Situation, entry: Entry) -> None:
    body = entry.body
    observed = observed_or_recorded(draft.observations[body["observation"]])
    incident = Incident(
        id=body["incident"],
        type=body["type"],
        severity=body["severity"],
        state="open",
        opened_at=entry.at,
        last_at=entry.at,
        observed_first=observed,
        observed_last=observed,
        graded_by=entry.n,
        commune=body["commune"],
        why=body["why"],
    )
    draft.opened += 1
    _attach(draft, incident, body["observation"], entry)


def _observation_joined(draft: Situation, entry: Entry) -> None:
    _attach(draft, draft.incidents[entry.body["incident"]], entry.body["observation"], entry)


def _join_suggested(draft: Situation, entry: Entry) -> None:
    body = entry.body
    suggestion = Suggestion(
        id=body["suggestion"],
        incident=body["incident"],
        observation=body["observation"],
        why=body["why"],
    )
    before = draft.incidents[body["from"]]
    _put(draft, changed(before, suggestions=(*before.suggestions, suggestion)))


def _suggestion_settled(draft: Situation, entry: Entry) -> None:
    before = draft.incidents[entry.body["from"]]
    left = tuple(s for s in before.suggestions if s.id != entry.body["suggestion"])
    _put(draft, changed(before, suggestions=left))


def _observation_detached(draft: Situation, entry: Entry) -> None:
    shown = draft.observations[entry.body["observation"]]
    before = draft.incidents[entry.body["incident"]]
    left = tuple(o for o in before.observations if o != shown.id)
    facts = _facts_without(draft, before, shown.id, left)
    after = changed(before, observations=left, count=before.count - 1, facts=facts)
    if before.count == len(before.observations):  # all are in sight
        _take_back(after, shown, [draft.observations[o] for o in left])
    _put(draft, after)
    _reindex(draft, before, after)
    draft.observations[shown.id] = changed(shown, incident=None, joined_by=None, why=None)
    _keep_loose(draft, shown.id)


def _incident_regraded(draft: Situation, entry: Entry) -> None:
    body = entry.body
    before = draft.incidents[body["incident"]]
    after = changed(
        before,
        type=body["type"],
        severity=body["severity"],
        graded_by=entry.n,
        grade_why=body["why"],
    )
    place = body["place"]
    if place is not None:  # what happens now is where the graver fact is
        after.lat, after.lon, after.accuracy_m = place["lat"], place["lon"], place["accuracy_m"]
        after.text = place["text"] or before.text
    _put(draft, after)
    _reindex(draft, before, after)


def _incident_aliased(draft: Situation, entry: Entry) -> None:
    before = draft.incidents[entry.body["incident"]]
    after = changed(before, state="alias", alias_of=entry.body["alias_of"], suggestions=())
    _put(draft, after)
    _reindex(draft, before, after)


def _incident_ended(draft: Situation, entry: Entry) -> None:
    _put(draft, changed(draft.incidents[entry.body["incident"]], state="ended"))


def _incident_archived(draft: Situation, entry: Entry) -> None:
    incident = draft.incidents[entry.body["incident"]]
    _unindex(draft, incident)
    for observation in incident.observations:
        _forget_observation(draft, observation)
    del draft.incidents[incident.id]


def _tie_proposed(draft: Situation, entry: Entry) -> None:
    body = entry.body["tie"]
    before = draft.incidents[entry.body["incident"]]
    tie = Tie(**{**body, "evidence": tuple(body["evidence"]), "proposed_by": entry.n})
    others = tuple(t for t in before.ties if t.id != tie.id)
    _put(draft, changed(before, ties=(*others, tie)))


def _tie_settled(draft: Situation, entry: Entry) -> None:
    body = entry.body
    _change_tie(draft, body, status=body["status"], by=body["by"], note=body["note"])


def _tie_withdrawn(draft: Situation, entry: Entry) -> None:
    _change_tie(draft, entry.body, status="withdrawn", by=None, note=None)


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
}


def _put(draft: Situation, incident: Incident) -> None:
    draft.incidents[incident.id] = incident


def _change_tie(draft: Situation, body: Body, **changes: Any) -> None:
    before = draft.incidents[body["incident"]]
    ties = tuple(changed(t, **changes) if t.id == body["tie"] else t for t in before.ties)
    _put(draft, changed(before, ties=ties))


def _attach(draft: Situation, before: Incident, observation: str, entry: Entry) -> None:
    """Put an observation into an incident: its place, facts and codes become the incident's."""
    shown = changed(
        draft.observations[observation],
        incident=before.id,
        joined_by=entry.n,
        why=entry.body["why"],
    )
    draft.observations[observation] = shown
    _drop_loose(draft, observation)
    observed = observed_or_recorded(shown)
    after = changed(
        before,
        last_at=entry.at,
        observed_first=min(before.observed_first, observed),
        observed_last=max(before.observed_last, observed),
        count=before.count + 1,
        observations=(*before.observations, observation),
        source_classes=_merged(before.source_classes, [_class_of(shown)]),
        codes=_merged(before.codes, _codes_of(shown)),
        headline=before.headline or shown.headline,
        text=before.text or shown.text,
    )
    if shown.facts:
        known = {name: {"value": v, "observation": shown.id} for name, v in shown.facts.items()}
        after.facts = {**before.facts, **known}
    _move_to_better_place(after, shown)
    if len(after.observations) > ATTACHED_KEPT:
        _forget_observation(draft, after.observations[0])
        after.observations = after.observations[1:]
    _put(draft, after)
    moved = (after.lat, after.lon) != (before.lat, before.lon)
    if before.count == 0 or after.codes is not before.codes or moved:
        _reindex(draft, before, after)


def _move_to_better_place(incident: Incident, shown: Shown) -> None:
    if _is_better_place(shown, incident):
        incident.lat, incident.lon = shown.lat, shown.lon
        incident.accuracy_m = shown.accuracy_m
        incident.outline = shown.outline or incident.outline


def _take_back(incident: Incident, gone: Shown, left: list[Shown]) -> None:
    """Codes, classes, words and place that rested on the detached observation alone go with it."""
    codes, classes = tuple[str, ...](), tuple[str, ...]()
    for shown in left:
        codes = _merged(codes, _codes_of(shown))
        classes = _merged(classes, [_class_of(shown)])
    incident.codes, incident.source_classes = codes, classes
    if incident.headline == gone.headline:
        incident.headline = next((s.headline for s in left if s.headline), None)
    if incident.text == gone.text:
        incident.text = next((s.text for s in left if s.text), None)
    if (incident.lat, incident.lon) == (gone.lat, gone.lon):
        incident.lat = incident.lon = incident.accuracy_m = incident.outline = None
        for shown in left:
            _move_to_better_place(incident, shown)


def _class_of(shown: Shown) -> str:
    return shown.source.partition(":")[0]


def _codes_of(shown: Shown) -> list[str]:
    return [f"{kind}:{code}" for kind, code in shown.codes.items()]


def _facts_without(
    draft: Situation, incident: Incident, gone: str, left: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """What only the detached observation said goes; what others had said before counts again."""
    facts = {k: f for k, f in incident.facts.items() if f["observation"] != gone}
    lost = incident.facts.keys() - facts.keys()
    for observation in left:
        for name, value in draft.observations[observation].facts.items():
            if name in lost:
                facts[name] = {"value": value, "observation": observation}
    return facts


def observed_or_recorded(shown: Shown) -> str:
    """When it happened, as far as one can tell: a suspect clock tells nothing."""
    if shown.observed_at is None or shown.clock_suspect:
        return shown.recorded_at
    return shown.observed_at


def has_place(shown: Shown) -> bool:
    """A place that can be believed: one far outside the region is a mistake of the sender."""
    return shown.lat is not None and not shown.implausible


def _is_better_place(shown: Shown, incident: Incident) -> bool:
    """The first place counts until a more accurate one comes."""
    if not has_place(shown):
        return False
    if incident.lat is None:
        return True
    return shown.accuracy_m is not None and (
        incident.accuracy_m is None or shown.accuracy_m < incident.accuracy_m
    )


def _merged(known: tuple[str, ...], more: list[str]) -> tuple[str, ...]:
    if all(item in known for item in more):
        return known
    return tuple(sorted({*known, *more}))


def _message_key(shown: Shown) -> str:
    return f"{shown.source}|{shown.external_id}"


def _keep_loose(draft: Situation, observation: str) -> None:
    loose: list[str] = draft.loose  # type: ignore[assignment] # a list while it is a draft
    loose.append(observation)
    if len(loose) > LOOSE_KEPT:
        _forget_observation(draft, loose.pop(0))


def _drop_loose(draft: Situation, observation: str) -> None:
    loose: list[str] = draft.loose  # type: ignore[assignment] # a list while it is a draft
    if loose and loose[-1] == observation:  # nearly always: it was recorded just before
        loose.pop()
    elif observation in loose:
        loose.remove(observation)


def _forget_observation(draft: Situation, observation: str) -> None:
    shown = draft.observations.get(observation)
    if shown is None:
        return
    key = _message_key(shown)
    if draft.index.by_message.get(key) == observation:
        del draft.index.by_message[key]
    del draft.observations[observation]


def _codes_to_index(incident: Incident) -> tuple[str, ...]:
    return (*incident.codes, f"type:{incident.type}")


def _unindex(draft: Situation, incident: Incident) -> None:
    if incident.lat is not None and incident.lon is not None:
        remove_member(draft.index.by_cell, cell_of(incident.lat, incident.lon), incident.id)
    for code in _codes_to_index(incident):
        remove_member(draft.index.by_code, code, incident.id)


def _reindex(draft: Situation, before: Incident, after: Incident) -> None:
    _unindex(draft, before)
    if after.state == "alias":
        return
    if after.lat is not None and after.lon is not None:
        add_member(draft.index.by_cell, cell_of(after.lat, after.lon), after.id)
    for code in _codes_to_index(after):
        add_member(draft.index.by_code, code, after.id)
