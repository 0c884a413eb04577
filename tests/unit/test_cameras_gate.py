"""Who may see a camera's pictures."""

import pytest

from camera_register import camera
from tocsin.access import shipped_roles
from tocsin.cameras.gate import may_watch

TRAFFIC, STATION = "trafic_non_surveillance", "loi_cameras_lieu_ferme"
STREET, POLICE = "loi_cameras_lieu_ouvert", "LFP_police"


@pytest.mark.parametrize("capacity", list(shipped_roles().capacities))
@pytest.mark.parametrize("exercise", [True, False])
def test_without_an_agreement_nobody_sees_anything(capacity: str, exercise: bool) -> None:
    verdict = may_watch(capacity, camera(agreement=False), exercise=exercise)
    assert (verdict.may, verdict.reason) == ("no", "no_agreement")


@pytest.mark.parametrize(
    ("capacity", "regime", "exercise", "may", "reason"),
    [
        ("operator", TRAFFIC, False, "yes", None),
        ("operator", STREET, False, "yes", None),
        ("police", POLICE, False, "yes", None),
        ("wall", STREET, False, "yes", None),
        ("d1", STREET, False, "propose", "ask"),
        ("d1", TRAFFIC, False, "yes", None),
        ("mobiris", TRAFFIC, False, "yes", None),
        ("mobiris", STREET, False, "no", "traffic_only"),
        ("mobiris", STATION, False, "no", "traffic_only"),
        ("coordinator", TRAFFIC, False, "no", "synthetic_only"),
        ("coordinator", STREET, True, "yes", None),
        ("evaluator", STREET, True, "yes", None),
        ("auditor", TRAFFIC, False, "no", "no_right"),
        ("admin", TRAFFIC, False, "no", "no_right"),
        ("admin", STREET, False, "no", "no_right"),
        ("nobody", TRAFFIC, False, "no", "no_right"),
    ],
)
def test_the_table_of_rights_decides(
    capacity: str, regime: str, exercise: bool, may: str, reason: str | None
) -> None:
    verdict = may_watch(capacity, camera(legal_regime=regime), exercise=exercise)
    assert (verdict.may, verdict.reason) == (may, reason)


def test_what_no_program_can_know_is_told_in_three_languages() -> None:
    street = camera(legal_regime=STREET)
    told = may_watch("operator", street, exercise=False).condition
    assert told is not None
    assert told["nl"] == "in aanwezigheid van de politie"
    assert may_watch("police", street, exercise=False).condition is None
    assert may_watch("operator", camera(), exercise=False).condition is None
