"""A changed set of rules beside today's, over the same inputs: what it would have done."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deciding import (
    METRE_LAT,
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
from tocsin.exercises.collection import scenario_folder
from tocsin.exercises.scenario import load_scenario, timeline
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal
from tocsin.rehearsal import (
    Comparison,
    find_stretch,
    play_scenario,
    read_stretch,
    rehearse,
    report,
)
from tocsin.rehearsal.comparison import Told
from tocsin.rehearsal.stretch import Step, steps_of
from tocsin.rulebook import changed_tables, read_rulebook, shipped_texts
from tocsin.situation.picture import Situation, picture
from tocsin.situation.records import ArmedRules
from tocsin.situation.restore import SHAPE

WEIGHTS = shipped_texts()["weights"]
LOOSER = WEIGHTS.replace("join: 0.75", "join: 0.50")
STRICTER = WEIGHTS.replace("join: 0.75", "join: 1.0")
QUIET = shipped_texts()["alarm_types"].replace("    kind: alarm\n", "    kind: notice\n")
END = "2026-01-15T18:00:00.000Z"


def rules(**tables: str) -> ArmedRules:
    changed = changed_tables(tables)
    return ArmedRules(read_rulebook(tables).version, "", "the administrator", 0, changed)


def rehearsed(
    entries: list[Entry],
    changed: ArmedRules,
    today: ArmedRules | None = None,
    before: Situation | None = None,
    until: str | None = None,
) -> Comparison:
    """Over all entries of a realm, or those after `before`, to a minute after the last."""
    start = before or Situation("live")
    steps = list(steps_of(e for e in entries if e.n > start.n))
    first_at, last_at = entries[start.n].at, until or entries[-1].at
    return rehearse("live", start, steps, today, changed, first_at, last_at)


@st.composite
def stories(draw: Any) -> list[Entry]:
    """A small journal, people's commands among its inputs."""
    situation, entries = decide_all(Situation("live"), [draw(arrivals())])
    for _ in range(draw(st.integers(0, 16))):
        if situation.n and draw(st.integers(0, 2)) == 0:
            told: Input = CommandGiven(draw(times()), OPERATOR, draw(commands_for(situation)))
        else:
            told = draw(st.one_of(arrivals(), arrivals(), other_inputs()))
        try:
            situation, more = decide_all(situation, [told])
        except CommandRefused:
            continue
        entries += more
    return entries


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(stories(), st.sampled_from((WEIGHTS, LOOSER, STRICTER)))
def test_rehearsing_the_rules_in_force_differs_nowhere(entries: list[Entry], weights: str) -> None:
    found = rehearsed(entries, rules(weights=weights), rules(weights=weights))

    assert not found.differs
    assert found.today.figures == found.changed.figures
    assert found.today.figures.broken == 0
    differences = (found.groups, found.ties, found.alarms, found.observations_otherwise)
    assert not any(differences)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(arrivals(), min_size=1, max_size=16), times())
def test_todays_side_opens_and_joins_what_the_journal_did(
    given_at_once: list[ObservationArrived], at: str
) -> None:
    """All at one moment: between two, a rehearsed tick may come earlier than the one of then."""
    _, entries = decide_all(Situation("live"), [replace(g, at=at) for g in given_at_once])

    found = rehearsed(entries, rules())

    kinds = [e.kind for e in entries]
    assert found.today.figures.opened == kinds.count("incident_opened")
    assert found.today.figures.joined == kinds.count("observation_joined")
    assert found.today.figures.suggested == kinds.count("join_suggested")


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(stories(), st.sampled_from((LOOSER, STRICTER)))
def test_exchanging_the_sides_exchanges_the_differences(entries: list[Entry], weights: str) -> None:
    one = rehearsed(entries, rules(weights=weights))
    other = rehearsed(entries, rules(), rules(weights=weights))

    assert one.only_today == other.only_changed
    assert (one.now_together, one.now_apart) == (other.now_apart, other.now_together)
    assert (one.decided_otherwise, one.regrouped) == (other.decided_otherwise, other.regrouped)
    assert one.today.figures == other.changed.figures


# --- joins


@pytest.fixture
def two_calls() -> Room:
    """Two calls that today are two incidents, with a question whether they are one."""
    room = Room()
    room.observe("here", headline="Accident")
    room.wait(20)
    room.observe("there", at=metres_north(100), headline="Voitures accidentées")
    assert len(room.open_incidents) == 2
    return room


def test_a_lower_threshold_makes_fewer_incidents_and_says_which(two_calls: Room) -> None:
    found = rehearsed(two_calls.entries, rules(weights=LOOSER))

    assert (found.today.figures.opened, found.changed.figures.opened) == (2, 1)
    assert (found.today.figures.suggested, found.changed.figures.joined) == (1, 1)
    (gone,) = found.only_today
    assert (gone.first.external_id, gone.first.headline) == ("there", "Voitures accidentées")
    assert gone.elsewhere is not None
    assert gone.elsewhere.outcome == "joined"
    assert isinstance(gone.elsewhere.incident, Told)
    assert gone.elsewhere.incident.external_id == "here"
    assert found.only_changed == ()
    assert (found.now_together, found.now_apart, found.regrouped) == (1, 0, 2)


def test_both_reasons_are_told_where_they_differ(two_calls: Room) -> None:
    (otherwise,) = rehearsed(two_calls.entries, rules(weights=LOOSER)).observations_otherwise

    assert otherwise.observation.source == "cad:112"
    assert (otherwise.today.outcome, otherwise.changed.outcome) == ("suggested", "joined")
    assert otherwise.today.why is not None
    assert otherwise.changed.why is not None
    assert otherwise.today.why["rule"].startswith("R-SUGGEST@")
    assert otherwise.changed.why["rule"].startswith("R-JOIN@")
    assert otherwise.today.why["score"] == otherwise.changed.why["score"]


def test_what_falls_apart_is_told_as_a_whole() -> None:
    room = Room()
    for number in range(4):
        room.observe(f"near {number}")
    for number in range(3):
        room.observe(f"off {number}", at=metres_north(60))
    assert len(room.open_incidents) == 1

    found = rehearsed(room.entries, rules(weights=STRICTER))

    (group,) = found.groups
    assert [n for _, n in group.today] == [7]
    assert sum(n for _, n in group.changed) == 7
    assert found.now_apart > 0
    assert found.now_together == 0


def test_an_incident_from_before_the_stretch_is_known_by_its_id(two_calls: Room) -> None:
    before = two_calls.situation
    two_calls.wait(20)
    two_calls.observe("later", at=metres_north(200))

    found = rehearsed(two_calls.entries, rules(weights=LOOSER), before=before)

    (otherwise,) = found.observations_otherwise
    assert otherwise.changed.incident == "I-0002"
    assert found.steps == 1


def test_ties_and_alarms_come_with_the_incident_that_is_one_more() -> None:
    room = Room()
    room.observe("portal", type_hint="TRA-TUN", facts={"fire": True})
    room.observe("other portal", at=metres_north(150), type_hint="TRA-TUN", facts={"fire": True})
    assert len(room.open_incidents) == 1

    found = rehearsed(room.entries, rules(weights=STRICTER))

    assert len(found.only_changed) == 1
    assert [(s.gained, s.lost) for s in found.ties] == [(1, 0)] * len(found.ties)
    assert len(found.ties) == len(room.incident().ties) > 0
    assert [(s.name, s.gained) for s in found.alarms if "(notice)" not in s.name] == [
        ("incident_s3", 1)
    ]


def test_an_incident_that_is_graded_otherwise_is_named() -> None:
    room = Room()
    room.observe("first", type_hint="TRA-ACC")
    room.observe("fire", type_hint="TRA-TUN", facts={"fire": True})

    found = rehearsed(room.entries, rules(weights=LOOSER))

    (graded,) = found.graded_otherwise
    assert isinstance(graded.first, Told)
    assert graded.first.external_id == "first"
    assert (graded.today.type, graded.changed.type) == ("TRA-ACC", "TRA-TUN")


# --- alarms


def calls(room: Room, number: int) -> None:
    for i in range(number):
        at = (50.80 + i * 3000 * METRE_LAT, 4.30 + i % 2 * 0.05)
        room.observe(f"call {i}", at=at, type_hint="FIR-BLD", facts={"fire": True})
        room.wait(30)


def test_a_stricter_alarm_table_calls_less_often() -> None:
    room = Room()
    calls(room, 8)

    found = rehearsed(room.entries, rules(alarm_types=QUIET))

    today, changed = found.today.figures, found.changed.figures
    assert (today.alarms.alarms, changed.alarms.alarms) == (8, 0)
    assert today.alarms.per_hour > changed.alarms.per_hour == 0
    assert today.alarms.worst_10_min == today.roles["operator"].worst_10_min == 8
    assert changed.alarms.notices >= 8
    assert (today.opened, today.ties) == (changed.opened, changed.ties)
    assert sum(shift.lost for shift in found.alarms if "(notice)" not in shift.name) == 8


def test_time_goes_on_between_inputs_and_after_the_last() -> None:
    """Recorded are only ticks that brought something under the rules of then."""
    room = Room()
    room.observe("first", facts={"fire": True, "casualties_red": 12}, type_hint="TRA-TUN")

    at_once = rehearsed(room.entries, rules())
    later = rehearsed(room.entries, rules(), until=END)

    assert later.hours > 2
    assert later.today.figures.alarms.per_hour < at_once.today.figures.alarms.alarms + 1
    assert not later.differs


# --- people's commands


def test_a_command_finds_its_incident_under_another_id(two_calls: Room) -> None:
    two_calls.observe("far", at=metres_north(5000), type_hint="TRA-TUN", facts={"fire": True})
    two_calls.command("take", incident="I-0003")
    tie = two_calls.incident(3).ties[0]
    two_calls.command("confirm_tie", incident="I-0003", tie=tie.id)

    found = rehearsed(two_calls.entries, rules(weights=LOOSER))

    assert found.changed.figures.opened == 2  # there is no I-0003
    assert found.changed.figures.commands_not_fitting == 0


def test_a_command_about_what_never_was_is_counted_and_does_no_harm(two_calls: Room) -> None:
    suggestion = two_calls.incident(2).suggestions[0]
    two_calls.command("accept_suggestion", incident="I-0002", suggestion=suggestion.id)

    found = rehearsed(two_calls.entries, rules(weights=LOOSER))

    assert found.today.figures.commands_not_fitting == 0
    assert found.changed.figures.commands_not_fitting == 1
    assert found.regrouped == 0  # people had brought them together


def test_what_people_undid_is_undone_on_both_sides() -> None:
    room = Room()
    room.observe("here")
    room.observe("near", at=metres_north(10))
    joined = room.shown("near").joined_by
    room.report()
    room.command("undo", entry=joined)
    room.command("merge_incidents", incident="I-0002", into="I-0001")
    (act,) = (n for n, u in room.situation.undoable.items() if u.command == "merge_incidents")
    room.command("undo", entry=int(act))
    room.observe("far", at=metres_north(5000))

    found = rehearsed(room.entries, rules(alarm_types=QUIET))

    assert found.today.figures.commands_not_fitting == 0
    assert found.changed.figures.commands_not_fitting == 0
    assert found.changed.figures.opened == found.today.figures.opened == 3
    assert found.regrouped == 0


def test_alarms_are_acknowledged_under_their_own_ids() -> None:
    room = Room()
    room.observe("graver", facts={"fire": True}, type_hint="FIR-BLD")
    room.wait(60)
    room.observe("second", at=metres_north(60), type_hint="FIR-BLD")
    room.observe("third", at=metres_north(3000), type_hint="FIR-BLD")
    assert len(room.situation.alarms) == 2
    for alarm in list(room.situation.alarms):
        room.command("acknowledge_alarm", alarm=alarm)

    found = rehearsed(room.entries, rules(weights=STRICTER))

    assert found.changed.figures.alarms.alarms == 3
    assert found.changed.figures.commands_not_fitting == 0


def test_rules_armed_in_the_middle_are_left_out_on_both_sides() -> None:
    room = Room()
    room.observe("here")
    arm = {"command": "arm_rules", "tables": {"weights": STRICTER}, "note": "why"}
    room.decide(CommandGiven(room.at, "admin 1", arm, "admin"))
    room.observe("near", at=metres_north(60))
    assert len(room.open_incidents) == 2

    found = rehearsed(room.entries, rules(), None)

    assert found.today.figures.opened == found.changed.figures.opened == 1
    assert found.steps == 2
    assert not found.differs


def test_a_rule_that_breaks_is_counted_and_the_rest_goes_on(
    two_calls: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_on_the_first(situation: Situation, inputs: list[Input]) -> Any:
        told = inputs[0]
        if isinstance(told, ObservationArrived) and told.observation.external_id == "here":
            raise ZeroDivisionError("no weight")
        return decide_all(situation, inputs)

    monkeypatch.setattr("tocsin.rehearsal.side.decide_all", breaks_on_the_first)

    found = rehearsed(two_calls.entries, rules())

    assert found.today.figures.broken == found.changed.figures.broken == 1
    assert found.today.trouble == "ZeroDivisionError: no weight"
    assert found.today.figures.opened == 1
    assert "broke: ZeroDivisionError: no weight" in report(found)


# --- where the inputs come from


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    yield journal
    journal.close()


def test_a_stretch_begins_and_ends_at_its_times(journal: Journal, two_calls: Room) -> None:
    middle = two_calls.entries[-1].at
    journal.commit("live", two_calls.entries)
    first = next(e.n for e in two_calls.entries if e.at == middle)

    whole = find_stretch(journal, "live", "2026-01-01", "2027-01-01")
    second = find_stretch(journal, "live", middle, "2027-01-01")
    none = find_stretch(journal, "live", "2027-01-01", "2028-01-01")

    assert (whole.first, whole.last) == (1, len(two_calls.entries))
    assert (second.first, second.last) == (first, len(two_calls.entries))
    assert none.entries == 0
    situation, steps = read_stretch(journal, second)
    assert situation.n == first - 1
    assert [type(step.given) for step in steps] == [ObservationArrived]


def test_a_snapshot_gives_the_same_situation_sooner(journal: Journal, two_calls: Room) -> None:
    before = two_calls.situation
    journal.commit("live", two_calls.entries)
    journal.save_snapshot(
        "live", before.n, before.at or "", journal.head("live").hash, picture(before), SHAPE
    )
    two_calls.wait(60)
    two_calls.observe("later")
    journal.commit("live", two_calls.entries[before.n :])

    later = find_stretch(journal, "live", two_calls.at, END)

    assert picture(read_stretch(journal, later)[0]) == picture(before)


def test_the_first_scenario_can_be_rehearsed() -> None:
    scenario = load_scenario(scenario_folder() / "sc-01-convoy-annie-cordy.yaml")
    before, steps, end = play_scenario(scenario)

    def over(changed: ArmedRules) -> Comparison:
        return rehearse("sc-01", before, steps, None, changed, steps[0].given.at, end)

    nearly_nothing = STRICTER.replace("family: 0.25", "family: 0.05")
    same, stricter = over(rules()), over(rules(weights=nearly_nothing))

    assert not same.differs
    assert same.observations == sum(one.observation is not None for one in timeline(scenario))
    assert same.today.figures.opened > 0
    assert stricter.changed.figures.joined < stricter.today.figures.joined
    assert stricter.regrouped > 0


# --- what is read


def test_the_plain_form_is_json_and_complete(two_calls: Room) -> None:
    found = rehearsed(two_calls.entries, rules(weights=LOOSER))

    plain = orjson.loads(orjson.dumps(found.model_dump(mode="json")))

    assert Comparison.model_validate(plain) == found
    assert plain["changed"]["version"] == read_rulebook({"weights": LOOSER}).version


def test_the_report_names_figures_and_incidents(two_calls: Room) -> None:
    text = report(rehearsed(two_calls.entries, rules(weights=LOOSER)))

    assert "  incidents opened" in text
    (line,) = (line for line in text.splitlines() if "incidents opened" in line)
    assert line.split() == ["incidents", "opened", "2", "1", "-1"]
    assert "Incidents that only today's rules open:" in text
    assert "cad:112 there “Voitures accidentées”" in text
    assert "joined to the incident of cad:112 here (rule R-JOIN@" in text


def test_a_report_without_differences_says_so(two_calls: Room) -> None:
    text = report(rehearsed(two_calls.entries, rules()))

    assert text.endswith("No difference: the two decide alike on all of it.")


def test_an_input_is_one_step_with_all_that_it_led_to(two_calls: Room) -> None:
    steps: list[Step] = list(steps_of(two_calls.entries))

    assert len(steps) == 2
    assert [e for step in steps for e in step.recorded] == two_calls.entries
    assert isinstance(steps[0].given, ObservationArrived)
    assert steps[0].given.observation == observation("here", headline="Accident")
