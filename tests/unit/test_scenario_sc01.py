"""SC-01, decided without a broker: what its coordinator expects is what comes out."""

import itertools
import re
from datetime import UTC
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from deciding import NOW, Room
from tocsin.contract.times import to_text
from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import Input, ObservationArrived
from tocsin.engine.replay import replay
from tocsin.exercises.collection import scenario_folder
from tocsin.exercises.scenario import Scenario, load_scenario, timeline
from tocsin.journal.entry import Entry, canonical_body
from tocsin.situation.picture import Incident, Situation
from tocsin.tables import LANGUAGES

REALM = "exercise-sc-01"
# What the scenario's author expects of the plan, and how sure the rules are of each.
EXPECTED_TIES = {
    "M10.4:mobilise": "auto",
    "M10.1:mobilise": "auto",
    "M10.1:revele": "auto",
    "M10.2:mobilise": "auto",
    "M10.6:mobilise": "auto",
    "M10.9:mobilise": "auto",
    "M10.8:mobilise": "suggested",
    "M10.10:mobilise": "auto",
    "M10.12:mobilise": "suggested",
    "M10.11:mobilise": "suggested",
    "M10.15:alimente": "auto",
    "M10.5:eprouve": "auto",
    "M6.4:mobilise": "auto",
    "M6.5:alimente": "suggested",
    "M6.6:mobilise": "suggested",
    "M6.8:alimente": "suggested",
}


@cache
def scenario() -> Scenario:
    return load_scenario(scenario_folder() / "sc-01-convoy-annie-cordy.yaml")


@cache
def inputs() -> tuple[Input, ...]:
    told = scenario()
    return tuple(
        ObservationArrived(
            to_text(one.at),
            one.observation.model_copy(update={"received_at": one.at.astimezone(UTC)}),
        )
        for one in timeline(told)
        if one.observation is not None
    )


@cache
def played() -> Room:
    room = Room(REALM, NOW)
    for given_input in inputs():
        room.decide(given_input)
    return room


def messages_of(incident: Incident) -> set[str]:
    observations = played().situation.observations
    return {observations[o].external_id for o in incident.observations}


def incident_of(message: str) -> Incident:
    incident = played().shown(message).incident
    assert incident is not None, f"{message} belongs to no incident"
    return played().situation.incidents[incident]


def test_the_whole_story_of_the_tunnel_is_one_incident() -> None:
    story = {
        one.id
        for one in timeline(scenario())
        if one.inject.incident == "tunnel" and one.observation is not None
    }
    assert len(story) >= 14
    assert messages_of(incident_of("sc01-01")) == story


def test_two_calls_from_both_ends_of_the_tunnel_are_one_accident() -> None:
    assert incident_of("sc01-04a") is incident_of("sc01-04b") is incident_of("sc01-03a")


def test_the_trap_stays_apart() -> None:
    [trap] = [inject.id for inject in scenario().injects if inject.trap]
    assert messages_of(incident_of(trap)) == {trap}
    assert incident_of(trap).type == "TRA-ACC"


def test_the_background_never_touches_the_story() -> None:
    background = {inject.id for inject in scenario().injects if inject.background}
    for incident in played().situation.incidents.values():
        messages = messages_of(incident)
        assert messages <= background or not messages & background


def test_the_deviation_is_seen_before_the_crash() -> None:
    """Eight minutes before it, with its tie to the transport of dangerous goods."""
    room = Room(REALM, NOW)
    told = scenario()
    for given_input in inputs():
        assert isinstance(given_input, ObservationArrived)
        if given_input.at >= to_text(told.starts):
            break
        room.decide(given_input)

    incident = room.situation.incidents[room.shown("sc01-01").incident or ""]
    assert incident.type == "TRA-CNV"
    assert "M10.4:mobilise" in {tie.id for tie in incident.ties}


def test_the_crash_regrades_the_convoy_and_moves_the_incident_to_where_it_burns() -> None:
    incident = incident_of("sc01-03a")
    crash = played().shown("sc01-03a")
    assert (incident.type, incident.severity) == ("HAZ-ROA", 3)
    assert (incident.grade_why or {})["observation"] == crash.id


def test_every_expected_tie_is_there_and_no_other() -> None:
    ties = {tie.id: tie for tie in incident_of("sc01-01").ties}

    assert {tie.id: tie.strength for tie in ties.values()} == EXPECTED_TIES
    assert {tie.status for tie in ties.values()} == {"proposed"}


def test_every_tie_says_why_in_three_languages_with_nothing_left_to_fill_in() -> None:
    ties = [t for i in played().situation.incidents.values() for t in i.ties]
    for tie in ties:
        assert set(tie.reason) == set(LANGUAGES)
        for sentence in tie.reason.values():
            assert sentence.strip()
            assert not re.search(r"[{}%]", sentence), sentence
        assert tie.reason["fr"] != tie.reason["nl"]
        assert all(o in played().situation.observations for o in tie.evidence)
    assert len({tie.reason["fr"] for tie in ties}) > len(EXPECTED_TIES)


def test_reasons_quote_the_facts_of_the_story() -> None:
    reasons = {tie.id: tie.reason for tie in incident_of("sc01-01").ties}
    for language in LANGUAGES:
        assert "33/1203" in reasons["M10.4:mobilise"][language]
        assert "P-EXO-7" in reasons["M10.4:mobilise"][language]
        assert re.search(r"T1\D+2\b.*T3\D+4\b.*45", reasons["M10.10:mobilise"][language])


def test_nothing_in_it_could_be_taken_for_real() -> None:
    assert {s.mode for s in played().situation.observations.values()} == {"exercise"}


def as_recorded(entries: list[Entry]) -> list[tuple[int, str, str, int, bytes]]:
    return [(e.n, e.at, e.kind, e.cause, canonical_body(e)) for e in entries]


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 60)))
def test_it_comes_out_the_same_in_any_batches(cuts: set[int]) -> None:
    situation, entries = Situation(REALM), list[Entry]()
    bounds = sorted({0, len(inputs()), *(cut for cut in cuts if cut < len(inputs()))})
    for start, end in itertools.pairwise(bounds):
        situation, more = decide_all(situation, inputs()[start:end])
        entries += more

    assert as_recorded(entries) == as_recorded(played().entries)


def test_its_journal_can_be_decided_again() -> None:
    assert replay(Situation(REALM), played().entries) is None
