"""The script of an exercise as a document, and the checks of one that was changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from tocsin.engine.inputs import CommandRefused
from tocsin.exercises.scenario import Scenario, problems
from tocsin.tables import sentence_of


def script_of(scenario: Scenario) -> dict[str, Any]:
    """The scenario as a document, as the book keeps it."""
    return scenario.model_dump(mode="json", exclude_unset=True)


def checked(script: Mapping[str, Any]) -> Scenario:
    """As strictly as a file; CommandRefused says what is wrong."""
    try:
        scenario = Scenario.model_validate(script)
    except ValidationError as refused:
        first = refused.errors(include_url=False, include_context=False)[0]
        raise CommandRefused(sentence_of(first["msg"]), _field(first["loc"])) from None
    for location, told in problems(scenario):
        raise CommandRefused(told, _field(location))
    return scenario


def _field(location: Iterable[str | int]) -> str:
    """`injects.3.at` of the script is `document.at` of the order."""
    return ".".join(["document", *(str(part) for part in [*location][2:])])
