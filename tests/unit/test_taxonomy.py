import itertools
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.contract import KINDS, Action
from tocsin.taxonomy import (
    all_kind_rules,
    attributes,
    compatibility,
    fact_labels,
    facts_of,
    families,
    incident_type,
    is_idle,
    is_personal,
    kind_rules,
    partner_names,
    type_names,
    types,
    vocabulary,
)

POINT_FAMILIES = {f for f in families() if f != "weather_water"}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def test_there_are_thirty_five_types_in_twelve_families() -> None:
    assert len(types()) == 35
    assert len(families()) == 12
    assert {row.family for row in types().values()} == set(families())


LISTED = Path(__file__).parent.parent / "fixtures" / "taxonomy" / "types.txt"


def listed() -> dict[str, dict[str, str]]:
    """The types as the domain notes list them, row by row."""
    text = LISTED.read_text(encoding="utf-8").splitlines()
    head, *rows = (line.split("|") for line in text if not line.startswith("#"))
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


def called(code: str) -> str:
    """Disciplines and partners of a type, as the list writes them."""
    row = incident_type(code)
    partners = [partner_names()[partner].fr for partner in row.partners]
    short = [name.rpartition("(")[2].rstrip(")") for name in partners]
    return " ".join((*row.disciplines, *short))


def test_the_table_has_the_types_of_the_list_in_its_order() -> None:
    assert list(types()) == list(listed())


@pytest.mark.parametrize("code", types())
def test_each_type_is_as_the_list_says(code: str) -> None:
    row, told = incident_type(code), listed()[code]
    assert (row.fr, row.nl, row.en) == (told["fr"], told["nl"], told["en"])
    assert row.severity == int(told["severity"])
    assert called(code) == told["called"]


@pytest.mark.parametrize("code", types())
def test_each_type_ties_the_measures_of_the_list(code: str) -> None:
    row, told = incident_type(code), listed()[code]["measures"].split()
    auto = {measure.removeprefix("*") for measure in told if measure.startswith("*")}
    assert set(row.measures_auto) == auto
    assert set(row.measures_usual) == {measure for measure in told if not measure.startswith("*")}


@pytest.mark.parametrize("code", types())
def test_each_type_reaches_as_far_and_as_long_as_the_list_says(code: str) -> None:
    row = incident_type(code)
    reach, _, window = listed()[code]["reach"].partition("/")
    assert (row.reach, str(row.radius_m))[reach.isdigit()] == reach
    assert (row.reach == "metric") == reach.isdigit()
    if window:
        assert row.window_min == int(window)


def test_the_attributes_of_an_incident_are_facts_that_are_or_are_not_so() -> None:
    assert set(attributes()) == {
        "dangerous_goods",
        "waste_hazardous",
        "fire",
        "smoke",
        "entrapped",
        "children",
        "public_building",
        "vip",
        "cross_border",
        "media_interest",
    }
    assert all(vocabulary()[name].type == "bool" for name in attributes())
    marked = {name for name, label in fact_labels().items() if label["attribute"]}
    assert marked == set(attributes())


def test_a_type_knows_its_names_severity_and_disciplines() -> None:
    row = incident_type("HAZ-ROA")
    assert (row.fr, row.nl, row.en) == (
        "Accident ADR (route)",
        "ADR-ongeval (weg)",
        "Dangerous-goods road accident",
    )
    assert (row.severity, row.disciplines[0], row.radius_m, row.window_min) == (3, "D1", 300, 45)
    assert row.measures_auto == ("M10.4",)


def test_partners_beside_the_disciplines_have_names() -> None:
    assert incident_type("TRA-TUN").partners == ("mobiris",)
    assert partner_names()["stib"].nl == "MIVB"
    assert all(p in partner_names() for row in types().values() for p in row.partners)


def test_an_unknown_type_is_an_error() -> None:
    with pytest.raises(KeyError):
        incident_type("XXX-XXX")


def test_screens_get_names_severity_and_family_of_each_type() -> None:
    assert type_names()["WEA-STO"] == {
        "fr": "Tempête / vents forts",
        "nl": "Storm / hevige wind",
        "en": "Storm / strong wind",
        "severity": 2,
        "family": "weather_water",
    }


@pytest.mark.parametrize(
    ("a", "b", "value"),
    [
        ("TRA-ACC", "TRA-ACC", 1.0),
        ("TRA-ACC", "TRA-TUN", 0.8),
        ("HAZ-ROA", "TRA-ACC", 0.5),
        ("TRA-CNV", "HAZ-ROA", 0.8),
        ("FIR-BLD", "EXP-GAS", 0.6),
        ("FLD-URB", "FLD-URB", 1.0),
        ("WEA-STO", "WEA-STO", 1.0),
        ("WEA-STO", "WEA-TMP", 0.0),
        ("PER-MIS", "PUB-DIS", 0.0),
        ("UTL-WAT", "SEC-ATT", 0.0),
        ("TRA-ACC", "NOT-ONE", 0.0),
    ],
)
def test_types_are_compatible_as_the_matrix_says(a: str, b: str, value: float) -> None:
    assert compatibility(a, b) == value


def test_compatibility_is_the_same_both_ways_and_between_0_and_1() -> None:
    for a, b in itertools.product(types(), repeat=2):
        assert compatibility(a, b) == compatibility(b, a)
        assert 0 <= compatibility(a, b) <= 1


def test_a_wide_warning_never_swallows_an_incident_on_the_spot() -> None:
    """But a storm told of one spot is a tree on a car: its outline tells the two apart."""
    for code in types():
        for warning in ("WEA-STO", "WEA-TMP"):
            if {code, warning} != {"WEA-STO", "TRA-ACC"}:
                assert compatibility(warning, code) == (1.0 if code == warning else 0.0)


def test_each_kind_of_observation_has_its_rules() -> None:
    assert set(all_kind_rules()) == set(KINDS)


def test_only_some_kinds_open_incidents() -> None:
    assert {kind for kind in KINDS if kind_rules(kind).opens} == {
        "event",
        "anpr_hit",
        "sensor",
        "report",
        "drone_track",
    }


def test_passages_and_injects_neither_open_nor_join() -> None:
    """A passage is a position; an inject is for the coordinator."""
    assert {k for k in KINDS if not kind_rules(k).joins} == {"anpr_passage", "inject"}


def test_a_hit_without_a_type_is_a_vehicle_of_interest() -> None:
    assert kind_rules("anpr_hit").default_type == "SEC-VEH"
    assert all(kind_rules(k).default_type is None for k in KINDS if k != "anpr_hit")


def test_moving_things_are_tracks() -> None:
    assert {k for k in KINDS if kind_rules(k).is_track} == {
        "anpr_passage",
        "drone_track",
        "resource_status",
    }
    assert {k for k in KINDS if kind_rules(k).track_needs_code} == {"resource_status"}


def test_a_heartbeat_never_touches_an_incident() -> None:
    assert {action for action in get_args(Action) if is_idle(action)} == {"heartbeat"}


def test_known_facts_of_the_right_type_are_kept() -> None:
    given_ = {
        "fire": True,
        "un_number": "1203",
        "casualties_red": 0,
        "wind_kmh": 18.5,
        "phase": "provinciale",
        "speed_of_the_wind": 3,
        "leak": None,
    }
    found = facts_of(given_)
    assert found.known == {
        "fire": True,
        "un_number": "1203",
        "casualties_red": 0,
        "wind_kmh": 18.5,
        "phase": "provinciale",
    }
    assert found.ignored == ()


@pytest.mark.parametrize(
    "attributes",
    [
        {"fire": "yes"},
        {"fire": 1},
        {"casualties_red": True},
        {"casualties_red": -1},
        {"casualties_red": 2.0},
        {"wind_kmh": "18"},
        {"wind_kmh": float("nan")},
        {"un_number": 1203},
        {"un_number": "12034"},
        {"lead": ""},
        {"phase": "régionale"},
        {"camera_state": ["ok"]},
    ],
)
def test_a_fact_of_the_wrong_type_is_ignored_and_told(attributes: dict[str, object]) -> None:
    assert facts_of(attributes) == ({}, tuple(attributes))


@pytest.mark.parametrize(
    "text", ["1-" + "ABC-123", "1" + "ABC123", "0475 12 34 56", "+32 2 507 99 11"]
)
def test_a_plate_or_a_telephone_number_never_becomes_a_fact(text: str) -> None:
    assert is_personal(text)
    assert facts_of({"lead": f"piket {text}"}).ignored == ("lead",)


@pytest.mark.parametrize("text", ["X-EXE-101", "CAM-TUN-114", "P-EXO-7", "2026-01-15", "D1 / 33"])
def test_codes_and_dates_are_not_taken_for_personal_data(text: str) -> None:
    assert not is_personal(text)


@given(st.dictionaries(st.sampled_from([*vocabulary()]) | st.text(), json_values, max_size=12))
def test_facts_of_anything_is_only_vocabulary(attributes: dict[str, object]) -> None:
    found = facts_of(attributes)
    assert set(found.known) | set(found.ignored) <= set(vocabulary())
    assert not set(found.known) & set(found.ignored)


def test_each_fact_has_labels_in_three_languages() -> None:
    labels = fact_labels()
    assert labels["phase"]["choices"]["communale"]["nl"] == "gemeentelijke"
    assert all(row[language] for row in labels.values() for language in ("fr", "nl", "en"))


def test_no_fact_is_made_for_a_person() -> None:
    forbidden = ("plate", "name", "phone", "birth", "face")
    assert not [name for name in vocabulary() if any(word in name for word in forbidden)]
