"""What the room has its walls show, and how a function passes from one shift to the next."""

from datetime import timedelta
from typing import Any

import pytest

from deciding import NOW
from desk import INCIDENT, Desk
from tocsin.contract.times import to_text
from tocsin.engine.replay import replay
from tocsin.situation.picture import HANDOVERS_KEPT, Situation, picture
from tocsin.situation.records import Handover, Wall
from tocsin.situation.restore import restore

A_PLATE = "1-" + "ABC" + "-234"  # put together here, so that no plate stands in the code


def hours_ago(hours: float) -> str:
    return to_text(NOW - timedelta(hours=hours))


def handovers(desk: Desk) -> list[Handover]:
    return sorted(desk.situation.handovers.values(), key=lambda handover: handover.log_until_n)


# --- walls


def test_a_wall_shows_what_the_supervisor_says_until_it_is_released() -> None:
    desk = Desk()
    desk.observe()
    desk.act(
        "direct_wall",
        layout="a",
        incident=INCIDENT,
        view=[50.8467, 4.3525, 15],
        cameras=["cam-1", "cam-2"],
        note="Montrer l’entrée nord",
    )
    assert desk.situation.walls["a"] == Wall(
        layout="a",
        incident=INCIDENT,
        view=(50.8467, 4.3525, 15),
        cameras=("cam-1", "cam-2"),
        note="Montrer l’entrée nord",
        by="supervisor",
        since=desk.at,
        n=desk.situation.n,
    )
    assert restore(picture(desk.situation)) == desk.situation
    desk.act("direct_wall", layout="b", cameras=["cam-3"])
    desk.act("release_wall", layout="a")
    assert set(desk.situation.walls.keys()) == {"b"}
    desk.undo()
    assert set(desk.situation.walls.keys()) == {"a", "b"}
    assert replay(Situation("live"), desk.entries) is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "command"),
        ({"layout": "c", "note": "x"}, "layout"),
        ({"incident": "I-0009"}, "incident"),
        ({"view": [4.35, 50.85, 14]}, "view"),
        ({"view": [50.85, 4.35, 30]}, "view"),
        ({"view": [50.85, 4.35]}, "view"),
        ({"cameras": ["Camera 1"]}, "cameras"),
        ({"cameras": ["cam-1", "cam-1"]}, "command"),
        ({"cameras": [f"cam-{i}" for i in range(7)]}, "cameras"),
        ({"note": "one\ntwo"}, "note"),
        ({"note": "m" * 121}, "note"),
        ({"note": f"camion {A_PLATE}"}, "note"),
    ],
)
def test_a_wall_is_not_told_nonsense(given: dict[str, Any], field: str) -> None:
    refused, _ = Desk().refused("direct_wall", **{"layout": "a", **given})
    assert refused.partition(".")[0] == field


@pytest.mark.parametrize("capacity", ["operator", "police", "wall", "coordinator", "admin"])
def test_only_the_supervisor_directs_the_walls_in_earnest(capacity: str) -> None:
    desk = Desk()
    desk.act("direct_wall", layout="a", note="Réunion à 16 h")
    told = {"layout": "a", "note": "x"}
    assert desk.refused("direct_wall", capacity=capacity, **told)[0] == "capacity"
    assert desk.refused("release_wall", capacity=capacity, layout="a")[0] == "capacity"
    exercise = Desk("exercise-one")
    exercise.act("direct_wall", capacity="coordinator", **told)


def test_a_wall_that_chooses_by_itself_is_not_released_again() -> None:
    assert Desk().refused("release_wall", layout="a")[0] == "layout"


# --- hand-overs


def test_a_handover_is_done_when_both_sides_have_signed() -> None:
    desk = Desk()
    desk.act("begin_handover", capacity="operator", function="operator")
    (begun,) = handovers(desk)
    assert (begun.function, begun.opened_at) == ("operator", desk.at)
    assert begun.period_from == hours_ago(12)
    assert begun.log_until_n == desk.situation.n
    assert begun.signed == {"out": None, "in": None}

    desk.wait(300)
    mine = {"capacity": "operator", "handover": begun.id}
    assert desk.refused("sign_handover", **mine, side="in") == (
        "side",
        "the outgoing side signs first",
    )
    desk.act("sign_handover", **mine, side="out", remarks="Surveiller le tunnel")
    (left,) = handovers(desk)
    assert left.signed["out"] == {"by": "operator", "at": desk.at}
    assert left.log_until_n == desk.situation.n > begun.log_until_n
    assert desk.refused("sign_handover", **mine, side="out")[0] == "side"

    desk.act("sign_handover", **mine, side="in")
    (done,) = handovers(desk)
    assert done.signed["in"] == {"by": "operator", "at": desk.at}
    assert done.remarks == {"out": "Surveiller le tunnel", "in": None}
    assert done.log_until_n == left.log_until_n
    assert replay(Situation("live"), desk.entries) is None
    assert restore(picture(desk.situation)) == desk.situation


def test_the_next_handover_begins_where_the_last_one_was_opened() -> None:
    desk = Desk()
    desk.act("begin_handover", function="supervisor", period_from=hours_ago(8))
    first = handovers(desk)[0]
    assert first.period_from == hours_ago(8)
    assert first.id in desk.refused("begin_handover", function="supervisor")[1]
    desk.act("begin_handover", function="operator")
    for side in ("out", "in"):
        desk.act("sign_handover", handover=first.id, side=side)
    desk.wait(12 * 3600)
    desk.act("begin_handover", function="supervisor")
    assert handovers(desk)[-1].period_from == first.opened_at


def test_a_signature_can_be_taken_back_and_then_the_handover() -> None:
    desk = Desk()
    desk.act("begin_handover", function="supervisor")
    begun = desk.last_command()
    desk.act("sign_handover", handover=handovers(desk)[0].id, side="out")
    signed = desk.last_command()
    assert "first" in desk.refused("undo", entry=begun)[1]
    desk.act("undo", entry=signed)
    assert handovers(desk)[0].signed["out"] is None
    desk.act("undo", entry=begun)
    assert not handovers(desk)


def test_everybody_hands_over_the_own_function_and_a_supervisor_any() -> None:
    desk = Desk()
    assert desk.refused("begin_handover", capacity="d1", function="operator")[0] == "function"
    assert desk.refused("begin_handover", function="janitor")[0] == "function"
    assert desk.refused("begin_handover", capacity="wall", function="wall")[0] == "capacity"
    desk.act("begin_handover", capacity="d1", function="d1")
    ours = handovers(desk)[0].id
    told = {"handover": ours, "side": "out"}
    assert desk.refused("sign_handover", capacity="operator", **told)[0] == "function"
    desk.act("sign_handover", **told)
    assert desk.refused("sign_handover", handover="H-99", side="out")[0] == "handover"


@pytest.mark.parametrize("hours", [-1, 7 * 24 + 1])
def test_the_log_of_a_shift_is_of_the_last_week(hours: float) -> None:
    told = {"function": "supervisor", "period_from": hours_ago(hours)}
    assert Desk().refused("begin_handover", **told)[0] == "period_from"


def test_the_latest_handovers_of_a_function_are_kept() -> None:
    desk = Desk()
    for _ in range(HANDOVERS_KEPT + 2):
        desk.wait(3600)
        desk.act("begin_handover", function="supervisor")
        newest = handovers(desk)[-1]
        for side in ("out", "in"):
            desk.act("sign_handover", handover=newest.id, side=side)
    assert len(handovers(desk)) == HANDOVERS_KEPT
    assert handovers(desk)[-1] == desk.situation.handovers[newest.id]
