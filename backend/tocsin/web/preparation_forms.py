"""What the pages of the preparation send: an event's dossier, an appointment, a tick."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from tocsin.engine.commands.drawings import Lat, Lon
from tocsin.exercises.preparation.calendar import AppointmentKind
from tocsin.exercises.preparation.dossiers import Risk

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class GivenContact(_Given):
    discipline: Annotated[str, StringConstraints(pattern=r"^D[1-5]$")]
    function: Line


class GivenThreshold(_Given):
    what: Line
    at: Line
    then: Line
    by: Line


class GivenCheck(_Given):
    text: Line
    hours: Annotated[int, Field(ge=0, le=720)]


class GivenDossier(_Given):
    """An event; `checks` are lines beside those of the shipped list."""

    title: Line
    place: Line
    starts: AwareDatetime
    ends: AwareDatetime
    lat: Lat | None = None
    lon: Lon | None = None
    radius_m: Annotated[float, Field(gt=0, le=20_000)] | None = None
    attendance: Annotated[int, Field(ge=0, le=2_000_000)] | None = None
    risk: Risk | None = None
    organiser: Line | None = None
    notes: Text | None = None
    contacts: Annotated[list[GivenContact], Field(max_length=20)] = Field(default_factory=list)
    thresholds: Annotated[list[GivenThreshold], Field(max_length=20)] = Field(default_factory=list)
    checks: Annotated[list[GivenCheck], Field(max_length=30)] = Field(default_factory=list)
    cancelled: bool = False

    @model_validator(mode="after")
    def _hold_together(self) -> "GivenDossier":
        if self.ends <= self.starts:
            raise ValueError("ends: lies before the beginning")
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat and lon: both or none")
        return self


class Ticked(_Given):
    check: Line
    done: bool


class GivenAppointment(_Given):
    kind: AppointmentKind
    title: Line
    starts: AwareDatetime
    ends: AwareDatetime
    place: Line | None = None
    scenario: Line | None = None
    cancelled: bool = False

    @model_validator(mode="after")
    def _hold_together(self) -> "GivenAppointment":
        if self.ends <= self.starts:
            raise ValueError("ends: lies before the beginning")
        return self
