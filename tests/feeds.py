"""Reads a sample through its adapter and compares it with what a person wrote down of it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tocsin.contract import Adapter, Observation, Receipt, Translation

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)


def receipt(
    adapter: Adapter,
    *,
    at: datetime = NOW,
    memory: dict[str, str] | None = None,
    origin: str = "",
    content_type: str = "",
) -> Receipt:
    return Receipt(f"{adapter.name}:test", "live", at, origin, content_type, memory=memory or {})


class Feed:
    """One source over time: what its adapter asks to remember comes back with the next message."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self.memory: dict[str, str] = {}

    def read(self, payload: bytes | str, at: datetime = NOW) -> Translation:
        raw = payload.encode() if isinstance(payload, str) else payload
        given = receipt(self.adapter, at=at, memory=dict(self.memory))
        translation = self.adapter.translate(raw, given)
        for key, value in translation.remember.items():
            if value is None:
                self.memory.pop(key, None)
            else:
                self.memory[key] = value
        return translation


def samples(name: str) -> list[str]:
    """The messages of an adapter's fixtures; SOURCE.md says where they come from."""
    files = (p for p in (FIXTURES / name).iterdir() if p.is_file() and p.suffix != ".md")
    return sorted(p.name for p in files)


def expected(name: str, sample: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (FIXTURES / name / "expected" / f"{sample}.json").read_text("utf-8")
    )
    return found


def check_sample(adapter: Adapter, sample: str) -> None:
    """Every fact that the expectation names is told so; findings and their order by rule."""
    wanted = expected(adapter.name, sample)
    at = datetime.fromisoformat(wanted.get("received_at", NOW.isoformat()))
    payload = (FIXTURES / adapter.name / sample).read_bytes()
    found = adapter.translate(payload, receipt(adapter, at=at))
    assert [f.rule for f in found.rejections] == wanted.get("rejections", []), found.rejections
    warned = sorted(f.rule for f in found.warnings)
    assert warned == sorted(wanted.get("warnings", [])), found.warnings
    told = [as_written(o) for o in found.observations]
    assert len(told) == wanted.get("count", len(wanted["observations"]))
    by_id = {facts["external_id"]: facts for facts in told}
    for facts in wanted["observations"]:
        one = by_id[facts["external_id"]]
        attributes = facts.pop("attributes", {})
        compare({name: one.get(name) for name in facts}, facts)
        said = one.get("attributes", {})
        compare({name: said.get(name) for name in attributes}, attributes)


def compare(told: dict[str, Any], wanted: dict[str, Any]) -> None:
    wrong = {name: (told[name], wanted[name]) for name in wanted if told[name] != wanted[name]}
    assert not wrong, f"told and wanted: {wrong}"


def as_written(observation: Observation) -> dict[str, Any]:
    return observation.model_dump(mode="json", exclude_defaults=True)
