"""The recorded inputs, decided again, give the recorded entries: byte for byte, however batched."""

import itertools
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deciding import (
    OPERATOR,
    Room,
    arrivals,
    commands_for,
    metres_north,
    observation,
    other_inputs,
    times,
)
from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import CommandGiven, CommandRefused, Input, ObservationArrived
from tocsin.engine.replay import inputs_of, replay, replay_journal, same
from tocsin.journal.entry import Entry, canonical_body
from tocsin.journal.store import Journal
from tocsin.situation.picture import Situation, picture

thorough = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
REALMS = ("live", "exercise-sc-01")


@st.composite
def stories(draw: Any) -> tuple[str, list[Input], list[Entry]]:
    """A realm, the inputs that were taken, and the entries they led to one by one."""
    realm = draw(st.sampled_from(REALMS))
    situation = Situation(realm)
    taken: list[Input] = []
    entries: list[Entry] = []
    for _ in range(draw(st.integers(1, 20))):
        if situation.n and draw(st.integers(0, 3)) == 0:
            document = draw(commands_for(situation))
            given: Input = CommandGiven(draw(times()), OPERATOR, document)
        else:
            given = draw(st.one_of(arrivals(), arrivals(), other_inputs()))
        try:
            situation, more = decide_all(situation, [given])
        except CommandRefused:
            continue
        taken.append(given)
        entries += more
    return realm, taken, entries


def as_recorded(entries: list[Entry]) -> list[tuple[int, str, str, int, bytes]]:
    return [(e.n, e.at, e.kind, e.cause, canonical_body(e)) for e in entries]


@thorough
@given(stories())
def test_a_journal_decided_again_is_the_same(story: tuple[str, list[Input], list[Entry]]) -> None:
    realm, _, entries = story
    assert replay(Situation(realm), entries) is None


@thorough
@given(stories(), st.lists(st.integers(0, 20), max_size=4))
def test_it_does_not_matter_how_inputs_were_batched(
    story: tuple[str, list[Input], list[Entry]], cuts: list[int]
) -> None:
    realm, taken, one_by_one = story
    situation, entries = Situation(realm), list[Entry]()
    bounds = sorted({0, len(taken), *(cut % (len(taken) + 1) for cut in cuts)})
    for start, end in itertools.pairwise(bounds):
        situation, more = decide_all(situation, taken[start:end])
        entries += more

    assert as_recorded(entries) == as_recorded(one_by_one)


@thorough
@given(stories(), st.data())
def test_a_changed_entry_is_found_by_its_number(
    story: tuple[str, list[Input], list[Entry]], data: st.DataObject
) -> None:
    """Only decided entries: a changed input leads to a journal of its own."""
    realm, _, entries = story
    decided = [e for e in entries if e.cause != e.n]
    if not decided:
        return
    victim = data.draw(st.sampled_from(decided))
    changed = list(entries)
    changed[victim.n - 1] = replace(victim, body={**victim.body, "changed": True})

    found = replay(Situation(realm), changed)

    assert found is not None
    assert (found.n, found.recorded) == (victim.n, changed[victim.n - 1])
    assert found.decided is not None
    assert same(found.decided, victim)


@thorough
@given(stories(), st.data())
def test_an_entry_cut_out_or_off_is_found(
    story: tuple[str, list[Input], list[Entry]], data: st.DataObject
) -> None:
    realm, _, entries = story
    decided = [e for e in entries if e.cause != e.n]
    if not decided:
        return
    gone = data.draw(st.sampled_from(decided))

    found = replay(Situation(realm), [e for e in entries if e.n != gone.n])

    assert found is not None
    assert found.n in (gone.n, gone.n + 1)


def test_a_decision_too_few_at_the_end_is_a_difference() -> None:
    room = Room()
    room.observe()

    found = replay(Situation("live"), room.entries[:-1])

    assert found is not None
    assert (found.n, found.recorded) == (2, None)


def test_a_command_that_would_be_refused_today_is_a_difference_not_a_crash() -> None:
    room = Room()
    room.observe()
    command = {"by": OPERATOR, "command": {"command": "undo", "entry": 77}}
    entries = [*room.entries, Entry(3, room.at, "command_received", 3, command)]

    found = replay(Situation("live"), entries)

    assert found is not None
    assert (found.n, found.decided) == (3, None)


def test_an_observation_that_todays_contract_refuses_is_a_difference_not_a_crash() -> None:
    room = Room()
    room.observe()
    body = deepcopy(room.entries[0].body)
    body["observation"]["kind"] = "rumour"

    found = replay(Situation("live"), [replace(room.entries[0], body=body)])

    assert found is not None
    assert found.n == 1


def test_a_clock_that_was_set_back_replays_like_any_other() -> None:
    room = Room()
    room.observe("first")
    room.report()
    room.wait(-3600)
    room.observe("second", received_at=room.now)
    room.report(state="offline")
    room.tick("cad:112")

    assert replay(Situation("live"), room.entries) is None


def test_the_inputs_of_a_journal_are_those_that_were_given() -> None:
    room = Room()
    inputs = [
        ObservationArrived(room.at, observation("first", facts={"fire": True})),
        ObservationArrived(room.at, observation("second", at=metres_north(20)), True, False),
        CommandGiven(room.at, OPERATOR, {"command": "undo", "entry": 4}),
    ]
    for given_input in inputs:
        room.decide(given_input)

    assert list(inputs_of(room.entries)) == inputs


@pytest.fixture
def journal(tmp_path: Any) -> Any:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    yield journal
    journal.close()


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=stories())
def test_what_went_through_the_database_replays_too(
    story: tuple[str, list[Input], list[Entry]], journal: Journal
) -> None:
    realm, _, entries = story
    number = len(journal.realms())
    realm = f"exercise-{number}" if realm != "live" else f"exercise-x{number}"
    situation, entries = decide_all(Situation(realm), story[1])
    if not entries:
        return
    journal.commit(realm, entries)

    assert replay_journal(journal, realm) is None
    assert picture(situation)
