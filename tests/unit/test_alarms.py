"""Who is called, when again, and when no more."""

from typing import Any

import pytest

from alarming import Watch, far
from deciding import metres_north, the
from tocsin.engine.inputs import CommandRefused
from tocsin.engine.replay import replay
from tocsin.situation.picture import Situation

SMOKE: dict[str, Any] = {"type_hint": "FIR-BLD"}  # S2
TANKER: dict[str, Any] = {"type_hint": "HAZ-ROA"}  # S3
PLANT: dict[str, Any] = {"type_hint": "HAZ-FIX"}  # S4
CAMERA: dict[str, Any] = {
    "kind": "camera_status",
    "legal_regime": "trafic_non_surveillance",
    "type_hint": None,
}
CHANNEL: dict[str, Any] = {"kind": "channel_status", "type_hint": None, "at": None}


def hit(token: str, number: int = 1, **given: Any) -> dict[str, Any]:
    fields = {"source": f"anpr:cam-{number}", "kind": "anpr_hit", "legal_regime": "LFP_police"}
    return {**fields, "type_hint": None, "codes": {"vehicle": token}, **given}


# --- one alarm for one incident


@pytest.mark.parametrize(
    ("given", "priority", "type_name"),
    [(PLANT, 1, "incident_s4"), (TANKER, 2, "incident_s3"), (SMOKE, 3, "incident_s2")],
)
def test_a_new_incident_calls_by_its_severity(
    given: dict[str, Any], priority: int, type_name: str
) -> None:
    room = Watch()
    room.observe(**given)
    alarm = room.alarm
    assert (alarm.priority, alarm.type, alarm.incident) == (priority, type_name, "I-0001")
    assert alarm.due_at is not None
    assert alarm.rule.startswith("R-ALARM@")


def test_a_minor_incident_calls_nobody() -> None:
    room = Watch()
    room.observe(type_hint="TRA-ACC")
    assert room.records == []


def test_the_call_says_what_and_where_in_each_language() -> None:
    room = Watch()
    room.observe(**TANKER, location_text="Tunnel Annie Cordy")
    assert room.alarm.reason == {
        "fr": "Accident ADR (route) S3, Tunnel Annie Cordy",
        "nl": "ADR-ongeval (weg) S3, Tunnel Annie Cordy",
        "en": "Dangerous-goods road accident S3, Tunnel Annie Cordy",
    }


def test_later_facts_of_the_same_incident_join_silently() -> None:
    room = Watch()
    room.observe("call-1", **SMOKE)
    for number in range(2, 8):
        room.observe(f"call-{number}", **SMOKE, at=metres_north(number))
    assert len(room.calls()) == 1


def test_an_incident_that_got_worse_calls_again_with_the_reason() -> None:
    room = Watch()
    room.observe("call-1", **SMOKE)
    room.act("operator", "acknowledge_alarm", alarm=room.alarm.id)
    room.wait(60)
    room.observe("call-2", type_hint="FIR-LRG", at=metres_north(5))
    alarm = room.alarm
    assert (alarm.type, alarm.priority, alarm.acknowledged) == ("incident_graver", 2, {})
    assert alarm.rearmed_at == room.at
    assert alarm.rearm_reason is not None
    assert alarm.rearm_reason["en"] == "Graver: from Building fire S2 to Large fire with smoke S3"
    assert alarm.reason["en"].startswith("Building fire S2")


def test_an_incident_that_eased_shows_it_and_makes_no_sound() -> None:
    room = Watch()
    room.observe(**TANKER)
    room.act("supervisor", "regrade_incident", incident="I-0001", severity=2, reason="a small leak")
    assert (room.alarm.priority, room.alarm.type) == (3, "incident_s2")
    assert len(room.calls()) == 1


def test_who_raises_the_severity_is_not_called_for_it() -> None:
    room = Watch()
    room.observe(**TANKER)
    room.act("operator", "regrade_incident", incident="I-0001", severity=4, reason="a large leak")
    assert room.alarm.priority == 1
    assert set(room.alarm.acknowledged) == {"operator"}


def test_what_the_rules_advise_on_the_same_fact_is_no_second_call() -> None:
    room = Watch()
    room.observe(**SMOKE, at=(50.8268, 4.3418))  # a school of the register: S3 is advised
    advised = [a for a in room.records if a.type == "severity_advised"]
    assert [(a.kind, a.incident) for a in advised] == [("notice", "I-0001")]
    assert (room.alarm.type, room.alarm.priority) == ("incident_s2", 2)


def test_what_the_rules_advise_later_calls_by_itself() -> None:
    room = Watch()
    room.observe("call-1", **TANKER)
    room.wait(60)
    told = room.observe("call-2", **TANKER, facts={"casualties_red": 2, "casualties_yellow": 22})
    raised = [e.body["alarm"] for e in told if e.kind == "alarm_raised"]
    assert [
        (a["type"], a["priority"], a["kind"]) for a in raised if a["type"].endswith("_advised")
    ] == [
        ("medical_plan_advised", 1, "alarm"),
        ("severity_advised", 2, "notice"),
    ]


# --- what only informs


def test_an_old_fact_informs_and_never_sounds() -> None:
    room = Watch()
    room.observe(**PLANT, observed_at=room.minutes_ago(11))
    assert room.alarms == []
    assert room.notice.type == "incident_s4"


def test_a_burst_of_old_events_from_a_source_that_catches_up_raises_no_alarm() -> None:
    """SC-09: after its outage the dispatching replays 300 events."""
    room = Watch()
    room.report(state="catching_up", outbox=300)
    for number in range(300):
        observed = room.minutes_ago(12 + number % 60)
        room.observe(f"old-{number}", **TANKER, at=far(number % 25), observed_at=observed)
        room.observe(f"undated-{number}", **TANKER, at=far(number % 25))
    assert [alarm for alarm in room.records if alarm.kind == "alarm"] == []


def test_a_fresh_fact_turns_the_notice_of_an_old_one_into_a_call() -> None:
    room = Watch()
    room.observe("old", **TANKER, observed_at=room.minutes_ago(20))
    room.observe("fresh", source="mobiris:events", **TANKER, observed_at=room.at)
    assert (room.alarm.priority, room.notices) == (2, [])


def test_a_trial_source_alone_gives_a_notice_until_another_source_says_it_too() -> None:
    """SC-07: the crowd sensor on trial, forty minutes before."""
    room = Watch()
    room.observe("s-1", source="crowd:c", kind="sensor", type_hint="CRO-DEN", maturity="trial")
    assert room.alarms == []
    room.observe("c-1", type_hint="CRO-DEN")
    assert room.alarm.incident == "I-0001"


def test_a_dense_crowd_calls_at_once() -> None:
    room = Watch()
    room.observe("c-1", type_hint="CRO-DEN")
    room.observe("c-2", kind="sensor", type_hint="CRO-DEN", facts={"crowd_density": 5.7})
    alarm = room.alarm
    assert (alarm.type, alarm.priority) == ("crowd_density_critical", 1)
    assert alarm.rearm_reason is not None
    assert "5,7" in alarm.rearm_reason["fr"]


def test_an_exercise_calls_as_reality_does() -> None:
    room = Watch("exercise-sc-01")
    room.observe(**PLANT, mode="exercise")
    assert room.alarm.priority == 1


def test_a_message_sent_for_a_test_calls_nobody() -> None:
    room = Watch()
    room.observe(**CHANNEL, facts={"emergency_number_lost": True}, mode="test")
    assert room.records == []


def test_what_a_mistrusted_source_says_calls_nobody() -> None:
    room = Watch()
    room.act("supervisor", "mark_source", source="cad:112", trust="unreliable", reason="hacked")
    room.observe(**CHANNEL, facts={"emergency_number_lost": True})
    assert room.records == []


# --- channels, convoys, cameras


def test_the_loss_of_112_is_critical_and_over_when_it_is_back() -> None:
    room = Watch()
    lost = {"channel": "112", "channel_role": "emergency_number", "channel_state": "down"}
    room.observe("m-1", **CHANNEL, facts=lost)
    assert (room.alarm.priority, room.alarm.subject) == (1, "channel:112")
    back = lost | {"channel_state": "up"}
    told = room.observe("m-2", **CHANNEL, facts=back)
    assert the("alarm_cleared", told)["why"] == {"word": "told"}
    assert room.alarm.cleared_at == room.at


def test_each_channel_that_is_down_has_its_alarm() -> None:
    room = Watch()
    room.observe("m-1", **CHANNEL, facts={"channel": "sirens", "channel_state": "down"})
    room.observe("m-2", **CHANNEL, facts={"channel": "BE-Alert", "channel_state": "down"})
    room.observe("m-3", **CHANNEL, facts={"channel": "sirens", "channel_state": "down"})
    assert [(a.subject, a.priority, a.count) for a in room.alarms] == [
        ("channel:sirens", 2, 2),
        ("channel:BE-Alert", 2, 1),
    ]
    room.observe("m-4", **CHANNEL, facts={"channel": "sirens", "channel_state": "active"})
    assert [a.cleared_at is None for a in room.alarms] == [False, True]


def test_fewer_than_two_independent_channels_call_once_until_there_are_two() -> None:
    room = Watch()
    for left in (1, 0, 1, 2):
        room.observe(f"m-{left}", **CHANNEL, facts={"channels_left": left})
    assert room.alarm.type == "redundancy_low"
    assert room.alarm.cleared_at is not None
    assert len(room.calls()) == 1


def test_a_convoy_off_its_route_is_urgent() -> None:
    room = Watch()
    room.observe(type_hint="TRA-CNV", codes={"convoy": "P-EXO-7"}, facts={"off_route": True})
    assert (room.alarm.type, room.alarm.priority) == ("convoy_deviation", 2)


def test_what_another_observation_told_before_is_no_news() -> None:
    room = Watch()
    room.observe("m-1", type_hint="TRA-CNV", codes={"convoy": "P-EXO-7"}, facts={"off_route": True})
    room.observe("m-2", type_hint="TRA-CNV", codes={"convoy": "P-EXO-7"}, facts={"verified": True})
    assert room.alarm.count == 1


def test_a_camera_lost_on_a_grave_incident_is_urgent_and_one_alarm_for_all_of_them() -> None:
    """SC-01: two tunnel cameras without a picture."""
    room = Watch()
    tunnel = {"tunnel": "annie-cordy"}
    room.observe("call", **TANKER, codes=tunnel)
    for number in (114, 115):
        room.observe(
            f"c-{number}",
            **CAMERA,
            source=f"camera:{number}",
            codes=tunnel,
            facts={"camera_state": "no_image"},
        )
    incident, camera = room.alarms
    assert (camera.type, camera.priority, camera.count) == ("camera_lost_on_incident", 2, 2)
    assert camera.evidence == ("camera:114", "camera:115")
    for number in (114, 115):
        assert camera.cleared_at is None
        room.observe(
            f"b-{number}",
            **CAMERA,
            source=f"camera:{number}",
            codes=tunnel,
            facts={"camera_state": "ok"},
        )
        incident, camera = room.alarms
    assert camera.cleared_at is not None
    assert incident.cleared_at is None


def test_many_lost_cameras_are_one_alarm_with_a_counter() -> None:
    """SC-05: a third of the cameras goes dark."""
    room = Watch()
    for number in range(40):
        room.report(f"camera:cam-{number}", "offline")
        if number < 4:
            assert room.alarms == []
    assert (room.alarm.type, room.alarm.priority, room.alarm.count) == ("cameras_lost", 2, 40)
    assert len(room.calls()) == 1
    for number in range(40):
        assert room.alarm.cleared_at is None
        room.report(f"camera:cam-{number}", "online")
    assert room.alarm.cleared_at is not None


# --- sources


def test_a_vital_source_that_falls_silent_calls_at_the_same_tick() -> None:
    room = Watch()
    room.report("cad:112", "online")
    room.wait(31)
    room.tick("cad:112")
    assert (room.alarm.type, room.alarm.priority, room.alarm.subject) == (
        "source_lost",
        2,
        "cad:112",
    )
    room.wait(5)
    room.report("cad:112", "online")
    assert room.alarm.cleared_at == room.at


def test_the_loss_of_any_other_source_is_a_notice() -> None:
    room = Watch()
    room.report("weather:gauge-1", "offline")
    assert room.notice.type == "source_lost_other"


def test_a_source_that_comes_and_goes_is_one_alarm_with_a_counter() -> None:
    room = Watch()
    for _ in range(10):
        room.report("cad:112", "offline")
        room.wait(2)
        room.report("cad:112", "online")
        room.wait(3)
    assert room.alarm.count == 10
    assert len(room.calls()) == 2  # the third within a minute is chatter
    room.wait(120)
    room.report("cad:112", "offline")
    assert len(room.calls()) == 3


def test_a_source_over_its_rate_calls_once_and_is_over_when_it_is_quiet() -> None:
    room = Watch()
    for number in range(200):
        room.limited(external_id=f"m-{number}", **SMOKE)
        room.wait(0.1)
    assert (room.alarm.type, room.alarm.subject) == ("source_flooding", "cad:112")
    assert sum(e.kind.startswith("alarm_") for e in room.entries) == 1
    room.wait(121)
    room.tick()
    assert room.alarm.cleared_at == room.at


def test_a_suspect_clock_is_a_notice() -> None:
    room = Watch()
    room.observe(clock_suspect=True)
    assert room.notice.type == "clock_suspect"


def test_a_growing_quarantine_calls_once() -> None:
    room = Watch()
    for _ in range(50):
        room.refuse()
    assert room.alarm.type == "quarantine_growing"
    assert room.alarm.rearm_reason is not None
    assert room.alarm.rearm_reason["en"].startswith("20 messages of cad:112")
    assert len(room.calls()) == 1


# --- hits


def test_seventy_hits_on_eight_vehicles_are_at_most_eight_alarms() -> None:
    room = Watch()
    for number in range(70):
        room.observe(f"hit-{number}", **hit(f"tok-{number * 5 % 8}", number), at=far(number % 25))
        room.wait(3600 / 70)
    assert 0 < len(room.calls("police")) + len(room.calls()) <= 8
    vehicles = {a.subject for a in room.alarms}
    assert vehicles == {f"vehicle:tok-{n}" for n in range(8)}
    incidents = set(room.situation.incidents)
    assert {a.incident for a in room.records if a.incident} == incidents


def test_an_unverified_hit_asks_the_police_liaison_to_verify_it() -> None:
    room = Watch()
    room.observe(**hit("tok-1"))
    assert (room.alarm.type, room.alarm.role, room.alarm.priority) == ("hit_to_verify", "police", 3)


def test_a_verified_hit_at_a_protected_site_is_critical() -> None:
    room = Watch()
    room.observe(**hit("tok-1", facts={"site": "Europa"}))
    assert room.alarm.priority == 3
    room.act("police", "verify_hit", observation=room.shown("call-1").id, outcome="match")
    assert (room.alarm.type, room.alarm.priority, room.alarm.role) == (
        "hit_near_site",
        1,
        "operator",
    )


# --- time


def test_an_unanswered_critical_alarm_escalates_when_its_time_is_up() -> None:
    room = Watch()
    room.observe(**PLANT)
    room.wait(59)
    room.tick()
    assert room.alarm.escalated_at is None
    room.wait(1)
    room.tick()
    assert room.alarm.escalated_at == room.at
    room.wait(5)
    assert room.tick() == []


def test_an_answered_alarm_does_not_escalate_and_a_lower_one_never_does() -> None:
    room = Watch()
    room.observe("a", **PLANT)
    room.observe("b", **TANKER, at=far(7))
    room.act("operator", "acknowledge_alarm", alarm=room.alarms[0].id)
    room.wait(600)
    room.tick()
    assert [a.escalated_at for a in room.alarms] == [None, None]


def test_acknowledging_stops_the_sound_for_one_capacity_only() -> None:
    room = Watch()
    room.observe(**PLANT)
    room.act("d2", "acknowledge_alarm", alarm=room.alarm.id)
    assert set(room.alarm.acknowledged) == {"d2"}
    room.wait(60)
    room.tick()
    assert room.alarm.escalated_at is not None
    room.act("operator", "acknowledge_alarm", alarm=room.alarm.id)
    assert room.alarm.acknowledged["operator"]["at"] == room.at
    with pytest.raises(CommandRefused, match="already acknowledged by operator"):
        room.act("operator", "acknowledge_alarm", alarm=room.alarm.id)


def test_what_is_cleared_stays_to_be_seen_until_somebody_has_seen_it() -> None:
    room = Watch()
    room.observe(**CHANNEL, facts={"channel": "sirens", "channel_state": "down"})
    room.wait(10)
    room.observe("m-2", **CHANNEL, facts={"channel": "sirens", "channel_state": "up"})
    room.wait(3600)
    room.tick()
    assert room.alarm.cleared_at is not None
    room.act("operator", "acknowledge_alarm", alarm=room.alarm.id)
    room.wait(5)
    room.tick()
    assert room.records == []


def test_an_alarm_is_over_with_its_incident() -> None:
    room = Watch()
    room.observe(**TANKER)
    room.act("operator", "change_state", incident="I-0001", to="false_alarm", reason="a mistake")
    room.wait(5)
    ticked = room.tick()
    assert room.alarm.cleared_at == room.at
    over = [e.body["why"] for e in ticked if e.kind == "alarm_cleared"]
    assert {"word": "incident_over"} in over


def test_an_alarm_acknowledged_and_left_for_four_hours_is_asked_about() -> None:
    room = Watch()
    room.observe(**TANKER)
    room.act("operator", "acknowledge_alarm", alarm=room.alarm.id)
    room.wait(4 * 3600 + 1)
    room.tick()
    assert room.alarm.review_due


# --- shelving


def test_an_alarm_is_shelved_with_a_reason_and_comes_back_by_itself() -> None:
    room = Watch()
    room.observe(**TANKER)
    room.act("operator", "shelve_alarm", alarm=room.alarm.id, minutes=30, reason="known works")
    assert room.alarm.shelved is not None
    assert room.alarm.shelved["reason"] == "known works"
    room.wait(30 * 60)
    room.tick()
    assert room.alarm.shelved is None


@pytest.mark.parametrize(
    ("given", "minutes", "told"),
    [
        (TANKER, 31, "30 minutes at most"),
        (PLANT, 10, "priority 1 is never shelved"),
    ],
)
def test_what_may_not_be_shelved_is_refused(given: dict[str, Any], minutes: int, told: str) -> None:
    room = Watch()
    room.observe(**given)
    with pytest.raises(CommandRefused, match=told):
        room.act(
            "operator", "shelve_alarm", alarm=room.alarm.id, minutes=minutes, reason="known works"
        )


def test_no_alarm_of_a_critical_incident_is_shelved() -> None:
    room = Watch()
    tunnel = {"tunnel": "annie-cordy"}
    room.observe("call", **PLANT, codes=tunnel)
    room.observe("c", **CAMERA, source="camera:1", codes=tunnel, facts={"camera_state": "no_image"})
    camera = room.alarms[-1]
    assert camera.priority == 2
    with pytest.raises(CommandRefused, match="severity 4 is never shelved"):
        room.act("operator", "shelve_alarm", alarm=camera.id, minutes=5, reason="known works")


def test_a_shelved_alarm_that_gets_worse_leaves_the_shelf() -> None:
    room = Watch()
    room.observe("call-1", **SMOKE)
    room.act("operator", "shelve_alarm", alarm=room.alarm.id, minutes=30, reason="known works")
    room.observe("call-2", type_hint="FIR-LRG", at=metres_north(5))
    assert room.alarm.shelved is None
    assert len(room.calls()) == 2


# --- merging


def test_a_merged_incident_takes_its_more_urgent_alarm_along() -> None:
    room = Watch()
    room.observe("a", **SMOKE)
    room.observe("b", **TANKER, at=far(7))
    room.act("operator", "merge_incidents", incident="I-0002", into="I-0001")
    smoke, tanker = room.alarms
    assert (smoke.cleared_at is not None, tanker.incident) == (True, "I-0001")
    assert tanker.cleared_at is None


def test_a_merged_incident_whose_alarm_says_no_more_is_cleared_with_the_reason() -> None:
    room = Watch()
    room.observe("a", **TANKER)
    room.observe("b", **SMOKE, at=far(7))
    merged = room.act("operator", "merge_incidents", incident="I-0002", into="I-0001")
    assert the("alarm_cleared", merged)["why"] == {"word": "merged", "into": "I-0001"}


# --- what was promised and not done


def test_an_overdue_task_calls_once_and_is_over_when_it_is_done() -> None:
    room = Watch()
    room.observe(type_hint="TRA-ACC")
    due = room.minutes_ago(-1)
    room.act("operator", "open_task", incident="I-0001", title="call", language="en", due_at=due)
    room.wait(61)
    room.tick()
    assert (room.alarm.type, room.alarm.incident) == ("task_overdue", "I-0001")
    room.wait(5)
    room.tick()
    assert len(room.calls()) == 1
    room.act("operator", "change_task", task=room.alarm.subject, state="done")
    room.wait(5)
    room.tick()
    assert room.alarm.cleared_at == room.at


def test_replaying_a_watch_writes_the_same_bytes() -> None:
    room = Watch()
    room.report("cad:112", "online")
    for number in range(30):
        given = (SMOKE, TANKER, PLANT)[number % 3]
        room.observe(f"m-{number}", **given, at=far(number % 25))
        room.wait(7)
        room.tick()
    room.act("operator", "acknowledge_alarm", alarm=room.alarms[0].id)
    room.wait(60)
    room.tick("cad:112")
    room.wait(4 * 3600)
    room.tick()
    assert replay(Situation("live"), room.entries) is None


def test_a_decision_that_nobody_saw_asks_the_supervisor() -> None:
    room = Watch()
    room.observe(type_hint="TRA-ACC")
    room.act(
        "supervisor",
        "record_decision",
        incident="I-0001",
        text="close the road",
        language="en",
        function="duty officer",
        decided_at=room.at,
        basis="smoke over the road",
    )
    room.wait(299)
    room.tick()
    assert room.alarms == []
    room.wait(6)
    room.tick()
    assert (room.alarm.type, room.alarm.role) == ("decision_unseen", "supervisor")
    room.act("operator", "see_decision", decision=room.alarm.subject)
    room.wait(5)
    room.tick()
    assert room.alarm.cleared_at == room.at


def test_an_incident_without_news_is_a_notice_until_there_is_news() -> None:
    room = Watch()
    room.observe("a", **TANKER)
    room.act("operator", "take", incident="I-0001")
    room.wait(4 * 3600 + 5)
    room.tick()
    stale = [a for a in room.notices if a.type == "incident_stale"]
    assert [a.incident for a in stale] == ["I-0001"]
    room.wait(5)
    room.tick()
    room.observe("b", **TANKER, chain=["a"])
    room.wait(5)
    room.tick()
    (notice,) = [a for a in room.notices if a.type == "incident_stale"]
    assert notice.cleared_at == room.at
    assert notice.count == 1


def test_a_source_that_ends_what_people_work_on_gives_a_notice() -> None:
    room = Watch()
    room.observe("a", **TANKER)
    room.act("operator", "take", incident="I-0001")
    room.observe("b", **TANKER, action="end", chain=["a"])
    assert [a.type for a in room.notices] == ["ended_by_source"]
    assert room.incident().state != "closed"


def test_a_phase_criterion_calls_the_supervisor_and_nothing_is_declared() -> None:
    room = Watch()
    room.observe(**PLANT)
    (phase,) = [a for a in room.records if a.type == "phase_criterion_met"]
    assert (phase.role, phase.priority, phase.kind) == ("supervisor", 2, "alarm")
    assert room.incident().phase is None


def test_a_hit_beside_a_fire_has_an_alarm_of_its_own() -> None:
    """The operator follows the fire, the police liaison verifies the vehicle."""
    room = Watch()
    room.observe("a", **SMOKE)
    room.observe("b", **hit("tok-1"))
    assert sorted((a.role, a.subject) for a in room.alarms) == [
        ("operator", None),
        ("police", "vehicle:tok-1"),
    ]


def test_a_proposal_calls_who_may_decide_and_never_only_who_made_it() -> None:
    room = Watch()
    room.observe(type_hint="TRA-ACC")
    decision = {"text": "close it", "language": "en", "function": "duty officer"}
    told = {**decision, "basis": "smoke", "decided_at": room.at}
    room.act("operator", "record_decision", incident="I-0001", **told)
    room.act("d2", "regrade_incident", incident="I-0001", severity=3, reason="a bus")
    waiting = [a for a in room.records if a.kind == "alarm"]
    assert [(a.type, a.role, set(a.acknowledged)) for a in waiting] == [
        ("proposal_to_supervisor", "supervisor", {"operator"}),
        ("proposal_waiting", "operator", {"d2"}),
    ]


def test_a_unit_in_distress_is_critical_and_over_when_it_says_so() -> None:
    room = Watch()
    unit = {"type_hint": None, "codes": {"track": "d1-team-3"}}
    room.observe("sos-1", attributes={"distress": True}, **unit)
    assert (room.alarm.type, room.alarm.priority) == ("unit_in_distress", 1)
    assert room.alarm.subject == "unit:d1-team-3"
    room.observe("sos-2", attributes={"distress": True}, **unit)
    assert len(room.calls()) == 1
    room.observe("sos-3", attributes={"distress": False}, action="end", **unit)
    assert room.alarm.cleared_at is not None


def test_what_a_signature_does_not_prove_moves_no_rule() -> None:
    room = Watch()
    room.observe(**PLANT, attributes={"doubtful": True, "fire": True})
    assert not room.situation.incidents
    assert room.records == []
    (shown,) = room.situation.observations.values()
    assert shown.why is not None
    assert shown.why["reason"] == "doubtful"
