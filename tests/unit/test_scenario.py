from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tocsin.exercises.scenario import Scenario, load_scenario, read_scenario
from tocsin.measures import IncidentView, shipped_rules, ties_for
from tocsin.places import inside_region, named_places_in
from tocsin.tables import TableError
from tocsin.taxonomy import facts_of

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SC_01 = SCENARIOS / "sc-01-convoy-annie-cordy.yaml"

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


@pytest.fixture(scope="module")
def sc_01() -> Scenario:
    return load_scenario(SC_01)


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_scenario_of_the_library_can_be_played(path: Path) -> None:
    scenario = load_scenario(path)
    assert path.stem.startswith(scenario.scenario)
    for inject in scenario.injects:
        assert scenario.observation_of(inject).mode == "exercise"


def test_times_count_from_the_start() -> None:
    scenario = read_scenario(SMALL, "small.yaml")
    (inject,) = scenario.injects
    assert scenario.time_of(inject) == datetime(2026, 1, 15, 15, 32, tzinfo=UTC)
    received = datetime(2026, 1, 15, 15, 33, tzinfo=UTC)
    observation = scenario.observation_of(inject, received_at=received)
    assert (observation.source, observation.external_id) == ("cad:112", "one")
    assert observation.observed_at == scenario.time_of(inject)
    assert observation.received_at == received


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


def test_sc_01_has_its_twelve_lines_and_an_ordinary_afternoon_around_them(sc_01: Scenario) -> None:
    script = [inject for inject in sc_01.injects if not inject.background]
    assert {inject.id[:7] for inject in script} == {f"sc01-{n:02d}" for n in range(1, 13)}
    assert len(script) == 15
    background = [inject for inject in sc_01.injects if inject.background]
    assert len(background) == 25
    assert all(abs(inject.offset) <= timedelta(minutes=11) for inject in background)
    assert [inject.id for inject in sc_01.injects if inject.trap] == ["sc01-05"]


def test_sc_01_happens_in_the_region(sc_01: Scenario) -> None:
    for inject in sc_01.injects:
        geometry = sc_01.observation_of(inject).geometry
        assert geometry is not None
        assert geometry.type == "Point"
        lon, lat = geometry.coordinates
        assert inside_region(lat, lon), inject.id


def test_sc_01_has_the_code_of_every_tunnel_its_words_name(sc_01: Scenario) -> None:
    """The trap stands above the tunnel: neither its code nor its words may say tunnel."""
    for inject in sc_01.injects:
        observation = sc_01.observation_of(inject)
        codes = {f"{kind}:{code}" for kind, code in observation.location_codes.items()}
        named = named_places_in(f"{observation.location_text or ''} {observation.headline or ''}")
        assert codes >= {code for code in named if code.startswith("tunnel:")}, inject.id
        if inject.trap:
            assert "tunnel" not in observation.location_codes


def test_sc_01_leads_to_the_ties_the_exercise_expects(sc_01: Scenario) -> None:
    """Its script taken as one incident; the trap and the background left out."""
    facts: dict[str, dict[str, object]] = {}
    codes: set[str] = set()
    classes: set[str] = set()
    told: dict[str, str] = {}
    script = [i for i in sc_01.injects if not i.background and not i.trap]
    for inject in sorted(script, key=sc_01.time_of):
        observation = sc_01.observation_of(inject)
        for name, value in facts_of(observation.attributes).known.items():
            facts[name] = {"value": value, "observation": inject.id}
        codes |= {f"{kind}:{code}" for kind, code in observation.location_codes.items()}
        classes.add(inject.source.partition(":")[0])
        type_ = "TRA-CNV" if inject.id < "sc01-03" else "HAZ-ROA"
        severity = 1 if type_ == "TRA-CNV" else 3
        view = IncidentView(
            type_, severity, facts, tuple(sorted(codes)), tuple(sorted(classes)), None, True
        )
        told |= {tie.id: tie.strength for tie in ties_for(view, shipped_rules())}
    assert told == {
        "M10.1:mobilise": "auto",
        "M10.1:revele": "auto",
        "M10.2:mobilise": "auto",
        "M10.4:mobilise": "auto",
        "M10.5:eprouve": "auto",
        "M10.6:mobilise": "auto",
        "M10.8:mobilise": "suggested",
        "M10.9:mobilise": "auto",
        "M10.10:mobilise": "auto",
        "M10.11:mobilise": "suggested",
        "M10.12:mobilise": "suggested",
        "M10.15:alimente": "auto",
        "M6.4:mobilise": "auto",
        "M6.5:alimente": "suggested",
        "M6.6:mobilise": "suggested",
        "M6.8:alimente": "suggested",
    }
