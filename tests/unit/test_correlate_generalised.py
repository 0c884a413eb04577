"""Where a mast, a street and a kind each tell a part of it; and the page quotes the table."""

import re
from pathlib import Path

import pytest

from deciding import Room, metres_north
from tocsin.correlation.early import early_facts
from tocsin.correlation.score import look_at, said_place, score
from tocsin.correlation.weights import shipped_weights
from tocsin.places import place_of
from tocsin.taxonomy import compatibility

PAGE = Path(__file__).parents[2] / "docs" / "correlation.md"
LONG_STREET = "street:avenue-brugmann"
W = shipped_weights()
REGIME = {"legal_regime": "loi_cameras_lieu_ouvert"}


def value_of(room: Room, key: str, term: str) -> float | None:
    """What a term says of an observation that was asked about the first incident."""
    fit = score(look_at(room.shown(key), (), W), room.incident(), W)
    return None if fit is None else {t.term: t.value for t in fit.terms}.get(term)


def test_a_long_street_is_no_sharper_than_the_mast() -> None:
    place = place_of(LONG_STREET)
    assert place is not None
    assert place.extent_m is not None

    assert said_place((LONG_STREET,), place.extent_m - 1) is None
    assert said_place((LONG_STREET,)) == (place.lat, place.lon, place.extent_m)


def test_of_a_long_street_the_part_in_the_cell_counts() -> None:
    room = Room()
    room.observe("first", accuracy_m=20, location_text="Avenue Brugmann")
    room.observe("mast", accuracy_m=330, location_text="Avenue Brugmann", at=metres_north(60))
    fit = score(look_at(room.shown("mast"), (LONG_STREET,), W), room.incident(), W)

    assert fit is not None
    terms = {t.term: t.value for t in fit.terms}
    assert terms["place_name"] == W.place_names["street"]
    assert "only_blur" not in terms


def test_what_is_of_another_kind_must_be_nearer_however_blurred_both_are() -> None:
    room = Room()
    room.observe("first", type_hint="FIR-BLD", accuracy_m=45)
    room.observe("fire", type_hint="FIR-BLD", accuracy_m=45, at=metres_north(95))
    room.observe("ill", type_hint="MED-TOX", accuracy_m=45, at=metres_north(95))

    same, other = (value_of(room, key, "distance") for key in ("fire", "ill"))

    assert same is not None
    assert other is not None
    assert other < same / 2


def test_a_tree_on_a_car_may_be_told_as_storm_or_as_accident() -> None:
    assert compatibility("WEA-STO", "TRA-ACC") == 0.5
    assert compatibility("WEA-STO", "FIR-BLD") == 0


@pytest.mark.parametrize(("kind", "adopted"), [("camera_status", False), ("social", True)])
def test_a_state_from_before_it_happened_is_no_part_of_it(kind: str, adopted: bool) -> None:
    room = Room()
    room.observe("early", source="camera:cam-1", kind=kind, type_hint=None, accuracy_m=10, **REGIME)
    room.observe("first")

    found = [shown for shown, _ in early_facts(room.situation, room.incident(), W)]
    assert (room.shown("early").incident is not None or bool(found)) is adopted


def test_the_page_quotes_the_figures_of_the_table() -> None:
    terms = W.terms.model_dump()
    rows = re.findall(r"^\| (\w+) \| (?:up to )?([+−])(\d\.\d\d) \|", PAGE.read_text("utf-8"), re.M)
    quoted = {name: float(figure) * (-1 if sign == "−" else 1) for name, sign, figure in rows}

    assert len(quoted) >= 15
    assert {name: value for name, value in quoted.items() if terms[name] != value} == {}
