"""From what was read to what the contract wants."""

import hashlib
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from tocsin.contract import Observation, Translation
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.texts import code


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


def path_to(where: str, name: str) -> str:
    """The path of a field in what stands at `where`; the message itself is at an empty one."""
    return f"{where}.{name}" if where else name


def track_code(name: str, limit: int = 80) -> str:
    """A thing's name as a location code; two different names never become one code."""
    readable = code(name, limit)
    if readable == name:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{readable[: limit - 9]}-{digest}" if readable else digest


def resource_codes(name: str, *, placed: bool) -> dict[str, str]:
    """A vehicle or a team: a `track` only with a place, or it would lose its last one."""
    named = track_code(name)
    return {"resource": named, "track": named} if placed else {"resource": named}


def translation(
    observations: Iterable[Observation], findings: Findings, memory: Memory | None = None
) -> Translation:
    return Translation(
        observations=tuple(observations),
        warnings=findings.all_warnings(),
        rejections=tuple(findings.rejections),
        remember=memory.changes if memory is not None else {},
    )
