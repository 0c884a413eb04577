"""What goes out when, and what the staff may order: judged without clock, broker or book."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from short_exercise import TEXT
from tocsin.contract.times import to_text
from tocsin.engine.inputs import CommandForbidden, CommandRefused
from tocsin.exercises.conduct import Conduct, InjectRun
from tocsin.exercises.conduct.agenda import Agenda, key, step_after, step_before
from tocsin.exercises.conduct.orders import (
    Order,
    Written,
    check_right,
    decide,
    jump_target,
)
from tocsin.exercises.conduct.script import script_of
from tocsin.exercises.conduct.state import RunState
from tocsin.exercises.happened import Happened
from tocsin.exercises.scenario import read_scenario

SHORT = read_scenario(TEXT, "short.yaml")
AGENDA = Agenda(SHORT)
T = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T + timedelta(seconds=seconds)


def going(state: RunState = "running", **issued: float) -> Conduct:
    """`going(call_1=0)`: that inject was issued at that second."""
    runs = {}
    for name, seconds in issued.items():
        inject = AGENDA.inject(name.replace("_", "-"))
        assert inject is not None
        moment = to_text(at(seconds))
        messages = tuple(o.id for o in AGENDA.messages(inject, moment))
        runs[inject.id] = InjectRun(inject.id, "issued", moment, "clock", messages=messages)
    return replace(Conduct(), script=script_of(SHORT), state=state, runs=runs)


def ordered(conduct: Conduct, now: float = 0, **order: Any) -> Written:
    moment = to_text(at(now))
    return decide(conduct, AGENDA, Order(order, "lead", "coordinator", moment, moment))


def statuses(written: Written) -> dict[str, str]:
    return {body["inject"]: body["status"] for _, body in written.told}


def test_a_step_is_the_next_five_seconds_or_the_next_message():
    assert step_before(at(9.9)) == at(5) == step_before(at(5))
    assert step_after(at(5)) == at(10)
    assert AGENDA.begins() == at(-10)
    assert AGENDA.next_moment(going(), at(-10), set()) == at(-5)
    assert AGENDA.next_moment(going(), at(0), set()) == at(2)
    assert AGENDA.next_moment(going(), at(27), set()) == at(30) == AGENDA.ends()


def test_messages_go_out_in_their_order_and_none_again():
    due = AGENDA.going(going(call_1=0), at(6), set())
    assert [one.id for one in due] == ["call-1", "count.001", "count.002", "call-2"]
    assert not AGENDA.going(going(call_1=0), at(6), {key(one) for one in due})


def test_a_repetition_ends_when_its_end_holds():
    conduct, out = going(count=2, call_2=6), {("count", "count.001"), ("count", "count.002")}
    [(inject, kept)] = AGENDA.cut_short(conduct, Happened(), at(6), out)
    assert (inject.id, kept) == ("count", ("count.001", "count.002"))
    assert not AGENDA.cut_short(going(count=2), Happened(), at(6), out)


def test_conditions_release_what_waits_and_what_comes_too_late_lapses():
    conduct = going(call_1=0)
    assert not AGENDA.verdicts(conduct, Happened(), at(8))
    found = {v.inject.id: v.status for v in AGENDA.verdicts(conduct, Happened(), at(15))}
    assert found == {"nobody": "issued", "too-late": "lapsed"}
    later = going(call_1=0, nobody=15)
    assert "after-nobody" not in {v.inject.id for v in AGENDA.verdicts(later, Happened(), at(17))}
    assert "after-nobody" in {v.inject.id for v in AGENDA.verdicts(later, Happened(), at(18))}


def test_what_comes_instead_of_another_takes_its_place_or_comes_too_late_itself():
    triggered = ordered(going(), 5, order="trigger", inject="nobody")
    assert statuses(triggered) == {"nobody": "issued", "never": "lapsed"}
    lapsed = {v.inject.id: v.status for v in AGENDA.verdicts(going(never=25), Happened(), at(26))}
    assert lapsed["nobody"] == "lapsed"


def test_skipping_what_repeats_keeps_what_is_out_at_the_time_of_its_issue():
    written = ordered(going(count=2), 6, order="skip", inject="count", reason="enough")
    assert written.at == to_text(at(2))
    [(_, body)] = written.told
    assert body["messages"] == ["count.001", "count.002"]


@pytest.mark.parametrize(
    ("state", "order", "field"),
    [
        ("prepared", {"order": "pause"}, "order"),
        ("ended", {"order": "resume"}, "order"),
        ("ended", {"order": "speed", "speed": 2}, "order"),
        ("running", {"order": "start"}, "order"),
        ("running", {"order": "speed", "speed": 61}, "speed"),
        ("running", {"order": "speed"}, "speed"),
        ("running", {"order": "abort"}, "reason"),
        ("running", {"order": "dance"}, "order"),
        ("running", {"order": "trigger", "inject": "nothing"}, "inject"),
        ("running", {"order": "trigger", "inject": "call-1"}, "inject"),
        ("running", {"order": "skip", "inject": "call-1", "reason": "x"}, "inject"),
        ("running", {"order": "note", "tag": "gossip", "text": "x"}, "tag"),
        ("running", {"order": "score", "objective": "seen", "score": 5, "reason": "x"}, "score"),
        ("running", {"order": "score", "objective": "no", "score": 3, "reason": "x"}, "objective"),
        ("running", {"order": "change", "inject": "call-2", "document": {"id": "other"}},
         "document.id"),
    ],
)  # fmt: skip
def test_an_order_that_does_not_fit_is_refused_with_its_field(
    state: RunState, order: dict[str, Any], field: str
) -> None:
    with pytest.raises(CommandRefused) as refused:
        ordered(going(state, call_1=0), 1, **order)
    assert refused.value.field == field


def test_an_inject_that_is_changed_is_checked_like_one_in_a_file():
    call = next(one for one in script_of(SHORT)["injects"] if one["id"] == "call-2")
    changed = ordered(going(), order="change", inject="call-2", document=call | {"at": "00:00:20"})
    [(kind, body)] = changed.told
    assert kind == "script_changed"
    assert {i["id"]: i.get("at") for i in body["script"]["injects"]}["call-2"] == "00:00:20"
    for wrong, field in (
        ({"at": "-00:00:05"}, "document.at"),
        ({"place": {"of": "street:nowhere"}}, "document.place"),
        ({"expect": None}, "document"),
    ):
        with pytest.raises(CommandRefused) as refused:
            ordered(going(), order="change", inject="call-2", document=call | wrong)
        assert refused.value.field.startswith(field)


def test_a_note_that_comes_late_lies_where_it_was_written():
    told = {"order": "note", "tag": "safety", "text": "Helmets", "at": to_text(at(3))}
    assert ordered(going(), 9, **told).at == to_text(at(3))
    assert ordered(going(), 1, **told).at == to_text(at(1))


def test_a_jump_to_an_inject_stops_where_it_is_about_to_come():
    order = {"order": "jump", "inject": "call-3"}
    assert jump_target(going(), AGENDA, order, to_text(at(1))) == at(21)
    with pytest.raises(CommandRefused, match="backwards"):
        jump_target(going(), AGENDA, {"to": to_text(at(0))}, to_text(at(1)))


def test_each_order_has_its_right():
    check_right({"order": "note"}, "evaluator")
    check_right({"order": "call_off"}, "operator")
    for name, capacity in (("pause", "evaluator"), ("note", "operator"), ("start", "supervisor")):
        with pytest.raises(CommandForbidden):
            check_right({"order": name}, capacity)
