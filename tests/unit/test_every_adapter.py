"""What every installed adapter promises, asked of each: whole, damaged and senseless bytes."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapter_trials import (
    NAMES,
    RECEIPT,
    Damage,
    adapter,
    best_receipt,
    promises_broken,
    receipts,
    samples,
)
from tocsin.contract import Receipt, Translation
from tocsin.sources import load_adapters
from tocsin.sources.framing import FRAMINGS
from tocsin.sources.memory import Memory

DAMAGED = 150
OURS = {
    *("ais", "axis", "cap", "cisu", "cot", "dahua", "datex", "dji", "edxl", "eido", "emsi"),
    *("frigate", "genetec", "georss", "gtfs_rt", "hikvision", "ngsi_ld", "onvif", "openalpr"),
    *("owntracks", "platerecognizer", "remote_id", "survision", "traccar", "waze"),
}


def check(name: str, payload: bytes, receipt: Receipt) -> Translation:
    made = adapter(name).translate(payload, receipt)
    assert list(promises_broken(made, receipt)) == []
    return made


def test_all_of_ours_are_installed() -> None:
    assert set(NAMES) >= OURS


@pytest.mark.parametrize("name", NAMES)
def test_an_adapter_says_its_name_its_bound_and_how_it_is_read(name: str) -> None:
    one = adapter(name)
    assert one.name == name
    assert 0 < one.max_bytes <= 16 * 1024 * 1024
    assert getattr(one, "framing", "datagram") in FRAMINGS
    for said in ("needs_legal_regime", "reads_deletions", "tells_mode"):
        assert isinstance(getattr(one, said, False), bool)


@pytest.mark.parametrize("name", NAMES)
def test_an_adapter_reads_its_own_samples(name: str) -> None:
    made = [check(name, sample, best_receipt(name, sample)) for sample in samples(name)]
    assert any(one.observations for one in made)


@pytest.mark.parametrize("name", NAMES)
def test_an_adapter_is_a_pure_function_of_bytes_and_receipt(name: str) -> None:
    """Nothing is kept between messages but what the memory says."""
    fresh = load_adapters([name])[name]({})
    for sample in samples(name):
        for receipt in receipts(name):
            assert check(name, sample, receipt) == fresh.translate(sample, receipt)


@pytest.mark.parametrize("name", NAMES)
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(payload=st.binary(max_size=2000))
def test_bytes_of_any_kind_are_refused_with_a_reason(name: str, payload: bytes) -> None:
    made = check(name, payload, RECEIPT)
    if not made.observations and not made.links and payload.strip():
        assert made.rejections


@pytest.mark.parametrize("name", NAMES)
def test_damaged_samples_never_raise_and_never_break_the_contract(name: str) -> None:
    """One after another with the memory that those before left, as in a long night."""
    damage = Damage(name, 1)
    memory = Memory({})
    for _ in range(DAMAGED):
        payload, receipt = damage.next()
        made = check(name, payload, replace(receipt, memory=memory.view))
        changes, full = memory.judge(made.remember)
        assert full is None
        memory.accept(changes)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "payload",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"<a>" * 50_000,
        b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        b"9" * 200_000,
        b"\xff\xfe" + "<a/>".encode("utf-16-le"),
        b"\x00" * 1000,
        b"\xbf" + b"\xff" * 9 + b"\x01",
    ],
    ids=["lists", "objects", "elements", "entity", "digits", "utf-16", "nothing", "varint"],
)
def test_what_is_known_to_hurt_parsers_is_refused(name: str, payload: bytes) -> None:
    assert check(name, payload[: adapter(name).max_bytes], RECEIPT).rejections


@pytest.mark.parametrize("name", NAMES)
def test_without_a_legal_regime_nothing_about_plates_or_cameras_leaves(name: str) -> None:
    for sample in samples(name):
        receipt = replace(best_receipt(name, sample), legal_regime=None)
        for observation in check(name, sample, receipt).observations:
            assert observation.kind not in {"anpr_passage", "anpr_hit", "camera_frame"}
