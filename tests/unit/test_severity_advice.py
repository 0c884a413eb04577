import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.severity import (
    AdviceDraft,
    IncidentView,
    Named,
    Witness,
    advise,
    read_severity,
    shipped_severity,
)
from tocsin.tables import LANGUAGES, package_text
from tocsin.taxonomy import types, vocabulary

TABLE = shipped_severity()
MOLENBEEK = Named("Molenbeek-Saint-Jean", "Sint-Jans-Molenbeek", "O-81")
BRUSSELS = Named("Bruxelles", "Brussel", "O-84")
COURT = Named("Palais de Justice", "Justitiepaleis", "O-1", "courthouse")


def facts(**values: Any) -> dict[str, dict[str, Any]]:
    """Each fact from an observation of its own, so that evidence can be told apart."""
    return {name: {"value": v, "observation": f"O-{name}"} for name, v in values.items()}


def view(code: str = "TRA-ACC", severity: int = 1, **more: Any) -> IncidentView:
    names = ("codes", "witnesses", "communes", "site", "disciplines", "phase", "place")
    about = {name: more.pop(name) for name in names if name in more}
    return IncidentView(code, severity, facts(**more), **about)


def witness(number: int = 1, source: str = "cad:112", **told: Any) -> Witness:
    kind = told.pop("kind", "event")
    return Witness(f"O-{number}", source, kind, f"2026-01-15T15:41:{number:02}.000Z", **told)


def given_for(incident: IncidentView) -> dict[tuple[str, int | str], AdviceDraft]:
    return {(draft.kind, draft.target): draft for draft in advise(incident, TABLE)}


def severities(incident: IncidentView) -> dict[int | str, tuple[str, ...]]:
    """The severities advised, each with the rules that ask for it."""
    return {d.target: d.rules for d in advise(incident, TABLE) if d.kind == "severity"}


def phases(incident: IncidentView) -> set[int | str]:
    return {draft.target for draft in advise(incident, TABLE) if draft.kind == "phase"}


def test_an_ordinary_accident_asks_for_nothing() -> None:
    assert advise(view(casualties_green=2, involved=4), TABLE) == []


# --- the threshold of the medical plan

PIM_JUST = [
    {"casualties_red": 2, "casualties_yellow": 3},
    {"casualties_yellow": 5},
    {"injured_unsorted": 10},
    {"in_danger": 21},
    {"to_evacuate": 21},
    {"evacuated": 21},
    {"entrapped_count": 21},
]
PIM_NOT_YET = [
    {"casualties_red": 2, "casualties_yellow": 2},
    {"casualties_yellow": 4},
    {"casualties_green": 40},
    {"injured_unsorted": 9},
    {"in_danger": 20},
    {"to_evacuate": 20, "evacuated": 20, "entrapped_count": 20},
    {"involved": 200},
]


@pytest.mark.parametrize("told", PIM_JUST)
def test_the_medical_plan_threshold_is_told_and_asks_for_s4(told: dict[str, int]) -> None:
    found = given_for(view("TRA-TUN", 3, **told))
    assert ("medical_plan", "medical_plan") in found
    assert ("severity", 4) in found


@pytest.mark.parametrize("told", PIM_NOT_YET)
def test_below_the_threshold_no_medical_plan_is_advised(told: dict[str, int]) -> None:
    kinds = {draft.kind for draft in advise(view("TRA-TUN", 3, **told), TABLE)}
    assert "medical_plan" not in kinds


def test_the_threshold_is_for_112_and_d2_to_confirm_and_quotes_its_figures() -> None:
    draft = given_for(view("HAZ-ROA", 3, casualties_red=2, casualties_yellow=4))[
        "medical_plan", "medical_plan"
    ]
    assert draft.criterion == {
        "fr": "Seuil PIM atteint — à confirmer par le 112/D2 : "
        "6 blessés graves (T1 : 2, T2 : 4 ; seuil : 5)",
        "nl": "MIP-drempel bereikt — te bevestigen door de 112/D2: "
        "6 zwaargewonden (T1: 2, T2: 4; drempel: 5)",
        "en": "Medical-plan (PIM) threshold reached — to be confirmed by 112/D2: "
        "6 seriously injured (T1: 2, T2: 4; threshold: 5)",
    }
    assert draft.evidence == ("O-casualties_red", "O-casualties_yellow")
    assert draft.rules == ("R-PIM-SERIOUS@1",)


def test_a_figure_that_is_not_known_is_told_as_unknown_and_never_as_zero() -> None:
    criterion = given_for(view("HAZ-ROA", 3, casualties_red=5))[
        "medical_plan", "medical_plan"
    ].criterion
    assert "T2 : inconnu" in criterion["fr"]
    assert "T2: onbekend" in criterion["nl"]
    assert "T2: unknown" in criterion["en"]


def test_several_grounds_make_one_advice_that_tells_them_all() -> None:
    draft = given_for(view("HAZ-ROA", 3, casualties_yellow=5, evacuated=45))[
        "medical_plan", "medical_plan"
    ]
    assert draft.rules == ("R-PIM-SERIOUS@1", "R-PIM-DANGER@1")
    assert "Geëvacueerden: 45 (drempel: meer dan 20)" in draft.criterion["nl"]


def test_people_counted_twice_are_not_added_up() -> None:
    """Those to evacuate may be those already evacuated: the largest figure counts."""
    told = given_for(view("HAZ-ROA", 3, evacuated=30, to_evacuate=45))[
        "medical_plan", "medical_plan"
    ].criterion["en"]
    assert "People to evacuate: 45" in told


def test_a_crowd_at_a_demonstration_is_no_medical_plan_but_its_injured_are() -> None:
    assert not {"medical_plan"} & {
        d.kind for d in advise(view("PUB-DEM", 1, in_danger=5000), TABLE)
    }
    injured = given_for(view("PUB-DEM", 1, casualties_yellow=5))
    assert ("medical_plan", "medical_plan") in injured


def test_a_plan_that_is_announced_is_not_advised_again() -> None:
    told = {"casualties_yellow": 6, "deceased": 1}
    kinds = {d.kind for d in advise(view("HAZ-ROA", 4, **told, pim=True, pips=True), TABLE)}
    assert not kinds & {"medical_plan", "psychosocial_plan"}


def test_the_thresholds_follow_the_table() -> None:
    text = package_text("tocsin.severity", "escalators.yaml")
    stricter = read_severity(text.replace("yellow], at_least: 5", "yellow], at_least: 3"))
    drafts = advise(view("HAZ-ROA", 3, casualties_yellow=3), stricter)
    assert "threshold: 3" in next(d for d in drafts if d.kind == "medical_plan").criterion["en"]


# --- severity: each escalator just there, just not, and where it makes no difference

ESCALATORS = [
    ("R-SEV-T1@1", 3, {"casualties_red": 1}, {"casualties_red": 0}),
    ("R-SEV-DECEASED@1", 3, {"deceased": 1}, {"deceased": 0}),
    ("R-SEV-PLUME@1", 3, {"plume_population": 1001}, {"plume_population": 1000}),
    ("R-SEV-112@1", 4, {"emergency_number_lost": True}, {"emergency_number_lost": False}),
]


@pytest.mark.parametrize(("rule", "target", "just", "not_yet"), ESCALATORS)
def test_each_escalator_fires_at_its_boundary_only(
    rule: str, target: int, just: dict[str, Any], not_yet: dict[str, Any]
) -> None:
    assert rule in severities(view(severity=1, **just)).get(target, ())
    assert rule not in severities(view(severity=1, **not_yet)).get(target, ())
    assert rule not in severities(view(severity=target, **just)).get(target, ())


def test_a_lost_emergency_channel_counts_when_one_source_says_both() -> None:
    both = {"value": "emergency_number", "observation": "O-1"}
    down = {"value": "down", "observation": "O-1"}
    elsewhere = {"value": "down", "observation": "O-2"}
    one = IncidentView("UTL-TEL", 3, {"channel_role": both, "channel_state": down})
    two = IncidentView("UTL-TEL", 3, {"channel_role": both, "channel_state": elsewhere})
    degraded = IncidentView(
        "UTL-TEL", 3, {"channel_role": both, "channel_state": {**down, "value": "degraded"}}
    )
    assert severities(one) == {4: ("R-SEV-112@1",)}
    assert severities(two) == severities(degraded) == {}


def test_smoke_and_a_crowd_in_the_metro_ask_for_s3() -> None:
    metro = {3: ("R-SEV-METRO@1",)}
    assert severities(view("PTR-MET", 2, smoke=True, crowd=True)) == metro
    assert severities(view("PTR-MET", 2, smoke=True, crowd_density=3.6)) == metro
    in_station = view("FIR-BLD", 2, smoke=True, crowd=True, codes=("station:arts-loi",))
    assert severities(in_station) == metro


def test_smoke_without_a_crowd_or_elsewhere_does_not() -> None:
    assert severities(view("PTR-MET", 2, smoke=True)) == {}
    assert severities(view("PTR-MET", 2, smoke=True, crowd_density=3.5)) == {}
    assert severities(view("PTR-MET", 2, crowd=True)) == {}
    assert severities(view("FIR-BLD", 2, smoke=True, crowd=True)) == {}


def test_a_site_of_the_register_adds_one_to_the_usual_severity() -> None:
    assert severities(view("FIR-BLD", 2, site=COURT)) == {3: ("R-SEV-SITE@1",)}
    assert severities(view("SEC-ATT", 4, site=COURT)) == {}
    assert severities(view("FIR-BLD", 3, site=COURT)) == {}, "once is enough"


def test_a_park_or_an_accident_at_the_gate_adds_nothing() -> None:
    park = Named("Parc Josaphat", "Josaphatpark", "O-1", "park")
    assert severities(view("FIR-BLD", 2, site=park)) == {}
    assert severities(view("TRA-ACC", 1, site=COURT)) == {}


def test_a_site_that_a_source_names_counts_whatever_its_kind() -> None:
    named = Named("Sibelga", "Sibelga", "O-1")
    told = advise(view("FIR-BLD", 2, site=named), TABLE)[0].criterion
    assert told["en"] == "Severity at least S3: Sibelga, a site of the register, is hit"


def test_a_source_that_says_graver_is_told() -> None:
    incident = view("TRA-ACC", 1, witnesses=(witness(severity=3),))
    (draft,) = advise(incident, TABLE)
    assert (draft.kind, draft.target, draft.rules) == ("severity", 3, ("R-SEV-HINT@1",))
    assert draft.criterion["nl"] == "Ernst minstens S3: De bron cad:112 meldt S3"
    assert draft.evidence == ("O-1",)


def test_a_source_that_says_no_graver_changes_nothing() -> None:
    assert advise(view("TRA-ACC", 3, witnesses=(witness(severity=3),)), TABLE) == []


def test_only_the_last_word_of_each_source_counts() -> None:
    seen = (witness(1, severity=4), witness(2, severity=1))
    assert advise(view("TRA-ACC", 1, witnesses=seen), TABLE) == []
    assert list(severities(view(witnesses=(*seen, witness(1, "mobiris:e", severity=2))))) == [2]


@pytest.mark.parametrize(
    "doubtful",
    [
        witness(severity=4, believed=False),
        witness(severity=4, maturity="trial"),
        witness(severity=4, kind="anpr_hit"),
        witness(severity=4, kind="social"),
    ],
)
def test_the_grade_of_a_doubtful_source_is_not_passed_on(doubtful: Witness) -> None:
    assert advise(view("TRA-ACC", 1, witnesses=(doubtful, witness(2))), TABLE) == []


def test_a_graver_type_is_advised_where_rules_may_not_grade() -> None:
    incident = view("TRA-ACC", 1, witnesses=(witness(type_hint="HAZ-ROA"),))
    (draft,) = advise(incident, TABLE)
    assert (draft.target, draft.type, draft.rules) == (3, "HAZ-ROA", ("R-SEV-TYPE@1",))
    assert "Accident ADR (route) (d'ordinaire S3)" in draft.criterion["fr"]


def test_what_a_person_has_already_graded_is_no_news() -> None:
    seen = witness(severity=4, type_hint="HAZ-ROA", news=False)
    assert advise(view("TRA-ACC", 1, witnesses=(seen,)), TABLE) == []


def test_an_unverified_hit_is_verified_before_anything_graver_is_advised() -> None:
    hit = witness(kind="anpr_hit")
    assert severities(view("SEC-VEH", 2, site=COURT, witnesses=(hit,))) == {}
    seen = witness(kind="anpr_hit", verified=True)
    assert list(severities(view("SEC-VEH", 2, site=COURT, witnesses=(seen,)))) == [3]


def test_a_source_on_trial_may_suggest_beyond_its_cap() -> None:
    trial = witness(kind="sensor", maturity="trial")
    assert list(severities(view("PTR-MET", 2, smoke=True, crowd=True, witnesses=(trial,)))) == [3]


# --- psychosocial plan


@pytest.mark.parametrize(
    ("incident", "rule"),
    [
        (view("HAZ-ROA", 4, pim=True), "R-PIPS-PIM@1"),
        (view("HAZ-ROA", 4, deceased=1), "R-PIPS-DECEASED@1"),
        (view("SEC-ATT", 4), "R-PIPS-ATTACK@1"),
        (view("HAZ-ROA", 4, evacuated=20), "R-PIPS-EVACUATED@1"),
        (view("HAZ-ROA", 4, to_evacuate=20), "R-PIPS-EVACUATED@1"),
    ],
)
def test_the_psychosocial_plan_is_advised_with_its_criterion(
    incident: IncidentView, rule: str
) -> None:
    assert given_for(incident)["psychosocial_plan", "psychosocial_plan"].rules == (rule,)


@pytest.mark.parametrize(
    "incident",
    [
        view("HAZ-ROA", 4, pim=False, deceased=0, evacuated=19),
        view("SEC-SIT", 2),
    ],
)
def test_without_a_criterion_no_psychosocial_plan_is_advised(incident: IncidentView) -> None:
    assert "psychosocial_plan" not in {draft.kind for draft in advise(incident, TABLE)}


# --- phases


def test_two_communes_suggest_the_provincial_phase_and_name_who_judges() -> None:
    found = given_for(view("HAZ-ROA", 3, communes=(MOLENBEEK, BRUSSELS)))
    draft = found["phase", "provinciale"]
    assert draft.criterion == {
        "fr": "Phase provinciale (régionale) — à apprécier par le Haut fonctionnaire : "
        "2 communes touchées : Bruxelles, Molenbeek-Saint-Jean",
        "nl": "Provinciale (gewestelijke) fase — te beoordelen door de Hoge ambtenaar: "
        "2 gemeenten getroffen: Brussel, Sint-Jans-Molenbeek",
        "en": "Provincial (regional) phase — for the Haut fonctionnaire / Hoge ambtenaar to judge: "
        "2 municipalities affected: Bruxelles / Brussel, "
        "Molenbeek-Saint-Jean / Sint-Jans-Molenbeek",
    }
    assert draft.evidence == ("O-81", "O-84")


def test_one_commune_or_a_trifle_suggests_no_provincial_phase() -> None:
    assert phases(view("HAZ-ROA", 3, communes=(MOLENBEEK,))) == set()
    assert phases(view("TRA-ACC", 1, communes=(MOLENBEEK, BRUSSELS))) == set()


@pytest.mark.parametrize("code", ["SEC-VEH", "SEC-UAV", "PUB-DEM", "WEA-STO", "PER-MIS"])
def test_what_moves_or_is_forecast_crosses_communes_without_a_phase(code: str) -> None:
    assert phases(view(code, 2, communes=(MOLENBEEK, BRUSSELS))) == set()


def test_communes_that_a_source_counts_are_told_as_its_word() -> None:
    draft = given_for(view("UTL-TEL", 3, communes_touched=4))["phase", "provinciale"]
    assert draft.criterion["fr"].endswith("4 communes touchées, selon la source")
    assert phases(view("UTL-TEL", 3, communes_touched=1)) == set()


def test_an_incident_of_s4_suggests_the_provincial_phase_by_its_impact() -> None:
    assert phases(view("SEC-ATT", 4)) == {"provinciale"}
    assert phases(view("SEC-ATT", 3)) == set()


def test_three_disciplines_in_one_commune_suggest_the_municipal_phase() -> None:
    engaged = ("D1", "D2", "D3")
    incident = view("TRA-TUN", 3, communes=(MOLENBEEK,), disciplines=engaged)
    draft = given_for(incident)["phase", "communale"]
    assert "D1, D2, D3" in draft.criterion["fr"]
    assert phases(view("TRA-TUN", 3, communes=(MOLENBEEK,), disciplines=engaged[:2])) == set()
    assert phases(view("TRA-TUN", 2, communes=(MOLENBEEK,), disciplines=engaged)) == set()
    both = view("TRA-TUN", 3, communes=(MOLENBEEK, BRUSSELS), disciplines=engaged)
    assert phases(both) == {"provinciale"}
    assert phases(view("TRA-TUN", 3, disciplines=engaged)) == set(), "no commune, no mayor"


def test_a_coordination_meeting_suggests_the_municipal_phase() -> None:
    assert phases(view("CRO-DEN", 3, communes=(BRUSSELS,), coordination=True)) == {"communale"}
    assert phases(view("CRO-DEN", 3, communes=(BRUSSELS,), coordination=False)) == set()


@pytest.mark.parametrize(
    ("told", "federal"),
    [
        ({"cross_border": True}, True),
        ({"cross_border": False}, False),
        ({"means_exceeded": True}, True),
        ({"casualties_red": 20, "casualties_yellow": 25, "deceased": 5}, True),
        ({"casualties_red": 20, "casualties_yellow": 25, "deceased": 4}, False),
    ],
)
def test_the_federal_phase_has_its_own_criteria(told: dict[str, Any], federal: bool) -> None:
    assert ("federale" in phases(view("HAZ-FIX", 4, **told))) is federal


@pytest.mark.parametrize("phase", ["provinciale", "federale"])
def test_a_phase_in_force_is_not_suggested_again(phase: str) -> None:
    assert phases(view("HAZ-ROA", 4, communes=(MOLENBEEK, BRUSSELS), phase=phase)) == set()


@pytest.mark.parametrize("phase", ["none", None, "pc_ops", "communale"])
def test_a_lower_phase_does_not_hide_the_next(phase: str | None) -> None:
    incident = view("HAZ-ROA", 3, communes=(MOLENBEEK, BRUSSELS), phase=phase)
    assert phases(incident) == {"provinciale"}


# --- laws

_values = {
    "bool": st.booleans(),
    "int": st.integers(0, 60),
    "number": st.floats(0, 10, allow_nan=False),
    "text": st.just("Sibelga"),
}


@st.composite
def known_facts(draw: Any) -> dict[str, Any]:
    chosen = draw(st.sets(st.sampled_from(sorted(TABLE.facts | {"threat_level"})), max_size=12))
    return {
        name: draw(st.sampled_from(sorted(fact.choices)) if fact.choices else _values[fact.type])
        for name in sorted(chosen)
        for fact in (vocabulary()[name],)
    }


incidents = st.builds(
    lambda code, severity, told, communes, disciplines, site, seen: IncidentView(
        code,
        severity,
        facts(**told),
        witnesses=tuple(seen),
        communes=tuple(communes),
        disciplines=tuple(disciplines),
        site=site,
    ),
    st.sampled_from(sorted(types())),
    st.integers(0, 4),
    known_facts(),
    st.lists(st.sampled_from((MOLENBEEK, BRUSSELS)), unique=True, max_size=2),
    st.lists(st.sampled_from(("D1", "D2", "D3")), unique=True, max_size=3),
    st.sampled_from((None, COURT)),
    st.lists(
        st.builds(
            lambda n, source, severity, hint: witness(n, source, severity=severity, type_hint=hint),
            st.integers(1, 50),
            st.sampled_from(("cad:112", "mobiris:e")),
            st.sampled_from((None, 1, 3, 4)),
            st.sampled_from((None, "HAZ-ROA", "TRA-ACC")),
        ),
        max_size=3,
        unique_by=lambda one: one.observation,
    ),
)


@given(incidents, st.randoms(use_true_random=False))
def test_the_order_of_what_is_known_makes_no_difference(incident: IncidentView, dice: Any) -> None:
    known = list(incident.facts.items())
    dice.shuffle(known)
    again = IncidentView(
        incident.type,
        incident.severity,
        dict(known),
        witnesses=tuple(dice.sample(incident.witnesses, len(incident.witnesses))),
        communes=incident.communes[::-1],
        disciplines=incident.disciplines,
        site=incident.site,
    )
    assert advise(again, TABLE) == advise(incident, TABLE)


@given(incidents)
def test_advice_is_always_for_more_and_says_why_in_three_languages(incident: IncidentView) -> None:
    drafts = advise(incident, TABLE)
    for draft in drafts:
        if draft.kind == "severity":
            assert isinstance(draft.target, int)
            assert incident.severity < draft.target <= 4
        assert set(draft.criterion) == set(LANGUAGES)
        assert not any("{" in words or "None" in words for words in draft.criterion.values())
    ends = [(draft.kind, draft.target, draft.type) for draft in drafts]
    assert len(ends) == len(set(ends))


@given(incidents, st.sampled_from(sorted(vocabulary()["threat_level"].choices or ())))
def test_the_threat_level_never_changes_anything(incident: IncidentView, level: str) -> None:
    calm = {name: fact for name, fact in incident.facts.items() if name != "threat_level"}
    tense = {**calm, **facts(threat_level=level)}

    def drafts(known: dict[str, Any]) -> list[AdviceDraft]:
        return advise(
            IncidentView(
                incident.type,
                incident.severity,
                known,
                witnesses=incident.witnesses,
                communes=incident.communes,
                site=incident.site,
            ),
            TABLE,
        )

    assert drafts(tense) == drafts(calm)


def test_every_rule_of_the_table_can_give_its_advice() -> None:
    by_type: dict[str, Any] = {"int": 60, "number": 5.0, "bool": True, "choice": None}
    told = {name: by_type[vocabulary()[name].type] for name in TABLE.facts}
    told |= {"plume_population": 5000, "channel_role": "emergency_number", "channel_state": "down"}
    everything = facts(**{n: v for n, v in told.items() if n not in TABLE.announced.values()})
    fired = set()
    seen = (witness(severity=4, type_hint="HAZ-FIX"),)
    engaged = ("D1", "D2", "D3")
    for code, severity, communes in itertools.product(
        ("PTR-MET", "SEC-ATT", "FIR-BLD"), (2, 3, 4), ((BRUSSELS,), (BRUSSELS, MOLENBEEK))
    ):
        for pim in (True, False):
            incident = IncidentView(
                code,
                severity,
                {**everything, **facts(pim=pim)},
                witnesses=seen,
                communes=communes,
                disciplines=engaged,
                site=COURT,
            )
            fired |= {name for draft in advise(incident, TABLE) for name in draft.rules}
    assert fired == {rule.name for rule in TABLE.rules}
