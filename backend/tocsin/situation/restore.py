"""restore(picture) -> Situation: the inverse of picture(), so that a start need not fold it all."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar, cast

import orjson
from immutables import Map

from tocsin.situation.evolve import _codes_to_index, _message_key
from tocsin.situation.index import Cell, IncidentIndex, cell_of
from tocsin.situation.picture import (
    Incident,
    QuarantineView,
    Shown,
    Situation,
    SourceView,
    Suggestion,
    Tie,
)

_PARTS = {part.name for part in fields(Situation)} - {"index"}

K = TypeVar("K")
R = TypeVar("R", Incident, QuarantineView, Shown, SourceView, Suggestion, Tie)


class UnreadablePicture(ValueError):
    """A picture of another version; fold the journal from its beginning instead."""


def restore(picture: bytes) -> Situation:
    """The situation that `picture()` wrote, its index included, ready to be folded further."""
    try:
        plain = orjson.loads(picture)
        if set(plain) != _PARTS:
            raise UnreadablePicture("The picture has other parts than this version knows.")
        incidents = _table(plain["incidents"], _incident)
        observations = _table(plain["observations"], _shown)
        return Situation(
            **{
                **plain,
                "incidents": incidents,
                "observations": observations,
                "loose": tuple(plain["loose"]),
                "tracks": _table(plain["tracks"], _shown),
                "sources": _table(plain["sources"], lambda p: _record(SourceView, p)),
                "quarantine": _table(plain["quarantine"], lambda p: _record(QuarantineView, p)),
                "index": _index(incidents, observations),
            }
        )
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        raise UnreadablePicture(f"The picture cannot be read: {error}") from error


def _table(plain: Mapping[str, Any], read: Callable[[dict[str, Any]], R]) -> Any:
    return Map({key: read(record) for key, record in plain.items()})


def _record(kind: type[R], plain: dict[str, Any]) -> R:
    """Neither a field too many nor one too few: a default would differ from a full fold."""
    if len(plain) != len(fields(kind)):
        raise UnreadablePicture(f"{kind.__name__} has other fields than this version knows.")
    return kind(**plain)


def _shown(plain: dict[str, Any]) -> Shown:
    return _record(Shown, plain)


def _incident(plain: dict[str, Any]) -> Incident:
    incident = _record(Incident, plain)
    incident.observations = tuple(plain["observations"])
    incident.source_classes = tuple(plain["source_classes"])
    incident.codes = tuple(plain["codes"])
    incident.suggestions = tuple(_record(Suggestion, s) for s in plain["suggestions"])
    incident.ties = tuple(_tie(t) for t in plain["ties"])
    return incident


def _tie(plain: dict[str, Any]) -> Tie:
    tie = _record(Tie, plain)
    tie.evidence = tuple(plain["evidence"])
    return tie


def _index(incidents: Mapping[str, Incident], observations: Mapping[str, Shown]) -> IncidentIndex:
    by_cell: dict[Cell, set[str]] = {}
    by_code: dict[str, set[str]] = {}
    for incident in incidents.values():
        if incident.state == "alias":
            continue
        if incident.lat is not None and incident.lon is not None:
            by_cell.setdefault(cell_of(incident.lat, incident.lon), set()).add(incident.id)
        for code in _codes_to_index(incident):
            by_code.setdefault(code, set()).add(incident.id)
    by_message = {_message_key(shown): shown.id for shown in observations.values()}
    return IncidentIndex(_frozen(by_cell), _frozen(by_code), cast(Any, Map(by_message)))


def _frozen(lookup: Mapping[K, set[str]]) -> Any:
    return Map({key: frozenset(members) for key, members in lookup.items()})
