"""Our list: only a lawful entry matches, only while it is valid, and only a look-alike apart."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from plate_desk import LIVE_PLATE, NOW, entry, listed, private
from tocsin_adapters.plates import PlateSettings
from tocsin_adapters.plates.watch import WatchList, listed_hmac, read_list
from tocsin_adapters.plates.words import misreadings, normalised

LONGEST = timedelta(days=31)
KEY = b"k" * 40
BELGIAN = "-".join(("1", "ZZZ", "000"))  # never written out: no file holds such a plate


def read(path: Path, key: bytes | None = None) -> WatchList:
    return read_list(path, key=key, longest=LONGEST)


def matched(path: Path, plate: str, **more: Any) -> str | None:
    found = read(path).match(plate, NOW, **more)
    return None if found is None else f"{found.entry.ref} {found.kind}"


def test_the_same_plate_matches_exactly(tmp_path: Path) -> None:
    assert matched(listed(tmp_path, entry()), "XEXE303") == "V-07 exact"


def test_one_look_alike_apart_is_confusable(tmp_path: Path) -> None:
    assert matched(listed(tmp_path, entry()), "XEXE3O3") == "V-07 confusable"


@pytest.mark.parametrize("other", ["XEXE304", "XEXE30", "XEXE3033", "XEXE033", "EXE303", "XEXE9O3"])
def test_any_other_difference_is_no_match(tmp_path: Path, other: str) -> None:
    assert matched(listed(tmp_path, entry()), other) is None


def test_look_alikes_can_be_switched_off(tmp_path: Path) -> None:
    assert matched(listed(tmp_path, entry()), "XEXE3O3", confusable=False) is None


def test_the_exact_entry_is_preferred_to_a_look_alike(tmp_path: Path) -> None:
    both = listed(tmp_path, entry(ref="V-08", plate="X-EXE-3O3"), entry())
    assert matched(both, "XEXE303") == "V-07 exact"


@pytest.mark.parametrize(
    ("missing", "value"),
    [
        ("owner", None),
        ("legal_basis", None),
        ("requester", None),
        ("validator", None),
        ("starts", None),
        ("action", None),
        ("description", None),
        ("validator", "Enquêteur de garde"),
        ("expires", "2026-01-14T00:00:00+01:00"),
        ("expires", "2026-12-31T00:00:00+01:00"),
        ("starts", "2026-01-15T14:00:00"),
        ("action", "arrest"),
        ("ref", "v 7"),
        ("plate", ""),
        ("plate", "unknown"),
        ("description", {"fr": "camionnette X-EXE-303", "nl": "witte bestelwagen"}),
        ("description", {"fr": f"camionnette {BELGIAN}", "nl": "witte bestelwagen"}),
        ("description", {"fr": "camionnette blanche"}),
        ("surprise", "x"),
    ],
)
def test_an_entry_that_is_not_lawful_never_matches(
    tmp_path: Path, missing: str, value: Any
) -> None:
    path = listed(tmp_path, entry(**{missing: value}), entry(ref="V-09", plate="X-EXE-909"))
    found = read(path)
    assert found.match("XEXE303", NOW) is None
    assert found.match("XEXE909", NOW) is not None
    assert len(found.refused) == 1
    assert "303" not in found.refused[0]


def test_an_entry_without_an_end_ends_after_three_days(tmp_path: Path) -> None:
    found = read(listed(tmp_path, entry()))
    start = NOW.replace(hour=13, minute=0, second=0)
    assert found.match("XEXE303", start - timedelta(seconds=1)) is None
    assert found.match("XEXE303", start) is not None
    assert found.match("XEXE303", start + timedelta(hours=72, seconds=-1)) is not None
    assert found.match("XEXE303", start + timedelta(hours=72)) is None


def test_a_ref_that_stands_twice_matches_for_neither(tmp_path: Path) -> None:
    found = read(listed(tmp_path, entry(), entry(plate="X-EXE-304")))
    assert found.match("XEXE303", NOW) is None
    assert found.match("XEXE304", NOW) is None


def test_a_plate_may_stand_as_hmac_only(tmp_path: Path) -> None:
    digest = listed_hmac(KEY, "zzz toc 303")
    path = listed(tmp_path, entry(plate=None, plate_hmac=digest), kind="live")
    found = read(path, KEY)
    assert found.match("ZZZTOC303", NOW) is not None
    assert found.match("ZZZT0C303", NOW) is not None
    assert found.match("ZZZTOC304", NOW) is None
    assert read(path).match("ZZZTOC303", NOW) is None
    assert "303" not in repr(found)


def test_an_exercise_list_with_a_plate_that_could_be_real_is_refused_whole(tmp_path: Path) -> None:
    path = listed(tmp_path, entry(), entry(ref="V-08", plate=LIVE_PLATE))
    with pytest.raises(ValueError, match="V-08 is no exercise plate"):
        read(path)


def test_an_exercise_list_holds_no_hmac(tmp_path: Path) -> None:
    path = listed(tmp_path, entry(plate=None, plate_hmac="0" * 64))
    with pytest.raises(ValueError, match="no exercise plate"):
        read(path)


def test_an_exercise_plate_on_a_live_list_never_matches(tmp_path: Path) -> None:
    found = read(listed(tmp_path, entry(), entry(ref="V-08", plate=LIVE_PLATE), kind="live"))
    assert found.match("XEXE303", NOW) is None
    assert found.match("ZZZTOC303", NOW) is not None


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604])
def test_a_list_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = listed(tmp_path, entry())
    path.chmod(mode)
    with pytest.raises(ValidationError, match="can be read by others"):
        PlateSettings(watch_list=path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("list: [", "no valid"),
        ("- a", "holds `list` and `entries`"),
        ("entries: []", "says live or exercise"),
        ("list: live\nentries: x", "nothing else"),
        ("list: live\nmore: 1", "nothing else"),
        ("\udcff", "no valid"),
    ],
)
def test_a_list_that_cannot_be_read_stops_the_source(tmp_path: Path, text: str, said: str) -> None:
    path = private(tmp_path / "watch.yaml", "")
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValidationError, match=said):
        PlateSettings(watch_list=path)


def test_a_list_may_be_toml(tmp_path: Path) -> None:
    rows = "".join(
        f"{name} = {json.dumps(value)}\n"
        for name, value in entry().items()
        if name not in ("description", "starts")
    )
    said = 'description = {fr = "camionnette blanche", nl = "witte bestelwagen"}\n'
    text = f'list = "exercise"\n[[entries]]\n{rows}{said}starts = 2026-01-15T14:00:00+01:00\n'
    path = private(tmp_path / "watch.toml", text)
    assert matched(path, "XEXE303") == "V-07 exact"


def test_a_missing_list_stops_the_source(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="cannot be read"):
        PlateSettings(watch_list=tmp_path / "nothing.yaml")


def test_a_short_key_stops_the_source(tmp_path: Path) -> None:
    short = private(tmp_path / "key", "short")
    with pytest.raises(ValidationError, match="a key needs 32"):
        PlateSettings(passages="token", token_key_file=short)
    with pytest.raises(ValidationError, match="needs token_key_file"):
        PlateSettings(passages="token")


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=2, max_size=10))
def test_a_misreading_has_the_same_length_and_one_other_character(plate: str) -> None:
    for other in misreadings(plate):
        assert len(other) == len(plate)
        assert sum(a != b for a, b in zip(plate, other, strict=True)) == 1
    assert plate not in set(misreadings(plate))


@given(st.text(max_size=40))
def test_a_normalised_plate_is_normal(text: str) -> None:
    plate = normalised(text)
    if plate is not None:
        assert normalised(plate) == plate
        assert 2 <= len(plate) <= 16


@pytest.mark.parametrize("text", ["unknown", "No Plate", "<unknown>", "", None, "N/A", "0", 5.5])
def test_what_stands_for_no_plate_is_none(text: object) -> None:
    assert normalised(text) is None


@pytest.mark.parametrize("text", ["x-exe-101", " X EXE 101 ", "X.EXE·101", "ＸＥＸＥ１０１"])
def test_a_plate_has_one_spelling(text: str) -> None:
    assert normalised(text) == "XEXE101"
