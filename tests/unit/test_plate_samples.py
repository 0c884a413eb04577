"""Every message of a camera in tests/fixtures gives what expected/ says, written by hand."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from plate_desk import FIXTURES, MAKERS, NOW
from tocsin.contract import Receipt
from tocsin.contract.observation import Point

SAMPLES = sorted(
    (maker, path.name)
    for maker in MAKERS
    for path in (FIXTURES / maker).iterdir()
    if path.is_file() and path.suffix != ".md"
)


def written(value: Any) -> Any:
    """A fact in the form that the expectations use."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Point):
        return list(value.coordinates)
    return list(value) if isinstance(value, tuple) else value


def compare(found: Any, expected: dict[str, Any]) -> None:
    for name, fact in expected.items():
        value = getattr(found, name)
        if isinstance(fact, dict):
            inside = value if isinstance(value, dict) else {k: getattr(value, k) for k in fact}
            assert {k: inside.get(k) for k in fact} == fact, name
        else:
            assert written(value) == fact, name


@pytest.mark.parametrize(("maker", "name"), SAMPLES)
def test_a_sample_gives_what_was_expected_of_it(maker: str, name: str) -> None:
    folder = FIXTURES / maker
    expected = json.loads((folder / "expected" / f"{Path(name).stem}.json").read_text("utf-8"))
    assert expected.get("file", name) == name
    payload = (folder / name).read_bytes()
    receipt = Receipt(
        "anpr:test",
        "live",
        NOW,
        expected.get("origin", ""),
        expected.get("content_type", ""),
        expected.get("topic", ""),
        legal_regime="LFP_police",
    )
    adapter = MAKERS[maker]()
    reads = adapter.plates(payload, receipt)
    assert len(reads) == len(expected["reads"])
    for read, facts in zip(reads, expected["reads"], strict=True):
        compare(read, facts)
    translation = adapter.translate(payload, receipt)
    assert [f.rule for f in translation.rejections] == expected.get("rejections", [])
    assert sorted(f.rule for f in translation.warnings) == expected["warnings"]
    assert len(translation.observations) == len(expected["observations"])
    for observation, facts in zip(translation.observations, expected["observations"], strict=True):
        assert observation.source == "anpr:test"
        assert observation.received_at == NOW
        assert observation.legal_regime == "LFP_police"
        compare(observation, facts)


@pytest.mark.parametrize(("maker", "name"), SAMPLES)
def test_no_plate_name_or_picture_of_a_sample_leaves(maker: str, name: str) -> None:
    adapter = MAKERS[maker]()
    receipt = Receipt("anpr:test", "live", NOW, legal_regime="LFP_police")
    payload = (FIXTURES / maker / name).read_bytes()
    translation = adapter.translate(payload, receipt)
    told = "".join(o.model_dump_json() for o in translation.observations)
    told += repr(translation.warnings) + repr(translation.rejections) + repr(translation.remember)
    for read in adapter.plates(payload, receipt):
        assert read.plate is None or read.plate not in told.replace("-", "").upper()
        assert read.plate is None or read.plate not in repr(read)
    for personal in ("John", "Bob", "Martin", "Untel", "secret", "/9j/", "1h_", "rtsp:", ".jpg"):
        assert personal not in told
