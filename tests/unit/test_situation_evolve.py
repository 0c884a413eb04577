"""The fold is a function: it changes nothing that it is given, and keeps its bounds."""

from collections import Counter

from hypothesis import HealthCheck, given, settings

from journals import REALM, journals
from tocsin.journal.entry import Entry
from tocsin.situation.evolve import evolve, evolve_all
from tocsin.situation.index import cell_of
from tocsin.situation.picture import (
    ANNUNCIATIONS_KEPT,
    ATTACHED_KEPT,
    HANDOVERS_KEPT,
    LOG_KEPT,
    LOOSE_KEPT,
    SPOKEN_KEPT,
    Situation,
    is_open,
    picture,
)

AT = "2026-01-15T15:41:07.123Z"

thorough = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow],
)


@thorough
@given(journals(max_steps=12))
def test_an_entry_leaves_the_situation_before_it_as_it_was(entries: list[Entry]) -> None:
    """The engine goes back to it when a commit fails."""
    situation = Situation(REALM)
    for entry in entries:
        before = picture(situation)
        index = situation.index
        after = evolve(situation, entry)
        assert picture(situation) == before
        assert situation.index == index
        assert situation.index is not after.index
        situation = after


@thorough
@given(journals())
def test_all_at_once_is_the_same_as_one_after_another(entries: list[Entry]) -> None:
    situation = Situation(REALM)
    for entry in entries:
        situation = evolve(situation, entry)
    assert situation == evolve_all(Situation(REALM), entries)


@thorough
@given(journals())
def test_nothing_in_the_picture_grows_without_bound(entries: list[Entry]) -> None:
    situation = evolve_all(Situation(REALM), entries)
    attached = [o for i in situation.incidents.values() for o in i.observations]
    assert all(len(i.observations) <= ATTACHED_KEPT for i in situation.incidents.values())
    assert len(situation.loose) <= LOOSE_KEPT
    assert len(situation.walls) <= 2
    functions = Counter(handover.function for handover in situation.handovers.values())
    assert all(kept <= HANDOVERS_KEPT for kept in functions.values())
    assert len(attached) == len(set(attached))
    last_words = {c.observation for c in situation.cameras.values()} & set(situation.observations)
    assert set(situation.observations) == {*attached, *situation.loose, *last_words}
    assert not last_words & set(situation.loose)
    spoken = {i.id for i in situation.incidents.values() if i.spoken}
    assert set(situation.index.by_message.values()) - spoken == set(situation.observations)
    assert all(len(i.spoken) <= SPOKEN_KEPT for i in situation.incidents.values())
    assert len(situation.log) <= LOG_KEPT
    assert len(situation.annunciations) <= ANNUNCIATIONS_KEPT
    assert situation.n == len(entries)


@thorough
@given(journals())
def test_the_index_knows_every_incident_that_may_still_be_joined(entries: list[Entry]) -> None:
    situation = evolve_all(Situation(REALM), entries)
    joinable = {i.id for i in situation.incidents.values() if is_open(i)}
    filed = {i for members in situation.index.by_code.values() for i in members}
    assert filed == joinable


def place_told(n: int, lat: float, lon: float, accuracy_m: float) -> Entry:
    shown = {
        "id": f"O-{n}",
        "source": "cad:fire",
        "external_id": f"message {n}",
        "kind": "event",
        "action": "new",
        "mode": "real",
        "recorded_at": AT,
        "lat": lat,
        "lon": lon,
        "accuracy_m": accuracy_m,
    }
    return Entry(n, AT, "observation_recorded", n, {"id": f"O-{n}", "shown": shown})


def test_an_incident_that_moves_due_east_is_found_where_it_is_now() -> None:
    """Same latitude, better accuracy: the index must follow, or the next report opens a twin."""
    opened = {
        "incident": "I-0001",
        "type": "TRA-ACC",
        "severity": 1,
        "observation": "O-1",
        "commune": None,
        "why": {},
    }
    joined = {"incident": "I-0001", "observation": "O-3", "why": {}}
    situation = evolve_all(
        Situation(REALM),
        [
            place_told(1, 50.852, 4.35, 50.0),
            Entry(2, AT, "incident_opened", 1, opened),
            place_told(3, 50.852, 4.40, 5.0),
            Entry(4, AT, "observation_joined", 3, joined),
        ],
    )
    assert dict(situation.index.by_cell.items()) == {cell_of(50.852, 4.40): {"I-0001"}}
