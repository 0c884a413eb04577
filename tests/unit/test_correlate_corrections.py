"""What people corrected, as labelled pairs read from the journal."""

from deciding import Room, metres_north, the
from tocsin.correlation.corrections import LabelledPair, labelled_pairs


def pairs(room: Room) -> list[tuple[str, str, bool, str]]:
    """External ids of both, whether they are one, and how a person said so."""
    names = {
        entry.body["id"]: entry.body["shown"]["external_id"]
        for entry in room.entries
        if entry.kind == "observation_recorded"
    }

    def told(pair: LabelledPair) -> tuple[str, str, bool, str]:
        return names[pair.observation], names[pair.other], pair.same, pair.how

    return [told(pair) for pair in labelled_pairs(room.entries)]


def two_that_may_be_one() -> Room:
    room = Room()
    room.observe("first")
    room.wait(600)
    room.observe("second", at=metres_north(90))
    assert len(room.incident(2).suggestions) == 1
    return room


def test_what_nobody_corrected_is_no_label() -> None:
    assert pairs(two_that_may_be_one()) == []


def test_an_accepted_suggestion_says_that_two_are_one() -> None:
    room = two_that_may_be_one()
    [suggestion] = room.incident(2).suggestions
    room.command("accept_suggestion", incident="I-0002", suggestion=suggestion.id)

    assert pairs(room) == [("second", "first", True, "accepted")]


def test_a_dismissed_suggestion_says_that_they_are_two() -> None:
    room = two_that_may_be_one()
    [suggestion] = room.incident(2).suggestions
    room.command("dismiss_suggestion", incident="I-0002", suggestion=suggestion.id)

    assert pairs(room) == [("second", "first", False, "dismissed")]


def test_an_undone_join_says_that_they_are_two() -> None:
    room = Room()
    room.observe("first")
    joined = room.observe("second")
    n = next(entry.n for entry in joined if entry.kind == "observation_joined")
    room.command("undo", entry=n)

    assert pairs(room) == [("second", "first", False, "undone")]


def test_a_move_says_where_it_does_not_belong_and_where_it_does() -> None:
    room = Room()
    room.observe("first")
    room.observe("second")
    room.observe("elsewhere", at=metres_north(900))
    room.command("move_observation", observation=room.shown("second").id, to="I-0002")

    assert pairs(room) == [
        ("second", "first", False, "detached"),
        ("second", "elsewhere", True, "moved"),
    ]


def test_a_merge_says_that_two_incidents_are_one() -> None:
    room = two_that_may_be_one()
    room.command("merge_incidents", incident="I-0002", into="I-0001")

    assert pairs(room) == [("second", "first", True, "merged")]


def test_what_a_person_took_back_is_no_label() -> None:
    room = two_that_may_be_one()
    n = room.command("merge_incidents", incident="I-0002", into="I-0001")[0].n
    room.command("undo", entry=n)

    assert pairs(room) == []


def test_a_duplicate_that_people_reject_says_that_they_are_two() -> None:
    room = Room()
    room.observe("first")
    room.observe("second", at=metres_north(149))
    relation = the("relation_proposed", room.observe("between", at=metres_north(70)))["relation"]
    room.command("reject_relation", relation=relation["id"], note="deux accidents")

    assert pairs(room) == [("second", "first", False, "related")]
