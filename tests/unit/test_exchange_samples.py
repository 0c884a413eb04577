"""Every message in tests/fixtures/{edxl,emsi,cisu,eido} gives what stands in expected/."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tocsin.contract import Adapter, Observation, Receipt, envelope_for
from tocsin.contract.observation import count_positions
from tocsin_adapters.cisu import CisuAdapter
from tocsin_adapters.edxl import EdxlAdapter
from tocsin_adapters.eido import EidoAdapter
from tocsin_adapters.emsi import EmsiAdapter

FIXTURES = Path(__file__).parents[1] / "fixtures"
NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
ADAPTERS: dict[str, Adapter] = {
    a.name: a for a in (CisuAdapter(), EdxlAdapter(), EidoAdapter(), EmsiAdapter())
}
SAMPLES = [
    pytest.param(name, path, id=f"{name}/{path.name}")
    for name in ADAPTERS
    for path in sorted((FIXTURES / name).iterdir())
    if path.suffix in {".json", ".xml"}
]


def told(observation: Observation) -> dict[str, Any]:
    """What an expectation is compared with: outlines by the number of their positions."""
    facts = observation.model_dump(mode="json", exclude_defaults=True)
    assert facts.pop("received_at") == "2026-01-15T15:41:07Z"
    del facts["source"]
    if observation.geometry is not None and observation.geometry.type == "Polygon":
        positions = count_positions(observation.geometry.coordinates)
        facts["geometry"] = {"type": "Polygon", "positions": positions}
    return facts


@pytest.mark.parametrize(("name", "path"), SAMPLES)
def test_a_message_gives_what_was_expected_of_it(name: str, path: Path) -> None:
    expected = json.loads((path.parent / "expected" / f"{path.name}.json").read_text("utf-8"))
    found = ADAPTERS[name].translate(path.read_bytes(), Receipt(f"{name}:test", "live", NOW))
    assert [[f.rule, f.field] for f in found.rejections] == expected.get("rejections", [])
    assert [[f.rule, f.field] for f in found.warnings] == expected.get("warnings", [])
    assert [told(o) for o in found.observations] == expected["observations"]
    for observation in found.observations:
        assert observation.source == f"{name}:test"
        assert len(envelope_for(observation).model_dump_json()) < 64 * 1024


@pytest.mark.parametrize("kind", ["OPG", "RDC"])
def test_an_emsi_message_says_the_same_in_both_spellings(kind: str) -> None:
    receipt = Receipt("emsi:test", "live", NOW)
    read = [
        EmsiAdapter().translate((FIXTURES / f"emsi/EMSI-{kind}-message.{e}").read_bytes(), receipt)
        for e in ("json", "xml")
    ]
    assert read[0] == read[1]


@pytest.mark.parametrize(("name", "path"), SAMPLES)
def test_no_person_number_or_code_of_a_door_leaves_an_adapter(name: str, path: Path) -> None:
    """The samples are full of them."""
    found = ADAPTERS[name].translate(path.read_bytes(), Receipt(f"{name}:test", "live", NOW))
    written = " ".join(o.model_dump_json() for o in found.observations)
    written += " ".join(f.message for f in (*found.warnings, *found.rejections))
    for personal in (
        *("LECCIA", "Christine", "MICHEL", "Legrand", "Sophie", "Martin", "A. Person"),
        *("639980000", "32000000000", "5678", '"1234"', '"samu690"', "AJ-76-MZ", "X-EXE-101"),
        *("thoracique", "cardiaque", "M01.01", "M03.10", "Malaise", "op-12", "a.person"),
    ):
        assert personal not in written, personal
