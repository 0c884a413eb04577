"""Incidents as CoT: what stands in an event, what never does, and what goes out when."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapter_samples import receipt
from deciding import NOW, Room
from tocsin.outward.cot import cot_type, deletion_of, event_of, leaves, pong
from tocsin.outward.cot_gate import REFRESH, Told
from tocsin.situation.picture import changed
from tocsin.taxonomy import types
from tocsin_adapters.cot import CotAdapter


def told_of(room: Room) -> etree._Element:
    return etree.fromstring(event_of(room.incident(), NOW))


def test_an_incident_is_one_event_with_its_place_and_its_times() -> None:
    room = Room()
    room.observe(accuracy_m=50, headline="Choc frontal")
    event = told_of(room)
    assert dict(event.attrib) == {
        "version": "2.0",
        "uid": "tocsin.I-0001",
        "type": "a-u-X-i-t-v-a",
        "how": "h-t",
        "time": "2026-01-15T15:41:07.000Z",
        "start": "2026-01-15T15:41:07.000Z",
        "stale": "2026-01-15T15:44:07.000Z",
    }
    point = event.find("point")
    assert point is not None
    assert (float(point.get("lat")), float(point.get("lon"))) == (50.8597, 4.3478)
    assert (point.get("ce"), point.get("hae")) == ("50.0", "9999999.0")
    own = event.find("detail/__tocsin")
    assert own is not None
    assert dict(own.attrib) == {
        "incident": "I-0001",
        "type": "TRA-ACC",
        "severity": str(room.incident().severity),
        "state": "reported",
        "segment": "1",
    }


def test_remarks_are_written_in_three_languages() -> None:
    room = Room()
    room.observe()
    remarks = told_of(room).findtext("detail/remarks")
    assert remarks is not None
    fr, nl, en = remarks.splitlines()
    assert (fr[:3], nl[:3], en[:3]) == ("FR:", "NL:", "EN:")
    assert "Signalé" in fr
    assert "Gemeld" in nl
    assert "Reported" in en
    assert all("I-0001" in line for line in (fr, nl, en))


@settings(deadline=None, max_examples=30)
@given(st.text("ABCXYZ abc+0123456789-", min_size=4, max_size=60))
def test_nothing_that_people_wrote_goes_out(words: str) -> None:
    secret = f"Jan {words} +32 470 00 00 00"
    room = Room()
    room.observe(headline=secret, location_text=secret, facts={"plan": secret})
    said = event_of(changed(room.incident(), headline=secret, text=secret), NOW).decode()
    assert secret not in said
    assert "Jan" not in said


def test_every_type_has_a_type_of_cot_and_words() -> None:
    room = Room()
    room.observe()
    for code in types():
        assert cot_type(code).startswith("a-u-X-i")
        event = etree.fromstring(event_of(changed(room.incident(), type=code), NOW))
        assert "/" in event.find("detail/contact").get("callsign")


def test_what_leads_to_people_and_what_has_no_place_stays_here() -> None:
    room = Room()
    room.observe()
    incident = room.incident()
    assert leaves(incident)
    assert not leaves(changed(incident, type="SEC-VEH"))
    assert not leaves(changed(incident, type="PER-MIS"))
    nowhere = changed(incident, lat=None, lon=None)
    assert not leaves(nowhere)
    with pytest.raises(ValueError, match="no place"):
        event_of(nowhere, NOW)


def test_our_own_adapter_leaves_alone_what_comes_back() -> None:
    room = Room()
    room.observe()
    for message in (event_of(room.incident(), NOW), deletion_of("I-0001", NOW), pong(NOW)):
        found = CotAdapter().translate(message, receipt("cot"))
        assert (found.observations, found.rejections) == ((), ())


def kinds(messages: list[bytes]) -> list[tuple[str, str]]:
    events = [etree.fromstring(message) for message in messages]
    return [(event.get("uid"), event.get("type")) for event in events]


def test_a_client_is_told_what_is_open_once_and_then_only_what_changes() -> None:
    room, told = Room(), Told()
    room.observe()
    assert kinds(list(told.news(room.situation, NOW))) == [("tocsin.I-0001", "a-u-X-i-t-v-a")]
    assert list(told.news(room.situation, NOW + timedelta(seconds=1))) == []
    room.observe("call-2", facts={"fire": True})
    assert list(told.news(room.situation, NOW + timedelta(seconds=2))) == []
    room.command("regrade_incident", incident="I-0001", severity=4, reason="test")
    (again,) = told.news(room.situation, NOW + timedelta(seconds=3))
    assert etree.fromstring(again).find("detail/__tocsin").get("severity") == "4"


def test_an_event_is_repeated_before_it_goes_stale() -> None:
    room, told = Room(), Told()
    room.observe()
    list(told.news(room.situation, NOW))
    assert len(list(told.news(room.situation, NOW + REFRESH))) == 1


def test_what_is_over_is_taken_off_the_map() -> None:
    room, told = Room(), Told()
    room.observe()
    list(told.news(room.situation, NOW))
    room.command("change_state", incident="I-0001", to="false_alarm", reason="erreur")
    (gone,) = told.news(room.situation, NOW)
    event = etree.fromstring(gone)
    assert event.get("type") == "t-x-d-d"
    assert event.find("detail/link").get("uid") == "tocsin.I-0001"
    assert list(told.news(room.situation, NOW)) == []
