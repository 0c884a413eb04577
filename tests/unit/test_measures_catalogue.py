"""The French titles are the plan's own words, to the letter."""

import re
from pathlib import Path

import pytest

from tocsin.measures import catalogue, catalogue_for_api, measure, measures
from tocsin.taxonomy import types

PLAN = Path(__file__).parents[1] / "fixtures" / "plan"
CHAPTER = dict(
    line.split(" : ", 1) for line in (PLAN / "mesures-10.txt").read_text("utf-8").splitlines()
)
ANNEX = {
    code: (text, partners)
    for code, text, partners in (
        line.split("\t") for line in (PLAN / "annexe-10.tsv").read_text("utf-8").splitlines()
    )
}
THEME_10 = [f"M10.{n}" for n in range(1, 16)]


def published(text: str) -> str:
    """The words without what print adds: the closing sign, a footnote number, list dashes."""
    text = re.sub(r"\s*[;.]$", "", text).replace("⁸⁶", "")
    return text.replace(" - ", " – ")


@pytest.mark.parametrize("code", THEME_10)
def test_a_french_title_is_exactly_the_chapter_s(code: str) -> None:
    assert measure(code).title.fr == published(CHAPTER[code])
    assert measure(code).wording == "plan"


@pytest.mark.parametrize("code", THEME_10)
def test_the_partners_are_those_of_the_annex(code: str) -> None:
    row = measure(code)
    assert row.partners_fr == ANNEX[code][1]
    assert row.partners is not None
    assert len(row.partners) == row.partners_fr.count(",") + 1


def test_m10_4_keeps_both_readings_of_the_plan() -> None:
    """The chapter speaks of dangerous goods, the annex table of waste: both count."""
    variants = measure("M10.4").variants
    assert variants["produits_dangereux"].fr == published(CHAPTER["M10.4"])
    assert variants["dechets"].fr == published(ANNEX["M10.4"][0])
    assert variants["dechets"].fr.endswith("les flux de déchets")
    assert variants["dechets"].nl.endswith("afvalstromen")
    assert variants["dechets"].en.endswith("waste flows")


def test_the_axes_are_those_of_the_chapter() -> None:
    axes = [measure(code).axis for code in THEME_10]
    assert axes == ["prevention"] * 7 + ["reaction"] * 5 + ["suivi"] * 3


def test_a_title_that_is_not_the_plan_s_says_so() -> None:
    assert measure("M6.5").shortened
    assert measure("M6.12").wording == "ours"
    assert not measure("M6.4").shortened
    for row in catalogue().measures:
        assert row.shortened == ("…" in row.title.fr)
        assert row.translation == "ours"


def test_badges_stay_short() -> None:
    for row in catalogue().measures:
        for text in row.short.plain().values():
            assert 1 <= len(text.split()) <= 5
            assert len(text) <= 42


def test_every_measure_that_a_type_names_exists() -> None:
    for row in types().values():
        assert set(row.measures_auto) | set(row.measures_usual) <= set(measures())


def test_the_catalogue_is_plain_data_for_the_api() -> None:
    api = catalogue_for_api()
    assert api["plan"] == "PGSP-2017-2020"
    assert api["relations"]["revele"]["nl"] == "legt een lacune bloot"
    assert set(api["axes"]) == {"prevention", "reaction", "suivi"}
    assert [m["code"] for m in api["measures"]][:15] == THEME_10


def test_an_unknown_measure_is_an_error() -> None:
    with pytest.raises(KeyError):
        measure("M99.1")
