"""What each input leads to."""

from datetime import timedelta
from typing import Any

import pytest

from deciding import HERE, NOW, Room, kinds, metres_north, observation, the
from tocsin.contract.times import to_text
from tocsin.engine import ticking
from tocsin.engine.decide import decide, decide_all
from tocsin.engine.inputs import (
    CommandGiven,
    CommandRefused,
    ExerciseReported,
    MessageRefused,
    ObservationArrived,
)
from tocsin.journal.entry import INPUT_KINDS
from tocsin.situation.picture import ATTACHED_KEPT, Situation

DAY = 24 * 3600
TUNNEL = {"tunnel": "annie-cordy"}


# --- opening and joining


def test_an_incident_is_opened_with_what_the_type_and_the_place_say() -> None:
    room = Room()

    entries = room.observe(headline="Accident", location_text="Place Sainctelette")

    assert kinds(entries)[:2] == ["observation_recorded", "incident_opened"]
    incident = room.incident()
    assert (incident.id, incident.type, incident.severity, incident.state) == (
        "I-0001",
        "TRA-ACC",
        1,
        "reported",
    )
    assert (incident.lat, incident.lon) == HERE
    assert incident.commune is not None
    assert set(incident.commune) == {"fr", "nl"}
    assert (incident.headline, incident.text) == ("Accident", "Place Sainctelette")
    assert incident.observations == ("O-1",)


@pytest.mark.parametrize(
    ("words", "commune"),
    [
        ("Chaussée de Waterloo 300, Uccle", "Ukkel"),
        ("Rook in station Kunst-Wet", "Brussel"),
        ("Fumée, adresse inconnue", None),
    ],
)
def test_an_incident_without_a_position_lies_where_its_words_say(
    words: str, commune: str | None
) -> None:
    room = Room()
    room.observe(at=None, headline=words)
    found = room.incident().commune
    assert (found and found["nl"]) == commune


def test_every_entry_names_the_input_that_led_to_it() -> None:
    room = Room()
    room.observe(type_hint="TRA-TUN", codes=TUNNEL)
    entries = room.observe("second", type_hint="HAZ-ROA", codes=TUNNEL)

    assert entries[0].kind in INPUT_KINDS
    assert {e.cause for e in entries} == {entries[0].n}
    assert [e.n for e in room.entries] == list(range(1, len(room.entries) + 1))


def test_incidents_are_numbered_in_the_order_in_which_they_are_opened() -> None:
    room = Room()
    for number in range(3):
        room.observe(f"call {number}", at=metres_north(3000 * number))

    assert room.open_incidents == ["I-0001", "I-0002", "I-0003"]


def test_outside_the_region_there_is_no_commune_to_name() -> None:
    room = Room()
    room.observe(at=(50.47, 4.87))

    assert room.incident().commune is None


def test_what_joins_adds_its_facts_codes_and_class_to_the_incident() -> None:
    room = Room()
    room.observe(type_hint="TRA-TUN", codes=TUNNEL, facts={"smoke": True})
    room.observe(
        "second",
        source="mobiris:events",
        type_hint="TRA-TUN",
        codes=TUNNEL | {"convoy": "P-EXO-7"},
        facts={"fire": True},
    )

    incident = room.incident()
    assert incident.count == 2
    assert incident.source_classes == ("cad", "mobiris")
    assert incident.codes == ("convoy:P-EXO-7", "tunnel:annie-cordy")
    assert incident.facts == {
        "smoke": {"value": True, "observation": room.shown("call-1").id},
        "fire": {"value": True, "observation": room.shown("second").id},
    }


def test_attributes_outside_the_vocabulary_are_kept_but_not_shown() -> None:
    entries = Room().observe(facts={"fire": True, "caller": "somebody"})

    body = the("observation_recorded", entries)
    assert body["shown"]["facts"] == {"fire": True}
    assert body["observation"]["attributes"] == {"fire": True, "caller": "somebody"}


def test_an_outline_stands_at_its_middle() -> None:
    room = Room()
    room.observe(
        at=None, geometry={"type": "LineString", "coordinates": [[4.30, 50.80], [4.40, 50.90]]}
    )

    shown = room.shown("call-1")
    assert (shown.lat, shown.lon) == (50.85, 4.35)
    assert shown.outline == {"type": "LineString", "coordinates": [[4.30, 50.80], [4.40, 50.90]]}


# --- regrading


def test_a_graver_type_names_the_incident_and_brings_its_place() -> None:
    room = Room()
    room.observe(type_hint="TRA-CNV", codes={"convoy": "P-EXO-7"}, location_text="portal")
    there = metres_north(800)
    room.wait(60)  # at a convoy's pace

    entries = room.observe(
        "crash",
        type_hint="HAZ-ROA",
        codes={"convoy": "P-EXO-7"},
        at=there,
        location_text="section 12",
    )

    graded = the("incident_regraded", entries)
    assert graded["why"]["from"]["type"] == "TRA-CNV"
    assert graded["why"]["from"]["place"]["text"] == "portal"
    incident = room.incident()
    assert (incident.type, incident.severity, incident.text) == ("HAZ-ROA", 3, "section 12")
    assert (incident.lat, incident.lon) == pytest.approx(there)


def test_a_graver_fact_without_a_place_leaves_the_incident_where_it_is() -> None:
    room = Room()
    room.observe(codes=TUNNEL)

    entries = room.observe("crash", type_hint="HAZ-ROA", codes=TUNNEL, at=None, source="phone:d1")

    assert the("incident_regraded", entries)["place"] is None
    assert (room.incident().lat, room.incident().lon) == HERE


@pytest.mark.parametrize("type_hint", ["TRA-ACC", "TRA-CNV", None])
def test_what_is_not_graver_regrades_nothing(type_hint: str | None) -> None:
    room = Room()
    room.observe(type_hint="TRA-TUN", codes=TUNNEL)

    entries = room.observe("second", type_hint=type_hint, codes=TUNNEL, source="mobiris:events")

    assert "observation_joined" in kinds(entries)
    assert "incident_regraded" not in kinds(entries)


def test_undoing_a_grade_puts_type_severity_and_place_back() -> None:
    room = Room()
    room.observe(type_hint="TRA-CNV", codes={"convoy": "P-EXO-7"}, location_text="portal")
    before = room.incident()
    room.wait(60)  # at a convoy's pace
    room.observe(
        "crash",
        type_hint="HAZ-ROA",
        codes={"convoy": "P-EXO-7"},
        at=metres_north(800),
        location_text="section 12",
    )

    room.command("undo", entry=room.incident().graded_by)

    after = room.incident()
    for name in ("type", "severity", "lat", "lon", "accuracy_m", "text"):
        assert getattr(after, name) == getattr(before, name), name


# --- what opens and what only joins

ONLY_JOINS = (
    ("camera_frame", "trafic_non_surveillance"),
    ("camera_status", "trafic_non_surveillance"),
    ("drone_frame", "drone_police"),
    ("channel_status", None),
    ("alert_sent", None),
    ("resource_status", None),
    ("count", None),
    ("social", None),
)


@pytest.mark.parametrize(("kind", "regime"), ONLY_JOINS)
def test_kinds_that_only_tell_more_never_open_an_incident(kind: str, regime: str | None) -> None:
    room = Room()

    entries = room.observe(kind=kind, legal_regime=regime)

    assert kinds(entries) == ["observation_recorded"]
    assert room.situation.loose == ("O-1",)


@pytest.mark.parametrize(("kind", "regime"), ONLY_JOINS)
def test_but_they_do_join_one(kind: str, regime: str | None) -> None:
    room = Room()
    room.observe("first")

    entries = room.observe(kind=kind, legal_regime=regime, source="other:one")

    assert the("observation_joined", entries)["incident"] == "I-0001"


def test_an_untyped_event_opens_nothing() -> None:
    """Nobody said what it is; a person will see it in the list."""
    assert kinds(Room().observe(type_hint=None)) == ["observation_recorded"]


def test_a_hit_of_a_wanted_vehicle_has_a_type_without_saying_so() -> None:
    room = Room()
    room.observe(kind="anpr_hit", type_hint=None, legal_regime="LFP_police")

    assert room.incident().type == "SEC-VEH"


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "anpr_passage", "legal_regime": "LFP_police"},
        {"kind": "drone_track"},
        {"kind": "resource_status", "codes": {"track": "pump-1"}},
    ],
)
def test_what_moves_is_kept_at_its_last_place_only(given: dict[str, Any]) -> None:
    room = Room()
    entries = room.observe("p-1", type_hint=None, **given)
    room.observe("p-1", type_hint=None, at=metres_north(500), **given)

    assert kinds(entries) == ["observation_recorded"]
    [track] = room.situation.tracks.values()
    assert (track.lat, track.lon) == pytest.approx(metres_north(500))
    assert not list(room.situation.observations)


def test_a_drone_track_that_names_a_type_is_a_fact_to_judge() -> None:
    room = Room()
    room.observe(kind="drone_track", type_hint="SEC-UAV", codes={"track": "d-1"})

    assert room.incident().type == "SEC-UAV"
    assert not list(room.situation.tracks)


@pytest.mark.parametrize("mode", ["test", "system"])
def test_test_and_system_messages_are_shown_but_never_part_of_an_incident(mode: str) -> None:
    room = Room()
    room.observe("first")

    entries = room.observe("second", mode=mode, chain=["first"])

    assert kinds(entries) == ["observation_recorded"]
    assert room.shown("second").mode == mode


def test_a_heartbeat_opens_and_joins_nothing() -> None:
    room = Room()
    room.observe("first")

    entries = room.observe("second", action="heartbeat", chain=["first"])

    assert kinds(entries) == ["observation_recorded"]


@pytest.mark.parametrize("action", ["end", "cancel", "ack"])
def test_the_end_of_something_unknown_opens_nothing(action: str) -> None:
    assert kinds(Room().observe(action=action)) == ["observation_recorded"]


def test_the_same_message_twice_is_decided_twice() -> None:
    """Duplicates fold at the journal's keys, before anyone decides."""
    room = Room()
    room.observe("call-1")

    assert "observation_joined" in kinds(room.observe("call-1"))


# --- ends


def test_a_source_takes_back_what_it_alone_reported() -> None:
    room = Room()
    room.observe("first")

    entries = room.observe("cancel", action="cancel", chain=["first"])

    changed = the("incident_state_changed", entries)
    assert changed["why"]["observation"] == room.shown("cancel").id
    assert (changed["reason"], room.incident().state) == ("source_ended", "closed")


def test_a_source_ends_what_it_alone_reported_once_it_stays_quiet() -> None:
    """A detector that goes off and on again tells of one incident, not of six."""
    room = Room()
    room.observe("first")
    room.observe("off", action="end", chain=["first"])
    room.wait(120)
    room.observe("on again")
    assert room.open_incidents == ["I-0001"]

    room.observe("off again", action="end", chain=["on again"])
    room.wait(301)

    changed = the("incident_state_changed", room.tick())
    assert changed["reason"] == "source_ended"
    assert not room.open_incidents


def test_where_others_spoke_too_people_decide() -> None:
    room = Room()
    room.observe("first")
    room.observe("seen", source="mobiris:events")

    entries = room.observe("end", action="end", chain=["first"])

    assert "incident_state_changed" not in kinds(entries)
    assert room.incident().state == "reported"


def test_that_others_spoke_long_ago_is_not_forgotten() -> None:
    """The screens' list is bounded; who spoke first has left it."""
    room = Room()
    room.observe("seen", source="mobiris:events")
    for number in range(ATTACHED_KEPT + 1):
        room.observe(f"call {number}")
    assert room.incident().count == ATTACHED_KEPT + 2

    room.observe("end", action="end", chain=[f"call {ATTACHED_KEPT}"])

    assert room.incident().state == "reported"


def test_one_cancel_ends_everything_its_alert_had_warned_of() -> None:
    room = Room()
    room.observe("alert|1")
    room.observe("alert|2", at=metres_north(5_000))

    room.observe("cancel", action="cancel", chain=["alert|1", "alert|2"])

    assert [room.incident(1).state, room.incident(2).state] == ["closed", "closed"]


def test_an_incident_ends_once() -> None:
    room = Room()
    room.observe("first")
    room.observe("end", action="end", chain=["first"])

    assert "incident_state_changed" not in kinds(
        room.observe("end 2", action="end", chain=["first"])
    )


# --- quarantine, sources, exercise


def test_a_refused_message_is_counted_by_reason_and_shown() -> None:
    room = Room()
    for count in (1, 2):
        refused = MessageRefused(
            room.at, "cad:112", "tocsin/v1/live/x", "schema", "data.kind", "no kind", 17, count
        )
        entries = room.decide(refused)

    assert kinds(entries)[0] == "message_quarantined"
    assert room.situation.quarantined == 3
    seen = room.situation.quarantine["schema"]
    assert (seen.count, seen.source, seen.detail) == (3, "cad:112", "no kind")


def test_a_source_is_an_entry_only_when_it_changes() -> None:
    room = Room()
    assert kinds(room.report(adapter="cap")) == ["source_changed"]
    room.wait(10)
    assert room.report(adapter="cap") == []
    assert room.report() == [], "a last will names no adapter; the known one stands"
    assert kinds(room.report(trouble="no answer"))[0] == "source_changed"
    assert room.situation.sources["cad:112"].since == to_text(NOW)
    assert kinds(room.report("cad:112", "offline"))[0] == "source_changed"
    assert room.situation.sources["cad:112"].since == room.at


def test_a_silent_source_is_told_once_and_comes_back() -> None:
    room = Room()
    room.report()
    room.wait(60)

    assert kinds(room.tick("cad:112"))[:2] == ["clock_ticked", "source_changed"]
    assert room.situation.sources["cad:112"].state == "silent"
    assert room.situation.sources["cad:112"].since == room.at
    assert room.tick("cad:112") == []

    room.wait(5)
    assert kinds(room.report())[0] == "source_changed"
    assert (room.situation.sources["cad:112"].state, room.situation.sources["cad:112"].since) == (
        "online",
        room.at,
    )


def test_the_silence_of_a_source_that_nobody_knows_is_no_news() -> None:
    assert Room().tick("cad:112") == []


def test_an_exercise_is_told_in_its_own_realm_only_and_only_when_it_changes() -> None:
    exercise = {"scenario": "sc-01", "state": "running"}
    drill, live = Room("exercise-sc-01"), Room()

    assert kinds(drill.decide(ExerciseReported(drill.at, exercise))) == ["exercise_changed"]
    assert drill.decide(ExerciseReported(drill.at, exercise)) == []
    assert drill.situation.exercise == exercise
    assert live.decide(ExerciseReported(live.at, exercise)) == []
    assert live.situation.exercise is None


# --- the passing of time


def test_a_tick_without_news_leaves_no_entry() -> None:
    room = Room()
    room.observe()

    assert room.tick() == []


def test_an_incident_that_nobody_took_is_closed_a_day_after_its_last_word() -> None:
    room = Room()
    room.observe("first")
    room.wait(3600)
    room.observe("second", chain=["first"])
    room.wait(DAY)
    room.tick()
    assert room.incident().state == "reported"

    room.wait(1)
    assert the("incident_state_changed", room.tick())["reason"] == "no_news"


def test_a_closed_incident_leaves_the_picture_three_days_later() -> None:
    room = Room()
    room.observe("first")
    room.wait(DAY + 1)
    room.tick()
    room.wait(3 * DAY)
    room.tick()
    assert list(room.situation.incidents)

    room.wait(1)
    assert "incident_archived" in kinds(room.tick())

    assert not list(room.situation.incidents)
    assert not list(room.situation.observations)
    assert not list(room.situation.index.by_cell) + list(room.situation.index.by_code)


def test_the_number_of_an_archived_incident_is_not_given_again() -> None:
    room = Room()
    room.observe("first")
    room.wait(DAY + 1)
    room.tick()

    room.observe("second")

    assert room.open_incidents == ["I-0002"]


def test_what_moved_and_was_not_seen_for_ten_minutes_is_dropped() -> None:
    room = Room()
    room.observe("old", kind="anpr_passage", type_hint=None, legal_regime="LFP_police")
    room.wait(300)
    room.observe("new", kind="anpr_passage", type_hint=None, legal_regime="LFP_police")
    room.wait(301)

    entries = room.tick()

    assert the("tracks_dropped", entries) == {"tracks": ["cad:112|old"]}
    assert list(room.situation.tracks) == ["cad:112|new"]


def test_of_more_than_screens_can_move_those_last_heard_of_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ticking, "TRACKS_SHOWN", 2)
    room = Room()
    for name in ("first", "second", "third"):
        room.observe(name, kind="anpr_passage", type_hint=None, legal_regime="LFP_police")
        room.wait(1)
    room.observe("again", kind="anpr_passage", type_hint=None, legal_regime="LFP_police")

    entries = room.tick()

    assert the("tracks_dropped", entries) == {"tracks": ["cad:112|first", "cad:112|second"]}
    assert set(room.situation.tracks) == {"cad:112|third", "cad:112|again"}
    assert room.tick() == []


def test_time_never_runs_backwards() -> None:
    room = Room()
    room.observe("first")
    room.wait(-3600)

    [recorded, *_] = room.observe("second")

    assert recorded.at == to_text(NOW)
    assert room.shown("second").recorded_at == to_text(NOW)


def test_a_clock_set_back_does_not_make_a_source_older_than_the_journal() -> None:
    room = Room()
    room.observe("first")
    room.wait(-3600)

    room.report()

    assert room.situation.sources["cad:112"].since == to_text(NOW)


@pytest.mark.parametrize(
    ("waited", "late_s"), [(-30, None), (0, None), (5, None), (5.4, 5), (61, 61), (7200, 7200)]
)
def test_how_long_it_waited_is_told_when_it_was_long(waited: float, late_s: int | None) -> None:
    room = Room()
    room.observe(received_at=NOW - timedelta(seconds=waited))

    assert room.shown("call-1").late_s == late_s


def test_without_a_time_of_receipt_nobody_knows_how_late_it_is() -> None:
    room = Room()
    room.observe()

    assert room.shown("call-1").late_s is None


# --- pure functions


def test_deciding_changes_nothing_that_it_is_given() -> None:
    room = Room()
    room.observe()
    before = room.situation

    first = decide(before, ObservationArrived(room.at, observation("second")))
    again = decide(before, ObservationArrived(room.at, observation("second")))

    assert first == again
    assert before.n == 2


def test_a_batch_stops_at_a_command_that_does_not_fit() -> None:
    """The engine gives commands alone, so that a refusal costs nothing else."""
    with pytest.raises(CommandRefused):
        decide_all(
            Situation("live"), [CommandGiven(to_text(NOW), "me", {"command": "undo", "entry": 1})]
        )
