"""Opening an incident by hand: the room works when no source tells it anything."""

import pytest

from desk import INCIDENT, Desk
from tocsin.engine.replay import replay
from tocsin.situation.picture import Situation, picture

FIRE = {
    "type": "FIR-BLD",
    "headline": "Feu d'appartement, 3e",
    "where": "Rue Haute, Bruxelles",
}
ELSEWHERE = {**FIRE, "where": "Avenue de Tervueren, Woluwe-Saint-Pierre"}


def test_a_call_that_only_a_person_heard_opens_an_incident() -> None:
    desk = Desk()
    desk.act("open_incident", capacity="operator", **FIRE)

    incident = desk.incident()
    assert (incident.type, incident.state, incident.headline) == (
        "FIR-BLD",
        "reported",
        FIRE["headline"],
    )
    (shown,) = desk.situation.observations.values()
    assert (shown.source, shown.kind, shown.mode) == ("desk:operator", "report", "real")
    assert (incident.why or {})["by"] == "operator"


def test_its_words_give_its_place_where_they_name_one() -> None:
    desk = Desk()
    desk.act("open_incident", **ELSEWHERE)
    incident = desk.incident()
    assert incident.lat == pytest.approx(50.835, abs=0.02)
    assert incident.lon == pytest.approx(4.43, abs=0.04)
    assert incident.commune == {"fr": "Woluwe-Saint-Pierre", "nl": "Sint-Pieters-Woluwe"}


def test_a_position_is_better_than_words() -> None:
    desk = Desk()
    desk.act("open_incident", **FIRE, lat=50.8466, lon=4.3528)
    assert (desk.incident().lat, desk.incident().lon) == (50.8466, 4.3528)


def test_words_that_name_no_place_stay_words() -> None:
    desk = Desk()
    desk.act("open_incident", **{**FIRE, "where": "chez le boulanger"})
    assert desk.incident().lat is None
    assert desk.incident().text == "chez le boulanger"


def test_what_is_probably_known_already_is_suggested_and_never_joined() -> None:
    desk = Desk()
    desk.observe(type_hint="FIR-BLD", location_text="Rue Haute, Bruxelles")
    first = desk.incident()
    assert first.lat is not None
    desk.act("open_incident", **FIRE, lat=first.lat, lon=first.lon)

    opened = desk.situation.incidents["I-0002"]
    assert [s.incident for s in opened.suggestions] == [INCIDENT]
    assert desk.incident().count == 1


def test_a_later_message_of_a_source_joins_it() -> None:
    desk = Desk()
    desk.act("open_incident", **FIRE, lat=50.85, lon=4.35)
    desk.observe(type_hint="FIR-BLD")
    assert desk.incident().count + len(desk.situation.incidents) == 3


def test_undone_it_leaves_nothing_behind() -> None:
    desk = Desk()
    desk.act("open_incident", **FIRE)
    desk.undo()
    assert not desk.situation.incidents
    assert not desk.situation.observations
    assert not desk.situation.loose


def test_what_joined_it_meanwhile_stands_on_its_own_when_it_is_undone() -> None:
    desk = Desk()
    desk.observe(type_hint="FIR-BLD")
    place = desk.incident()
    apart = Desk()
    apart.act("open_incident", **FIRE, lat=place.lat, lon=place.lon)
    apart.observe(type_hint="FIR-BLD")
    assert apart.incident().count == 2

    apart.undo()
    (left,) = apart.situation.incidents.values()
    assert left.count == 1
    assert {s.incident for s in apart.situation.observations.values()} == {left.id}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({**FIRE, "type": "FIR-XXX"}, "type"),
        ({"type": "FIR-BLD", "headline": "Feu"}, "command"),
        ({**FIRE, "lat": 50.85}, "command"),
        ({**FIRE, "lat": 4.35, "lon": 50.85}, "lat"),
        ({**FIRE, "headline": "voiture 1-" + "ABC-123"}, "headline"),
    ],
)
def test_what_does_not_hold_together_is_refused(given: dict[str, object], field: str) -> None:
    assert Desk().refused("open_incident", **given)[0] == field


def test_police_proposes_and_a_wall_may_not() -> None:
    desk = Desk()
    desk.act("open_incident", capacity="police", **FIRE)
    assert not desk.situation.incidents
    assert [a.kind for a in desk.situation.advice.values()] == ["proposal"]
    assert desk.refused("open_incident", capacity="wall", **FIRE)[0] == "capacity"


def test_decided_again_it_comes_out_the_same() -> None:
    desk = Desk()
    desk.act("open_incident", **FIRE)
    desk.undo()
    desk.act("open_incident", **ELSEWHERE)
    assert replay(Situation("live"), desk.entries) is None
    assert picture(desk.situation)
