"""What every installed adapter promises, asked of each with whatever bytes can be thought of."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.contract import Adapter, Receipt, Translation, envelope_for
from tocsin.contract.envelope import MAX_MESSAGE_BYTES
from tocsin.sources import installed_adapters, load_adapters

FIXTURES = Path(__file__).parents[1] / "fixtures"
NAMES = installed_adapters()
RECEIPT = Receipt(
    "test:contract",
    "exercise-contract",
    datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC),
    "https://feed.example/index",
)
POSITIONS = r"-?\d{1,4}(\.\d{0,3})?,-?\d{1,4}( -?\d{1,3},-?\d{1,3}){0,5}"
SLOWLY = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def built(name: str) -> Adapter:
    return load_adapters([name])[name]({})


def samples(name: str) -> list[bytes]:
    folder = FIXTURES / name
    files = sorted(p for p in folder.iterdir() if p.suffix not in {".md", ".yaml"})
    return [path.read_bytes() for path in files]


def check(adapter: Adapter, payload: bytes) -> Translation:
    translation = adapter.translate(payload, RECEIPT)
    for observation in translation.observations:
        assert observation.source == RECEIPT.source
        written = envelope_for(observation).model_dump_json().encode()
        assert len(written) < MAX_MESSAGE_BYTES
    for finding in (*translation.warnings, *translation.rejections):
        assert finding.rule
        assert finding.message
        assert len(finding.message) <= 300
    for link in translation.links:
        assert link.startswith(("http://", "https://"))
    return translation


def test_at_least_one_adapter_is_installed() -> None:
    assert "cap" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_adapter_says_its_name_and_its_bound(name: str) -> None:
    adapter = built(name)
    assert adapter.name == name
    assert 0 < adapter.max_bytes <= 16 * 1024 * 1024


@pytest.mark.parametrize("name", NAMES)
def test_an_adapter_reads_its_own_samples(name: str) -> None:
    adapter = built(name)
    assert any(check(adapter, sample).observations for sample in samples(name))


@pytest.mark.parametrize("name", NAMES)
def test_an_adapter_is_a_pure_function_of_bytes_and_receipt(name: str) -> None:
    adapter = built(name)
    for sample in samples(name):
        assert check(adapter, sample) == check(built(name), sample)


@pytest.mark.parametrize("name", NAMES)
@SLOWLY
@given(payload=st.binary(max_size=4000))
def test_bytes_of_any_kind_are_refused_with_a_reason(name: str, payload: bytes) -> None:
    translation = check(built(name), payload)
    if not translation.observations and not translation.links:
        assert translation.rejections


@pytest.mark.parametrize("name", NAMES)
@SLOWLY
@given(data=st.data())
def test_damaged_samples_never_raise(name: str, data: st.DataObject) -> None:
    payload = bytearray(data.draw(st.sampled_from(samples(name))))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(payload)))
        until = min(len(payload), at + data.draw(st.integers(0, 60)))
        fragment = data.draw(
            st.one_of(
                st.binary(max_size=12),
                st.sampled_from(
                    [b"<", b"</", b">", b"&", b"NaN", b"-", b",", b"9" * 20, b"\x00", b"\xff\xfe"]
                ),
                st.text(max_size=10).map(lambda text: text.encode("utf-8", "surrogatepass")),
            )
        )
        payload[at:until] = fragment
    check(built(name), bytes(payload))


@pytest.mark.parametrize("name", NAMES)
@SLOWLY
@given(data=st.data())
def test_texts_of_any_kind_inside_a_sample_never_raise(name: str, data: st.DataObject) -> None:
    """Where the frame stays whole, wild values reach the rules behind it."""
    sample = data.draw(st.sampled_from(samples(name)))
    parts = sample.split(b">")
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(1, len(parts) - 1))
        _, mark, tag = parts[at].rpartition(b"<")
        wild = data.draw(
            st.one_of(
                st.text(alphabet=st.characters(blacklist_characters="<&"), max_size=40),
                st.from_regex(POSITIONS, fullmatch=True),
                st.datetimes().map(lambda moment: moment.isoformat()),
            )
        )
        parts[at] = wild.encode("utf-8", "replace") + mark + tag
    check(built(name), b">".join(parts))
