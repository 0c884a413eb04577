"""Folds of people's acts on the structure of the picture: merging, and taking an act back."""

from collections.abc import Callable
from typing import Any

from tocsin.journal.entry import Entry, EntryKind
from tocsin.situation.attaching import (
    drop_loose,
    forget_observation,
    forget_spoken,
    is_better_place,
    keep_loose,
    lose_sight,
    merged,
    message_key,
    reindex,
    unindex,
)
from tocsin.situation.picture import ATTACHED_KEPT, SPOKEN_KEPT, Incident, Shown, Situation, changed
from tocsin.situation.record_folds import drop_record, put_record
from tocsin.situation.records import Undoable


def _incidents_merged(draft: Situation, entry: Entry) -> None:
    """All that `incident` rests on moves into `into`; its own id stays as an alias."""
    gone = draft.incidents[entry.body["incident"]]
    before = draft.incidents[entry.body["into"]]
    for observation in gone.observations:
        shown = draft.observations[observation]
        draft.observations[observation] = changed(shown, incident=before.id)
    both = (*before.observations, *gone.observations)
    by_joining = sorted(both, key=lambda o: _joined(draft.observations[o]))
    older, newer = sorted((before, gone), key=lambda i: i.last_at)
    after = changed(
        before,
        last_at=newer.last_at,
        observed_first=min(before.observed_first, gone.observed_first),
        observed_last=max(before.observed_last, gone.observed_last),
        count=before.count + gone.count,
        observations=tuple(by_joining[-ATTACHED_KEPT:]),
        source_classes=merged(before.source_classes, gone.source_classes),
        codes=merged(before.codes, gone.codes),
        named=merged(before.named, gone.named),
        spoken=(*older.spoken, *newer.spoken)[-SPOKEN_KEPT:],
        facts={**older.facts, **newer.facts},
        headline=before.headline or gone.headline,
        text=before.text or gone.text,
        commune=before.commune or gone.commune,
        disciplines=merged(before.disciplines, gone.disciplines),
        suggestions=tuple(
            s
            for s in (*before.suggestions, *gone.suggestions)
            if s.incident not in (before.id, gone.id)
        ),
        phase=before.phase or gone.phase,
        phases=(*before.phases, *gone.phases),
    )
    if is_better_place(gone, before):
        after.lat, after.lon, after.accuracy_m = gone.lat, gone.lon, gone.accuracy_m
        after.outline = gone.outline or before.outline
    for one in (gone, before):
        forget_spoken(draft, one, one.spoken)  # of both together only the latest are kept
    remember_spoken(draft, after)
    for observation in by_joining[:-ATTACHED_KEPT]:
        lose_sight(draft, after, observation)
    alias = changed(
        gone,
        state="duplicate",
        state_since=entry.at,
        state_by=entry.body["by"],
        state_reason=None,
        alias_of=before.id,
        observations=(),
        count=0,
        spoken=(),
        suggestions=(),
    )
    draft.incidents[gone.id] = alias
    draft.incidents[before.id] = after
    reindex(draft, gone, alias)
    reindex(draft, before, after)


def remember_spoken(draft: Situation, incident: Incident) -> None:
    for key in incident.spoken:
        draft.index.by_message[key] = incident.id


def _joined(shown: Shown) -> tuple[int, str]:
    return (shown.joined_by or 0, shown.id)


def _act_undoable(draft: Situation, entry: Entry) -> None:
    """Keep the records that the act is about to change, as they are now."""
    body = entry.body
    before = {
        table: {key: getattr(draft, table).get(key) for key in keys}
        for table, keys in body["tables"].items()
    }
    draft.undoable[str(body["act"])] = Undoable(
        n=body["act"],
        at=entry.at,
        until=body["until"],
        command=body["command"],
        by=body["by"],
        before=before,
        home=body["home"],
    )


def _act_undone(draft: Situation, entry: Entry) -> None:
    undoable = draft.undoable.pop(str(entry.body["undoes"]))
    for table, records in undoable.before.items():
        restore = _RESTORE.get(table, _restore_record(table))
        for key, record in records.items():
            restore(draft, key, record)


def _restore_incident(draft: Situation, key: str, record: Incident | None) -> None:
    now = draft.incidents.get(key)
    if record is None:
        if now is not None:
            unindex(draft, now)
            forget_spoken(draft, now, now.spoken)
            del draft.incidents[key]
        return
    if now is not None:
        forget_spoken(draft, now, now.spoken)
    draft.incidents[key] = record
    remember_spoken(draft, record)
    reindex(draft, now or record, record)


def _restore_observation(draft: Situation, key: str, record: Shown | None) -> None:
    drop_loose(draft, key)
    if record is None:
        forget_observation(draft, key)
        return
    draft.observations[key] = record
    draft.index.by_message[message_key(record)] = key
    if record.incident is None:
        keep_loose(draft, key)


def _restore_record(table: str) -> Callable[[Situation, str, Any], None]:
    def restore(draft: Situation, key: str, record: Any) -> None:
        if record is None:
            drop_record(draft, table, key)
        else:
            put_record(draft, table, key, record)

    return restore


_RESTORE: dict[str, Callable[[Situation, str, Any], None]] = {
    "incidents": _restore_incident,
    "observations": _restore_observation,
}

FOLDS: dict[EntryKind, Callable[[Situation, Entry], None]] = {
    "incidents_merged": _incidents_merged,
    "act_undoable": _act_undoable,
    "act_undone": _act_undone,
}
