"""restore(picture) -> Situation: the inverse of picture(), so that a start need not fold it all."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar, cast

import orjson
from immutables import Map

from tocsin.situation.attaching import cells_to_index, codes_to_index, message_key
from tocsin.situation.index import Cell, IncidentIndex
from tocsin.situation.picture import (
    Incident,
    QuarantineView,
    Shown,
    Situation,
    SourceView,
    Suggestion,
    Tie,
    is_open,
)
from tocsin.situation.record_folds import index_records
from tocsin.situation.records import (
    Activation,
    Advice,
    Alarm,
    Annunciation,
    ArmedRules,
    CameraState,
    Count,
    Decision,
    Drawing,
    Evidence,
    Flood,
    Handover,
    LogLine,
    Mark,
    Relation,
    Report,
    Task,
    Undoable,
    Wall,
)

_PARTS = {part.name for part in fields(Situation)} - {"index"}

K = TypeVar("K")
R = TypeVar("R")


class UnreadablePicture(ValueError):
    """A picture of another version; fold the journal from its beginning instead."""


def restore(picture: bytes) -> Situation:
    """The situation that `picture()` wrote, its index included, ready to be folded further."""
    try:
        plain = orjson.loads(picture)
        if set(plain) != _PARTS:
            raise UnreadablePicture("The picture has other parts than this version knows.")
        return _indexed(
            Situation(
                **{
                    **plain,
                    **{name: _table(plain[name], read) for name, read in _READERS.items()},
                    "loose": tuple(plain["loose"]),
                    "annunciations": tuple(
                        _record(Annunciation, a) for a in plain["annunciations"]
                    ),
                    "log": tuple(_record(LogLine, line) for line in plain["log"]),
                    "activation": _one(Activation, plain["activation"]),
                    "rulebook": _one(ArmedRules, plain["rulebook"]),
                }
            )
        )
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        raise UnreadablePicture(f"The picture cannot be read: {error}") from error


def _table(plain: Mapping[str, Any], read: Callable[[dict[str, Any]], R]) -> Any:
    return Map({key: read(record) for key, record in plain.items()})


def _record(kind: type[R], plain: dict[str, Any]) -> R:
    """Neither a field too many nor one too few: a default would differ from a full fold."""
    if len(plain) != len(fields(cast(Any, kind))):
        raise UnreadablePicture(f"{kind.__name__} has other fields than this version knows.")
    return kind(**plain)


def _one(kind: type[R], plain: dict[str, Any] | None) -> R | None:
    return None if plain is None else _record(kind, plain)


def _shown(plain: dict[str, Any]) -> Shown:
    return _record(Shown, plain)


def _incident(plain: dict[str, Any]) -> Incident:
    incident = _record(Incident, plain)
    incident.observations = tuple(plain["observations"])
    incident.source_classes = tuple(plain["source_classes"])
    incident.codes = tuple(plain["codes"])
    incident.named = tuple(plain["named"])
    incident.spoken = tuple(plain["spoken"])
    incident.suggestions = tuple(_record(Suggestion, s) for s in plain["suggestions"])
    incident.ties = tuple(_tie(t) for t in plain["ties"])
    incident.disciplines = tuple(plain["disciplines"])
    incident.phases = tuple(plain["phases"])
    return incident


def _tie(plain: dict[str, Any]) -> Tie:
    tie = _record(Tie, plain)
    tie.evidence = tuple(plain["evidence"])
    return tie


def _undoable(plain: dict[str, Any]) -> Undoable:
    act = _record(Undoable, plain)
    act.before = {
        table: {key: None if r is None else _READERS[table](r) for key, r in records.items()}
        for table, records in plain["before"].items()
    }
    return act


def _of(kind: type[R]) -> Callable[[dict[str, Any]], R]:
    return lambda plain: _record(kind, plain)


_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "incidents": _incident,
    "observations": _shown,
    "tracks": _shown,
    "sources": _of(SourceView),
    "quarantine": _of(QuarantineView),
    "cameras": _of(CameraState),
    "advice": _of(Advice),
    "alarms": _of(Alarm),
    "floods": _of(Flood),
    "decisions": _of(Decision),
    "tasks": _of(Task),
    "reports": _of(Report),
    "counts": _of(Count),
    "relations": _of(Relation),
    "evidence": _of(Evidence),
    "marks": _of(Mark),
    "walls": _of(Wall),
    "drawings": _of(Drawing),
    "handovers": _of(Handover),
    "undoable": _undoable,
}


_KINDS = (
    *(Situation, Shown, Incident, Suggestion, Tie, SourceView, QuarantineView, CameraState),
    *(Advice, Alarm, Flood, Annunciation, Decision, Task, Report, Count, Relation, Evidence),
    *(LogLine, Mark, Wall, Drawing, Handover, Undoable, Activation, ArmedRules),
)
# Names the fields of this version's pictures: those of another shape need not be tried.
SHAPE = hashlib.sha256(
    repr([(kind.__name__, [part.name for part in fields(kind)]) for kind in _KINDS]).encode()
).hexdigest()[:16]


def _indexed(situation: Situation) -> Situation:
    by_cell: dict[Cell, set[str]] = {}
    by_code: dict[str, set[str]] = {}
    for incident in situation.incidents.values():
        if not is_open(incident):
            continue
        for cell in cells_to_index(incident):
            by_cell.setdefault(cell, set()).add(incident.id)
        for code in codes_to_index(incident):
            by_code.setdefault(code, set()).add(incident.id)
    by_message = {key: i.id for i in situation.incidents.values() for key in i.spoken}
    by_message |= {message_key(shown): shown.id for shown in situation.observations.values()}
    situation.index = IncidentIndex(
        _frozen(by_cell),
        _frozen(by_code),
        cast(Any, Map(by_message)),
        _frozen(index_records(situation)),
    )
    return situation


def _frozen(lookup: Mapping[K, set[str]]) -> Any:
    return Map({key: frozenset(members) for key, members in lookup.items()})
