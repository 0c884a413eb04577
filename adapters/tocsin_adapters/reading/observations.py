"""From what was read to what the contract wants."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from tocsin.contract import Observation, Translation
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory


def observed(facts: dict[str, Any], where: str = "", line: int | None = None) -> Observation:
    """The observation, or `Unreadable` with the first thing the contract refuses in it."""
    try:
        return Observation(**facts)
    except ValidationError as trouble:
        first = trouble.errors(include_url=False, include_input=False)[0]
        path = ".".join(map(str, first["loc"]))
        said = f"what came out breaks the contract: {path}: {first['msg']}"
        raise Unreadable("not_an_observation", said, where, line) from None


def known(**values: Any) -> dict[str, Any]:
    """Attributes without those that the source did not say."""
    return {name: value for name, value in values.items() if value is not None}


def translation(
    observations: Iterable[Observation], findings: Findings, memory: Memory | None = None
) -> Translation:
    return Translation(
        observations=tuple(observations),
        warnings=findings.all_warnings(),
        rejections=tuple(findings.rejections),
        remember=memory.changes if memory is not None else {},
    )
