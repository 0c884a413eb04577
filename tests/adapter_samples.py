"""Samples of a format beside what must become of them, written by hand in expected.yaml.

Each entry is one message: `file`, or `payload` as it is written; `topic` and `receipt` if it came
on one; then `warnings`, `rejections` (rules) and `observations`: every field that is not its
default, except `source`. Nothing more may come out than is written there.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from tocsin.contract import Observation, Receipt, Translation

FIXTURES = Path(__file__).parent / "fixtures"
RECEIVED_AT = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
"""Any value that JSON can hold."""


def expectations(folder: str) -> dict[str, dict[str, Any]]:
    text = (FIXTURES / folder / "expected.yaml").read_text("utf-8")
    return yaml.safe_load(text)  # type: ignore[no-any-return]


def receipt(folder: str, **fields: Any) -> Receipt:
    values = {"source": f"{folder}:test", "realm": "live", "received_at": RECEIVED_AT, **fields}
    return Receipt(**values)


def sample(folder: str, expected: dict[str, Any]) -> bytes:
    if "payload" in expected:
        return str(expected["payload"]).encode()
    return (FIXTURES / folder / str(expected["file"])).read_bytes()


def plain(observation: Observation) -> dict[str, Any]:
    return observation.model_dump(mode="json", exclude_defaults=True, exclude={"source"})


def compare(translation: Translation, expected: dict[str, Any]) -> None:
    assert [f.rule for f in translation.rejections] == expected.get("rejections", [])
    assert sorted(f.rule for f in translation.warnings) == sorted(expected.get("warnings", []))
    assert [plain(o) for o in translation.observations] == expected.get("observations", [])
