"""A start takes up a snapshot: what it restores must be what the fold had made, index included."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alarming import far
from desk import Desk
from journals import REALM, journals
from tocsin.journal.entry import Entry
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation, picture
from tocsin.situation.restore import UnreadablePicture, restore

thorough = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow],
)


@thorough
@given(journals())
def test_a_restored_picture_is_the_situation_itself(entries: list[Entry]) -> None:
    situation = evolve_all(Situation(REALM), entries)
    restored = restore(picture(situation))
    assert picture(restored) == picture(situation)
    assert restored.index == situation.index
    assert restored == situation


@thorough
@given(journals(), st.data())
def test_folding_goes_on_from_a_restored_picture_as_if_nothing_happened(
    entries: list[Entry], data: st.DataObject
) -> None:
    split = data.draw(st.integers(0, len(entries)))
    situation = evolve_all(Situation(REALM), entries[:split])
    assert evolve_all(restore(picture(situation)), entries[split:]) == evolve_all(
        situation, entries[split:]
    )


def test_an_empty_realm_can_be_restored() -> None:
    assert restore(picture(Situation(REALM))) == Situation(REALM)


def unreadable_pictures() -> list[bytes]:
    whole = orjson.loads(picture(Situation(REALM)))
    source = {"source": "cap:one", "state": "online", "since": "2026-01-15T15:00:00.000Z"}
    return [
        b"",
        b"[]",
        b"not json",
        orjson.dumps({**whole, "phase": 2}),
        orjson.dumps({k: v for k, v in whole.items() if k != "tracks"}),
        orjson.dumps({**whole, "sources": {"cap:one": source}}),
        orjson.dumps({**whole, "sources": ["cap:one"]}),
        orjson.dumps({**whole, "incidents": {"I-1": None}}),
    ]


@pytest.mark.parametrize("written", unreadable_pictures())
def test_a_picture_of_another_version_is_refused_and_not_guessed_at(written: bytes) -> None:
    """Silent defaults would start a picture that differs from the one other screens fold."""
    with pytest.raises(UnreadablePicture):
        restore(written)


def test_a_picture_of_another_realm_stays_of_that_realm() -> None:
    other = replace(Situation("exercise-tunnel"), n=3)
    assert restore(picture(other)).realm == "exercise-tunnel"


def test_of_two_merged_incidents_with_many_messages_only_the_latest_answer_by_their_key() -> None:
    room = Desk()
    for n in range(170):  # of each, 50 stay in sight and 120 are known by their key only
        room.observe(f"north-{n}", type_hint="FIR-BLD", at=far(0))
        room.observe(f"south-{n}", type_hint="FIR-BLD", at=far(1))
    first, second = sorted(room.situation.incidents)
    room.act("merge_incidents", incident=second, into=first)
    situation = room.situation
    assert restore(picture(situation)).index == situation.index
