"""An adapter tried on files as the runner would use it: no broker, nothing left behind."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tocsin.contract import Adapter, Finding, Observation, Receipt, Translation, envelope_for
from tocsin.contract.envelope import MAX_MESSAGE_BYTES
from tocsin.sources.memory import Memory


@dataclass(frozen=True, slots=True)
class Tried:
    """What an adapter made of one payload. `took_ms`: its own time, wall clock."""

    name: str
    size: int
    took_ms: float
    translation: Translation


def try_adapter(
    adapter: Adapter, payloads: Iterable[tuple[str, bytes]], receipt: Receipt
) -> Iterator[Tried]:
    """One payload after another, each with the memory that those before it left.

    The name of a payload is its origin where the receipt names none.
    """
    memory = Memory(receipt.memory)
    for name, payload in payloads:
        began = time.perf_counter()
        asked = replace(receipt, memory=memory.view, origin=receipt.origin or name)
        translation = translated(adapter, payload, asked)
        took_ms = (time.perf_counter() - began) * 1000
        changes, full = memory.judge(translation.remember)
        memory.accept(changes)
        rejections = [*translation.rejections, *([full] if full else [])]
        yield Tried(name, len(payload), took_ms, replace(translation, rejections=rejections))


def translated(adapter: Adapter, payload: bytes, receipt: Receipt) -> Translation:
    """What leaves is what the runner would send; the rest is rejected by its rules."""
    if len(payload) > adapter.max_bytes:
        said = f"{len(payload)} bytes; at most {adapter.max_bytes} are read"
        return Translation(rejections=[Finding("too_large", said)])
    try:
        translation = adapter.translate(payload, receipt)
    except Exception as trouble:
        said = f"the adapter failed: {type(trouble).__name__}: {trouble}"
        return Translation(rejections=[Finding("adapter_failed", said)])
    good: list[Observation] = []
    rejections = list(translation.rejections)
    for observation in translation.observations:
        refusal = _refusal(observation, receipt)
        if refusal is None:
            good.append(observation)
        else:
            rejections.append(refusal)
    return replace(translation, observations=good, rejections=rejections)


def _refusal(observation: Observation, receipt: Receipt) -> Finding | None:
    if observation.source != receipt.source:
        said = f"the adapter named the source {observation.source}; it is {receipt.source}"
        return Finding("wrong_source", said)
    size = len(envelope_for(observation).model_dump_json(exclude_none=True).encode())
    if size > MAX_MESSAGE_BYTES:
        said = f"an observation of {size} bytes; at most {MAX_MESSAGE_BYTES} are sent"
        return Finding("observation_too_large", said)
    return None
