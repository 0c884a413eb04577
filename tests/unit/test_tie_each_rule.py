"""Each rule of the table: what makes it hold, and what is not enough."""

import re
from dataclasses import replace
from typing import Any

import pytest

from tocsin.measures import IncidentView, NearSite, TieDraft, Trial, shipped_rules, ties_for
from tocsin.measures.rules import Rule
from tocsin.measures.ties import TieRules
from tocsin.tables import LANGUAGES

AT = "2026-01-15T18:00:00.000Z"
MINUTES_AGO = {
    m: f"2026-01-15T{17 - m // 60 + (m % 60 == 0):02d}:{(60 - m % 60) % 60:02d}:00.000Z"
    for m in (4, 5, 14, 15, 29, 30, 119, 120)
}
TOWN_HALL = NearSite("site:town-hall", "townhall", "Hôtel de ville", "Stadhuis", 12.0)
FAR_HALL = replace(TOWN_HALL, distance_m=390.0)
ON_TRIAL = Trial("crowd:c", "O-trial", voted=True, lead_s=780)


def case(code: str = "TRA-ACC", severity: int = 1, **given: Any) -> IncidentView:
    """`since`: fact → minutes for which it has been so; other names of the view, then facts."""
    names = IncidentView.__dataclass_fields__
    about = {name: given.pop(name) for name in list(given) if name in names}
    since = given.pop("since", {})
    facts = {name: {"value": v, "observation": f"O-{name}"} for name, v in given.items()}
    history = {name: ((MINUTES_AGO[m], given[name]),) for name, m in since.items()}
    opened = {"at": AT, "opened_at": MINUTES_AGO[about.pop("age", 4)]} if "age" in about else {}
    return IncidentView(code, severity, facts, **{"at": AT, "history": history, **opened, **about})


def aged(minutes: int, incident: IncidentView) -> IncidentView:
    return replace(incident, opened_at=MINUTES_AGO[minutes])


# rule: (it holds, it does not)
CASES: dict[str, tuple[list[IncidentView], list[IncidentView]]] = {
    "R-M10.1-a": (
        [
            case(image_shared=True),
            case(image_shared=True, camera_owner="STIB"),
            case(camera_owner="STIB", lead="D1"),
        ],
        [case(camera_owner="STIB"), case(camera_owner="D1", lead="D1"), case(image_shared=False)],
    ),
    "R-M10.1-b": (
        [case("FIR-LRG", 3, activation="pre_alert"), case("FIR-LRG", 3, activation="alert")],
        [
            case("FIR-LRG", 3, activation="watch"),
            case("FIR-BLD", 2, activation="alert"),
            case("FIR-LRG", 3, activation="alert", state="closed"),
        ],
    ),
    "R-M10.1-c": (
        [case("TRA-TUN", 3, camera_state=state) for state in ("frozen", "no_image")],
        [case("TRA-ACC", 2, camera_state="frozen"), case("TRA-TUN", 3, camera_state="ok")],
    ),
    "R-M10.2-a": (
        [case("SEC-VEH", 2, event="EVT-EXO-EUCO"), case("PUB-DIS", 2, codes=("event:e-1",))],
        [case("CRO-EVT", 0, event="EVT-EXO-EUCO"), case("SEC-VEH", 2)],
    ),
    "R-M10.2-b": (
        [
            case(plan="PPUI tunnels"),
            case(phase="communale", authority="bourgmestre"),
            case(phase="communale"),
            case(coordination=True),
            case(state="coordinating"),
        ],
        [case(coordination=False), case(state="responding")],
    ),
    "R-M10.2-t": ([case("CRO-EVT", 0), case("HAZ-FIX", 4)], [case("CRO-DEN", 3)]),
    "R-M10.3-a": (
        [
            case("FIR-BLD", 2, site="Palais de Justice"),
            case("CBR-SUS", 3, public_building=True),
            case("EXP-GAS", 3, sites=(TOWN_HALL,)),
        ],
        [
            case("FIR-BLD", 2),
            case("FIR-BLD", 2, public_building=False),
            case("FIR-BLD", 2, sites=(FAR_HALL,)),
            case("TRA-ACC", 1, site="Palais de Justice"),
        ],
    ),
    "R-M10.3-b": (
        [case("SEC-VEH", 2, sites=(FAR_HALL,)), case("SEC-UAV", 2, sites=(FAR_HALL,))],
        [case("SEC-VEH", 2), case("TRA-ACC", 1, sites=(FAR_HALL,))],
    ),
    "R-M10.3-c": (
        [case("FLD-URB", 3, site="École 12"), case("UTL-PWR", 3, public_building=True)],
        [case("FLD-URB", 3), case("FLD-URB", 3, sites=(TOWN_HALL,)), case("TRA-ACC", site="É")],
    ),
    "R-M10.3-s": (
        [case("CBR-SUS", 3, relations={"series": (("L-4", "I-0002"),)})],
        [
            case("CBR-SUS", 3, relations={"cause": (("L-4", "I-0002"),)}),
            case("TRA-ACC", 1, relations={"series": (("L-4", "I-0002"),)}),
        ],
    ),
    "R-M10.3-t": ([case("SEC-SIT", 2)], [case("SEC-PKG", 2)]),
    "R-M10.4-a": (
        [
            case(dangerous_goods=True),
            case(waste_hazardous=True, convoy_permit="P-EXO-D3", outside_window_min=120),
            case(waste_hazardous=True),
            case(un_number="1203"),
            case(un_number="1203", kemler="33", off_route=True, convoy_permit="P-EXO-7"),
            case(convoy_permit="P-EXO-7"),
        ],
        [case(dangerous_goods=False), case(heavy_vehicle=True), case(smoke=True)],
    ),
    "R-M10.4-b": (
        [case(off_route=True), case(outside_window_min=31)],
        [case(off_route=False), case(outside_window_min=30)],
    ),
    "R-M10.4-c": (
        [
            case("TRA-TUN", 3, heavy_vehicle=True, codes=("tunnel:rogier",)),
            case("PTR-SUR", 1, over_height=True, codes=("tunnel:rogier",)),
        ],
        [case("PTR-SUR", heavy_vehicle=True), case("PTR-SUR", codes=("tunnel:rogier",))],
    ),
    "R-M10.4-d": (
        [case(heavy_vehicle=True, on_inventory=True), case(over_weight=True, on_inventory=True)],
        [
            case(heavy_vehicle=True),
            case(heavy_vehicle=True, on_inventory=False),
            case(on_inventory=True),
            case("FIR-BLD", 2, heavy_vehicle=True, on_inventory=True),
        ],
    ),
    "R-M10.4-e": (
        [case(on_inventory=False, convoy_permit="P-EXO-7")],
        [case(on_inventory=False), case(on_inventory=True, un_number="1203"), case(un_number="1")],
    ),
    "R-M10.4-t": ([case("HAZ-WAS", 2), case("TRA-CNV")], [case("TRA-ACC")]),
    "R-M10.5-a": ([case(exercise=True)], [case()]),
    "R-M10.5-b": (
        [case(radio_checks_failed=2, radio_check_cause="usage")],
        [
            case(radio_checks_failed=1, radio_check_cause="usage"),
            case(radio_checks_failed=2, radio_check_cause="coverage"),
            case(radio_checks_failed=2),
            case(radio_checks_failed=2, radio_check_cause="usage", exercise=True),
        ],
    ),
    "R-M10.6-a": (
        [case("FIR-LRG", 3), case("FIR-BLD", 2, protective_action="shelter")],
        [case("FIR-BLD", 2)],
    ),
    "R-M10.6-b": (
        [
            case(public_message=True),
            case(public_message=True, protective_action="avoid"),
            case(stewards=12),
        ],
        [case(public_message=False), case(stewards=0)],
    ),
    "R-M10.6-c": (
        [
            aged(30, case("FIR-LRG", 3)),
            case("FIR-LRG", 3, protective_action="avoid", since={"protective_action": 15}),
        ],
        [
            aged(29, case("FIR-LRG", 3)),
            aged(30, case("FIR-BLD", 2)),
            aged(30, case("FIR-LRG", 3, public_message=True)),
            aged(30, case("FIR-LRG", 3, state="stabilised")),
            aged(30, case("FIR-LRG", 3, stabilised=True)),
            aged(4, case("FIR-LRG", 3, protective_action="avoid", since={"protective_action": 14})),
        ],
    ),
    "R-M10.7-a": (
        [case(volunteers=6), case(bystander_aid=True)],
        [case(volunteers=0), case(bystander_aid=False), case(casualties_red=1)],
    ),
    "R-M10.8-a": (
        [case("FIR-LRG", 3, drone_mission="EXO-DRN-2")],
        [case("SEC-UAV", 2, drone_mission="EXO-DRN-2"), case("SEC-UAV", 2)],
    ),
    "R-M10.8-b": (
        [case("FLD-URB", 3, drone_go=True, wind_kmh=18.0, gust_kmh=30.0)],
        [case("FLD-URB", 3, drone_go=False), case("TRA-ACC", drone_go=True), case("FLD-URB", 3)],
    ),
    "R-M10.8-c": (
        [
            case("WEA-STO", 2, drone_requested=True, drone_go=False, gust_kmh=83.0),
            case(drone_requested=True, drone_available=False),
        ],
        [
            case(drone_requested=True),
            case(drone_go=False),
            case(drone_requested=True, drone_go=True),
            case("SEC-UAV", 2),
        ],
    ),
    "R-M10.8-d": (
        [case("SEC-UAV", 2, drone_mission="EXO-DRN-2")],
        [case("SEC-UAV", 2), case("FIR-LRG", 3, drone_mission="EXO-DRN-2")],
    ),
    "R-M10.9-a": (
        [
            case("FLD-URB", 3, channel="sonorisation", channel_state="down"),
            case(channel="be-alert", channel_state="degraded", channels_used=2),
            case(channel="be-alert", channel_state="degraded", channels_left=2),
            case(emergency_number_lost=True, channels_left=3),
        ],
        [case(channel_state="up"), case(emergency_number_lost=False)],
    ),
    "R-M10.9-b": (
        [
            case(channel="radio", channel_state="active"),
            case(channels_used=2),
            case(channel="radio", channel_state="active", channels_used=2),
        ],
        [case(channels_used=1), case(channel_state="up")],
    ),
    "R-M10.9-c": (
        [case(public_message=True, channels_used=1)],
        [
            case(public_message=True),
            case(public_message=True, channels_used=2),
            case(public_message=False, channels_used=1),
        ],
    ),
    "R-M10.9-d": (
        [case("UTL-PWR", 3, channels_left=1, since={"channels_left": 5})],
        [
            case("UTL-PWR", 3, channels_left=1, since={"channels_left": 4}),
            case("UTL-PWR", 3, channels_left=2, since={"channels_left": 5}),
            case("UTL-PWR", 3, channels_left=1),
        ],
    ),
    "R-M10.9-t": ([case("UTL-TEL", 3)], [case("UTL-WAT", 2)]),
    "R-M10.10-a": (
        [
            case(casualties_red=2, casualties_green=4, involved=4),
            case(casualties_red=2, casualties_green=8),
            case(deceased=1),
            case(reception_centre=True),
            case(aid_sheet="v2", involved=45),
        ],
        [case(casualties_red=2, involved=7), case(deceased=0), case(reception_centre=False)],
    ),
    "R-M10.10-b": (
        [case(casualties_red=1), case(casualties_yellow=1), case("CBR-SUS", 3, exposed=3)],
        [case(casualties_green=4), case(casualties_red=0)],
    ),
    "R-M10.10-c": (
        [case(reception_centre=True, since={"reception_centre": 30})],
        [
            case(reception_centre=True, since={"reception_centre": 29}),
            case(reception_centre=True, aid_sheet="v1", since={"reception_centre": 30}),
            case(reception_centre=True, state="closed", since={"reception_centre": 30}),
            case(reception_centre=False, since={"reception_centre": 30}),
        ],
    ),
    "R-M10.10-t": ([case("MED-MCI", 4)], [case("MED-TOX", 2)]),
    "R-M10.11-a": ([case(single_contact="coordination PSM")], [case(pips=True)]),
    "R-M10.11-b": (
        [
            case(pips=True),
            case(parquet=True, victims=True),
            case("CBR-SUS", 3, parquet=True, exposed=5),
            case(jurisdictions=2),
            case(contact_asked=True),
        ],
        [case(parquet=True), case(victims=True), case(jurisdictions=1), case(pips=False)],
    ),
    "R-M10.11-c": (
        [case(pips=True, since={"pips": 120})],
        [
            case(pips=True, since={"pips": 119}),
            case(pips=True, single_contact="PSM", since={"pips": 120}),
            case(pips=True, state="closed", since={"pips": 120}),
        ],
    ),
    "R-M10.12-a": (
        [
            case(reception_centre=True),
            case(relatives_centre=True),
            case(call_number=True),
            case(pips=True),
        ],
        [case(reception_centre=False), case(pim=True)],
    ),
    "R-M10.12-b": (
        [
            case(pim=True),
            case(deceased=1),
            case(evacuated=20),
            case("PTR-MET", 3, advice={"medical_plan": "V-9"}),
            case("SEC-ATT", 4),
        ],
        [case(evacuated=19), case(advice={"phase": "V-9"}), case(casualties_red=3)],
    ),
    "R-M10.13-a": (
        [
            case("CRO-DEN", 2, trials=(ON_TRIAL,)),
            case("CRO-DEN", 2, trials=(replace(ON_TRIAL, lead_s=None),)),
        ],
        [case("CRO-DEN", 2), case("CRO-DEN", 2, trials=(replace(ON_TRIAL, voted=False),))],
    ),
    "R-M10.14-a": ([case("CBR-SUS", 3), case("CBR-RAD", 4)], [case("MED-TOX", 2)]),
    "R-M10.14-b": (
        [
            case("HAZ-ROA", 3, adr_class="6.1"),
            case("SEC-VEH", 2, hazard_class="explosive", hazard_status="suspected"),
        ],
        [
            case("HAZ-ROA", 3, adr_class="3"),
            case("SEC-VEH", 2, hazard_class="explosive"),
            case("SEC-VEH", 2, hazard_class="explosive", hazard_status="excluded"),
        ],
    ),
    "R-M10.14-c": (
        [
            case("SEC-PKG", 2, hazard_class="chemical", hazard_status="confirmed"),
            case("HAZ-FIX", 4, hazard_class="chemical", hazard_status="suspected"),
        ],
        [
            case("SEC-PKG", 2, hazard_class="chemical", hazard_status="suspected"),
            case("HAZ-FIX", 4, hazard_class="chemical", hazard_status="excluded"),
            case("HAZ-FIX", 4, hazard_status="confirmed"),
        ],
    ),
    "R-M10.14-d": ([case("CBR-SUS", 3, cbrne_means_missing="détecteur")], [case("CBR-SUS", 3)]),
    "R-M10.14-s": (
        [case("CBR-SUS", 3, relations={"series": (("L-4", "I-0002"), ("L-5", "I-0003"))})],
        [case("SEC-PKG", 2, relations={"series": (("L-4", "I-0002"),)}), case("CBR-SUS", 3)],
    ),
    "R-M10.15-a": (
        [
            case("TRA-TUN", 3, stabilised=True),
            case("TRA-TUN", 3, state="closed"),
            case(state="closed", exercise=True),
            case(state="stabilised", phase_ever=True),
            case(state="stabilised", phase="communale"),
            case(state="closed", review="required"),
        ],
        [
            case("TRA-TUN", 3),
            case(state="closed"),
            case("TRA-TUN", 3, state="closed", review="waived"),
            case("TRA-TUN", 3, stabilised=False),
        ],
    ),
    "R-M6.4-a": ([case(source_classes=("anpr",))], [case(source_classes=("cad", "camera"))]),
    "R-M6.5-a": (
        [case(un_number="1203", kemler="33"), case(heavy_vehicle=True, dangerous_goods=True)],
        [case(heavy_vehicle=True), case(dangerous_goods=True), case(convoy_permit="P-EXO-7")],
    ),
    "R-M6.5-b": ([case(inspection_rank=2)], [case()]),
    "R-M6.5-c": ([case("HAZ-WAS", 2, inspection_result="irregular")], [case("HAZ-WAS", 2)]),
    "R-M6.6-a": ([case("WEA-STO", 2)], [case("WEA-TMP", 2), case("FLD-URB", 3)]),
    "R-M6.6-b": (
        [case(codes=("tunnel:rogier",)), case("TRA-ACC", 3)],
        [case(), case("FIR-BLD", 3), case("PTR-SUR", 1, codes=("tunnel:rogier",))],
    ),
    "R-M6.7-a": (
        [case(deceased=1), case(deceased=1, families_informed=False)],
        [case(deceased=0), case(deceased=1, families_informed=True), case(casualties_red=1)],
    ),
    "R-M6.8-a": (
        [
            case(tunnel_closed=True),
            case("FLD-URB", 3, road_closed=True),
            case("PTR-SUR", 1, lines_disrupted="44"),
        ],
        [case(), case("FIR-BLD", 2, road_closed=True), case(tunnel_closed=False)],
    ),
    "R-M6.10-a": (
        [case("PTR-MET", 3), case("PTR-SUR", 2)],
        [case("PTR-SUR", 1), case("FLD-URB", 3)],
    ),
    "R-M6.14-a": (
        [case("HAZ-WAS", 2, canal=True), case("ENV-POL", 2, codes=("port:quay-4",))],
        [case("ENV-POL", 2), case("TRA-ACC", 1, canal=True), case("ENV-POL", 2, canal=False)],
    ),
    "R-M6.16-a": (
        [case("PTR-MET", 3, camera_owner="STIB"), case("RAI-ACC", 3, image_shared=True)],
        [case("PTR-MET", 3), case("TRA-ACC", 1, camera_owner="STIB")],
    ),
    "R-M7.1-a": (
        [case("WEA-STO", 2, parks_closing=4)],
        [case("WEA-STO", 2), case("WEA-STO", 2, parks_closing=0), case(parks_closing=4)],
    ),
    "R-M7.2-a": (
        [case("SEC-VEH", 2, european_quarter=True)],
        [case("SEC-VEH", 2), case("TRA-ACC", 1, european_quarter=True)],
    ),
    "R-M8.12-a": ([case("CYB-SVC", 3), case("UTL-PWR", 3, it_degraded=True)], [case("UTL-PWR", 3)]),
}
RULES = {rule.rule: rule for rule in shipped_rules().rules}
ALONE = {name: TieRules([rule]) for name, rule in RULES.items()}
YES = [(name, i) for name, (yes, _) in CASES.items() for i in range(len(yes))]
NO = [(name, i) for name, (_, no) in CASES.items() for i in range(len(no))]


def test_every_rule_has_its_cases() -> None:
    assert CASES.keys() == RULES.keys()
    assert all(yes and no for yes, no in CASES.values())


@pytest.mark.parametrize(("name", "i"), YES)
def test_a_rule_holds_and_says_why_in_three_languages(name: str, i: int) -> None:
    (tie,) = ties_for(CASES[name][0][i], ALONE[name])
    assert (tie.rule, tie.strength) == (RULES[name].name, RULES[name].strength)
    for language in LANGUAGES:
        sentence = tie.reason[language]
        assert re.fullmatch(r"\S.{4,118}\S", sentence), sentence
        assert not re.search(r"None|[{}]|True|False|%s", sentence)
    assert len(set(tie.reason.values())) == len(LANGUAGES)


@pytest.mark.parametrize(("name", "i"), NO)
def test_a_rule_keeps_silent_when_it_should(name: str, i: int) -> None:
    assert ties_for(CASES[name][1][i], ALONE[name]) == []


@pytest.mark.parametrize("rule", shipped_rules().rules, ids=lambda rule: rule.rule)
def test_every_reason_of_a_rule_can_be_given(rule: Rule) -> None:
    """No sentence stands in the table that no case brings out."""
    told = [
        tie.reason["en"] for view in CASES[rule.rule][0] for tie in ties_for(view, ALONE[rule.rule])
    ]
    for reason in rule.reasons:
        shape = re.sub(r"\\{\w+\\}", ".+", re.escape(reason.en))
        assert any(re.fullmatch(shape, sentence) for sentence in told), reason.en


def test_evidence_names_records_too() -> None:
    view = case("CBR-SUS", 3, relations={"series": (("L-4", "I-0002"), ("L-5", "I-0003"))})
    tie = _only(ties_for(view, ALONE["R-M10.14-s"]))
    assert tie.evidence == ("L-4", "L-5")
    assert tie.reason["fr"] == "Série de substances suspectes, avec I-0002, I-0003"
    view = case("PTR-MET", 3, advice={"medical_plan": "V-9"})
    assert _only(ties_for(view, ALONE["R-M10.12-b"])).evidence == ("V-9",)


def test_a_site_is_told_in_the_reader_s_language_with_its_distance() -> None:
    tie = _only(ties_for(case("EXP-GAS", 3, sites=(TOWN_HALL,)), ALONE["R-M10.3-a"]))
    assert tie.reason == {
        "fr": "Hôtel de ville est concerné (à 12 m) : Fuite ou explosion de gaz",
        "nl": "Stadhuis is betrokken (op 12 m): Gaslek of gasontploffing",
        "en": "Hôtel de ville is concerned (12 m): Gas leak or explosion",
    }


def test_the_lead_of_a_source_on_trial_is_told() -> None:
    tie = _only(ties_for(case("CRO-DEN", 2, trials=(ON_TRIAL,)), ALONE["R-M10.13-a"]))
    assert tie.reason["en"] == "Trial source crowd:c: first detection 13 min ahead of others"
    assert tie.evidence == ("O-trial",)


def test_what_lasts_is_counted_without_a_break() -> None:
    """One channel, two, and one again: the minutes start anew."""
    history = (
        (MINUTES_AGO[30], 1),
        (MINUTES_AGO[15], 2),
        (MINUTES_AGO[4], 1),
    )
    view = case("UTL-PWR", 3, channels_left=1)
    broken = replace(view, history={"channels_left": history})
    whole = replace(view, history={"channels_left": ((MINUTES_AGO[30], 1), (MINUTES_AGO[4], 0))})
    assert ties_for(broken, ALONE["R-M10.9-d"]) == []
    assert len(ties_for(whole, ALONE["R-M10.9-d"])) == 1


def _only(ties: list[TieDraft]) -> TieDraft:
    (tie,) = ties
    return tie
