"""The table of states: every way that it opens is open, every other is closed, and says why."""

from dataclasses import replace
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.lifecycle.states import (
    SYSTEM,
    Life,
    check_transition,
    fate_of,
    must_review,
    read_states,
    review_at_closing,
    shipped_states,
    state_advice,
    states_for_api,
)
from tocsin.situation.picture import IncidentState
from tocsin.tables import TableError, package_text

NOW = "2026-01-15T15:41:07.000Z"
TABLE = shipped_states()
STATES = get_args(IncidentState)
WAYS = [(start, way.to) for way in TABLE.ways for start in way.from_]
OPEN = [name for name, row in TABLE.states.items() if row.group == "open"]


def life(state: str = "qualified", **given: Any) -> Life:
    return Life(
        **{"state": state, "state_since": NOW, "last_at": NOW, "now": NOW, "severity": 2, **given}
    )


def ready(state: str, **given: Any) -> Life:
    """An incident that meets every condition there is."""
    return life(
        state,
        **{
            "severity": 1,
            "place_known": True,
            "lead": "D1",
            "disciplines": ("D1",),
            "facts": {"coordination": (True, "O-1")},
            "review": "required",
            **given,
        },
    )


def refusal(given: Life, to: str, reason: str | None = None, capacity: str = SYSTEM) -> Any:
    way = TABLE.way(given.state, to)
    return check_transition(given, to, capacity, reason, TABLE, way.by if way else None)


# --- the ways of the table


@pytest.mark.parametrize(("start", "to"), WAYS)
def test_every_way_of_the_table_is_open_to_who_meets_its_conditions(start: str, to: str) -> None:
    assert refusal(ready(start), to, "said so") is None


@pytest.mark.parametrize(
    ("start", "to"), [pair for pair in product(STATES, STATES) if pair not in WAYS]
)
def test_every_way_that_the_table_does_not_have_is_closed(start: str, to: str) -> None:
    assert refusal(ready(start), to, "said so") is not None


@pytest.mark.parametrize(("start", "to"), WAYS)
def test_a_way_that_needs_a_reason_is_closed_without_one(start: str, to: str) -> None:
    way = TABLE.way(start, to)
    assert way is not None
    if way.reason:
        for nothing in (None, "", "   "):
            found = refusal(ready(start), to, nothing)
            assert (found.field, found.needs) == ("reason", "reason")


LACKING: dict[str, dict[str, Any]] = {
    "place_known": {"place_known": False},
    "discipline_engaged": {"disciplines": ()},
    "coordination_recorded_or_reason": {"facts": {}},
    "lead_known_or_reason": {"lead": None},
    "no_phase_or_reason": {"phase": "communale"},
    "phase_lifted": {"phase": "communale"},
    "minor_or_reason": {"severity": 2},
    "tasks_done_or_reason": {"open_tasks": 1},
    "review_required": {"review": "waived"},
    "within_reopening": {"state_since": "2026-01-14T15:41:06.000Z"},
}


@pytest.mark.parametrize(
    ("start", "to", "need"),
    [(s, way.to, need) for way in TABLE.ways for s in way.from_ for need in way.needs],
)
def test_each_condition_that_is_not_met_closes_the_way_and_is_named(
    start: str, to: str, need: str
) -> None:
    way = TABLE.way(start, to)
    assert way is not None
    reason = "said so" if way.reason else None

    found = refusal(ready(start, **LACKING[need]), to, reason)

    assert (found.needs, found.detail) == (need, TABLE.needs[need].en)
    if need.endswith("_or_reason"):
        assert refusal(ready(start, **LACKING[need]), to, "said so") is None


def test_there_is_no_condition_that_these_tests_forget() -> None:
    assert set(LACKING) == set(TABLE.needs)


def test_an_incident_is_qualified_once_type_severity_and_place_are_set() -> None:
    found = refusal(life("acknowledged"), "qualified")

    assert found.detail == "type, severity and place are set first"


def test_nothing_goes_from_reported_to_closed_without_a_reason() -> None:
    assert refusal(ready("reported"), "closed").needs == "reason"


@pytest.mark.parametrize("aside", ["false_alarm", "transferred"])
def test_a_false_alarm_or_a_transfer_comes_before_the_end_and_says_why(aside: str) -> None:
    for state in OPEN:
        assert refusal(ready(state), aside).needs == "reason"
        assert refusal(ready(state), aside, "a drill next door") is None
    assert refusal(ready("closed"), aside, "a drill next door") is not None


def test_a_way_with_an_act_of_its_own_is_gone_by_that_act_only() -> None:
    closed = ready("closed")

    assert check_transition(closed, "acknowledged", SYSTEM, "again", TABLE) is not None
    assert check_transition(closed, "acknowledged", SYSTEM, "again", TABLE, "reopen") is None
    found = check_transition(ready("reported"), "duplicate", SYSTEM, "same", TABLE)
    assert found is not None
    assert "merge_incidents" in found.detail


def test_a_capacity_without_the_right_is_refused_and_one_that_may_propose_is_not() -> None:
    reported = ready("reported")

    assert refusal(reported, "acknowledged", capacity="wall").field == "capacity"
    assert refusal(reported, "acknowledged", capacity="d1") is None
    assert refusal(reported, "acknowledged", capacity="operator") is None


def test_a_resource_on_its_way_counts_as_a_discipline_engaged() -> None:
    assert refusal(life("qualified", resources=("O-3",)), "responding") is None


def test_an_unknown_state_is_refused_not_followed() -> None:
    assert refusal(life(), "archived") is not None


# --- reopening


def test_reopening_takes_no_more_than_a_day() -> None:
    day_old = life("closed", state_since="2026-01-14T15:41:07.000Z")

    assert refusal(day_old, "acknowledged", "it burns again") is None
    older = replace(day_old, state_since="2026-01-14T15:41:06.000Z")
    assert refusal(older, "acknowledged", "it burns again").needs == "within_reopening"


# --- the axes are independent


@given(
    st.sampled_from(STATES),
    st.sampled_from(STATES),
    st.sampled_from([None, "pc_ops", "communale", "provinciale", "federale"]),
)
def test_a_phase_leads_no_incident_anywhere_by_itself(start: str, to: str, phase: str) -> None:
    """It may keep a way closed until it is lifted, and it may be what coordination rests on."""
    if (start, to) not in WAYS:
        assert refusal(ready(start, phase=phase), to, "said so") is not None


# --- the end and its review


def test_the_graver_ends_the_phases_and_the_exercises_ask_for_a_review() -> None:
    assert review_at_closing(life(severity=2), TABLE) == "waived"
    for asked in ({"severity": 3}, {"had_phase": True}, {"phase": "pc_ops"}, {"exercise": True}):
        assert must_review(life(**asked), TABLE)
        assert review_at_closing(life(**asked), TABLE) == "required"


# --- what time does


LATER = {"24": "2026-01-16T15:41:07.000Z", "24+": "2026-01-16T15:41:08.000Z"}
THREE_DAYS, THREE_DAYS_ON = "2026-01-18T15:41:07.000Z", "2026-01-18T15:41:08.000Z"


def test_an_incident_nobody_took_is_closed_after_a_day_without_news() -> None:
    assert fate_of(life("reported", now=LATER["24"]), TABLE) is None
    fate = fate_of(life("reported", now=LATER["24+"]), TABLE)

    assert fate is not None
    assert (fate.what, fate.key, fate.rule) == ("close", "no_news", "R-NO-NEWS@1")
    assert "24" in fate.reason["nl"]


@pytest.mark.parametrize("state", [s for s in OPEN if s != "reported"])
def test_an_incident_that_people_took_is_only_told_to_be_stale(state: str) -> None:
    fate = fate_of(life(state, now=THREE_DAYS_ON), TABLE)

    assert fate is not None
    assert fate.what == "stale"


def test_a_touched_incident_is_not_closed_though_nobody_acknowledged_it() -> None:
    fate = fate_of(life("reported", touched=True, now=LATER["24+"]), TABLE)

    assert fate is not None
    assert fate.what == "stale"


def test_what_its_only_source_ended_is_closed_when_it_did_not_begin_again() -> None:
    ended = life("reported", ended_by="O-4")

    assert fate_of(replace(ended, now="2026-01-15T15:46:07.000Z"), TABLE) is None
    fate = fate_of(replace(ended, now="2026-01-15T15:46:08.000Z"), TABLE)
    assert fate is not None
    assert (fate.what, fate.key, fate.evidence) == ("close", "source_ended", "O-4")
    assert fate_of(replace(ended, touched=True, now="2026-01-15T15:46:08.000Z"), TABLE) is None


@pytest.mark.parametrize("state", ["closed", "review", "false_alarm", "duplicate", "transferred"])
def test_what_is_over_stays_three_days_in_the_picture(state: str) -> None:
    over = life(state, review="done")

    assert fate_of(replace(over, now=THREE_DAYS), TABLE) is None
    fate = fate_of(replace(over, now=THREE_DAYS_ON), TABLE)
    assert fate is not None
    assert fate.what == "archive"


def test_a_review_that_is_due_or_an_open_mandate_keeps_an_incident() -> None:
    over = life("closed", now="2026-03-01T00:00:00.000Z", review="done")

    assert fate_of(over, TABLE) is not None
    assert fate_of(replace(over, review="required"), TABLE) is None
    assert fate_of(replace(over, contact_open=True), TABLE) is None


# --- advice


def test_the_first_discipline_engaged_suggests_responding_with_its_evidence() -> None:
    assert state_advice(life()) is None
    advice = state_advice(life(resources=("O-7",)))

    assert advice is not None
    assert (advice.to, advice.evidence) == ("responding", ("O-7",))
    assert advice.rule == "R-STATE-RESPONDING@1"
    assert set(advice.criterion) == {"fr", "nl", "en"}


def test_a_phase_or_a_meeting_suggests_coordination_and_calm_suggests_stabilised() -> None:
    meeting = life("responding", facts={"coordination": (True, "O-2")})
    calm = life("responding", facts={"stabilised": (True, "R-9")})

    assert [a.to for a in (state_advice(life("responding", phase="pc_ops")),) if a] == [
        "coordinating"
    ]
    assert [(a.to, a.evidence) for a in (state_advice(meeting),) if a] == [
        ("coordinating", ("O-2",))
    ]
    assert [a.to for a in (state_advice(calm),) if a] == ["stabilised"]


def test_what_is_denied_or_unknown_suggests_nothing() -> None:
    denied = {"coordination": (False, "O-2"), "stabilised": ("yes", "O-2")}

    assert state_advice(life("responding", facts=denied)) is None
    assert state_advice(life("reported", disciplines=("D1",))) is None


# --- the table itself


def test_the_table_that_screens_get_is_the_one_that_rules() -> None:
    told = states_for_api()

    assert list(told["states"]) == list(TABLE.states)
    assert told["ways"][0]["from"] == ["reported"]


def wrong(old: str, new: str) -> list[str]:
    text = package_text("tocsin.lifecycle", "states.yaml")
    assert old in text
    with pytest.raises(TableError) as found:
        read_states(text.replace(old, new, 1))
    return list(found.value.problems)


def test_a_table_that_lets_reports_vanish_is_refused() -> None:
    old = "coordinating], to: closed, needs: [phase_lifted], reason: true}"
    new = "coordinating], to: closed, needs: [phase_lifted]}"

    assert "nothing is dropped without one" in wrong(old, new)[0]


def test_a_table_names_its_mistakes() -> None:
    assert "no condition place_seen" in wrong("needs: [place_known]", "needs: [place_seen]")[0]
    assert (
        "stands twice"
        in wrong("{from: [reported], to: acknowledged}", "{from: [closed], to: review}")[0]
    )
    assert "there is no fact calm" in wrong("when: stabilised", "when: calm")[0]
    assert "shorter" in wrong("kept: 72", "kept: 12")[0]
    assert (
        "no way leads"
        in wrong(
            "from: [responding, coordinating]\n    to: stabilised",
            "from: [reported]\n    to: stabilised",
        )[0]
    )
    assert (
        "no such condition"
        in wrong(
            "needs:\n  place_known:", "needs:\n  moon_full: {fr: a, nl: b, en: c}\n  place_known:"
        )[0]
    )
    assert "entered needs one" in wrong("    right: close\n", "")[0]
