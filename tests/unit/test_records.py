"""Decisions, tasks, reflex cards, reports and counts: who said what when; unknown stays unknown."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deciding import NOW, kinds, the
from desk import INCIDENT, Desk
from tocsin.contract.times import to_text
from tocsin.engine.replay import replay
from tocsin.lifecycle.counts import Figure, counts_for_api, facts_of_figures, figures_of, is_news
from tocsin.lifecycle.methane import facts_of_report, form_for_api, methane_form
from tocsin.lifecycle.queries import (
    overdue_decisions,
    overdue_tasks,
    reviews_due,
    unseen_by,
    unseen_decisions,
)
from tocsin.lifecycle.reflexes import cards, cards_for_api, read_cards, suggested_cards
from tocsin.situation.picture import Situation
from tocsin.tables import TableError, package_text
from tocsin.taxonomy import types


def after(minutes: float) -> str:
    return to_text(NOW + timedelta(minutes=minutes))


A_PLATE = "1-" + "ABC" + "-234"  # put together here, so that no plate stands in the code
DECISION = {
    "text": "Évacuer la rue des Quatre-Vents",
    "language": "fr",
    "function": "Bourgmestre",
    "decided_at": "2026-01-15T16:30:00+01:00",
    "known_at": "2026-01-15T16:36:00+01:00",
    "basis": "mesures de gaz du D1 à 16:25",
}


# --- decisions


def test_a_decision_says_who_when_known_when_and_on_what_basis() -> None:
    desk = Desk()
    desk.taken()
    entries = desk.act(
        "record_decision", incident=INCIDENT, owner="D3", due_at=after(20), **DECISION
    )

    told = the("decision_recorded", entries)["decision"]
    decision = desk.situation.decisions[told["id"]]
    assert decision.decided_at == "2026-01-15T15:30:00.000Z"
    assert decision.known_at == "2026-01-15T15:36:00.000Z"
    assert (decision.function, decision.capacity) == ("Bourgmestre", "supervisor")
    assert (decision.language, decision.basis) == ("fr", DECISION["basis"])
    assert decision.seen_by == {}
    assert told["id"] == f"D-{next(e.n for e in entries if e.kind == 'decision_recorded')}"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"known_at": "2026-01-15T15:29:00Z"}, "known_at"),
        ({"decided_at": "2026-01-15T15:50:00Z"}, "decided_at"),
        ({"decided_at": "2026-01-15T15:30:00"}, "decided_at"),
        ({"due_at": "2026-01-15T15:30:00Z"}, "due_at"),
        ({"incident": "I-0099"}, "incident"),
        ({"basis": ""}, "basis"),
        ({"language": "xx"}, "language"),
        ({"text": f"Le camion {A_PLATE} part"}, "text"),
    ],
)
def test_a_decision_that_is_not_told_properly_is_refused(
    changes: dict[str, Any], field: str
) -> None:
    desk = Desk()
    desk.taken()

    assert desk.refused("record_decision", **DECISION | changes)[0] == field


def test_a_decision_known_now_is_recorded_as_known_now() -> None:
    desk = Desk()
    told = {k: v for k, v in DECISION.items() if k != "known_at"}
    desk.act("record_decision", **told)

    (decision,) = desk.situation.decisions.values()
    assert (decision.known_at, decision.incident) == (desk.at, None)


def test_each_capacity_sees_a_decision_once() -> None:
    desk = Desk()
    desk.act("record_decision", **DECISION)
    (key,) = desk.situation.decisions
    desk.wait(40)
    desk.act("see_decision", capacity="d1", decision=key)
    desk.act("see_decision", capacity="police", decision=key)

    assert desk.situation.decisions[key].seen_by == {"d1": desk.at, "police": desk.at}
    assert desk.refused("see_decision", capacity="d1", decision=key)[0] == "decision"
    assert desk.refused("see_decision", decision="D-99")[0] == "decision"
    assert desk.refused("see_decision", capacity="wall", decision=key)[0] == "capacity"


def test_a_decision_that_somebody_saw_does_not_vanish_by_an_undo() -> None:
    desk = Desk()
    desk.act("record_decision", **DECISION)
    recorded = desk.last_command()
    (key,) = desk.situation.decisions
    desk.act("see_decision", capacity="d1", decision=key)

    assert "see_decision" in desk.refused("undo", entry=recorded)[1]


def test_an_operator_drafts_a_decision_for_a_supervisor() -> None:
    desk = Desk()
    entries = desk.act("record_decision", capacity="operator", **DECISION)

    assert "advice_given" in kinds(entries)
    assert not desk.situation.decisions


def test_decisions_that_wait_are_found() -> None:
    desk = Desk()
    desk.act("record_decision", due_at=after(10), **DECISION)
    (key,) = desk.situation.decisions

    assert [d.id for d in unseen_decisions(desk.situation, after(1))] == [key]
    assert unseen_decisions(desk.situation, desk.at) == []
    assert [d.id for d in unseen_by(desk.situation, "d1")] == [key]
    assert unseen_by(desk.situation, "supervisor") == []
    assert overdue_decisions(desk.situation, after(10)) == []
    assert [d.id for d in overdue_decisions(desk.situation, after(11))] == [key]

    desk.act("open_task", title="Bussen regelen", language="nl", decision=key)
    assert [d.id for d in overdue_decisions(desk.situation, after(11))] == [key]
    (task,) = desk.situation.tasks
    desk.act("change_task", task=task, state="done")
    assert overdue_decisions(desk.situation, after(11)) == []
    desk.act("see_decision", capacity="d1", decision=key)
    assert unseen_decisions(desk.situation, after(99)) == []


# --- tasks


def test_a_task_keeps_the_language_in_which_it_was_given() -> None:
    desk = Desk()
    desk.taken()
    desk.act(
        "open_task",
        capacity="d4",
        incident=INCIDENT,
        title="Zandzakken brengen",
        language="nl",
        discipline="D4",
        owner="Gemeente Jette",
        due_at=after(30),
    )

    (task,) = desk.situation.tasks.values()
    assert (task.title, task.state) == ({"nl": "Zandzakken brengen"}, "open")
    assert (task.discipline, task.owner, task.due_at) == ("D4", "Gemeente Jette", after(30))


def test_a_task_changes_only_where_it_is_told_to() -> None:
    desk = Desk()
    desk.act("open_task", title="Appeler la STIB", language="fr", owner="D4", due_at=after(5))
    (key,) = desk.situation.tasks
    desk.wait(60)
    desk.act("change_task", task=key, state="done", note="confirmé à 16:42")

    task = desk.situation.tasks[key]
    assert (task.state, task.note, task.owner, task.due_at) == (
        "done",
        "confirmé à 16:42",
        "D4",
        after(5),
    )
    assert task.changed_at == desk.at
    desk.act("change_task", task=key, state="open", owner=None, due_at=None)
    task = desk.situation.tasks[key]
    assert (task.state, task.owner, task.due_at, task.note) == (
        "open",
        None,
        None,
        "confirmé à 16:42",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "command"),
        ({"state": None}, "command"),
        ({"state": "open"}, "task"),
        ({"state": "lost"}, "state"),
        ({"due_at": "2026-01-15T15:41:07Z"}, "due_at"),
        ({"task": "K-99", "state": "done"}, "task"),
    ],
)
def test_a_change_that_is_none_is_refused(changes: dict[str, Any], field: str) -> None:
    desk = Desk()
    desk.act("open_task", title="Appeler la STIB", language="fr")
    (key,) = desk.situation.tasks

    assert desk.refused("change_task", **{"task": key, **changes})[0] == field


def test_a_task_of_a_decision_belongs_to_the_same_incident() -> None:
    desk = Desk()
    desk.taken()
    desk.observe("far", at=(50.80, 4.30))
    desk.act("record_decision", incident=INCIDENT, **DECISION)
    (key,) = desk.situation.decisions
    task = {"title": "Fermer la rue", "language": "fr", "decision": key}

    assert desk.refused("open_task", incident="I-0002", **task)[0] == "decision"
    desk.act("open_task", **task)
    assert [t.incident for t in desk.situation.tasks.values()] == [INCIDENT]


def test_late_tasks_are_found_the_latest_last() -> None:
    desk = Desk()
    for minutes in (9, 3, 30):
        desk.act("open_task", title=f"in {minutes}", language="en", due_at=after(minutes))
    desk.act("open_task", title="whenever", language="en")

    late = overdue_tasks(desk.situation, after(10))
    assert [t.title["en"] for t in late] == ["in 3", "in 9"]
    for task in late:
        desk.act("change_task", task=task.id, state="dropped")
    assert overdue_tasks(desk.situation, after(10)) == []


# --- reflex cards


def test_a_card_opens_its_steps_as_tasks_with_their_due_times() -> None:
    desk = Desk()
    desk.taken()
    desk.act("use_reflex_card", capacity="operator", incident=INCIDENT, card="tunnel")

    tasks = sorted(desk.situation.tasks.values(), key=lambda t: int(t.id[2:]))
    steps = cards()["tunnel"].steps
    assert [t.card for t in tasks] == [f"tunnel/{s.code}" for s in steps]
    assert [t.due_at for t in tasks] == [after(s.due_min) for s in steps]
    assert tasks[0].title == {"fr": steps[0].fr, "nl": steps[0].nl, "en": steps[0].en}
    assert desk.refused("use_reflex_card", incident=INCIDENT, card="tunnel")[0] == "card"
    assert desk.refused("use_reflex_card", incident=INCIDENT, card="moon")[0] == "card"


def test_a_card_opened_by_mistake_is_taken_back_whole() -> None:
    desk = Desk()
    desk.taken()
    desk.act("use_reflex_card", incident=INCIDENT, card="flood")
    desk.undo()

    assert not desk.situation.tasks
    desk.act("use_reflex_card", incident=INCIDENT, card="flood")
    assert len(desk.situation.tasks) == len(cards()["flood"].steps)


def test_a_card_is_offered_for_each_grave_type() -> None:
    """What can become a crisis by itself has its first hour written down."""
    planned = {"PUB-DEM", "CRO-EVT"}
    without = {code for code, row in types().items() if row.severity >= 3} - {
        code for code in types() if suggested_cards(code)
    }

    assert not without - planned
    assert suggested_cards("HAZ-ROA") == ("tunnel", "chemical")
    assert suggested_cards("PER-MIS") == ()


def test_the_cards_of_the_brussels_plans_are_there() -> None:
    assert set(cards()) == {
        *("tunnel", "metro", "flood", "blackout", "chemical", "mass_casualty"),
        *("crowd", "cbrn", "cyber_112", "storm_parks"),
    }
    assert cards_for_api()["cards"]["metro"]["steps"][0]["discipline"] is None


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_a_step_fits_on_one_line_and_says_its_own_thing(language: str) -> None:
    for card in cards().values():
        told = [getattr(step, language) for step in card.steps]
        assert len(set(told)) == len(told)
        assert all(len(text) <= 110 for text in told), told


def test_a_wrong_card_says_where() -> None:
    text = package_text("tocsin.lifecycle", "reflex_cards.yaml")
    for old, new, problem in (
        ("types: [TRA-TUN, HAZ-ROA]", "types: [TRA-TUB, HAZ-ROA]", "there is no type TRA-TUB"),
        ("code: ventilation,", "code: closed_both_ways,", "closed_both_ways comes twice"),
        ("due_min: 2,", "due_min: 0,", "due_min"),
    ):
        with pytest.raises(TableError, match=problem):
            read_cards(text.replace(old, new, 1))


# --- METHANE


METHANE: dict[str, Any] = {
    "major_incident": False,
    "exact_location": "Tunnel Annie Cordy, section 12, vers Basilique",
    "hazards": ["fire", "leak", "risque d'effondrement"],
    "casualties": {"t1": 2, "t2": 2, "t3": 4, "deceased": None},
    "services_present": ["D1", "D3"],
}


def test_a_report_keeps_what_it_does_not_know_as_unknown() -> None:
    desk = Desk()
    desk.taken()
    desk.act("file_report", capacity="d1", incident=INCIDENT, **METHANE)

    (report,) = desk.situation.reports.values()
    assert set(report.fields) == set(methane_form().fields)
    assert report.fields["access"] is None
    assert report.fields["services_required"] is None
    assert report.fields["casualties"]["deceased"] is None
    assert report.fields["casualties"]["involved"] is None
    assert report.fields["hazards"] == METHANE["hazards"]


def test_a_report_gives_its_facts_and_figures_and_none_that_it_does_not_state() -> None:
    desk = Desk()
    desk.taken()
    desk.act("file_report", capacity="d1", incident=INCIDENT, **METHANE)

    (report,) = desk.situation.reports
    facts = {k: f["value"] for k, f in desk.incident().facts.items()}
    assert facts == {
        "casualties_red": 2,
        "casualties_yellow": 2,
        "casualties_green": 4,
        "fire": True,
        "leak": True,
    }
    counts = [(c.category, c.value, c.source, c.evidence) for c in desk.situation.counts.values()]
    assert sorted(counts) == [
        ("t1", 2, "d1", report),
        ("t2", 2, "d1", report),
        ("t3", 4, "d1", report),
    ]


def test_a_report_filed_by_mistake_is_taken_back_with_its_facts_and_figures() -> None:
    desk = Desk()
    before = desk.taken()
    desk.act("file_report", incident=INCIDENT, **METHANE)
    desk.undo()

    assert desk.incident() == before
    assert not desk.situation.reports
    assert not desk.situation.counts


def test_a_report_about_nothing_known_changes_nothing_but_says_so() -> None:
    desk = Desk()
    before = desk.taken().facts
    desk.act("file_report", incident=INCIDENT)

    (report,) = desk.situation.reports.values()
    assert set(report.fields.values()) == {None}
    assert desk.incident().facts == before


@given(st.dictionaries(st.sampled_from(sorted(methane_form().fields)), st.none()))
def test_unknown_is_no_fact(fields: dict[str, None]) -> None:
    assert facts_of_report(fields) == {}


def test_an_empty_list_of_hazards_is_known_and_no_fact() -> None:
    assert facts_of_report({"hazards": []}) == {}


def test_the_form_has_its_words_in_each_language() -> None:
    form = form_for_api()

    assert "".join(f["letter"] for f in form["fields"].values()) == "METHANEE"
    assert form["unknown"] == {"fr": "inconnu", "nl": "onbekend", "en": "unknown"}


# --- counts


by_hand = {"category": "t1", "certainty": "confirmed", "source": "D2"}
figures = st.dictionaries(
    st.sampled_from(sorted(counts_for_api()["categories"])), st.none() | st.integers(0, 50)
)


@given(figures)
def test_an_unknown_figure_never_becomes_a_zero(told: dict[str, int | None]) -> None:
    facts = facts_of_figures(told)

    assert len(facts) == sum(value is not None for value in told.values())
    read_back = {f.category: f.value for f in figures_of(facts, "d2", after(0), "R-1")}
    assert read_back == {k: v for k, v in told.items() if v is not None}


def test_figures_of_sources_and_times_are_listed_and_never_added_up() -> None:
    desk = Desk()
    desk.observe(facts={"casualties_red": 2})
    desk.wait(60)
    desk.observe("siamu", source="cad:siamu", facts={"casualties_red": 3, "deceased": 0})
    desk.wait(60)
    desk.observe("later", facts={"casualties_red": 2})  # as before: no news
    desk.observe("much later", facts={"casualties_red": 1})

    told = [(c.category, c.value, c.source, c.certainty) for c in desk.situation.counts.values()]
    assert sorted(told) == [
        ("deceased", 0, "cad:siamu", "estimated"),
        ("t1", 1, "cad:112", "estimated"),
        ("t1", 2, "cad:112", "estimated"),
        ("t1", 3, "cad:siamu", "estimated"),
    ]


def test_what_an_unreliable_source_counts_is_not_listed() -> None:
    desk = Desk()
    desk.observe()
    desk.act("mark_source", source="social:web", trust="unreliable", reason="rumours")
    desk.observe("rumour", source="social:web", facts={"deceased": 100})

    assert not desk.situation.counts


def test_the_same_figure_is_news_only_when_it_became_more_certain() -> None:
    figure = Figure("t1", 2, "estimated", "d2", after(5))
    known = [Figure("t1", 2, "estimated", "d2", after(0))]

    assert not is_news(figure, known)
    assert is_news(figure, [Figure("t1", 2, "estimated", "d1", after(0))])
    assert is_news(Figure("t1", 2, "confirmed", "d2", after(5)), known)
    assert is_news(Figure("t1", None, "estimated", "d2", after(5)), known)
    assert is_news(figure, [*known, Figure("t1", 4, "estimated", "d2", after(2))])


def test_a_late_figure_is_compared_with_what_was_known_by_then() -> None:
    known = [
        Figure("t1", 2, "estimated", "d2", after(0)),
        Figure("t1", 3, "estimated", "d2", after(10)),
    ]

    assert not is_news(Figure("t1", 2, "estimated", "d2", after(5)), known)
    assert is_news(Figure("t1", 3, "estimated", "d2", after(5)), known)
    assert is_news(Figure("t1", 2, "estimated", "d2", after(-5)), known)


def test_a_figure_follows_its_observation_to_where_it_belongs() -> None:
    desk = Desk()
    desk.observe("first")
    desk.observe("with figures", facts={"casualties_red": 2})
    desk.observe("elsewhere", at=(50.80, 4.30))
    desk.act("report_count", incident=INCIDENT, value=5, **by_hand)
    desk.act("move_observation", observation=desk.shown("with figures").id, to="I-0002")

    def told() -> list[tuple[str, int | None]]:
        return sorted((c.incident, c.value) for c in desk.situation.counts.values())

    assert told() == [("I-0001", 5), ("I-0002", 2)]
    desk.undo()
    assert told() == [("I-0001", 2), ("I-0001", 5)]


def test_a_draft_that_a_supervisor_accepts_is_recorded_and_can_be_undone() -> None:
    desk = Desk()
    desk.act("record_decision", capacity="operator", **DECISION)
    (draft,) = desk.situation.advice
    assert desk.refused("accept_advice", capacity="operator", advice=draft)[0] == "advice"
    desk.act("accept_advice", advice=draft)

    (decision,) = desk.situation.decisions.values()
    assert (decision.text, decision.capacity) == (DECISION["text"], "supervisor")
    desk.undo()
    assert not desk.situation.decisions


def test_a_source_may_say_that_it_does_not_know() -> None:
    desk = Desk()
    desk.taken()
    count = {"category": "missing", "certainty": "estimated", "source": "D3"}
    desk.act("report_count", capacity="police", incident=INCIDENT, value=None, **count)

    (told,) = desk.situation.counts.values()
    assert told.value is None
    assert desk.refused("report_count", incident=INCIDENT, value=-1, **count)[0] == "value"
    assert desk.refused("report_count", incident=INCIDENT, **count)[0] == "value"


# --- reviews


def test_reviews_that_wait_are_found() -> None:
    desk = Desk()
    desk.responding()
    desk.on("change_state", to="closed", reason="all well", review=True)

    assert [i.id for i in reviews_due(desk.situation)] == [INCIDENT]


def test_what_was_recorded_replays_byte_for_byte() -> None:
    desk = Desk()
    desk.taken(facts={"casualties_red": 2})
    desk.act("use_reflex_card", incident=INCIDENT, card="tunnel")
    desk.act("file_report", capacity="d1", incident=INCIDENT, **METHANE)
    desk.undo()
    desk.act("record_decision", incident=INCIDENT, due_at=after(9), **DECISION)
    (key,) = desk.situation.decisions
    desk.act("see_decision", capacity="d1", decision=key)
    desk.act("open_task", title="Bussen", language="nl", decision=key)
    desk.act("set_activation", level="alert", reason="two communes")
    desk.act("write_log", book="room", text="Tout le monde est là", language="fr")
    desk.act("mark_source", source="social:web", trust="unreliable", reason="rumours")

    assert replay(Situation("live"), desk.entries) is None
