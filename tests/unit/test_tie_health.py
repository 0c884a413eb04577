"""The rules on an ordinary evening, and what people make of them."""

from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any

import pytest

from deciding import Room
from tocsin.journal.entry import Entry
from tocsin.measures.health import SHARE_AT_MOST, TIES_AT_MOST, rule_health

# What an evening brings, mostly small: how often, type, source, what is said of it. No two of them
# are near one another; positions run through the whole Region, so that sites are as near as usual.
EVENING: tuple[tuple[int, str, str, dict[str, Any]], ...] = (
    (7, "TRA-ACC", "cad:112", {"casualties_green": 1}),
    (4, "TRA-ACC", "cad:112", {"road_closed": True}),
    (2, "TRA-ACC", "cad:112", {"casualties_yellow": 1, "casualties_green": 1}),
    (1, "TRA-ACC", "mobiris:events", {"heavy_vehicle": True, "on_inventory": False}),
    (2, "TRA-TUN", "mobiris:events", {"tunnel_closed": True}),
    (1, "TRA-CNV", "anpr:gantry", {"off_route": True, "convoy_permit": "P-EXO-7"}),
    (7, "FIR-BLD", "cad:112", {"smoke": True}),
    (1, "FIR-BLD", "cad:112", {"fire": True, "evacuated": 24, "casualties_yellow": 2}),
    (1, "FIR-LRG", "cad:112", {"fire": True, "smoke": True, "public_message": True}),
    (1, "EXP-GAS", "cad:112", {"leak": True, "evacuated": 12}),
    (6, "PTR-SUR", "stib:events", {"lines_disrupted": "44"}),
    (1, "PTR-MET", "stib:events", {"smoke": True}),
    (6, "PUB-DIS", "cad:112", {}),
    (1, "PUB-DEM", "cad:112", {}),
    (1, "CRO-EVT", "events:dossier", {"event": "EVT-EXO-MATCH"}),
    (3, "SEC-VEH", "anpr:gantry", {}),
    (2, "SEC-PKG", "cad:112", {}),
    (1, "SEC-SIT", "cad:112", {}),
    (3, "MED-TOX", "cad:112", {"casualties_green": 2}),
    (2, "PER-MIS", "cad:112", {}),
    (1, "WEA-STO", "irm:cap", {"gust_kmh": 70}),
    (1, "FLD-URB", "cad:112", {}),
    (1, "UTL-WAT", "vivaqua:events", {}),
    (1, "UTL-PWR", "sibelga:events", {}),
    (2, "ENV-POL", "cad:112", {}),
    (1, "CYB-SVC", "region:it", {"it_degraded": True}),
)


def places() -> Iterator[tuple[float, float]]:
    """Points 1.1 km and more apart, row after row over the built-up Region."""
    for number in count():
        row, column = divmod(number, 7)
        yield 50.8080 + row * 0.0103, 4.3080 + column * 0.0163 + (row % 3) * 0.0041


@cache
def evening() -> Room:
    """Sixty incidents in two hours, the clock ticking."""
    room = Room()
    where = places()
    told: list[tuple[str, dict[str, Any]]] = []
    for number, code, source, facts in EVENING:
        for _ in range(number):
            given: dict[str, Any] = {
                "source": source,
                "type_hint": code,
                "at": next(where),
                "accuracy_m": 40,
            }
            if source.startswith("anpr"):
                given |= {"kind": "anpr_hit", "legal_regime": "LFP_police"}
            told.append((f"e-{len(told)}", given | {"facts": facts}))
    for external_id, given in told:
        room.wait(120)
        room.observe(external_id, **given)
        room.tick()
    return room


def test_the_evening_is_one_of_sixty_separate_incidents() -> None:
    incidents = evening().situation.incidents.values()
    assert 55 <= len(incidents) <= 65
    assert sum(i.severity <= 2 for i in incidents) / len(incidents) >= 0.8


def test_an_ordinary_evening_ties_few_measures_to_an_incident() -> None:
    health = rule_health(evening().entries)
    assert health.incidents == len(evening().situation.incidents)
    assert health.ties_per_incident is not None
    assert 0.5 <= health.ties_per_incident <= TIES_AT_MOST


def test_no_measure_is_tied_to_more_than_four_in_ten_incidents() -> None:
    shares = {m.measure: m.share for m in rule_health(evening().entries).measures}
    assert max(shares.values()) <= SHARE_AT_MOST, shares
    assert shares["M10.6"] > 0  # the usual offender is there at all


def test_no_incident_of_an_ordinary_evening_is_drowned_in_ties() -> None:
    most = max(len(i.ties) for i in evening().situation.incidents.values())
    assert most <= 7


def room_with(*codes: str) -> Room:
    room = Room()
    for number, (code, place) in enumerate(zip(codes, places(), strict=False)):
        room.observe(f"e-{number}", type_hint=code, at=place)
    return room


def test_what_people_say_of_a_rule_is_its_acceptance() -> None:
    room = room_with(*["FIR-LRG"] * 5)
    for number in (1, 2, 3):
        room.command("confirm_tie", incident=f"I-{number:04d}", tie="M10.6:mobilise")
    room.command("reject_tie", incident="I-0004", tie="M10.6:mobilise", note="nobody near")

    health = rule_health(room.entries)
    (rule,) = [r for r in health.rules if r.rule.startswith("R-M10.6-a@")]
    assert (rule.proposed, rule.accepted, rule.rejected, rule.waiting) == (5, 3, 1, 1)
    assert rule.acceptance == pytest.approx(0.75)
    assert not rule.is_healthy
    assert not health.is_healthy


def test_an_automatic_tie_that_nobody_rejects_is_accepted() -> None:
    (rule,) = rule_health(room_with("WEA-STO").entries).rules
    assert (rule.rule, rule.accepted, rule.acceptance) == ("R-M6.6-a@1", 1, 1.0)


def test_a_suggestion_left_unanswered_when_its_incident_closes_was_not_accepted() -> None:
    entries = room_with("FLD-URB").entries
    n = entries[-1].n + 1
    closed: dict[str, Any] = {
        "incident": "I-0001",
        "state": "closed",
        "by": None,
        "reason": None,
        "why": {},
    }
    last = Entry(n, entries[-1].at, "incident_state_changed", n, closed)
    health = rule_health([*entries, last])
    assert (health.unanswered, health.waiting) == (1, 0)
    assert health.acceptance == 0.0


def test_a_measure_on_every_incident_is_unhealthy() -> None:
    health = rule_health(room_with("WEA-STO", "TRA-ACC", "WEA-STO").entries)
    (share,) = health.measures
    assert (share.measure, share.incidents) == ("M6.6", 2)
    assert share.share == pytest.approx(0.667)
    assert not share.is_healthy
    assert not health.is_healthy


def test_a_room_in_which_nothing_happened_is_healthy_and_says_so_with_unknowns() -> None:
    health = rule_health([])
    assert health.is_healthy
    assert (health.acceptance, health.ties_per_incident) == (None, None)
