import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.measures import (
    IncidentView,
    TieDraft,
    TieRules,
    catalogue,
    read_rules,
    shipped_rules,
    times_to_review,
)
from tocsin.measures import ties_for as ties_by
from tocsin.measures.catalogue import measures, natural
from tocsin.measures.conditions import minutes_before
from tocsin.measures.rules import Rule
from tocsin.tables import TableError
from tocsin.taxonomy import types, vocabulary


def ties_for(incident: IncidentView) -> list[TieDraft]:
    return ties_by(incident, shipped_rules())


def facts(**values: Any) -> dict[str, dict[str, Any]]:
    """Each fact from an observation of its own, so that evidence can be told apart."""
    return {name: {"value": v, "observation": f"O-{name}"} for name, v in values.items()}


def view(code: str = "TRA-ACC", severity: int = 1, **values: Any) -> IncidentView:
    return IncidentView(type=code, severity=severity, facts=facts(**values))


def found(incident: IncidentView) -> dict[str, TieDraft]:
    return {tie.id: tie for tie in ties_for(incident)}


def test_an_ordinary_accident_is_tied_to_nothing() -> None:
    assert ties_for(view("TRA-ACC", casualties_green=1)) == []


@pytest.mark.parametrize("code", types())
def test_a_type_alone_ties_exactly_its_automatic_measures(code: str) -> None:
    incident = IncidentView(type=code, severity=types()[code].severity, facts={})
    auto = {t.measure["code"] for t in ties_for(incident) if t.strength == "auto"}
    assert auto == set(types()[code].measures_auto)


def test_an_orange_plate_off_route_ties_the_convoy_measure_with_its_evidence() -> None:
    tie = found(
        view("TRA-CNV", kemler="33", un_number="1203", off_route=True, convoy_permit="P-EXO-7")
    )["M10.4:mobilise"]
    assert (tie.strength, tie.rule) == ("auto", "R-M10.4-a@1")
    assert tie.measure == {"plan": "PGSP-2017-2020", "code": "M10.4"}
    assert tie.evidence == ("O-convoy_permit", "O-kemler", "O-off_route", "O-un_number")
    assert tie.reason == {
        "fr": "Plaque orange 33/1203, hors itinéraire de l'autorisation P-EXO-7",
        "nl": "Oranje bord 33/1203, buiten de route van vergunning P-EXO-7",
        "en": "Orange plate 33/1203, off the route of permit P-EXO-7",
    }


def test_a_fact_that_is_not_known_prints_as_unknown_in_each_language() -> None:
    reason = found(view("HAZ-ROA", 3, un_number="1203"))["M10.4:mobilise"].reason
    assert reason["fr"] == "Plaque orange inconnu/1203"
    assert reason["nl"] == "Oranje bord onbekend/1203"
    assert reason["en"] == "Orange plate unknown/1203"


def test_a_fact_known_to_be_false_does_not_choose_a_reason() -> None:
    tie = found(
        view("TRA-CNV", kemler="33", un_number="1203", off_route=False, convoy_permit="P-EXO-7")
    )["M10.4:mobilise"]
    assert tie.reason["en"] == "Orange plate 33/1203"


def test_choices_print_in_the_reader_s_language() -> None:
    reason = found(view("FIR-LRG", 3, protective_action="shelter"))["M10.6:mobilise"].reason
    assert "s'abriter" in reason["fr"]
    assert "schuilen" in reason["nl"]


def test_a_heavy_vehicle_counts_at_a_tunnel_only() -> None:
    assert "M10.4:mobilise" not in found(view("PTR-SUR", heavy_vehicle=True))
    at_tunnel = IncidentView("PTR-SUR", 1, facts(heavy_vehicle=True), ("tunnel:rogier",))
    assert found(at_tunnel)["M10.4:mobilise"].rule == "R-M10.4-c@1"


def test_a_lorry_in_an_accident_is_only_suggested() -> None:
    tie = found(view("TRA-ACC", heavy_vehicle=True, on_inventory=True))["M10.4:mobilise"]
    assert (tie.strength, tie.rule) == ("suggested", "R-M10.4-d@2")


def test_an_ordinary_lorry_accident_off_the_inventory_is_not_tied() -> None:
    assert "M10.4:mobilise" not in found(view("TRA-ACC", heavy_vehicle=True))


def test_the_sure_rule_wins_over_the_suggestion() -> None:
    tie = found(view("TRA-ACC", heavy_vehicle=True, dangerous_goods=True))["M10.4:mobilise"]
    assert (tie.strength, tie.rule) == ("auto", "R-M10.4-a@1")


def test_pictures_of_the_leading_organisation_are_not_shared_pictures() -> None:
    assert "M10.1:mobilise" not in found(view(camera_owner="A", lead="A"))
    assert found(view(camera_owner="A", lead="B"))["M10.1:mobilise"].evidence == (
        "O-camera_owner",
        "O-lead",
    )


def test_a_blind_camera_reveals_a_gap_from_severity_three_on() -> None:
    assert "M10.1:revele" not in found(view("TRA-ACC", 2, camera_state="frozen"))
    assert "M10.1:revele" in found(view("TRA-TUN", 3, camera_state="frozen"))
    assert "M10.1:revele" not in found(view("TRA-TUN", 3, camera_state="ok"))


def test_casualties_are_added_up_over_the_colours_that_are_known() -> None:
    assert (
        found(view(casualties_red=2, casualties_yellow=3, involved=4))["M10.10:mobilise"].strength
        == "suggested"
    )
    tie = found(view(casualties_red=2, casualties_yellow=3, involved=5))["M10.10:mobilise"]
    assert (tie.strength, tie.rule) == ("auto", "R-M10.10-a@2")
    assert tie.evidence == ("O-casualties_red", "O-casualties_yellow", "O-involved")


def test_a_truth_value_is_no_count() -> None:
    assert "M10.10:mobilise" not in found(view(deceased=True))


def test_an_exercise_exercises_the_training_measure() -> None:
    incident = IncidentView("TRA-ACC", 1, {}, exercise=True)
    assert found(incident)["M10.5:eprouve"].strength == "auto"


def test_lessons_are_due_only_once_the_situation_is_under_control() -> None:
    assert "M10.15:alimente" not in found(view("TRA-TUN", 3, phase="communale"))
    assert "M10.15:alimente" in found(view("TRA-TUN", 3, stabilised=True))
    assert "M10.15:alimente" in found(view("TRA-ACC", 1, stabilised=True, phase="communale"))
    assert "M10.15:alimente" not in found(view("TRA-ACC", 1, stabilised=True))


def test_a_plate_reading_in_the_incident_ties_the_plate_network() -> None:
    incident = IncidentView("TRA-CNV", 1, {}, source_classes=("anpr",))
    assert "M6.4:mobilise" in found(incident)


def test_ties_come_sure_first_then_by_axis_then_by_number() -> None:
    incident = IncidentView(
        "HAZ-ROA",
        3,
        facts(
            channel_state="active",
            channel="R",
            involved=12,
            image_shared=True,
            drone_go=True,
            phase="communale",
            stabilised=True,
            dangerous_goods=True,
            evacuated=40,
        ),
        ("tunnel:rogier",),
        ("anpr",),
        exercise=True,
    )
    ids = [f"{t.strength[0]} {t.measure['code']}" for t in ties_for(incident)]
    assert ids == [
        "a M10.9", "a M10.10", "a M10.1", "a M10.2", "a M10.4", "a M10.5", "a M10.15", "a M6.4",
        "s M10.8", "s M10.12", "s M10.6", "s M6.6",
    ]  # fmt: skip


values = {
    "bool": st.booleans(),
    "int": st.integers(0, 300),
    "number": st.floats(0, 200),
    "text": st.text(min_size=1, max_size=12),
}
junk = st.none() | st.text() | st.lists(st.integers(), max_size=2) | st.integers() | st.floats()


@st.composite
def views(draw: st.DrawFn) -> IncidentView:
    chosen = draw(st.sets(st.sampled_from(sorted(vocabulary())), max_size=20))
    given_: dict[str, Any] = {}
    for name in sorted(chosen):
        fact = vocabulary()[name]
        right = st.sampled_from(sorted(fact.choices)) if fact.choices else values[fact.type]
        given_[name] = draw(right | junk)
    return IncidentView(
        type=draw(st.sampled_from([*types(), "XXX-XXX"])),
        severity=draw(st.integers(0, 4)),
        facts=facts(**given_),
        codes=draw(st.sampled_from([(), ("tunnel:rogier",), ("convoy:P-EXO-7", "track:a")])),
        source_classes=draw(st.sampled_from([(), ("anpr",), ("cap", "cad")])),
        place=draw(st.none() | st.text(max_size=20)),
        exercise=draw(st.booleans()),
    )


@given(views(), st.randoms())
def test_ties_never_raise_and_hang_on_nothing_but_the_view(
    incident: IncidentView, chance: random.Random
) -> None:
    ties = ties_for(incident)
    items = list(incident.facts.items())
    chance.shuffle(items)
    shuffled = IncidentView(
        incident.type, incident.severity, dict(items), incident.codes, incident.source_classes,
        incident.place, incident.exercise,
    )  # fmt: skip
    assert ties_for(shuffled) == ties
    assert len({tie.id for tie in ties}) == len(ties)
    ranks = [
        (t.strength != "auto", axis_rank(t.measure["code"]), natural(t.measure["code"]))
        for t in ties
    ]
    assert ranks == sorted(ranks)


@given(views(), st.integers(1, 200), st.sets(st.sampled_from(["M10.6:revele", "M10.9:revele"])))
def test_time_asks_for_a_review_only_when_it_brings_a_tie(
    incident: IncidentView, minutes: int, given_: set[str]
) -> None:
    rules = shipped_rules()
    incident.at = "2026-01-15T18:00:00.000Z"
    incident.opened_at = minutes_before(incident.at, minutes)
    said = ((incident.opened_at, fact["value"]) for fact in [*incident.facts.values()])
    names = zip(incident.facts, said, strict=True)
    incident.history = {name: (one,) for name, one in names if name in rules.timed_facts}
    if times_to_review(incident, rules, given_):
        assert {tie.id for tie in ties_for(incident)} - given_


def axis_rank(code: str) -> int:
    axis = measures()[code].axis
    return 3 if axis is None else ["reaction", "prevention", "suivi"].index(axis)


@given(views())
def test_evidence_is_there_whenever_a_rule_rests_on_facts(incident: IncidentView) -> None:
    by_name = {rule.name: rule for rule in shipped_rules().rules}
    told = {fact["observation"] for fact in incident.facts.values()}
    for tie in ties_for(incident):
        assert set(tie.evidence) <= told
        assert list(tie.evidence) == sorted(set(tie.evidence))
        if rests_on_facts_alone(by_name[tie.rule]):
            assert tie.evidence
        assert all(tie.reason[language] for language in ("fr", "nl", "en"))


def rests_on_facts_alone(rule: Rule) -> bool:
    return any(line.fact is not None or line.fact_sum_at_least is not None for line in rule.when)


@given(views())
def test_a_fact_that_is_not_relevant_changes_no_tie(incident: IncidentView) -> None:
    kept = {n: f for n, f in incident.facts.items() if n in shipped_rules().relevant_facts}
    less = IncidentView(
        incident.type, incident.severity, kept, incident.codes, incident.source_classes,
        incident.place, incident.exercise,
    )  # fmt: skip
    assert ties_for(less) == ties_for(incident)


def test_rules_speak_only_of_known_facts_measures_and_relations() -> None:
    assert shipped_rules().relevant_facts <= set(vocabulary())
    assert {rule.measure for rule in shipped_rules().rules} <= set(measures())
    assert {rule.relation for rule in shipped_rules().rules} <= set(catalogue().relations)


RULE: Mapping[str, str] = {
    "when": "[{fact: fire, is: true}]",
    "reasons": "[{fr: Feu, nl: Brand, en: Fire}]",
}


def read(**changes: str) -> TieRules:
    row = {**RULE, **changes}
    text = (
        "rules:\n  - rule: R-M10.1-z\n    version: 1\n    measure: M10.1\n    relation: mobilise\n"
        f"    strength: auto\n    when: {row['when']}\n    reasons: {row['reasons']}\n"
    )
    return read_rules(text)


def test_a_rule_of_one_s_own_is_applied() -> None:
    (tie,) = ties_by(view(fire=True), read())
    assert (tie.rule, tie.evidence) == ("R-M10.1-z@1", ("O-fire",))


def test_not_fact_holds_when_unknown_or_false() -> None:
    rules = read(when="[{not_fact: fire}]")
    views = (view(), view(fire=False), view(fire=True))
    assert [len(ties_by(v, rules)) for v in views] == [1, 1, 0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"when": "[{fact: fyre, is: true}]"}, "there is no fact 'fyre'"),
        ({"when": "[{fact: fire}]"}, "compared in exactly one way"),
        ({"when": "[{fact: fire, is: true, known: true}]"}, "compared in exactly one way"),
        ({"when": "[{fact: fire, is: true, exercise: true}]"}, "looks at one thing"),
        ({"when": "[{fact: fire, is: burning}]"}, "the fact is of type bool"),
        ({"when": "[{fact: fire, at_least: 1}]"}, "the fact is no number"),
        ({"when": "[{fact: phase, is: regional}]"}, "can never be 'regional'"),
        ({"when": "[{type_in: [XXX-XXX]}]"}, "there is no type XXX-XXX"),
        ({"when": "[{any: [{type_family: [roads]}, {exercise: true}]}]"}, "no family roads"),
        ({"when": "[{fact: channel, at_most: 1}]"}, "at_most: the fact is no number"),
        ({"when": "[{fact: channel, differs_from: lead, for_minutes: 5}]"}, "goes with one fact"),
        ({"when": "[{exercise: true, for_minutes: 5}]"}, "goes with one fact"),
        ({"when": "[{site_within: {m: 25, kinds: [castle]}}]"}, "no site of kind castle"),
        ({"when": "[{state_in: [over]}]"}, "rules[0].when[0].state_in[0]"),
        ({"when": "[{relation: [twin]}]"}, "rules[0].when[0].relation[0]"),
        ({"when": "[{open_minutes: 0}]"}, "rules[0].when[0].open_minutes"),
        ({"when": "[{fact: fire, is: true}]\n    not_when: [{fact: fyre, is: true}]"}, "'fyre'"),
        ({"when": "[{facts: fire}]"}, "rules.yaml:7: rules[0].when[0].facts"),
        ({"reasons": "[{fr: '{fire}', nl: Brand, en: Fire}]"}, "do not say the same facts"),
        ({"reasons": "[{fr: Feu, nl: Brand}]"}, "rules[0].reasons[0].en"),
        ({"reasons": "[{needs: [fire], fr: Feu, nl: Brand, en: Fire}]"}, "only the last one"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_with_its_place(
    changes: dict[str, str], told: str
) -> None:
    with pytest.raises(TableError) as caught:
        read(**changes)
    assert told in str(caught.value)
    assert "rules.yaml" in str(caught.value)
