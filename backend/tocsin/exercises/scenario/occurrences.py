"""What goes out for an inject: one message, or many for what repeats and what moves."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tocsin.contract import Observation, SourceStatus
from tocsin.exercises.scenario.journeys import journey
from tocsin.exercises.scenario.models import Inject, Scenario, Scene, offset_of
from tocsin.exercises.scenario.places import Position, locate

HEARTBEAT_S = 20.0


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One message of an inject. `id` is its external id in the exercise; `number` counts from 1.

    At most one of the contents is set; an inject that is only read aloud has none.
    """

    id: str
    inject: Inject
    number: int
    at: datetime
    observation: Observation | None = None
    status: SourceStatus | None = None
    raw: bytes | None = None
    scene: Scene | None = None


def _told_again(scenario: Scenario, inject: Inject, at: datetime) -> Iterator[Occurrence]:
    """The very messages of other injects, as a source sends them that lost its place."""
    timed = {one.id: one for one in scenario.injects if one.at is not None}
    earlier = [one for name in inject.again for one in occurrences(scenario, timed[name])]
    for number, one in enumerate(earlier, start=1):
        yield replace(one, inject=inject, number=number, at=at)


class Station(NamedTuple):
    """When and where one message comes from, and what its movement adds to its facts."""

    at: datetime
    position: Position | None
    facts: dict[str, float]


def timeline(scenario: Scenario) -> tuple[Occurrence, ...]:
    """Everything that goes out by the clock alone, in its order."""
    timed = [i for i in scenario.injects if i.at is not None]
    going = [one for inject in timed for one in occurrences(scenario, inject)]
    return tuple(sorted(going, key=lambda one: one.at))


def occurrences(
    scenario: Scenario, inject: Inject, issued_at: datetime | None = None
) -> tuple[Occurrence, ...]:
    """All messages of an inject that is issued then; by default at its own time."""
    at = issued_at or scenario.moment(inject.at or "00:00:00")
    return (*_told_again(scenario, inject, at), *_occurrences(inject, at))


def _occurrences(inject: Inject, at: datetime) -> Iterator[Occurrence]:
    if inject.again and all(part is None for part in inject.own_contents):
        return
    many = inject.repeat is not None or inject.move is not None
    for number, station in enumerate(_stations(inject, at), start=1):
        yield _occurrence(inject, number, station, many=many)


def _stations(inject: Inject, at: datetime) -> Iterator[Station]:
    """When and where, message by message."""
    if inject.move is not None:
        every = offset_of(inject.move.every)
        for k, told in enumerate(journey(inject.move)):
            yield Station(at + k * every, told.position, told.facts)
        return
    if inject.repeat is None:
        yield Station(at, locate(inject.place) if inject.place else None, {})
        return
    every = offset_of(inject.repeat.every)
    for k in range(inject.repeat.times):
        places = inject.repeat.places
        place = places[k % len(places)] if places else inject.place
        yield Station(at + k * every, locate(place) if place else None, {})


def _occurrence(inject: Inject, number: int, station: Station, *, many: bool) -> Occurrence:
    name = f"{inject.id}.{number:03}" if many else inject.id
    if inject.tells_of_source is not None:
        told = inject.tells_of_source
        status = SourceStatus(
            source=inject.source,
            state=told.state,
            adapter="exercise",
            heartbeat_s=HEARTBEAT_S,
            trouble=told.trouble,
        )
        return Occurrence(name, inject, number, station.at, status=status)
    if inject.raw is not None:
        return Occurrence(name, inject, number, station.at, raw=inject.raw.encode())
    if inject.observation is not None:
        observed = _observation(inject, name, number, station)
        return Occurrence(
            name, inject, number, station.at, observation=observed, scene=inject.scene
        )
    return Occurrence(name, inject, number, station.at, scene=inject.scene)


def _observation(inject: Inject, name: str, number: int, station: Station) -> Observation:
    """What the inject's source would publish; always marked as exercise."""
    ago = offset_of(inject.observed_ago) if inject.observed_ago else timedelta()
    given: dict[str, Any] = {
        **_numbered(inject.observation or {}, number),
        "source": inject.source,
        "external_id": name,
        "mode": "exercise",
        "observed_at": station.at - ago,
    }
    if station.facts:
        given["attributes"] = {**station.facts, **given.get("attributes", {})}
    if station.position is not None:
        lat, lon, accuracy_m = station.position
        given.setdefault("geometry", {"type": "Point", "coordinates": [lon, lat]})
        given.setdefault("accuracy_m", accuracy_m)
    return Observation.model_validate(given)


def _numbered(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return value.replace("{k}", str(number))
    if isinstance(value, dict):
        return {key: _numbered(part, number) for key, part in value.items()}
    if isinstance(value, list):
        return [_numbered(part, number) for part in value]
    return value
