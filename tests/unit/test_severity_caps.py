import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.severity import IncidentView, Witness, bears, cap_of, shipped_severity

TABLE = shipped_severity()


def witness(kind: str = "event", source: str = "cad:112", **told: object) -> Witness:
    return Witness("O-1", source, kind, "2026-01-15T15:41:07.000Z", **told)  # type: ignore[arg-type] # checked by the test


HIT = witness("anpr_hit", "anpr:reyers")
VERIFIED_HIT = witness("anpr_hit", "anpr:reyers", verified=True)
TRIAL = witness("sensor", "crowd:zone-c", maturity="trial")
PILOT = witness("sensor", "crowd:zone-d", maturity="pilot")
CALL = witness()


def capped(*seen: Witness) -> tuple[str, int] | None:
    cap = cap_of(IncidentView("HAZ-ROA", 3, {}, witnesses=seen), TABLE)
    return None if cap is None else (cap.rule, cap.at_most)


def test_an_unverified_hit_alone_is_held_at_s2() -> None:
    assert capped(HIT) == ("R-CAP-HIT@1", 2)


def test_more_unverified_hits_do_not_confirm_one_another() -> None:
    assert capped(HIT, HIT, witness("anpr_hit", "anpr:meiser")) == ("R-CAP-HIT@1", 2)


def test_a_verified_hit_is_not_held_down() -> None:
    assert capped(VERIFIED_HIT) is None
    assert capped(HIT, VERIFIED_HIT) is None


def test_a_source_on_trial_alone_is_held_at_s2() -> None:
    assert capped(TRIAL) == ("R-CAP-TRIAL@1", 2)


def test_a_pilot_is_past_its_trial() -> None:
    assert capped(PILOT) is None
    assert capped(TRIAL, PILOT) is None


def test_a_hit_that_is_verified_from_a_source_on_trial_still_rests_on_a_trial() -> None:
    assert capped(witness("anpr_hit", "anpr:x", maturity="trial", verified=True)) == (
        "R-CAP-TRIAL@1",
        2,
    )


def test_two_kinds_of_doubt_do_not_lift_each_other() -> None:
    assert capped(HIT, TRIAL) == capped(TRIAL, HIT)
    assert capped(HIT, TRIAL) is not None


@pytest.mark.parametrize("kind", ["event", "report", "sensor", "count", "channel_status"])
def test_an_operational_source_of_another_class_lifts_the_cap(kind: str) -> None:
    assert capped(HIT, witness(kind, "mobiris:events")) is None
    assert capped(TRIAL, witness(kind, "mobiris:events", maturity="operational")) is None


@pytest.mark.parametrize(
    "seen",
    [
        witness("social", "desk:press"),
        witness("camera_frame", "camera:cam-1"),
        witness("camera_status", "camera:cam-1"),
        witness(believed=False),
    ],
)
def test_a_picture_a_post_a_rumour_or_a_marked_source_lifts_nothing(seen: Witness) -> None:
    assert capped(HIT, seen) == ("R-CAP-HIT@1", 2)
    assert capped(TRIAL, seen) == ("R-CAP-TRIAL@1", 2)


def test_what_nobody_doubts_has_no_cap() -> None:
    assert capped() is None
    assert capped(CALL) is None
    assert capped(witness("social")) is None


def test_the_cap_tells_its_rule_its_height_and_why() -> None:
    cap = cap_of(IncidentView("HAZ-ROA", 2, {}, witnesses=(HIT,)), TABLE)
    assert cap is not None
    told = cap.told(3)
    assert (told["rule"], told["at_most"], told["from"]) == ("R-CAP-HIT@1", 2, 3)
    assert told["why"]["nl"].startswith("ANPR-treffer niet geverifieerd")


witnesses = st.builds(
    lambda kind, source, maturity, verified, believed: witness(
        kind, source, maturity=maturity, verified=verified, believed=believed
    ),
    st.sampled_from(("anpr_hit", "event", "sensor", "social", "camera_frame", "report")),
    st.sampled_from(("anpr:a", "cad:112", "crowd:c")),
    st.sampled_from((None, "trial", "pilot", "operational")),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(witnesses, max_size=4))
def test_the_order_of_the_observations_makes_no_difference(seen: list[Witness]) -> None:
    assert len({capped(*order) for order in itertools.permutations(seen)}) == 1


@given(st.lists(witnesses, max_size=6), witnesses)
def test_more_observations_never_tighten_a_cap_that_one_has_lifted(
    seen: list[Witness], more: Witness
) -> None:
    if any(bears(one, TABLE) for one in seen):
        assert capped(*seen) is None
        assert capped(*seen, more) is None
