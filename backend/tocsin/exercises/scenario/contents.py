"""What the contract, the taxonomy and the layers have against what an inject tells."""

from collections.abc import Iterator

from pydantic import ValidationError

from tocsin.contract import Observation
from tocsin.exercises.scenario.models import OBSERVATION_KINDS, Inject, Scenario
from tocsin.exercises.scenario.occurrences import Occurrence, occurrences
from tocsin.exercises.scenario.places import NoSuchPlace
from tocsin.places import inside_region, place_codes
from tocsin.tables import sentence_of
from tocsin.taxonomy import facts_of, types

Path = tuple[str | int, ...]


def contents(scenario: Scenario, inject: Inject) -> Iterator[tuple[Path, str]]:
    """Where in the inject, and a sentence for its author."""
    if inject.again:
        return
    try:
        going = occurrences(scenario, inject)
    except NoSuchPlace as missing:
        if inject.move is not None and "journey" in str(missing):
            yield ("move",), str(missing)
        return
    except ValidationError as error:
        for found in error.errors():
            yield ("observation", *found["loc"]), sentence_of(found["msg"])
        return
    if going[0].observation is not None:
        yield from _observation(inject, going[0].observation)
        yield from _outside(scenario, inject, going)


def _observation(inject: Inject, observation: Observation) -> Iterator[tuple[Path, str]]:
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


def _outside(
    scenario: Scenario, inject: Inject, going: tuple[Occurrence, ...]
) -> Iterator[tuple[Path, str]]:
    """A slip of the hand puts an incident into another town; a wide area may well reach there."""
    truth = scenario.incidents.get(inject.incident or "")
    if inject.background or (truth is not None and truth.outside):
        return
    given = [one.observation.geometry for one in going if one.observation is not None]
    spots = [shape.coordinates for shape in given if shape is not None and shape.type == "Point"]
    if any(not inside_region(spot[1], spot[0]) for spot in spots):
        by_hand = "geometry" in (inject.observation or {})
        field: Path = ("observation", "geometry") if by_hand else ("place",)
        if inject.move is not None and not by_hand:
            field = ("move",)
        yield field, "lies outside the Region, and its incident does not say `outside: true`"
