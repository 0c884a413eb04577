"""The life of an incident in people's hands."""

from typing import Any

import pytest

from deciding import kinds, the
from desk import INCIDENT, Desk
from tocsin.engine.replay import replay
from tocsin.lifecycle.life import due_fates, stale_incidents
from tocsin.situation.picture import Situation

# --- taking and qualifying


def test_taking_an_incident_acknowledges_it_in_a_name() -> None:
    desk = Desk()
    desk.observe()
    desk.wait(30)

    incident = desk.on("take", capacity="operator")

    assert (incident.state, incident.state_by) == ("acknowledged", "operator")
    assert incident.state_since == desk.at


def test_what_was_taken_is_not_taken_again() -> None:
    desk = Desk()
    desk.observe()
    desk.on("take")

    assert desk.refused("take", incident=INCIDENT) == ("to", "the incident is already acknowledged")


def test_qualifying_confirms_type_and_severity_above_any_cap() -> None:
    desk = Desk()
    desk.observe()
    desk.on("take")

    incident = desk.on("qualify", type="TRA-TUN", severity=3)

    assert (incident.state, incident.type, incident.severity) == ("qualified", "TRA-TUN", 3)
    assert incident.grade_why is not None
    assert incident.grade_why["confirmed"] is True
    assert incident.cap is None
    assert (incident.lat, incident.lon) != (None, None)


def test_who_qualifies_what_nobody_took_has_taken_it() -> None:
    desk = Desk()
    desk.observe()

    entries = desk.act("qualify", incident=INCIDENT, type="TRA-ACC", severity=1)

    changes = [e.body["state"] for e in entries if e.kind == "incident_state_changed"]
    assert changes == ["acknowledged", "qualified"]


def test_qualifying_later_corrects_and_leaves_the_state_alone() -> None:
    desk = Desk()
    desk.responding()

    incident = desk.on("qualify", type="HAZ-ROA", severity=4)

    assert (incident.state, incident.type, incident.severity) == ("responding", "HAZ-ROA", 4)


def test_an_incident_without_a_place_is_qualified_with_one() -> None:
    desk = Desk()
    desk.observe(at=None, type_hint="FIR-BLD")

    field, detail = desk.refused("qualify", incident=INCIDENT, type="FIR-BLD", severity=2)
    assert (field, detail) == ("place", "type, severity and place are set first")
    place = {"lat": 50.8467, "lon": 4.3525, "accuracy_m": 20, "text": "Grand-Place"}
    incident = desk.on("qualify", type="FIR-BLD", severity=2, place=place)

    assert (incident.lat, incident.accuracy_m, incident.text) == (50.8467, 20, "Grand-Place")
    assert incident.commune == {"fr": "Bruxelles", "nl": "Brussel"}


def test_the_loss_of_a_service_needs_no_point_on_the_map() -> None:
    desk = Desk()
    desk.observe(at=None, type_hint="CYB-SVC")

    assert desk.on("qualify", type="CYB-SVC", severity=3).state == "qualified"


def test_a_type_that_is_not_in_the_taxonomy_is_refused() -> None:
    desk = Desk()
    desk.observe()

    assert desk.refused("qualify", incident=INCIDENT, type="UFO-LND", severity=4)[0] == "type"


# --- from state to state


def test_a_whole_life_from_the_first_call_to_the_archive() -> None:
    desk = Desk()
    desk.taken()
    desk.on("engage_discipline", discipline="D1")
    desk.on("change_state", to="responding")
    desk.on("set_lead", lead="D1")
    desk.on("change_state", to="stabilised")
    desk.on("change_state", to="recovery")
    assert desk.on("change_state", to="closed").review == "waived"
    desk.wait(72 * 3600 + 1)
    desk.tick()

    assert INCIDENT not in desk.situation.incidents
    assert replay(Situation("live"), desk.entries) is None


def test_an_incident_does_not_respond_before_anybody_is_engaged() -> None:
    desk = Desk()
    desk.taken()

    field, detail = desk.refused("change_state", incident=INCIDENT, to="responding")

    assert (field, detail) == ("to", "a discipline is engaged first")


def test_a_reported_resource_is_enough_to_respond() -> None:
    desk = Desk()
    desk.taken()
    desk.observe("unit", kind="resource_status", action="update", chain=["call-1"], type_hint=None)
    assert desk.incident().count == 2

    assert desk.on("change_state", to="responding").state == "responding"


def test_coordination_rests_on_a_meeting_a_phase_or_a_word() -> None:
    desk = Desk()
    desk.responding()

    assert desk.refused("change_state", incident=INCIDENT, to="coordinating")[0] == "to"
    reason = "the mayor's committee sits at 17:00"
    assert desk.on("change_state", to="coordinating", reason=reason).state_reason == reason


def test_a_false_alarm_says_why_and_can_be_taken_up_again_within_a_day() -> None:
    desk = Desk()
    desk.taken()

    assert desk.refused("change_state", incident=INCIDENT, to="false_alarm")[0] == "reason"
    desk.on("change_state", to="false_alarm", reason="a barbecue")
    desk.wait(24 * 3600)
    incident = desk.on("reopen", reason="smoke again")

    assert (incident.state, incident.segment) == ("acknowledged", 2)


def test_after_a_day_nothing_is_reopened() -> None:
    desk = Desk()
    desk.taken()
    desk.on("change_state", to="false_alarm", reason="a barbecue")
    desk.wait(24 * 3600 + 1)

    field, detail = desk.refused("reopen", incident=INCIDENT, reason="smoke again")

    assert field == "to"
    assert "open a new incident" in detail


def test_the_clocks_of_a_reopened_incident_go_on() -> None:
    desk = Desk()
    opened_at = desk.taken().opened_at
    desk.on("change_state", to="closed", reason="settled on the spot")
    desk.wait(600)
    incident = desk.on("reopen", reason="the other driver is hurt")

    assert incident.opened_at == opened_at
    assert incident.review is None


def test_a_reopened_incident_decides_anew_on_its_review() -> None:
    desk = Desk()
    closed(desk, qualify={"type": "TRA-TUN", "severity": 3})
    assert desk.on("reopen", reason="fire again").review is None
    desk.on("qualify", type="TRA-TUN", severity=1)
    assert desk.on("change_state", to="closed").review == "waived"


def test_a_closed_incident_is_not_changed_before_it_is_reopened() -> None:
    desk = Desk()
    desk.taken()
    desk.on("change_state", to="closed", reason="settled on the spot")

    for command, more in (
        ("qualify", {"type": "TRA-ACC", "severity": 1}),
        ("engage_discipline", {"discipline": "D2"}),
        ("set_lead", {"lead": "D2"}),
        ("use_reflex_card", {"card": "tunnel"}),
    ):
        assert "reopen" in desk.refused(command, incident=INCIDENT, **more)[1]


@pytest.mark.parametrize("to", ["reported", "duplicate", "archived", "closed_forever"])
def test_some_states_are_not_entered_by_hand(to: str) -> None:
    desk = Desk()
    desk.taken()

    assert desk.refused("change_state", incident=INCIDENT, to=to, reason="why not")[0] in (
        "to",
        "capacity",
    )


def test_an_act_on_the_life_of_an_incident_can_be_undone_exactly() -> None:
    desk = Desk()
    before = desk.responding()
    desk.on("change_state", to="closed", reason="all went home")
    desk.undo()

    assert desk.incident() == before


# --- advice on the state


def state_advice_on(desk: Desk) -> list[tuple[str, str]]:
    advice = [a for a in desk.situation.advice.values() if a.kind == "state"]
    return sorted((a.rule, a.status) for a in advice)


def test_the_first_discipline_engaged_advises_responding_and_does_nothing() -> None:
    desk = Desk()
    desk.taken()
    incident = desk.on("engage_discipline", discipline="D1")

    assert incident.state == "qualified"
    assert state_advice_on(desk) == [("R-STATE-RESPONDING@1", "open")]
    (advice,) = (a for a in desk.situation.advice.values() if a.kind == "state")
    desk.act("accept_advice", advice=advice.id)
    assert desk.incident().state == "responding"
    assert state_advice_on(desk) == [("R-STATE-RESPONDING@1", "accepted")]


def test_a_report_of_calm_advises_stabilised_with_the_observation_as_evidence() -> None:
    desk = Desk()
    desk.responding()
    desk.observe("calm", chain=["call-1"], facts={"stabilised": True})
    told = {a.rule: a for a in desk.situation.advice.values() if a.kind == "state"}

    assert told["R-STATE-STABILISED@1"].evidence == (desk.shown("calm").id,)


def test_advice_on_the_state_is_withdrawn_when_people_went_there_themselves() -> None:
    desk = Desk()
    desk.responding()

    assert state_advice_on(desk) == [("R-STATE-RESPONDING@1", "withdrawn")]


def test_a_state_that_people_dismissed_is_not_advised_again() -> None:
    desk = Desk()
    desk.taken()
    desk.on("engage_discipline", discipline="D1")
    (advice,) = (a for a in desk.situation.advice.values() if a.kind == "state")
    desk.act("dismiss_advice", advice=advice.id, note="they only stand by")
    desk.on("engage_discipline", discipline="D2")

    assert state_advice_on(desk) == [("R-STATE-RESPONDING@1", "dismissed")]


# --- who may


def test_a_liaison_proposes_and_changes_nothing() -> None:
    desk = Desk()
    before = desk.taken()

    entries = desk.act("engage_discipline", capacity="d1", incident=INCIDENT, discipline="D1")

    advice = the("advice_given", entries)["advice"]
    assert (advice["kind"], advice["by"]) == ("proposal", "d1")
    assert desk.incident() == before


def test_an_operator_only_proposes_to_bring_an_incident_under_coordination() -> None:
    desk = Desk()
    desk.responding()

    command = {"incident": INCIDENT, "to": "coordinating", "reason": "two communes"}
    entries = desk.act("change_state", capacity="operator", **command)

    assert "advice_given" in kinds(entries)
    assert desk.incident().state == "responding"


def test_the_wall_takes_nothing() -> None:
    desk = Desk()
    desk.observe()

    assert desk.refused("take", capacity="wall", incident=INCIDENT)[0] == "capacity"


# --- lead and disciplines


def test_disciplines_come_and_go_in_their_order() -> None:
    desk = Desk()
    desk.taken()
    desk.on("engage_discipline", discipline="D3")
    assert desk.on("engage_discipline", discipline="D1").disciplines == ("D1", "D3")
    assert desk.refused("engage_discipline", incident=INCIDENT, discipline="D1")[0] == "discipline"
    assert desk.on("stand_down_discipline", discipline="D3").disciplines == ("D1",)
    field, _ = desk.refused("stand_down_discipline", incident=INCIDENT, discipline="D3")
    assert field == "discipline"


def test_the_lead_may_become_unknown_again() -> None:
    desk = Desk()
    desk.taken()
    assert desk.on("set_lead", lead="Bruxelles Mobilité").lead == "Bruxelles Mobilité"
    assert desk.refused("set_lead", incident=INCIDENT, lead="Bruxelles Mobilité")[0] == "lead"
    assert desk.on("set_lead", lead=None).lead is None


# --- phases


PROVINCIAL = {
    "value": "provinciale",
    "authority": "Haut fonctionnaire / Hoge ambtenaar",
    "declared_at": "2026-01-15T16:35:00+01:00",
    "informed_at": "2026-01-15T16:38:00+01:00",
    "document": "HF/2026/3",
}
MUNICIPAL = {
    "value": "communale",
    "authority": "Bourgmestre de Koekelberg",
    "declared_at": "2026-01-15T15:20:00Z",
    "informed_at": "2026-01-15T15:25:00Z",
}


def test_a_phase_is_recorded_with_its_authority_and_both_times_in_utc() -> None:
    desk = Desk()
    desk.responding()

    phase = desk.on("record_phase", **PROVINCIAL).phase

    assert phase is not None
    assert phase["authority"] == PROVINCIAL["authority"]
    assert phase["declared_at"] == "2026-01-15T15:35:00.000Z"
    assert phase["informed_at"] == "2026-01-15T15:38:00.000Z"
    assert (phase["document"], phase["by"]) == ("HF/2026/3", "supervisor")


def test_a_phase_moves_no_state_and_a_state_no_phase() -> None:
    desk = Desk()
    assert desk.responding().state == "responding"
    standing = desk.on("record_phase", **MUNICIPAL)
    assert standing.state == "responding"
    desk.on("change_state", to="coordinating")
    reason = "the committee parted; lifting to follow"
    moved = desk.on("change_state", to="stabilised", reason=f"D1 confirms; {reason}")

    assert moved.phase == standing.phase


def test_a_higher_phase_keeps_the_lower_one_in_the_history() -> None:
    desk = Desk()
    desk.responding()
    desk.on("record_phase", **MUNICIPAL)
    incident = desk.on("record_phase", **PROVINCIAL)

    assert incident.phase is not None
    assert incident.phase["value"] == "provinciale"
    assert [p["value"] for p in incident.phases] == ["communale"]
    assert incident.phases[0]["authority"] == MUNICIPAL["authority"]


def test_a_lifted_phase_stays_in_the_history_with_its_end() -> None:
    desk = Desk()
    desk.responding()
    desk.on("record_phase", **MUNICIPAL)
    lifted = {"authority": MUNICIPAL["authority"], "lifted_at": "2026-01-15T15:40:00Z"}
    incident = desk.on("lift_phase", **lifted)

    assert incident.phase is None
    assert incident.phases[0]["until"] == "2026-01-15T15:40:00.000Z"
    assert desk.refused("lift_phase", incident=INCIDENT, **lifted)[0] == "incident"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"authority": ["Bourgmestre A", "Bourgmestre B"]}, "authority"),
        ({"authority": "  "}, "authority"),
        ({"declared_at": "2026-01-15T15:20:00"}, "declared_at"),
        ({"declared_at": "2026-01-15T15:26:00Z"}, "informed_at"),
        ({"informed_at": "2026-01-15T15:47:00Z"}, "informed_at"),
        ({"value": "regionale"}, "value"),
    ],
)
def test_a_phase_that_is_not_told_properly_is_refused(changes: dict[str, Any], field: str) -> None:
    desk = Desk()
    desk.responding()

    assert desk.refused("record_phase", incident=INCIDENT, **MUNICIPAL | changes)[0] == field


def test_a_municipal_phase_needs_the_commune() -> None:
    desk = Desk()
    desk.observe(at=None, type_hint="CYB-SVC")
    desk.on("qualify", type="CYB-SVC", severity=3)

    assert desk.refused("record_phase", incident=INCIDENT, **MUNICIPAL)[0] == "commune"
    assert desk.on("record_phase", **PROVINCIAL).phase is not None


def test_a_higher_phase_is_not_older_than_the_one_that_stands() -> None:
    desk = Desk()
    desk.responding()
    desk.on("record_phase", **MUNICIPAL)
    earlier = PROVINCIAL | {"declared_at": "2026-01-15T15:19:00Z"}

    assert desk.refused("record_phase", incident=INCIDENT, **earlier)[0] == "declared_at"
    assert desk.refused("record_phase", incident=INCIDENT, **MUNICIPAL)[0] == "value"


def test_a_phase_is_not_lifted_before_it_was_declared() -> None:
    desk = Desk()
    desk.responding()
    desk.on("record_phase", **MUNICIPAL)
    too_early = {"authority": "Bourgmestre", "lifted_at": "2026-01-15T15:00:00Z"}

    assert desk.refused("lift_phase", incident=INCIDENT, **too_early)[0] == "lifted_at"


def test_a_lower_phase_is_recorded_only_after_the_higher_one_is_lifted() -> None:
    desk = Desk()
    desk.responding()
    desk.on("record_phase", **PROVINCIAL)
    later = MUNICIPAL | {"declared_at": "2026-01-15T15:41:00Z", "informed_at": desk.at}

    assert "lifting first" in desk.refused("record_phase", incident=INCIDENT, **later)[1]
    desk.on("lift_phase", authority="Hoge ambtenaar", lifted_at="2026-01-15T15:40:00Z")
    assert desk.on("record_phase", **later).phase is not None


def test_a_standing_phase_keeps_an_incident_from_being_closed() -> None:
    desk = Desk()
    desk.responding()
    desk.on("record_phase", **MUNICIPAL)

    closing = {"incident": INCIDENT, "to": "closed", "reason": "all is well"}
    assert "lifting" in desk.refused("change_state", **closing)[1]


def test_an_operator_drafts_a_phase_and_does_not_record_it() -> None:
    desk = Desk()
    desk.responding()
    desk.act("record_phase", capacity="operator", incident=INCIDENT, **MUNICIPAL)

    assert desk.incident().phase is None
    assert [a.kind for a in desk.situation.advice.values() if a.by == "operator"] == ["proposal"]


def test_a_wrongly_recorded_phase_can_be_taken_back() -> None:
    desk = Desk()
    before = desk.responding()
    desk.on("record_phase", **MUNICIPAL)
    desk.undo()

    assert desk.incident() == before


# --- the end: review, contact person, archive


def closed(desk: Desk, **given: Any) -> None:
    desk.responding()
    for command, more in given.items():
        desk.on(command, **more)
    desk.on("change_state", to="closed", reason="the road is open")


def test_a_grave_incident_asks_for_a_review_that_nobody_waives() -> None:
    desk = Desk()
    closed(desk, qualify={"type": "TRA-TUN", "severity": 3})
    settle = {"incident": INCIDENT, "reason": "nothing to learn"}

    assert desk.incident().review == "required"
    assert desk.refused("settle_review", outcome="waived", **settle)[0] == "outcome"
    assert desk.refused("settle_review", outcome="done", **settle)[0] == "outcome"
    desk.wait(30 * 24 * 3600)
    desk.tick()
    assert INCIDENT in desk.situation.incidents

    desk.on("change_state", to="review")
    desk.on("settle_review", outcome="done", reason="lessons L-1 to L-3 are validated")
    desk.wait(72 * 3600 + 1)
    desk.tick()
    assert INCIDENT not in desk.situation.incidents


def test_a_phase_that_was_lifted_still_asks_for_a_review() -> None:
    desk = Desk()
    lifted = {"authority": "Bourgmestre", "lifted_at": "2026-01-15T15:40:00Z"}
    closed(desk, record_phase=MUNICIPAL, lift_phase=lifted)

    assert desk.incident().review == "required"


def test_every_exercise_is_reviewed() -> None:
    desk = Desk("exercise-one")
    closed(desk)

    assert desk.incident().review == "required"


def test_a_review_asked_for_a_small_incident_may_be_waived_later() -> None:
    desk = Desk()
    desk.responding()
    closing = {"to": "closed", "reason": "the road is open", "review": True}
    assert desk.on("change_state", **closing).review == "required"
    assert desk.on("settle_review", outcome="waived", reason="on reflection").review == "waived"
    assert desk.refused("change_state", incident=INCIDENT, to="review")[0] == "to"
    assert desk.on("settle_review", outcome="required", reason="asked by D2").review == "required"


def test_an_open_incident_has_no_review_to_settle() -> None:
    desk = Desk()
    desk.responding()

    field, _ = desk.refused(
        "settle_review", incident=INCIDENT, outcome="waived", reason="not worth it"
    )
    assert field == "incident"


def test_an_incident_stays_while_the_mandate_of_its_contact_person_is_open() -> None:
    desk = Desk()
    desk.taken(facts={"single_contact": "Coordination psychosociale"})
    desk.on("change_state", to="closed", reason="settled")
    desk.wait(100 * 3600)
    desk.tick()
    assert INCIDENT in desk.situation.incidents

    incident = desk.on("end_contact", until="2026-02-01T00:00:00Z", successor="Maison de justice")
    assert incident.facts["single_contact"]["value"] == "Maison de justice"
    assert incident.facts["single_contact_until"]["value"] == "2026-02-01T00:00:00.000Z"
    desk.tick()
    assert INCIDENT not in desk.situation.incidents


def test_there_is_no_mandate_to_end_without_a_contact_person() -> None:
    desk = Desk()
    desk.taken()

    assert desk.refused("end_contact", incident=INCIDENT, until=desk.at)[0] == "incident"


def test_what_is_archived_takes_its_records_along() -> None:
    desk = Desk()
    desk.taken(facts={"deceased": 1})
    desk.act("open_task", incident=INCIDENT, title="Fermer la rue", language="fr")
    desk.act(
        "report_count",
        incident=INCIDENT,
        category="t1",
        value=2,
        certainty="estimated",
        source="D2",
    )
    desk.on("change_state", to="false_alarm", reason="a drill")
    desk.wait(72 * 3600 + 1)
    desk.tick()

    left = desk.situation
    assert not left.incidents
    assert not left.tasks
    assert not left.counts
    assert not left.advice


# --- what time and sources do


def fates(desk: Desk) -> list[tuple[str, str]]:
    return [(i, fate.key) for i, fate in due_fates(desk.situation, desk.at)]


def test_what_nobody_took_is_closed_after_a_day_and_gone_after_three_more() -> None:
    desk = Desk()
    desk.observe()
    desk.wait(24 * 3600)
    assert fates(desk) == []
    desk.wait(1)
    assert fates(desk) == [(INCIDENT, "no_news")]
    desk.tick()

    assert (desk.incident().state, desk.incident().state_reason) == ("closed", "no_news")
    assert desk.incident().state_by is None
    desk.wait(72 * 3600 + 1)
    desk.tick()
    assert INCIDENT not in desk.situation.incidents


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("take", {}),
        ("set_lead", {"lead": "D3"}),
        ("open_task", {"title": "Vérifier sur place", "language": "fr"}),
        ("file_report", {"access": "inconnu"}),
    ],
)
def test_what_people_touched_is_never_closed_by_time(command: str, given: dict[str, Any]) -> None:
    desk = Desk()
    desk.observe()
    desk.act(command, incident=INCIDENT, **given)
    desk.wait(30 * 24 * 3600)
    desk.tick()

    assert desk.incident().state in ("reported", "acknowledged")
    assert [i for i, _ in stale_incidents(desk.situation, desk.at)] == [INCIDENT]


def test_a_lively_incident_is_not_stale() -> None:
    desk = Desk()
    desk.taken()
    desk.wait(23 * 3600)

    assert stale_incidents(desk.situation, desk.at) == []


def test_what_a_source_alone_reported_and_ended_is_closed_after_five_quiet_minutes() -> None:
    desk = Desk()
    desk.observe("alarm", source="sensor:tunnel", type_hint="TRA-TUN")
    desk.wait(60)
    desk.observe("rest", source="sensor:tunnel", action="end", chain=["alarm"], type_hint=None)
    desk.tick()
    assert desk.incident().state == "reported"
    desk.wait(301)
    desk.tick()

    assert (desk.incident().state, desk.incident().state_reason) == ("closed", "source_ended")


def test_what_begins_again_within_five_minutes_is_one_incident() -> None:
    desk = Desk()
    desk.observe("alarm", source="sensor:tunnel", type_hint="TRA-TUN")
    desk.observe("rest", source="sensor:tunnel", action="end", chain=["alarm"], type_hint=None)
    desk.wait(120)
    desk.observe("again", source="sensor:tunnel", chain=["alarm"], type_hint="TRA-TUN")
    desk.wait(600)
    desk.tick()

    assert desk.incident().state == "reported"
    assert desk.incident().count == 3


def test_what_a_source_cancels_is_closed_at_once_unless_others_spoke_or_people_took_it() -> None:
    alone, others, ours = Desk(), Desk(), Desk()
    others.observe("call")
    for desk in (alone, others, ours):
        desk.observe("alarm", source="sensor:tunnel")
        if desk is ours:
            desk.on("take")
        desk.observe("no", source="sensor:tunnel", action="cancel", chain=["alarm"], type_hint=None)

    assert alone.incident().state == "closed"
    assert others.incident().state == "reported"
    assert ours.incident().state == "acknowledged"
