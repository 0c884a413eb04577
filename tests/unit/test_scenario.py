from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator

from tocsin.exercises.scenario import load_scenario, occurrences, read_scenario, timeline
from tocsin.tables import Document, TableError

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CONTRACT = Path(__file__).parents[2] / "docs" / "contract"

SMALL = """scenario: small
title: {fr: Essai, nl: Proef, en: Trial}
brief: {fr: Un essai, nl: Een proef, en: A trial}
starts: "2026-01-15T16:40:00+01:00"
injects:
  - id: one
    at: "-00:08:00"
    kind: EVT
    source: cad:112
    expect: {fr: Ouvrir, nl: Starten, en: Open}
    observation:
      kind: event
      type_hint: TRA-ACC
      geometry: {type: Point, coordinates: [4.35, 50.85]}
      location_codes: {tunnel: annie-cordy}
      attributes: {fire: true}
"""


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_scenario_of_the_library_can_be_played(path: Path) -> None:
    scenario = load_scenario(path)
    assert path.stem.startswith(scenario.scenario)
    told = [one.observation for i in scenario.injects for one in occurrences(scenario, i)]
    assert {one.mode for one in told if one is not None} == {"exercise"}


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_scenario_fits_the_schema_that_editors_use(path: Path) -> None:
    schema = orjson.loads((CONTRACT / "scenario.schema.json").read_bytes())
    document = Document(path.read_text("utf-8"), path.name)
    wrong = Draft202012Validator(schema).iter_errors(document.value)
    assert [error.message for error in wrong] == []


def test_times_count_from_the_start() -> None:
    scenario = read_scenario(SMALL, "small.yaml")
    (one,) = timeline(scenario)
    assert one.at == datetime(2026, 1, 15, 15, 32, tzinfo=UTC)
    assert one.observation is not None
    assert (one.observation.source, one.observation.external_id) == ("cad:112", "one")
    assert one.observation.observed_at == one.at


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"-00:08:00"', "eight minutes before", "small.yaml:7: injects[0].at: cannot read"),
        ('"-00:08:00"', '"-00:75:00"', "small.yaml:7: injects[0].at: cannot read"),
        ("kind: EVT", "kind: SMS", "small.yaml:8: injects[0].kind: "),
        ("kind: event", "kind: evnt", "small.yaml:12: injects[0].observation.kind: "),
        ("kind: event", "kind: social", "an inject of kind EVT is no social"),
        ("kind: event", "kind: event\n      mode: real", "mode: follows from the inject"),
        (", en: Trial", "", "small.yaml:2: title.en: "),
        ("TRA-ACC", "TRA-XXX", "small.yaml:13: injects[0].observation.type_hint: there is no"),
        ("annie-cordy", "annie-codry", "small.yaml:15: injects[0].observation.location_codes"),
        ("fire: true", "fire: maybe", "small.yaml:16: injects[0].observation.attributes.fire"),
        ("[4.35, 50.85]", "[450.0, 50.85]", "small.yaml:14: injects[0].observation.geometry"),
        ("source: cad:112", "source: CAD 112", "small.yaml:9: injects[0].source: "),
        ("    expect: {fr: Ouvrir, nl: Starten, en: Open}\n", "", "expect: only background"),
        ("+01:00", "", "small.yaml:4: starts: "),
        ("fr: Essai", "fr: 1-" + "ABC-123", "small.yaml:2: looks like a Belgian plate"),
        ("fr: Ouvrir", "fr: la 2" + "XYZ987 passe", "small.yaml:10: looks like a Belgian plate"),
        ("id: one", "id: one\n    colour: red", "small.yaml:7: injects[0].colour: "),
    ],
)
def test_a_mistake_is_told_with_file_line_and_field(before: str, after: str, told: str) -> None:
    assert before in SMALL
    with pytest.raises(TableError) as caught:
        read_scenario(SMALL.replace(before, after, 1), "small.yaml")
    assert told in str(caught.value)


def test_two_injects_of_one_id_are_refused() -> None:
    """Their observations would fold into one as duplicates."""
    twice = SMALL + SMALL[SMALL.index("  - id: one") :]
    with pytest.raises(TableError, match="one comes twice"):
        read_scenario(twice, "small.yaml")


def test_a_headline_of_many_is_told_without_its_number() -> None:
    many = SMALL.replace(
        "kind: event\n", 'kind: event\n      headline: "Appel 112 ({k}) : fumée"\n'
    )
    (inject,) = read_scenario(many, "small.yaml").injects
    assert inject.headline == "Appel 112 : fumée"
