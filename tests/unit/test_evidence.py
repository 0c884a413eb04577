"""Pictures kept to an incident: who kept which, when, and by which hash it is found."""

import hashlib
from datetime import timedelta

import pytest

from deciding import NOW, kinds
from desk import Desk
from tocsin.contract.times import to_text

HASH = hashlib.sha256(b"picture").hexdigest()


def kept(**given: object) -> dict[str, object]:
    document: dict[str, object] = {
        "incident": "I-0001",
        "camera": "cam-1",
        "sha256": HASH,
        "size": 12_000,
        "captured_at": (NOW - timedelta(seconds=2)).isoformat(),
    }
    return document | given


def test_a_picture_is_kept_with_hash_time_and_author() -> None:
    desk = Desk()
    desk.observe()
    desk.act("keep_frame", capacity="operator", **kept(note="Fumée à gauche"))
    [evidence] = desk.situation.evidence.values()
    assert (evidence.incident, evidence.camera, evidence.sha256) == ("I-0001", "cam-1", HASH)
    assert evidence.captured_at == to_text(NOW - timedelta(seconds=2))
    assert evidence.kept_at == desk.at
    assert (evidence.by, evidence.note) == ("operator", "Fumée à gauche")


def test_keeping_can_be_taken_back_within_ten_minutes() -> None:
    desk = Desk()
    desk.observe()
    desk.act("keep_frame", **kept())
    desk.undo()
    assert not desk.situation.evidence
    assert "evidence_kept" in kinds(desk.entries)  # the journal keeps that it was done


def test_the_same_picture_is_kept_once_to_an_incident() -> None:
    desk = Desk()
    desk.observe()
    desk.act("keep_frame", **kept())
    assert desk.refused("keep_frame", **kept())[0] == "camera"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"incident": "I-9999"}, "incident"),
        ({"sha256": "abc"}, "sha256"),
        ({"size": 70_000}, "size"),
        ({"camera": "CAM 1"}, "camera"),
        ({"captured_at": "2026-01-15T12:00:00"}, "captured_at"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(given: dict[str, object], field: str) -> None:
    desk = Desk()
    desk.observe()
    assert desk.refused("keep_frame", **kept(**given))[0] == field


@pytest.mark.parametrize("capacity", ["wall", "auditor", "admin", "d2", "coordinator"])
def test_who_only_looks_keeps_nothing(capacity: str) -> None:
    desk = Desk()
    desk.observe()
    assert desk.refused("keep_frame", capacity=capacity, **kept())[0] == "capacity"


def test_evidence_leaves_the_picture_with_its_incident() -> None:
    desk = Desk()
    desk.observe()
    desk.act("keep_frame", **kept())
    desk.on("take")
    desk.on("change_state", to="false_alarm", reason="Exercice d’évacuation")
    desk.wait(40 * 24 * 3600)
    desk.tick()
    assert not desk.situation.incidents
    assert not desk.situation.evidence
