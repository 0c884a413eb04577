"""The tables of plates and cameras agree with one another and with the room's vocabulary."""

from importlib.resources import files
from string import Formatter
from typing import Any, get_args

import pytest
import yaml

from tocsin.taxonomy import types
from tocsin.taxonomy.facts import vocabulary
from tocsin_adapters.plates.happenings import happenings
from tocsin_adapters.plates.reads import CameraState
from tocsin_adapters.plates.table import mapped
from tocsin_adapters.plates.words import country_of

STATES = set(get_args(CameraState))


def table(package: str, name: str) -> dict[str, Any]:
    text = files(f"tocsin_adapters.{package}").joinpath(name).read_text("utf-8")
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def test_every_headline_stands_in_each_language_with_the_same_blanks() -> None:
    phrases = table("plates", "phrases.yaml")
    assert set(phrases) == {"fr", "nl", "en"}
    blanks = [
        {name: {field for _, field, _, _ in Formatter().parse(text)} for name, text in said.items()}
        for said in phrases.values()
    ]
    assert blanks[0] == blanks[1] == blanks[2]
    assert set(phrases["fr"]) >= STATES


def test_happenings_name_types_and_facts_that_the_room_knows() -> None:
    for row in happenings().values():
        assert row.type_hint is None or row.type_hint in types()
        assert all(vocabulary()[name].type == "bool" for name in row.facts)
        assert bool(row.facts) <= (row.type_hint is not None)


@pytest.mark.parametrize("package", ["hikvision", "dahua"])
def test_a_makers_codes_mean_one_thing_that_exists(package: str) -> None:
    codes = table(package, "codes.yaml")
    assert set(codes["happenings"].values()) <= set(happenings())
    assert set(codes["states"].values()) <= STATES - {"working"}
    lists = [*codes["happenings"], *codes["states"], *codes["dropped"]]
    lists += codes.get("heartbeats", []) + codes.get("plates", [])
    assert len(lists) == len(set(lists))
    assert all(code == code.lower() for code in lists)


def test_onvif_topics_lead_to_what_exists() -> None:
    topics = table("onvif", "topics.yaml")
    for name, row in topics["topics"].items():
        assert name == name.lower()
        assert len(row.keys() & {"what", "state", "plate"}) == 1
        assert row.get("what", "motion") in happenings()
        assert row.get("state", "moved") in STATES
        allowed = happenings()[row["what"]].figures if "what" in row else ()
        assert set(row.get("figures", {})) <= set(allowed)
    assert not set(topics["topics"]) & set(topics["dropped"])


def test_colours_classes_and_kinds_of_match_are_the_rooms_words() -> None:
    words = table("plates", "words.yaml")
    assert set(words["colours"]) == set(vocabulary()["vehicle_colour"].choices or ())
    assert set(words["classes"]) == set(vocabulary()["vehicle_class"].choices or ())


def test_no_word_has_two_meanings() -> None:
    words = table("plates", "words.yaml")
    for name in ("colours", "classes", "vendor_lists", "countries"):
        said = [
            {"".join(filter(str.isalnum, word)).lower() for word in row}
            for row in words[name].values()
        ]
        assert sum(map(len, said)) == len(set().union(*said)), name
    assert not set(words["approach"]) & set(words["leave"])


@pytest.mark.parametrize("package", ["genetec", "survision"])
def test_a_makers_own_table_is_valid(package: str) -> None:
    text = files(f"tocsin_adapters.{package}").joinpath("mapping.yaml").read_text("utf-8")
    assert mapped(text).fields["plate"]


@pytest.mark.parametrize(
    ("written", "code"),
    [("BEL", "BE"), ("be", "BE"), ("B", "BE"), ("F", "FR"), ("UK", "GB"), ("JP", "JP")]
    + [(bad, None) for bad in ("EU", "NON", "3", "", "??", 13)],
)
def test_a_country_is_two_letters_however_it_was_written(written: object, code: str | None) -> None:
    assert country_of(written) == code
