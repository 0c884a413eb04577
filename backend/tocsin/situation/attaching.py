"""Putting observations into incidents and taking them out, with the look-ups kept in step."""

from collections.abc import Collection
from typing import Any

from tocsin.journal.entry import Entry
from tocsin.situation.index import Cell, add_member, cells_around, remove_member
from tocsin.situation.picture import (
    ATTACHED_KEPT,
    CAMERAS_KEPT,
    LOOSE_KEPT,
    SPOKEN_KEPT,
    Incident,
    Shown,
    Situation,
    changed,
    has_place,
    is_open,
    observed_or_recorded,
)
from tocsin.situation.records import CameraState

Body = dict[str, Any]

WIDEST_BLUR_M = 1000.0  # a place less sure than this is found by its codes and its type


def put(draft: Situation, incident: Incident) -> None:
    draft.incidents[incident.id] = incident


def change_tie(draft: Situation, body: Body, **changes: Any) -> None:
    before = draft.incidents[body["incident"]]
    ties = tuple(changed(t, **changes) if t.id == body["tie"] else t for t in before.ties)
    put(draft, changed(before, ties=ties))


def attach(draft: Situation, before: Incident, observation: str, entry: Entry) -> None:
    """Put an observation into an incident: its place, facts and codes become the incident's."""
    shown = changed(
        draft.observations[observation],
        incident=before.id,
        joined_by=entry.n,
        why=entry.body["why"],
    )
    draft.observations[observation] = shown
    drop_loose(draft, observation)
    observed = observed_or_recorded(shown)
    after = changed(
        before,
        last_at=entry.at,
        observed_first=min(before.observed_first, observed),
        observed_last=max(before.observed_last, observed),
        count=before.count + 1,
        observations=(*before.observations, observation),
        source_classes=merged(before.source_classes, [class_of(shown)]),
        codes=merged(before.codes, codes_of(shown)),
        named=merged(before.named, shown.named),
        headline=before.headline or shown.headline,
        text=before.text or shown.text,
    )
    if shown.facts:
        known = {name: {"value": v, "observation": shown.id} for name, v in shown.facts.items()}
        after.facts = {**before.facts, **known}
    move_to_better_place(after, shown)
    if len(after.observations) > ATTACHED_KEPT:
        lose_sight(draft, after, after.observations[0])
        after.observations = after.observations[1:]
    put(draft, after)
    moved = _blur_of(after) != _blur_of(before)
    named = after.codes is not before.codes or after.named is not before.named
    if before.count == 0 or named or moved:
        reindex(draft, before, after)


def lose_sight(draft: Situation, incident: Incident, observation: str) -> None:
    """An observation leaves the picture; later messages may still answer it by its key."""
    key = message_key(draft.observations[observation])
    forget_observation(draft, observation)
    incident.spoken = (*incident.spoken, key)
    draft.index.by_message[key] = incident.id
    forget_spoken(draft, incident, incident.spoken[:-SPOKEN_KEPT])
    incident.spoken = incident.spoken[-SPOKEN_KEPT:]


def forget_spoken(draft: Situation, incident: Incident, keys: tuple[str, ...]) -> None:
    for key in keys:
        if draft.index.by_message.get(key) == incident.id:
            del draft.index.by_message[key]


def move_to_better_place(incident: Incident, shown: Shown) -> None:
    if is_better_place(shown, incident):
        incident.lat, incident.lon = shown.lat, shown.lon
        incident.accuracy_m = shown.accuracy_m
        incident.outline = shown.outline or incident.outline


def take_back(incident: Incident, gone: Shown, left: list[Shown]) -> None:
    """Codes, classes, words and place that rested on the detached observation alone go with it."""
    codes, classes, named = tuple[str, ...](), tuple[str, ...](), tuple[str, ...]()
    for shown in left:
        codes = merged(codes, codes_of(shown))
        named = merged(named, shown.named)
        classes = merged(classes, [class_of(shown)])
    incident.codes, incident.source_classes, incident.named = codes, classes, named
    if incident.headline == gone.headline:
        incident.headline = next((s.headline for s in left if s.headline), None)
    if incident.text == gone.text:
        incident.text = next((s.text for s in left if s.text), None)
    if (incident.lat, incident.lon) == (gone.lat, gone.lon):
        incident.lat = incident.lon = incident.accuracy_m = incident.outline = None
        for shown in left:
            move_to_better_place(incident, shown)


def class_of(shown: Shown) -> str:
    return shown.source.partition(":")[0]


def codes_of(shown: Shown) -> list[str]:
    return [f"{kind}:{code}" for kind, code in shown.codes.items()]


def facts_without(
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


def is_better_place(found: Shown | Incident, incident: Incident) -> bool:
    """The first place counts until a more accurate one comes."""
    if found.lat is None or (isinstance(found, Shown) and not has_place(found)):
        return False
    if incident.lat is None:
        return True
    return found.accuracy_m is not None and (
        incident.accuracy_m is None or found.accuracy_m < incident.accuracy_m
    )


def merged(known: tuple[str, ...], more: Collection[str]) -> tuple[str, ...]:
    if all(item in known for item in more):
        return known
    return tuple(sorted({*known, *more}))


def message_key(shown: Shown) -> str:
    return f"{shown.source}|{shown.external_id}"


def hold_camera(draft: Situation, shown: Shown) -> None:
    """What a source says of a camera takes the place of what it said before, unless that is newer.

    Its last word stands with the camera, not among the loose ones: cameras speak often.
    """
    told = shown.camera or {}
    key = camera_key(shown)
    observed = observed_or_recorded(shown)
    before = draft.cameras.get(key)
    if before is None and len(draft.cameras) >= CAMERAS_KEPT:
        return
    if before is not None and before.observed_at > observed:
        return
    same = before is not None and before.state == told["state"]
    draft.cameras[key] = CameraState(
        camera=told["camera"],
        source=shown.source,
        state=told["state"],
        since=told.get("since") or (before.since if before is not None and same else observed),
        observed_at=observed,
        observation=shown.id,
        figure=told.get("figure"),
        limit=told.get("limit"),
        motion=told.get("motion"),
    )
    if before is not None:
        superseded = draft.observations.get(before.observation)
        if superseded is not None and superseded.incident is None:
            drop_loose(draft, superseded.id)
            forget_observation(draft, superseded.id)


def camera_key(shown: Shown) -> str:
    """Each source has its own word: a camera that says it works does not see its covered lens."""
    return f"{shown.source}|{shown.camera['camera']}" if shown.camera is not None else ""


def is_last_word(draft: Situation, observation: str) -> bool:
    """Whether a camera holds this observation as the last that its source said of it."""
    held = draft.cameras.get(camera_key(draft.observations[observation]))
    return held is not None and held.observation == observation


def keep_loose(draft: Situation, observation: str) -> None:
    if is_last_word(draft, observation):
        return
    loose: list[str] = draft.loose  # type: ignore[assignment] # a list while it is a draft
    loose.append(observation)
    if len(loose) > LOOSE_KEPT:
        forget_observation(draft, loose.pop(0))


def drop_loose(draft: Situation, observation: str) -> None:
    loose: list[str] = draft.loose  # type: ignore[assignment] # a list while it is a draft
    if loose and loose[-1] == observation:  # nearly always: it was recorded just before
        loose.pop()
    elif observation in loose:
        loose.remove(observation)


def forget_observation(draft: Situation, observation: str) -> None:
    shown = draft.observations.get(observation)
    if shown is None:
        return
    key = message_key(shown)
    if draft.index.by_message.get(key) == observation:
        del draft.index.by_message[key]
    del draft.observations[observation]


def codes_to_index(incident: Incident) -> tuple[str, ...]:
    """Codes by which it can be found; a whole commune is too wide to look in."""
    named = [code for code in incident.named if not code.startswith("commune:")]
    return (*incident.codes, *named, f"type:{incident.type}")


def cells_to_index(incident: Incident) -> tuple[Cell, ...]:
    """Every cell in which it may really be."""
    if incident.lat is None or incident.lon is None:
        return ()
    blur = min(incident.accuracy_m or 0.0, WIDEST_BLUR_M)
    return tuple(cells_around(incident.lat, incident.lon, blur))


def unindex(draft: Situation, incident: Incident) -> None:
    for cell in cells_to_index(incident):
        remove_member(draft.index.by_cell, cell, incident.id)
    for code in codes_to_index(incident):
        remove_member(draft.index.by_code, code, incident.id)


def reindex(draft: Situation, before: Incident, after: Incident) -> None:
    """Only incidents that are open can be found by place and code."""
    unindex(draft, before)
    if not is_open(after):
        return
    for cell in cells_to_index(after):
        add_member(draft.index.by_cell, cell, after.id)
    for code in codes_to_index(after):
        add_member(draft.index.by_code, code, after.id)


def _blur_of(incident: Incident) -> tuple[float | None, float | None, float | None]:
    return incident.lat, incident.lon, incident.accuracy_m
