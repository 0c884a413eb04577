"""Opening an incident by hand: what only a person heard, and what works without any source."""

from typing import Any, Literal

from pydantic import model_validator

from tocsin.contract import Observation
from tocsin.contract.observation import Point
from tocsin.contract.realm import is_exercise
from tocsin.contract.times import from_text
from tocsin.correlation import correlate
from tocsin.engine.commands.drawings import Lat, Lon
from tocsin.engine.commands.registry import OPERATOR_RULE, Act, Command, Giver, command
from tocsin.engine.commands.words import OneLine, made_later
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandRefused, ObservationArrived
from tocsin.engine.observing import open_for, show
from tocsin.places import NamedPlace, places_named
from tocsin.taxonomy import types

SOURCE_CLASS = "desk"


class OpenIncident(Command):
    """Without a position the words of `where` give it, if they name one place and no other."""

    command: Literal["open_incident"]
    type: str
    headline: OneLine
    where: OneLine | None = None
    lat: Lat | None = None
    lon: Lon | None = None

    @model_validator(mode="after")
    def _be_somewhere(self) -> "OpenIncident":
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat and lon: both or none")
        if self.where is None and self.lat is None:
            raise ValueError("where: say where it is, in words or by a position")
        return self


@command(OpenIncident)
def open_by_hand(d: Deliberation, told: OpenIncident, giver: Giver) -> Act:
    if told.type not in types():
        raise CommandRefused(f"there is no type {told.type}", "type")
    (observation_id,) = made_later(d, "O")
    observation = Observation.model_validate(
        {
            "source": f"{SOURCE_CLASS}:{giver.capacity}",
            "external_id": observation_id,
            "kind": "report",
            "type_hint": told.type,
            "observed_at": from_text(d.at),
            "location_text": told.where,
            "headline": told.headline,
            "mode": "exercise" if is_exercise(d.draft.realm) else "real",
            **_position(told),
        }
    )

    def write() -> None:
        shown = show(observation_id, ObservationArrived(d.at, observation))
        recorded = observation.model_dump(mode="json", exclude_defaults=True)
        body = {"id": observation_id, "shown": shown, "observation": recorded}
        d.enter("observation_recorded", body)
        heard = d.draft.observations[observation_id]
        known = correlate(d.draft, heard, [], tuple(heard.named), d.rulebook.weights)
        opened = open_for(d, heard, {"rule": OPERATOR_RULE, "by": giver.by})
        if known.outcome in ("join", "suggest") and known.incident is not None:
            suggested = {
                "from": opened,
                "incident": known.incident,
                "observation": observation_id,
                "suggestion": d.next_id("S"),
                "why": known.why,
            }
            d.enter("join_suggested", suggested)

    touches = {"incidents": [d.next_incident()], "observations": [observation_id]}
    return Act(write, touches=touches)


def _position(told: OpenIncident) -> dict[str, Any]:
    if told.lat is not None and told.lon is not None:
        return {"geometry": Point(type="Point", coordinates=(told.lon, told.lat))}
    place = _the_place(told.where or "")
    if place is None:
        return {}
    point = Point(type="Point", coordinates=(place.lon, place.lat))
    return {"geometry": point, "accuracy_m": place.extent_m}


def _the_place(words: str) -> NamedPlace | None:
    """A commune beside another place only says which one is meant."""
    named = [place for place in places_named(words) if place.lat is not None]
    smaller = [place for place in named if place.kind != "commune"]
    found = smaller or named
    return found[0] if len(found) == 1 else None
