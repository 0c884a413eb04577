"""A value sheet says what a source was worth, and every figure what it rests on."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from deciding import Room
from tocsin.contract.times import to_text
from tocsin.journal.store import QuarantineCount
from tocsin.situation.picture import SourceView
from tocsin.value import VALUE_KINDS, Configured, Heard, ValueLedger, register, value_of
from tocsin.value.sheet import EVIDENCE_SHOWN, value_sheets

CALLS, SENSOR = "cad:112", "sensor:tunnel"


def ledger_of(room: Room) -> ValueLedger:
    ledger = ValueLedger()
    wanted = {*VALUE_KINDS, "observation_joined"}
    ledger.add([e for e in room.entries if e.kind in wanted], room.situation.n)
    unknown = set(ledger.unknown(ledger.entries))
    recorded = [e for e in room.entries if e.kind == "observation_recorded"]
    ledger.tell(e for e in recorded if e.body["shown"]["id"] in unknown)
    return ledger


def two_reports(room: Room, first: str, second: str, apart_s: float, number: int = 0) -> None:
    at = (50.8597 + number * 0.02, 4.3478)
    room.observe(f"a-{number}", source=first, at=at, facts={"accuracy_m": 20})
    room.wait(apart_s)
    room.observe(f"b-{number}", source=second, at=at, facts={"accuracy_m": 20})
    room.wait(3600)


def test_who_was_first_and_by_how_much_is_told_with_the_observation() -> None:
    room = Room()
    two_reports(room, SENSOR, CALLS, 90)
    ledger = ledger_of(room)
    [incident] = room.situation.incidents.values()
    early, late = value_of(SENSOR, ledger), value_of(CALLS, ledger)
    assert (early.detection.first, early.detection.missed, early.detection.lead_s) == (1, 0, 90)
    assert (late.detection.first, late.detection.missed, late.detection.lead_s) == (0, 1, -90)
    [lead] = early.detection.evidence
    assert (lead.incident, lead.observation) == (incident.id, incident.observations[0])


def test_an_incident_that_nobody_else_saw_tells_nothing_about_speed() -> None:
    room = Room()
    room.observe(source=SENSOR)
    sheet = value_of(SENSOR, ledger_of(room))
    assert (sheet.detection.alone, sheet.detection.lead_s) == (1, None)
    assert (sheet.part.incidents, sheet.part.of, sheet.part.share) == (1, 1, 1.0)


def test_precision_is_what_operators_voted_and_a_vote_taken_back_is_none() -> None:
    room = Room()
    for number in range(3):
        two_reports(room, SENSOR, CALLS, 30, number)
    mine = [o.id for o in room.situation.observations.values() if o.source == SENSOR]
    for observation, vote in zip(mine, ("useful", "useful", "noise"), strict=True):
        room.command("vote_observation", observation=observation, vote=vote)
    sheet = value_of(SENSOR, ledger_of(room))
    assert (sheet.votes.useful, sheet.votes.noise, sheet.votes.precision) == (2, 1, 0.667)
    assert sorted(sheet.votes.evidence) == sorted(mine)
    room.command("undo", entry=max(act.n for act in room.situation.undoable.values()))
    again = value_of(SENSOR, ledger_of(room))
    assert (again.votes.useful, again.votes.noise, again.votes.precision) == (2, 0, 1.0)
    assert value_of(CALLS, ledger_of(room)).votes.precision is None


def test_a_false_alarm_is_no_incident_that_anybody_found() -> None:
    room = Room()
    two_reports(room, SENSOR, CALLS, 30)
    [incident] = room.situation.incidents
    room.command("change_state", incident=incident, to="false_alarm", reason="a drill")
    assert value_of(SENSOR, ledger_of(room)).part.of == 0


def test_merged_incidents_are_one_with_what_was_said_about_both() -> None:
    room = Room()
    room.observe("a", source=SENSOR)
    room.wait(60)
    room.observe("b", source=CALLS, at=(50.8797, 4.3478))
    first, second = room.situation.incidents
    room.command("merge_incidents", incident=second, into=first)
    sheet = value_of(CALLS, ledger_of(room))
    assert (sheet.part.incidents, sheet.part.of) == (1, 1)
    assert sheet.detection.lead_s == -60


def test_what_is_older_than_the_period_does_not_count() -> None:
    room = Room()
    two_reports(room, SENSOR, CALLS, 30)
    since = to_text(room.now + timedelta(minutes=1))
    assert value_of(SENSOR, ledger_of(room), since).part.of == 0


@given(
    st.lists(st.tuples(st.sampled_from([CALLS, SENSOR, "cap:x"]), st.integers(0, 500)), max_size=12)
)
def test_in_every_incident_of_several_at_least_one_source_was_first(
    said: list[tuple[str, int]],
) -> None:
    room = Room()
    start = room.now
    for number, (source, second) in enumerate(sorted(said, key=lambda pair: pair[1])):
        room.now = start + timedelta(seconds=second)
        room.observe(f"m-{number}", source=source)
    ledger = ledger_of(room)
    sheets = value_sheets(ledger)
    shared = [
        i for i in ledger.incidents() if len({ledger.heard[o].source for o in i.observations}) > 1
    ]
    assert sum(s.detection.first for s in sheets.values()) >= len(shared)
    for sheet in sheets.values():
        found = sheet.detection
        assert found.first + found.missed + found.alone == sheet.part.incidents <= sheet.part.of


def test_the_ledger_grows_by_what_came_since() -> None:
    room = Room()
    two_reports(room, SENSOR, CALLS, 30)
    whole, ledger = ledger_of(room), ValueLedger()
    wanted = {*VALUE_KINDS, "observation_joined"}
    entries = [e for e in room.entries if e.kind in wanted]
    for entry in entries:
        ledger.add([entry], entry.n)
    ledger.tell(e for e in room.entries if e.kind == "observation_recorded")
    assert value_sheets(ledger) == value_sheets(whole)


def test_evidence_is_the_newest_and_bounded() -> None:
    ledger = ValueLedger(heard={f"O-{n}": Heard(f"O-{n}", SENSOR, "2026") for n in range(1, 100)})
    room = Room()
    room.observe(source=SENSOR)
    [template] = [e for e in room.entries if e.kind == "incident_opened"]
    votes = [
        type(template)(
            n, "2026", "observation_voted", n, {"observation": f"O-{n}", "vote": "noise"}
        )
        for n in range(1, 100)
    ]
    ledger.add(votes, 100)
    votes_told = value_of(SENSOR, ledger).votes
    assert votes_told.noise == 99
    assert votes_told.evidence[-1] == "O-99"
    assert len(votes_told.evidence) == EVIDENCE_SHOWN


def line(name: str, **given: Any) -> Any:
    tables = {"configured": [], "views": {}, "marks": {}, "figures": {}, "counts": [], **given}
    found = register(**tables, sheets=value_sheets(ValueLedger(), [name]))
    return next((one for one in found if one.source == name), None)


def test_a_source_that_is_configured_and_never_spoke_stands_in_the_register() -> None:
    agreed = Configured("anpr:lez", "live", "frigate", "topics", "trial", "LFP_police")
    found = line("anpr:lez", configured=[agreed])
    assert (found.state, found.adapter, found.configured) == ("unknown", "frigate", agreed)
    assert (found.flow.received, found.flow.accepted) == (None, 0)


def test_a_source_that_nobody_configured_here_stands_in_it_too() -> None:
    view = SourceView("cad:112", "online", "2026-01-15T15:41:07.000Z", "cisu")
    found = line("cad:112", views={"cad:112": view})
    assert (found.state, found.configured) == ("online", None)


def test_rejects_stand_with_their_reasons_the_most_frequent_first() -> None:
    at = "2026-01-15T15:41:07.000Z"
    counts = [
        QuarantineCount(SENSOR, "bad_time", 1, 3, at),
        QuarantineCount(SENSOR, "xml_syntax", 2, 40, at),
    ]
    found = line(SENSOR, counts=counts)
    assert [(r.reason, r.messages) for r in found.rejects] == [("xml_syntax", 40), ("bad_time", 3)]


def test_parts_of_the_house_are_no_sources() -> None:
    view = SourceView("tocsin:broker", "online", "2026-01-15T15:41:07.000Z")
    assert line("tocsin:broker", views={"tocsin:broker": view}) is None
