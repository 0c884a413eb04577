"""An incident as a CAP alert: valid by the OASIS schema, and read back equal by our own adapter."""

import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from deciding import HERE, Room, small_world
from tocsin.contract import Observation, Receipt
from tocsin.live.hub import Hub
from tocsin.outward.cap import cap_alert
from tocsin.situation.picture import Incident, changed
from tocsin.taxonomy import types
from tocsin.web.outward_api import outward_routes
from tocsin.web.rooms import Rooms
from tocsin_adapters.cap import CapAdapter

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2; httpx is what Tocsin brings
    from starlette.testclient import TestClient

SCHEMA = xmlschema.XMLSchema(Path(__file__).parents[1] / "fixtures/outward/CAP-v1.2.xsd")
LATER = datetime(2026, 1, 16, tzinfo=UTC)
NS = "{urn:oasis:names:tc:emergency:cap:1.2}"


def written(room: Room, incident: Incident | None = None, sender: str = "room.example") -> Any:
    """The alert as a tree, checked against the schema."""
    payload = cap_alert(room.situation, incident or room.incident(), sender)
    SCHEMA.validate(payload.decode())
    return etree.fromstring(payload)


def read(room: Room, incident: Incident | None = None) -> Observation:
    payload = cap_alert(room.situation, incident or room.incident(), "room.example")
    receipt = Receipt("cap:neighbour", room.situation.realm, LATER)
    translation = CapAdapter().translate(payload, receipt)
    assert translation.rejections == ()
    assert translation.warnings == ()
    (observation,) = translation.observations
    return observation


def said(alert: Any, name: str) -> str:
    found: str | None = alert.findtext(f"{NS}{name}")
    return found or ""


def test_a_new_incident_is_an_alert_that_our_own_adapter_reads_back_equal() -> None:
    room = Room()
    room.observe("c-1", type_hint="EXP-GAS", accuracy_m=80.0, headline="Chez A. Person")
    incident = room.incident()
    alert = written(room)
    assert (said(alert, "msgType"), said(alert, "status")) == ("Alert", "Actual")
    observation = read(room)
    assert observation.action == "new"
    assert observation.mode == "real"
    assert observation.type_hint == incident.type == "EXP-GAS"
    assert observation.severity == incident.severity
    assert observation.attributes["incidents"] == incident.id
    assert observation.attributes["parameters"]["tocsin:state"] == "reported"
    assert observation.attributes["radius_m"] == [80.0]
    assert observation.sent_at == datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
    assert observation.location_text == "Bruxelles"
    assert observation.confidentiality is not None
    assert observation.confidentiality.startswith("Restricted: ")
    lons = [x for x, _ in observation.geometry.coordinates[0]]
    assert (min(lons) + max(lons)) / 2 == pytest.approx(HERE[1], abs=1e-6)


def test_the_three_languages_are_one_warning() -> None:
    room = Room()
    room.observe("c-1", type_hint="TRA-TUN")
    texts = read(room).attributes["texts"]
    assert isinstance(texts, dict)
    assert list(texts) == ["fr-BE", "nl-BE", "en-GB"]
    events = [text["event"] for text in texts.values()]
    assert events == list(types()["TRA-TUN"].plain().values())


def test_an_exercise_is_never_actual() -> None:
    room = Room("exercise-sc-01")
    room.observe("c-1", mode="exercise")
    alert = written(room)
    assert said(alert, "status") == "Exercise"
    assert [i.findtext(f"{NS}headline", "")[:8] for i in alert.iter(f"{NS}info")] == [
        "EXERCICE",
        "OEFENING",
        "EXERCISE",
    ]
    assert read(room).mode == "exercise"


def test_an_alert_is_never_public() -> None:
    room = Room()
    room.observe("c-1")
    assert said(written(room), "scope") == "Restricted"


def test_later_versions_name_the_first() -> None:
    room = Room()
    room.observe("c-1")
    first = written(room)
    room.wait(60)
    room.observe("c-2", source="cad:siamu")
    second = written(room)
    named = ",".join(said(first, name) for name in ("sender", "identifier", "sent"))
    assert (said(second, "msgType"), said(second, "references")) == ("Update", named)
    assert said(second, "identifier") != said(first, "identifier")
    assert read(room).chain[0] == named.replace(",", "|")
    assert read(room).action == "update"


def test_what_changes_changes_its_name_also_within_one_second() -> None:
    room = Room()
    room.observe("c-1")
    room.wait(60)
    room.observe("c-2", source="cad:siamu")
    before = written(room)
    graded = changed(room.incident(), severity=4, graded_by=99)
    after = written(room, graded)
    assert said(before, "sent") == said(after, "sent")
    assert said(before, "identifier") != said(after, "identifier")


def test_the_same_situation_gives_the_same_bytes() -> None:
    room = Room()
    room.observe("c-1")
    one, other = (cap_alert(room.situation, room.incident()) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("state", ["false_alarm", "duplicate"])
def test_what_never_was_is_cancelled(state: Any) -> None:
    room = Room()
    room.observe("c-1")
    incident = changed(room.incident(), state=state, state_since="2026-01-15T15:50:00.000Z")
    assert said(written(room, incident), "msgType") == "Cancel"
    assert read(room, incident).action == "cancel"


@pytest.mark.parametrize("state", ["closed", "review"])
def test_what_is_over_says_all_clear(state: Any) -> None:
    room = Room()
    room.observe("c-1")
    incident = changed(room.incident(), state=state, state_since="2026-01-15T15:50:00.000Z")
    alert = written(room, incident)
    assert said(alert, "msgType") == "Update"
    assert {e.text for e in alert.iter(f"{NS}responseType")} == {"AllClear"}
    assert read(room, incident).action == "end"


def test_an_incident_merged_into_another_is_cancelled_and_says_into_which() -> None:
    room = Room()
    room.observe("c-1")
    incident = changed(room.incident(), alias_of="I-0002")
    assert read(room, incident).attributes["parameters"]["tocsin:merged_into"] == "I-0002"
    assert read(room, incident).action == "cancel"


def test_an_outline_is_written_latitude_first() -> None:
    room = Room()
    ring = [[4.3, 50.8], [4.4, 50.8], [4.4, 50.9], [4.3, 50.8]]
    room.observe(
        "c-1", type_hint="WEA-STO", at=None, geometry={"type": "Polygon", "coordinates": [ring]}
    )
    alert = written(room)
    assert alert.findtext(f".//{NS}polygon", "").startswith("50.800000,4.300000 ")
    assert alert.find(f".//{NS}circle") is None
    assert read(room).geometry is not None


def test_without_a_place_the_region_is_named() -> None:
    room = Room()
    room.observe("c-1", type_hint="CYB-SVC", at=None)
    alert = written(room)
    names = [e.text for e in alert.iter(f"{NS}areaDesc")]
    assert names == [
        "Région de Bruxelles-Capitale",
        "Brussels Hoofdstedelijk Gewest",
        "Brussels-Capital Region",
    ]


def test_no_word_of_a_source_gets_out() -> None:
    room = Room()
    room.observe(
        "c-1",
        headline="A. Person, +32 000 00 00 00",
        location_text="Rue de l'Exemple 7, chez A. Person",
        facts={"site": "A. Person", "authority": "A. Person"},
    )
    payload = cap_alert(room.situation, room.incident()).decode()
    assert "Person" not in payload
    assert "Exemple" not in payload
    assert "cad:112" not in payload


def test_a_sender_with_signs_that_cap_forbids_is_tamed() -> None:
    room = Room()
    room.observe("c-1")
    assert said(written(room, sender="room, of <us>"), "sender") == "room__of__us>"


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(small_world(), min_size=1, max_size=12))
def test_every_incident_of_a_small_world_is_valid_and_comes_back(facts: list[Any]) -> None:
    room = Room()
    for fact in facts:
        room.wait(5)
        room.observe(**fact)
    for incident in room.situation.incidents.values():
        written(room, incident)
        observation = read(room, incident)
        assert (observation.type_hint, observation.severity) == (incident.type, incident.severity)


def test_every_type_has_its_words_and_category() -> None:
    for code in types():
        room = Room()
        room.observe("c-1", type_hint=code)
        assert read(room).type_hint == code


class NoJournal:
    """These routes need none."""


def client(*rooms: Room) -> TestClient:
    hubs = {
        room.situation.realm: Hub(
            room.situation, clock=lambda: LATER, read=lambda *_: [], health=dict
        )
        for room in rooms
    }
    app = FastAPI()
    journal: Any = NoJournal()
    door: Any = None
    app.include_router(
        outward_routes(Rooms(hubs, journal, door, frozenset(), sender="room.example"))
    )
    return TestClient(app)


def test_the_route_gives_the_alert_with_its_media_type() -> None:
    room = Room()
    room.observe("c-1")
    answer = client(room).get("/api/realms/live/incidents/I-0001/cap")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/cap+xml")
    assert answer.content == cap_alert(room.situation, room.incident(), "room.example")


def test_nothing_of_an_exercise_goes_out_by_the_route() -> None:
    room = Room("exercise-sc-01")
    room.observe("c-1", mode="exercise")
    answer = client(room).get("/api/realms/exercise-sc-01/incidents/I-0001/cap")
    assert answer.status_code == 403
    assert b"<alert" not in answer.content


@pytest.mark.parametrize(
    "path", ["/api/realms/live/incidents/I-0002/cap", "/api/realms/exercise-x/incidents/I-0001/cap"]
)
def test_what_is_not_there_is_not_found(path: str) -> None:
    room = Room()
    room.observe("c-1")
    assert client(room).get(path).status_code == 404
