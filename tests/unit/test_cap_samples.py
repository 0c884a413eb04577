"""Every alert in tests/fixtures/cap gives what expected.yaml says, written by hand."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tocsin.contract import Observation, Receipt, envelope_for
from tocsin.contract.observation import count_positions
from tocsin_adapters.cap import CapAdapter

SAMPLES = Path(__file__).parents[1] / "fixtures" / "cap"
EXPECTED: dict[str, Any] = yaml.safe_load((SAMPLES / "expected.yaml").read_text("utf-8"))
RECEIPT = Receipt(
    "cap:test",
    "live",
    datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC),
    "https://feed.example/alerts.atom",
)


def as_written(name: str, observation: Observation) -> Any:
    """A fact of an observation in the form that expected.yaml uses."""
    if name == "languages":
        return list(observation.attributes["texts"])  # type: ignore[arg-type]
    value = getattr(observation, name)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value


def compare(observation: Observation, facts: dict[str, Any]) -> None:
    for name, expected in facts.items():
        if name == "chain_starts":
            assert observation.chain[: len(expected)] == expected
        elif name == "geometry" and expected:
            compare_geometry(observation.geometry, expected)
        elif name == "attributes":
            found = {key: observation.attributes.get(key) for key in expected}
            assert found == expected
        else:
            assert as_written(name, observation) == expected, name


def compare_geometry(geometry: Any, expected: dict[str, Any]) -> None:
    assert geometry is not None
    assert geometry.type == expected["type"]
    if "positions" in expected:
        assert count_positions(geometry.coordinates) == expected["positions"]
    if "first" in expected:
        first = geometry.coordinates
        while not isinstance(first, tuple):
            first = first[0]
        assert first == pytest.approx(expected["first"], abs=1e-6)


def test_every_sample_has_its_expectation() -> None:
    alerts = {p.name for p in SAMPLES.iterdir() if p.suffix in {".xml", ".cap", ".atom"}}
    assert alerts == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_gives_what_was_expected_of_it(name: str) -> None:
    expected = EXPECTED[name]
    translation = CapAdapter().translate((SAMPLES / name).read_bytes(), RECEIPT)
    assert sorted(f.rule for f in translation.warnings) == sorted(expected.get("warnings", []))
    assert [f.rule for f in translation.rejections] == expected.get("rejections", [])
    assert list(translation.links) == expected.get("links", [])
    assert len(translation.observations) == len(expected["observations"])
    for observation, facts in zip(translation.observations, expected["observations"], strict=True):
        assert observation.source == "cap:test"
        assert observation.kind == "event"
        assert observation.received_at == RECEIPT.received_at
        compare(observation, facts)
        assert len(envelope_for(observation).model_dump_json()) < 64 * 1024


def test_a_name_or_number_to_call_is_not_passed_on() -> None:
    """`contact` is free text for people: often a name. Personal data stay out."""
    payload = (SAMPLES / "own-exercise-gas.xml").read_bytes()
    assert b"A. Person" in payload
    (observation,) = CapAdapter().translate(payload, RECEIPT).observations
    assert "A. Person" not in observation.model_dump_json()
