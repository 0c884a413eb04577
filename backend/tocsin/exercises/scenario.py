"""Scenarios: the script of an exercise, read from YAML and checked before anyone plays it."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    JsonValue,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from tocsin.contract.observation import Kind, Observation, SourceName
from tocsin.places import place_codes
from tocsin.tables import Document, Row, TableError, Words, sentence_of
from tocsin.taxonomy import facts_of, types
from tocsin.taxonomy.facts import PLATE

InjectKind = Literal["EVT", "ANPR", "CAM", "CHN", "SEN", "DRN", "TEL", "PUB"]
OBSERVATION_KINDS: dict[InjectKind, frozenset[Kind]] = {
    "EVT": frozenset({"event", "resource_status"}),
    "ANPR": frozenset({"anpr_passage", "anpr_hit"}),
    "CAM": frozenset({"camera_frame", "camera_status"}),
    "CHN": frozenset({"channel_status", "alert_sent"}),
    "SEN": frozenset({"sensor", "count"}),
    "DRN": frozenset({"drone_track", "drone_frame"}),
    "TEL": frozenset({"report", "event", "resource_status"}),
    "PUB": frozenset({"social"}),
}
SET_BY_THE_INJECT = ("source", "external_id", "mode", "observed_at", "received_at")
_OFFSET = re.compile(r"([+-]?)(\d{2}):([0-5]\d):([0-5]\d)")


def _offset(text: str) -> timedelta:
    """`-00:08:00`, counted from the scenario's start."""
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError(f"cannot read the time {text!r}: write it as -00:08:00 or +01:40:00")
    sign, hours, minutes, seconds = found.groups()
    length = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -length if sign == "-" else length


def _readable(text: str) -> str:
    _offset(text)
    return text


class Inject(Row):
    """One timed input. `expect` is what it should lead to, for the coordinator's eyes only."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    at: Annotated[str, AfterValidator(_readable)]
    kind: InjectKind
    source: SourceName
    expect: Words | None = None
    trap: bool = False
    background: bool = False
    observation: dict[str, JsonValue]

    @property
    def offset(self) -> timedelta:
        return _offset(self.at)

    @field_validator("observation")
    @classmethod
    def _leaves_the_rest_to_the_inject(cls, given: dict[str, Any]) -> dict[str, Any]:
        taken = [name for name in SET_BY_THE_INJECT if name in given]
        if taken:
            raise ValueError(f"{', '.join(taken)}: follows from the inject, leave it out")
        return given

    @model_validator(mode="after")
    def _hold_together(self) -> "Inject":
        if self.expect is None and not self.background:
            raise ValueError("expect: only background may do without an expected reaction")
        return self


class Scenario(Row):
    """The script: `starts` is T, the moment from which every inject counts."""

    scenario: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,29}$")]
    title: Words
    brief: Words
    starts: AwareDatetime
    injects: Annotated[tuple[Inject, ...], Field(min_length=1)]

    def time_of(self, inject: Inject) -> datetime:
        return self.starts + inject.offset

    def observation_of(self, inject: Inject, received_at: datetime | None = None) -> Observation:
        """What the inject's source would publish; always marked as exercise."""
        given: dict[str, Any] = {
            **inject.observation,
            "source": inject.source,
            "external_id": inject.id,
            "mode": "exercise",
            "observed_at": self.time_of(inject),
        }
        if received_at is not None:
            given["received_at"] = received_at
        return Observation.model_validate(given)


def load_scenario(path: Path) -> Scenario:
    """The scenario in a file; TableError names file, line and field of everything wrong in it."""
    return read_scenario(path.read_text(encoding="utf-8"), path.name)


def read_scenario(text: str, file: str) -> Scenario:
    plates = [
        f"{file}:{number}: looks like a Belgian plate; write a fictitious one such as X-EXE-101"
        for number, line in enumerate(text.splitlines(), start=1)
        if PLATE.search(line)
    ]
    if plates:
        raise TableError(plates)
    document = Document(text, file)
    scenario = document.checked(Scenario)
    problems = [
        f"{document.where(('injects', i, *location))}: {what}"
        for i, inject in enumerate(scenario.injects)
        for location, what in _problems(scenario, inject)
    ]
    seen: set[str] = set()
    for i, inject in enumerate(scenario.injects):
        if inject.id in seen:
            problems.append(f"{document.where(('injects', i, 'id'))}: {inject.id} comes twice")
        seen.add(inject.id)
    if problems:
        raise TableError(problems)
    return scenario


Problem = tuple[tuple[str | int, ...], str]


def _problems(scenario: Scenario, inject: Inject) -> Iterator[Problem]:
    """What the contract, the taxonomy and the layers have against an inject's observation."""
    try:
        observation = scenario.observation_of(inject)
    except ValidationError as error:
        for found in error.errors():
            yield ("observation", *found["loc"]), sentence_of(found["msg"])
        return
    if observation.kind not in OBSERVATION_KINDS[inject.kind]:
        yield ("observation", "kind"), f"an inject of kind {inject.kind} is no {observation.kind}"
    if observation.type_hint is not None and observation.type_hint not in types():
        yield ("observation", "type_hint"), f"there is no type {observation.type_hint}"
    for name in facts_of(observation.attributes).ignored:
        yield ("observation", "attributes", name), "is not of this fact's type"
    for kind in ("tunnel", "station"):
        code = observation.location_codes.get(kind)
        if code is not None and f"{kind}:{code}" not in place_codes():
            yield ("observation", "location_codes", kind), f"the layers have no {kind} {code!r}"
