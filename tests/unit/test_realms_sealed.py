"""Real and exercise never mix: no message of one realm ever becomes a fact of another."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from camera_register import camera, frame
from deciding import NOW
from tocsin.cameras.register import register_of
from tocsin.cameras.relay import FrameRelay
from tocsin.contract import topics
from tocsin.contract.realm import is_realm
from tocsin.contract.topics import parse
from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import ObservationArrived, SourceReported
from tocsin.ingest.checks import examine
from tocsin.ingest.receiver import realm_of
from tocsin.journal.store import Journal
from tocsin.live.hub import Hub
from tocsin.live.mailbox import Batch, item_for
from tocsin.outward.cot_gate import LiveHub, NotLive
from tocsin.situation.picture import Situation, picture

OPEN = ("live", "exercise-one", "exercise-two")
REALMS = (*OPEN, "exercise-closed", "exercise-", "Live", "live ", "", "+", "..", "exercise-one/x")
ENGINES: dict[str, Any] = dict.fromkeys(OPEN)
SECRET = "SECRET"  # marks the content of a message, together with the realm it was meant for

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
any_topics = st.one_of(
    st.builds(topics.observations, st.sampled_from(REALMS), st.sampled_from(("cad:112", "x"))),
    st.builds(topics.source_status, st.sampled_from(REALMS), st.sampled_from(("cad:112", "x"))),
    st.builds(topics.errors, st.sampled_from(REALMS), st.just("cad:112")),
    st.builds(topics.raw, st.sampled_from(REALMS), st.just("cad:112")),
    st.builds(topics.camera_frame, st.sampled_from(REALMS), st.just("cam-1")),
    st.lists(st.one_of(st.sampled_from(("tocsin", "v1", *REALMS)), words), max_size=6).map(
        "/".join
    ),
)


def envelope(observation: dict[str, Any], name: str = "1") -> bytes:
    event = {
        "specversion": "1.0",
        "id": name,
        "source": "cad:112",
        "type": "brussels.tocsin.observation.v1",
        "data": observation,
    }
    return json.dumps(event).encode()


@st.composite
def messages(draw: Any) -> tuple[str, bytes, str]:
    """A topic, a payload, and the word that marks its content."""
    topic = draw(any_topics)
    number = draw(st.integers(1, 6))
    mark = f"{SECRET}-{number}"
    observation = {
        "source": "cad:112",
        "external_id": f"call-{number}",
        "kind": draw(st.sampled_from(("event", "social", mark))),
        "type_hint": draw(st.sampled_from(("TRA-ACC", "FIR-BLD", "ZZZ-ZZZ"))),
        "mode": draw(st.sampled_from(("real", "exercise", "test"))),
        "headline": mark,
        "location_text": mark,
        "attributes": {"vehicle_reg": mark, "fire": True},
        "geometry": {"type": "Point", "coordinates": [4.35, 50.85]},
    }
    event = json.loads(envelope(observation, mark))
    document = draw(st.sampled_from((event, observation, [event], mark)))
    payload = json.dumps(document).encode()
    return topic, payload[: draw(st.sampled_from((len(payload), 40)))], mark


def meant_for(topic: str) -> str | None:
    """The realm a topic names, if it names one at all."""
    address = parse(topic)
    return None if isinstance(address, str) else address.realm


@settings(max_examples=300, deadline=None)
@given(messages())
def test_no_realm_takes_a_fact_that_was_published_elsewhere(
    message: tuple[str, bytes, str],
) -> None:
    topic, payload, _ = message
    for realm in OPEN:  # whichever engine a mistake of ours might hand it to
        given_input = examine(topic, payload, realm, NOW).given
        if isinstance(given_input, ObservationArrived):
            assert meant_for(topic) == realm
            assert (given_input.observation.mode == "exercise") == (realm != "live")


@settings(max_examples=200, deadline=None)
@given(
    realm=st.sampled_from(OPEN),
    mode=st.sampled_from(("real", "exercise", "test", None)),
    published_in=st.sampled_from(REALMS),
)
def test_only_an_exercise_takes_exercise_and_a_refusal_says_why(
    realm: str, mode: str | None, published_in: str
) -> None:
    given_mode = {} if mode is None else {"mode": mode}
    observation = {"source": "cad:112", "external_id": "c-1", "kind": "event", **given_mode}
    payload = envelope(observation)
    examined = examine(topics.observations(published_in, "cad:112"), payload, realm, NOW)
    belongs = published_in == realm and (mode == "exercise") == (realm != "live")
    assert isinstance(examined.given, ObservationArrived) == belongs
    if belongs:
        return
    assert examined.quarantined is not None
    if is_realm(published_in):
        why = "wrong_realm" if published_in == realm else "unknown_realm"
        assert examined.quarantined.reason == why
        assert "exercise" in examined.quarantined.detail


@pytest.mark.parametrize("realm", OPEN)
def test_an_exercise_does_not_speak_for_a_source_of_the_live_room(realm: str) -> None:
    status = {"source": "cad:112", "state": "offline", "adapter": "exercise"}
    topic = topics.source_status(realm, "cad:112")
    examined = examine(topic, json.dumps(status).encode(), realm, NOW)
    assert isinstance(examined.given, SourceReported) == (realm != "live")
    if realm == "live":
        assert examined.quarantined is not None
        assert examined.quarantined.reason == "wrong_realm"


@settings(max_examples=100, deadline=None)
@given(topic_realm=st.sampled_from(REALMS), taken_in=st.sampled_from(OPEN))
def test_a_picture_shows_only_in_the_realm_whose_camera_took_it(
    topic_realm: str, taken_in: str
) -> None:
    register = register_of(camera("cam-1", realm=realm) for realm in OPEN)
    relay = FrameRelay(register, lambda: OPEN, lambda realm: NOW)
    relay.take(topics.camera_frame(topic_realm, "cam-1"), frame(realm=taken_in))
    shown = {realm for realm in OPEN if relay.newest(realm, "cam-1") is not None}
    assert shown == ({taken_in} if topic_realm == taken_in else set())


@pytest.mark.parametrize("realm", [realm for realm in OPEN if realm != "live"])
def test_the_gate_for_partners_cannot_be_given_an_exercise(realm: str) -> None:
    hub = Hub(Situation(realm), clock=lambda: NOW, read=lambda *_: [], health=dict)
    with pytest.raises(NotLive):
        LiveHub(hub)


@settings(max_examples=200, deadline=None)
@given(any_topics)
def test_every_message_has_exactly_one_open_realm(topic: str) -> None:
    realm = realm_of(topic, ENGINES)
    assert realm in OPEN
    named = meant_for(topic)
    if named in OPEN:
        assert realm == named
    else:
        assert realm == "live" or topic.split("/")[2] == realm


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(messages(), min_size=1, max_size=25))
def test_nothing_of_a_message_is_seen_outside_the_realm_it_was_published_in(
    published: list[tuple[str, bytes, str]],
) -> None:
    """Frames, snapshots and journal bodies: the bytes of a refused message are in none of them."""
    situations = {realm: Situation(realm) for realm in OPEN}
    entries: dict[str, list[Any]] = {realm: [] for realm in OPEN}
    marks: dict[str, set[str]] = {realm: set() for realm in OPEN}
    for topic, payload, mark in published:
        realm = realm_of(topic, ENGINES)
        examined = examine(topic, payload, realm, NOW)
        if isinstance(examined.given, ObservationArrived):
            marks[realm].add(mark)
        situations[realm], more = decide_all(situations[realm], [examined.given])
        entries[realm] += more

    for realm in OPEN:
        written = [picture(situations[realm])]
        written += [orjson.dumps(entry.body) for entry in entries[realm]]
        if entries[realm]:
            written.append(Batch([item_for(e) for e in entries[realm]], "now").frame)
        told = b"\n".join(written).decode()
        known = {f"{SECRET}-{n}" for n in range(1, 7) if f"{SECRET}-{n}" in told}
        assert known <= marks[realm]


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(published=st.lists(messages(), min_size=1, max_size=12))
def test_a_quarantined_copy_lies_in_one_realm_only(
    published: list[tuple[str, bytes, str]], tmp_path_factory: Any
) -> None:
    folder: Path = tmp_path_factory.mktemp("sealed")
    journal = Journal.open(f"sqlite:///{folder / 'journal.db'}")
    try:
        kept: dict[str, set[bytes]] = {realm: set() for realm in OPEN}
        for topic, payload, _ in published:
            realm = realm_of(topic, ENGINES)
            examined = examine(topic, payload, realm, NOW)
            if examined.quarantined is not None:
                kept[realm].add(payload)
                journal.commit(realm, [], quarantined=[examined.quarantined])
        for realm in OPEN:
            rows = journal.quarantine(realm, limit=100)
            assert {journal.quarantine_raw(realm, row.id) for row in rows} == kept[realm]
            for other in OPEN:
                if other != realm:
                    assert all(journal.quarantine_raw(other, row.id) is None for row in rows)
    finally:
        journal.close()


def test_a_realm_is_written_in_one_way_only() -> None:
    assert [realm for realm in REALMS if is_realm(realm)] == [
        "live",
        "exercise-one",
        "exercise-two",
        "exercise-closed",
    ]
    assert not is_realm("live\n")
    assert isinstance(parse("tocsin/v1/live\n/observations/cad:112"), str)
    assert isinstance(parse("tocsin/v1/live/observations/cad:112\n"), str)
