"""SC-01 run by a scripted operator: every score is what one reckons by hand."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from operating import Act, Operation
from tocsin.alarms.load import LOAD_KINDS, alarm_load
from tocsin.exercises.collection import scenario_folder
from tocsin.exercises.scenario import Scenario, load_scenario
from tocsin.exercises.scoring import Score, score
from tocsin.exercises.scoring.score import ClockScore, InjectLine
from tocsin.rulebook import armed

TEN = timedelta(minutes=10)
Document = Callable[[Operation], dict[str, Any]]


@cache
def scenario() -> Scenario:
    return load_scenario(scenario_folder() / "sc-01-convoy-annie-cordy.yaml")


def tunnel(command: str, **given: Any) -> Document:
    """A command about the incident that the convoy has become."""
    return lambda run: {"command": command, "incident": run.holder("sc01-01"), **given}


def collision(command: str, **given: Any) -> Document:
    return lambda run: {"command": command, "incident": run.holder("sc01-05"), **given}


def hit(command: str, **given: Any) -> Document:
    return lambda run: {"command": command, "observation": run.shown("sc01-01"), **given}


def tie(command: str, measure: str, **given: Any) -> Document:
    def document(run: Operation) -> dict[str, Any]:
        incident = run.holder("sc01-01")
        ties = run.situation.incidents[incident].ties
        found = next(t.id for t in ties if t.measure["code"] == measure)
        return {"command": command, "incident": incident, "tie": found, **given}

    return document


def advice(command: str, **given: Any) -> Document:
    def document(run: Operation) -> dict[str, Any]:
        found = next(a.id for a in run.situation.advice.values() if a.status == "open")
        return {"command": command, "advice": found, **given}

    return document


def zone(kind: str) -> Document:
    point = {"type": "Point", "coordinates": [4.337211, 50.861262]}
    return tunnel("draw", layer="room", kind=kind, geometry=point, radius_m=200)


def text(language: str) -> Document:
    return tunnel("write_log", book="D5", language=language, text="Évitez le tunnel Annie Cordy")


def at_offset(offset: str) -> str:
    return scenario().moment(offset).isoformat()


def decision() -> Document:
    return tunnel(
        "record_decision",
        text="Tunnel fermé, évacuer vers l’est",
        language="fr",
        function="Haut fonctionnaire",
        decided_at=at_offset("+00:10:00"),
        basis="METHANE de D1",
    )


def phase() -> Document:
    return tunnel(
        "record_phase",
        value="provinciale",
        authority="Haut fonctionnaire",
        declared_at=at_offset("+00:22:00"),
        informed_at=at_offset("+00:22:00"),
    )


QUALIFIED: dict[str, Any] = {"type": "HAZ-ROA", "severity": 3}
WELL_SEEN = (
    Act("-00:07:00", "operator", tunnel("acknowledge_incident_alarms")),
    Act("-00:06:30", "operator", tunnel("take")),
    Act("-00:06:00", "police", hit("verify_hit", outcome="match")),
)
# Some of it well, some late, some wrong; what it comes to stands beside each score below.
MIXED = (
    *WELL_SEEN,
    Act("+00:00:30", "operator", tunnel("qualify", **QUALIFIED)),
    Act("+00:01:00", "supervisor", tunnel("direct_wall", layout="b")),
    Act("+00:05:00", "operator", collision("qualify", type="TRA-ACC", severity=1)),
    Act("+00:10:30", "supervisor", decision()),
    Act("+00:12:00", "operator", zone("zone_red")),
    Act("+00:12:30", "operator", tunnel("file_report", hazards=["leak"])),
    Act("+00:20:00", "d5", text("fr")),
    Act("+00:24:00", "d5", text("nl")),
    Act("+00:25:00", "supervisor", phase()),
    Act("+00:26:00", "operator", advice("dismiss_advice")),
    Act("+00:30:00", "operator", tie("reject_tie", "M6.5", note="no waste is in it")),
    Act(
        "+00:31:00",
        "operator",
        tunnel("add_tie", measure="M10.14", relation="mobilise", note="they say so"),
    ),
    Act(
        "+00:32:00",
        "operator",
        tunnel(
            "keep_frame",
            camera="cam-tun-115",
            sha256="0" * 64,
            size=100,
            captured_at=at_offset("+00:31:00"),
        ),
    ),
)
MERGED = Act(
    "+00:06:00",
    "operator",
    lambda run: {
        "command": "merge_incidents",
        "incident": run.holder("sc01-05"),
        "into": run.holder("sc01-01"),
    },
)


def taken_back(run: Operation) -> dict[str, Any]:
    n = max(int(n) for n, act in run.situation.undoable.items() if act.command == "merge_incidents")
    return {"command": "undo", "entry": n}


UNMERGED = Act("+00:08:00", "operator", taken_back)


@cache
def operated(which: str) -> tuple[Operation, Score]:
    acts, until = {
        "nobody": ((), None),
        "mixed": (MIXED, None),
        "merged": ((*MIXED[:6], MERGED), "+00:10:00"),
        "undone": ((*MIXED[:6], MERGED, UNMERGED), "+00:10:00"),
    }[which]
    run = Operation(scenario(), acts, until)
    given = {"medical-plan": (3, "told D2 at once"), "documents": (2, "asked after 14 minutes")}
    return run, score(run.entries, run.over(**given))


def clocks(which: str) -> Mapping[str, ClockScore]:
    return {clock.clock: clock for clock in operated(which)[1].clocks}


def line(which: str, inject: str) -> InjectLine:
    return next(one for one in operated(which)[1].timeline if one.inject == inject)


@pytest.mark.parametrize(
    ("clock", "value", "points"),
    [
        (
            "TTA",
            60,
            4.0,
        ),  # raised at -8:00 with priority 3, heard at -7:00: a fifth of 300 s
        ("TTC", 0, 4.0),  # the rules join everything at once
        ("TTQ", 510, 2.8),  # 8:30 of 5:00 is 1.6; the collision 2:00 of 5:00 is 4; their mean
        ("TTR", 750, 2.5),  # grave at 0:00, report at 12:30: 5 - 2 * 750/600
        ("TTV", 60, 3.67),  # grave at 0:00, wall at 1:00: 5 - 2 * 60/90
        ("TTZ", 300, 4.0),  # hazard told at 7:00, zone at 12:00
        ("TTN", 600, 3.0),  # qualified at 0:30, decision of the authority at 10:30
        ("TTI", 900, 3.0),  # protective action at 9:00, both languages at 24:00
        ("TTB", 240, 1.0),  # French at 20:00, Dutch at 24:00: the double
        ("TTF", None, None),  # nothing was lost
        ("TIE", 0.9412, 3.71),  # 16 of 17 expected, 16 of 17 found: 3 + (16/17 - 0.8) / 0.2
        ("COR", 0, 4.0),
        ("LOG", 0.6667, 2.11),  # two complete, advice dismissed without a word: 3 * 2/3 / 0.95
        ("PRV", 0.5, 1.5),  # plate verified without a word, picture kept to its incident
    ],
)
def test_each_clock_of_a_mixed_run_is_what_one_reckons(
    clock: str, value: float | None, points: float | None
) -> None:
    found = clocks("mixed")[clock]
    assert (found.value, found.score) == (value, points)


def test_objectives_and_total_follow_from_clocks_and_evaluators() -> None:
    objectives = {one.id: one for one in operated("mixed")[1].objectives}
    assert {name: (one.score, one.how) for name, one in objectives.items()} == {
        "deviation": (4.0, "measured"),  # a minute of the two
        "one-incident": (4.0, "measured"),
        "medical-plan": (3.0, "observer"),
        "phase": (3.8, "measured"),  # three of five minutes: 5 - 2 * 0.6
        "zones": (4.0, "measured"),
        "message": (3.0, "measured"),
        "documents": (2.0, "observer"),
    }
    total = operated("mixed")[1].total
    assert total.share == round((2 * 4 + 2 * 4 + 3 + 3.8 + 4 + 3 + 2) / (4 * 9), 4)
    assert (total.passed, total.failed_critical, total.open) == (True, (), ())


def test_every_figure_names_entries_that_say_what_it_rests_on() -> None:
    run, outcome = operated("mixed")
    kinds = {entry.n: entry for entry in run.entries}
    ends = {
        "TTA": "alarm_acknowledged",
        "TTR": "command_received",
        "TTZ": "command_received",
        "TTQ": "incident_state_changed",
    }
    for clock in outcome.clocks:
        for sample in clock.samples:
            assert kinds[sample.from_n].at <= sample.from_at or sample.inject is not None
            if sample.to_n:
                assert kinds[sample.to_n].at == sample.to_at
                assert kinds[sample.to_n].kind == ends.get(clock.clock, kinds[sample.to_n].kind)
    for tied in outcome.ties.expected:
        assert not tied.found or kinds[tied.n or 0].kind == "tie_proposed"
    (strange,) = outcome.ties.unexpected
    assert kinds[strange.n].body["tie"]["measure"]["code"] == "M10.14"
    phase_of = next(one for one in outcome.objectives if one.id == "phase")
    assert [kinds[n].body["command"]["command"] for n in phase_of.entries] == ["record_phase"]


def test_a_false_merge_costs_two_points_and_springs_the_trap() -> None:
    _, outcome = operated("merged")
    (merge,) = outcome.joins.false_merges
    assert (merge.labels, merge.messages) == (("tunnel", "collision"), ("sc01-05",))
    assert outcome.joins.points == -2
    assert (clocks("merged")["COR"].value, clocks("merged")["COR"].score) == (2, 2.0)
    (error,) = clocks("merged")["COR"].samples
    assert (error.inject, error.value) == ("sc01-05", 2)
    kinds = {entry.n: entry.kind for entry in operated("merged")[0].entries}
    assert kinds[error.from_n] == "incidents_merged"
    assert [(trap.inject, trap.right) for trap in outcome.joins.traps] == [("sc01-05", False)]


def test_a_merge_that_was_taken_back_costs_nothing() -> None:
    _, outcome = operated("undone")
    assert (outcome.joins.points, outcome.joins.false_merges) == (0, ())
    assert [trap.right for trap in outcome.joins.traps] == [True]
    assert clocks("undone")["COR"].score == 4.0
    assert clocks("undone")["TTQ"] == clocks("mixed")["TTQ"]


def test_where_nobody_acts_the_machine_scores_and_people_do_not() -> None:
    found = {name: clock.score for name, clock in clocks("nobody").items()}
    people = ("TTA", "TTQ", "TTR", "TTV", "TTZ", "TTN", "TTI", "LOG")
    assert {name: found[name] for name in people} == dict.fromkeys(people, 0.0)
    assert (found["TTC"], found["COR"]) == (4.0, 4.0)
    assert (found["TTB"], found["PRV"]) == (None, None)
    outcome = operated("nobody")[1]
    assert (outcome.ties.recall_rules, outcome.ties.precision_rules) == (1.0, 1.0)
    assert outcome.total.passed is False
    assert {"deviation", "phase"} <= set(outcome.total.failed_critical)
    assert line("nobody", "sc01-01").acknowledged is None


def test_what_still_runs_has_no_mark_until_the_exercise_is_over() -> None:
    run, _ = operated("nobody")
    going = score(run.entries, replace(run.conduct, state="running"))
    marks = {clock.clock: clock.score for clock in going.clocks}
    assert (marks["TTA"], marks["TTQ"], marks["TTC"]) == (None, None, 4.0)
    assert going.total.passed is None
    assert "deviation" in going.total.open


def test_the_timeline_tells_who_reacted_and_when() -> None:
    first = line("mixed", "sc01-01")
    assert first.seen is not None
    assert first.acknowledged is not None
    assert first.decided is not None
    assert first.done is not None
    assert (first.acknowledged.what, first.acknowledged.by) == (
        "acknowledge_incident_alarms",
        "operator@desk",
    )
    assert first.decided.what == "verify_hit"
    assert first.done.n == first.acknowledged.n
    times = (first.issued_at, first.seen.at, first.acknowledged.at, first.decided.at)
    assert list(times) == sorted(times)  # type: ignore[type-var]
    assert line("mixed", "sc01-12").done is None  # nobody said that it is stabilised
    skipped = line("mixed", "sc01-07c")
    assert (skipped.issued_at, skipped.seen, skipped.done) == (None, None, None)


def test_conditional_injects_come_only_where_people_fail_to_act() -> None:
    assert line("nobody", "sc01-01b").status == "issued"
    assert line("mixed", "sc01-01b").status == "waiting"
    assert line("nobody", "sc01-07b").issued_at == "2026-01-15T15:57:00.000Z"
    assert line("mixed", "sc01-07b").issued_at is None


def test_the_load_counts_the_calls_that_the_alarm_figures_count() -> None:
    run, outcome = operated("nobody")
    role: dict[str, str] = {}
    calls: list[tuple[str, datetime]] = []
    for entry in run.entries:
        if entry.kind == "alarm_raised":
            alarm = entry.body["alarm"]["id"]
            role[alarm] = entry.body["alarm"]["role"]
            if entry.body["alarm"]["kind"] != "alarm":
                continue
        elif entry.kind == "alarm_rearmed":
            alarm = entry.body["alarm"]
            role[alarm] = entry.body["changes"].get("role", role[alarm])
        else:
            continue
        calls.append((role[alarm], datetime.fromisoformat(entry.at)))
    figures = alarm_load(
        [entry for entry in run.entries if entry.kind in LOAD_KINDS],
        run.entries[0].at,
        run.entries[-1].at,
        armed(None).alarm_types,
    )
    assert len(calls) == sum(position.alarms for position in figures.positions)
    worst = {
        who: max(
            sum(1 for other, at in calls if other == who and timedelta() <= at - start < TEN)
            for by, start in calls
            if by == who
        )
        for who, _ in calls
    }
    assert outcome.load.by_capacity == worst
    assert outcome.load.worst_per_10_min == max(worst.values())
    assert max(point.alarms for point in outcome.load.curve) <= outcome.load.worst_per_10_min
    assert clocks("nobody")["LOAD"].score == 4.0
    heaviest = {sample.value: sample for sample in clocks("nobody")["LOAD"].samples}
    kinds = {entry.n: entry.kind for entry in run.entries}
    for n in (heaviest[4.0].from_n, heaviest[4.0].to_n):
        assert kinds[n or 0] in ("alarm_raised", "alarm_rearmed")
