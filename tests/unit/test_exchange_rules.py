"""The rules of the edxl, emsi, cisu and eido adapters, one at a time."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tocsin.contract import Adapter, Observation, Receipt, Translation
from tocsin_adapters.cap import CapAdapter, CapSettings
from tocsin_adapters.cisu import CisuAdapter
from tocsin_adapters.edxl import EdxlAdapter
from tocsin_adapters.eido import EidoAdapter
from tocsin_adapters.emsi import EmsiAdapter
from tocsin_adapters.reading.settings import SourceSettings

FIXTURES = Path(__file__).parents[1] / "fixtures"
NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)


def read(adapter: Adapter, payload: Any, **receipt: Any) -> Translation:
    if isinstance(payload, dict | list):
        payload = json.dumps(payload)
    raw = payload.encode() if isinstance(payload, str) else payload
    return adapter.translate(raw, Receipt("test:one", "live", NOW, **receipt))


def rules(translation: Translation) -> list[tuple[str, str]]:
    return [(f.rule, f.field) for f in translation.rejections]


def warned(translation: Translation) -> list[tuple[str, str]]:
    return [(f.rule, f.field) for f in translation.warnings]


def only(translation: Translation) -> Observation:
    assert translation.rejections == ()
    (observation,) = translation.observations
    return observation


# Hostile and broken

ALL = [CisuAdapter, EdxlAdapter, EmsiAdapter]
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "no bytes": ("", "empty"),
    "blanks": ("  \n", "empty"),
    "a word": ("hello", "not_xml"),
    "half a document": ('{"edxl": {', "json_syntax"),
    "half an element": ("<emsi><CONTEXT>", "xml_syntax"),
    "NaN": ('{"emsi": {"CONTEXT": NaN}}', "json_syntax"),
    "a billion laughs": (LAUGHS + "<x>&b;</x>", "xml_doctype"),
    "an external entity": (
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>',
        "xml_doctype",
    ),
    "XInclude": (
        '<x xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="file:///etc/hostname"/></x>',
        "xml_xinclude",
    ),
    "deep XML": ("<a>" * 50 + "</a>" * 50, "xml_depth"),
    "deep JSON": ('{"a":' * 50 + "1" + "}" * 50, "json_depth"),
    "a crowd of values": (json.dumps({"a": list(range(13_000))}), "json_size"),
    "a crowd of elements": ("<a>" + "<b/>" * 13_000 + "</a>", "xml_size"),
    "three megabytes": ('{"a": "' + "x" * 3_000_000 + '"}', "too_large"),
}


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("name", HOSTILE)
def test_harm_is_refused_by_its_rule(make: Any, name: str) -> None:
    payload, rule = HOSTILE[name]
    translation = read(make(), payload)
    assert [r for r, _ in rules(translation)] == [rule]
    assert translation.observations == ()


@pytest.mark.parametrize(
    ("make", "rule"),
    [(CisuAdapter, "not_cisu"), (EdxlAdapter, "not_edxl"), (EmsiAdapter, "not_emsi")],
)
@pytest.mark.parametrize("payload", ['{"a": 1}', "[]", "<html><body/></html>"])
def test_what_is_another_format_says_so(make: Any, rule: str, payload: str) -> None:
    assert rules(read(make(), payload)) == [(rule, "")]


@pytest.mark.parametrize("payload", ['{"a": 1}', "[1]", '{"$id": "x"}', "null"])
def test_json_without_an_eido_says_so(payload: str) -> None:
    assert rules(read(EidoAdapter(), payload)) == [("not_eido", "")]


# EDXL

HEAD = {
    "distributionID": "d-1",
    "senderID": "hub.example",
    "dateTimeSent": "2026-01-15T16:41:00+01:00",
    "dateTimeExpires": "2026-01-16T16:41:00+01:00",
    "distributionStatus": "Actual",
    "distributionKind": "Report",
    "descriptor": {
        "language": "fr",
        "explicitAddress": {"explicitAddressScheme": "hub", "explicitAddressValue": "room"},
    },
}
CASE = {
    "caseId": "be.cad.x.C-1",
    "creation": "2026-01-15T16:39:00+01:00",
    "qualification": {"whatsHappen": {"code": "C04.02.01", "label": "x"}},
    "location": {"geometry": {"point": {"coord": {"lat": 50.85, "lon": 4.35}}}},
}


def envelope(*messages: Any, **changes: Any) -> dict[str, Any]:
    contents = [{"jsonContent": {"embeddedJsonContent": {"message": m}}} for m in messages]
    return {k: v for k, v in {**HEAD, "content": contents, **changes}.items() if v is not None}


def alert(identifier: str = "A-1", status: str = "Actual") -> str:
    return (
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
        f"<identifier>{identifier}</identifier><sender>s</sender>"
        f"<sent>2026-01-15T16:30:00+01:00</sent><status>{status}</status>"
        "<msgType>Alert</msgType><scope>Public</scope><info><category>Fire</category>"
        "<event>Fire</event><urgency>Past</urgency><severity>Minor</severity>"
        "<certainty>Likely</certainty></info></alert>"
    )


def xml_envelope(inside: str, kind: str = "Report", status: str = "Actual", more: str = "") -> str:
    return (
        '<EDXLDistribution xmlns="urn:oasis:names:tc:emergency:EDXL:DE:1.0">'
        "<distributionID>d-1</distributionID><senderID>s</senderID>"
        "<dateTimeSent>2026-01-15T16:41:00+01:00</dateTimeSent>"
        f"<distributionStatus>{status}</distributionStatus>"
        f"<distributionType>{kind}</distributionType>{more}"
        f"<contentObject><xmlContent><embeddedXMLContent>{inside}</embeddedXMLContent>"
        "</xmlContent></contentObject></EDXLDistribution>"
    )


@pytest.mark.parametrize(
    "name", ["distributionID", "senderID", "dateTimeSent", "distributionStatus", "distributionKind"]
)
def test_an_envelope_without_what_it_needs_is_refused(name: str) -> None:
    assert rules(read(EdxlAdapter(), envelope({"createCase": CASE}, **{name: None}))) == [
        ("missing_field", name)
    ]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"distributionStatus": "Real"}, ("unknown_status", "distributionStatus")),
        ({"dateTimeSent": "yesterday"}, ("bad_time", "dateTimeSent")),
        ({"dateTimeExpires": "never"}, ("bad_time", "dateTimeExpires")),
        ({"surprise": 1}, ("unknown_field", "surprise")),
        ({"descriptor": {"lang": "fr"}}, ("unknown_field", "descriptor/lang")),
    ],
)
def test_an_envelope_with_nonsense_is_refused(
    changes: dict[str, Any], rule: tuple[str, str]
) -> None:
    assert rules(read(EdxlAdapter(), envelope({"createCase": CASE}, **changes))) == [rule]


@pytest.mark.parametrize("status", ["Exercise", "Test", "System"])
def test_an_envelope_can_make_an_exercise_of_an_alert_but_never_the_reverse(status: str) -> None:
    outer = only(read(EdxlAdapter(), xml_envelope(alert(), status=status)))
    assert outer.mode == status.lower()
    inner = only(read(EdxlAdapter(), xml_envelope(alert(status=status))))
    assert inner.mode == status.lower()


def test_a_case_says_no_status_of_its_own_and_takes_that_of_its_envelope() -> None:
    translation = read(EdxlAdapter(), envelope({"createCase": CASE}, distributionStatus="Exercise"))
    assert only(translation).mode == "exercise"


def test_the_cap_adapter_opens_envelopes_too_and_believes_them() -> None:
    observation = only(read(CapAdapter(), xml_envelope(alert(), status="Exercise")))
    assert observation.mode == "exercise"
    feed = (FIXTURES / "edxl/own-1.0-fire-feed.xml").read_bytes()
    ids = [o.external_id.split("|")[1] for o in read(CapAdapter(), feed).observations]
    assert ids == ["F-1", "F-2"]


def test_late_news_are_kept_and_left_aside_by_rules() -> None:
    payload = envelope({"createCase": CASE}, dateTimeExpires="2026-01-15T15:00:00+01:00")
    observation = only(read(EdxlAdapter(), payload))
    assert observation.attributes["envelope_expired"] is True
    assert observation.attributes["doubtful"] is True
    assert observation.action == "new"


def test_a_cancelled_distribution_takes_back_what_came_in_it() -> None:
    first = read(EdxlAdapter(), xml_envelope(alert()))
    memory = {key: value for key, value in first.remember.items() if value is not None}
    reference = "<distributionReference>d-1,s,2026-01-15T16:41:00+01:00</distributionReference>"
    payload = xml_envelope("", "Cancel", more=reference).replace(">d-1<", ">d-2<")
    observation = only(read(EdxlAdapter(), payload, memory=memory))
    assert (observation.action, observation.external_id) == ("cancel", "d-2")
    assert observation.chain == [only(first).external_id, "d-1"]


def test_a_message_sent_again_in_a_cancelling_envelope_is_no_duplicate() -> None:
    first = only(read(EdxlAdapter(), xml_envelope(alert())))
    again = only(read(EdxlAdapter(), xml_envelope(alert(), "Cancel")))
    assert (again.action, again.chain[0]) == ("cancel", first.external_id)
    assert again.external_id != first.external_id


def test_a_cancelled_report_of_a_vehicle_ends_no_incident() -> None:
    row = {
        "resourceId": "be.x.y.resource.1",
        "datetime": "2026-01-15T16:00:00+01:00",
        "state": {"datetime": "2026-01-15T16:00:00+01:00", "status": "DEPART"},
    }
    message = {"resourcesInfoCisu": {"caseId": "be.cad.x.C-1", "resource": [row]}}
    observation = only(read(EdxlAdapter(), envelope(message, distributionKind="Cancel")))
    assert observation.action == "update"
    assert observation.attributes["envelope_cancelled"] is True


@pytest.mark.parametrize(("kind", "answer"), [("Ack", "accepted"), ("Error", "error")])
def test_an_answer_without_content_is_no_incident(kind: str, answer: str) -> None:
    payload = envelope(distributionKind=kind, distributionReference="ours-1,us,x")
    observation = only(read(EdxlAdapter(), payload))
    assert (observation.kind, observation.action) == ("report", "ack")
    assert observation.chain == ["ours-1"]
    assert observation.attributes["answer"] == answer


def test_an_envelope_inside_an_envelope_is_not_opened() -> None:
    translation = read(EdxlAdapter(), xml_envelope(xml_envelope(alert())))
    assert rules(translation) == [("nested_envelope", "content[0]")]


def test_a_content_that_nobody_reads_costs_only_itself() -> None:
    payload = envelope({"customContent": {"x": 1}}, {"createCase": CASE})
    translation = read(EdxlAdapter(), payload)
    assert rules(translation) == [("unknown_content", "content[0]")]
    assert len(translation.observations) == 1


def test_an_alert_written_as_text_or_as_a_file_is_read() -> None:
    escaped = xml_envelope(alert().replace("<", "&lt;"))
    in_json = envelope(content=[{"xmlContent": {"embeddedXMLContent": alert()}}])
    data = b64encode(alert().encode()).decode()
    file = f"<mimeType>application/cap+xml</mimeType><contentData>{data}</contentData>"
    as_file = xml_envelope("").replace(
        "<xmlContent><embeddedXMLContent></embeddedXMLContent></xmlContent>",
        f"<nonXMLContent>{file}</nonXMLContent>",
    )
    for payload in (escaped, in_json, as_file):
        assert only(read(EdxlAdapter(), payload)).external_id.startswith("s|A-1|")


def test_hostile_xml_inside_a_json_envelope_costs_only_its_content() -> None:
    evil = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'
    contents = [{"xmlContent": {"embeddedXMLContent": text}} for text in (evil, alert())]
    translation = read(EdxlAdapter(), envelope(content=contents))
    assert rules(translation) == [("xml_doctype", "content[0]")]
    assert len(translation.observations) == 1


def test_more_contents_than_one_message_may_have_are_refused_not_forgotten() -> None:
    many = "</embeddedXMLContent><embeddedXMLContent>".join(["<a/>"] * 70)
    translation = read(EdxlAdapter(), xml_envelope(many))
    assert ("too_many_contents", "content[60]") in rules(translation)


def test_marks_of_confidentiality_only_add_up() -> None:
    more = "<combinedConfidentiality>Services only</combinedConfidentiality>"
    payload = xml_envelope(alert().replace("Public", "Private"), more=more)
    payload = payload.replace(
        "<contentObject>", "<contentObject><confidentiality>D1</confidentiality>"
    )
    assert only(read(EdxlAdapter(), payload)).confidentiality == "Services only; D1; Private"


# EMSI

CONTEXT = {
    "ID": "m-1",
    "MODE": "ACTUAL",
    "MSGTYPE": "ALERT",
    "CREATION": "2026-01-15T16:40:00+01:00",
}


def emsi(event: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    context = CONTEXT | more.pop("context", {})
    return {"emsi": {"CONTEXT": context, "EVENT": {"ID": "e-1"} | (event or {}), **more}}


@pytest.mark.parametrize(
    ("codes", "type_hint"),
    [
        ({"CATEGORY": ["FIR/CLA"]}, "FIR-BLD"),
        ({"CATEGORY": ["FIR/NEW/LEAF"]}, "FIR-BLD"),
        ({"CATEGORY": ["TRP/COL"], "ACTOR": ["VEH/CAR"]}, "TRA-ACC"),
        ({"CATEGORY": ["TRP/COL"], "ACTOR": ["VEH/TRK/HZD"]}, "HAZ-ROA"),
        ({"CATEGORY": ["TRP/CRS"], "ACTOR": ["VEH/TRN/TRM"]}, "PTR-SUR"),
        ({"CATEGORY": ["TRP/CRS"], "ACTOR": ["VEH/TRN/UDG"]}, "PTR-MET"),
        ({"CATEGORY": ["TRP/CRS"], "ACTOR": ["VEH/TRN/PAS"]}, "RAI-ACC"),
        ({"CATEGORY": ["POL/RAD"]}, "CBR-RAD"),
        ({"CATEGORY": ["POL/CHM"]}, "ENV-POL"),
        ({"CATEGORY": ["PSW/SUS"]}, None),
        ({"CATEGORY": ["ZZZ"], "ENV": "DIS/STORM"}, "WEA-STO"),
    ],
)
def test_codes_are_matched_by_their_longest_known_beginning(
    codes: dict[str, Any], type_hint: str | None
) -> None:
    observation = only(read(EmsiAdapter(), emsi({"ETYPE": codes})))
    assert observation.type_hint == type_hint
    assert (observation.source_code is None) == (type_hint is None)


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"ID": ""}, "missing_field", "emsi/CONTEXT/ID"),
        ({"MODE": None}, "missing_field", "emsi/CONTEXT/MODE"),
        ({"MODE": "REAL"}, "unknown_status", "emsi/CONTEXT/MODE"),
        ({"MSGTYPE": "NEWS"}, "unknown_msg_type", "emsi/CONTEXT/MSGTYPE"),
    ],
)
def test_a_message_nobody_could_tell_from_an_exercise_is_refused(
    changes: dict[str, Any], rule: str, field: str
) -> None:
    assert rules(read(EmsiAdapter(), emsi(context=changes))) == [(rule, field)]


@pytest.mark.parametrize(
    ("mode", "expected"), [("EXERCS", "exercise"), ("TEST", "test"), ("SYSTEM", "system")]
)
def test_the_mode_is_kept(mode: str, expected: str) -> None:
    assert only(read(EmsiAdapter(), emsi(context={"MODE": mode}))).mode == expected


def test_the_event_happened_when_it_occurred_else_was_observed_else_declared() -> None:
    times = {
        "DECL_DATIME": "2026-01-15T16:30:00+01:00",
        "OBS_DATIME": "2026-01-15T16:20:00+01:00",
        "OCC_DATIME": "2026-01-15T16:10:00+01:00",
    }
    for minute in (10, 20, 30):
        observed_at = only(read(EmsiAdapter(), emsi(times))).observed_at
        assert observed_at == datetime(2026, 1, 15, 15, minute, tzinfo=UTC)
        del times[next(k for k in ("OCC_DATIME", "OBS_DATIME", "DECL_DATIME") if k in times)]


def position(system: str | None, *corners: tuple[Any, Any], **more: Any) -> dict[str, Any]:
    coords = [{"LAT": lat, "LONG": lon} for lat, lon in corners]
    spot = {"COORD": coords, **more} | ({"COORDSYS": system} if system else {})
    return {"EGEO": [{"TYPE": "GEN/EVENT", "POSITION": spot}]}


@pytest.mark.parametrize("system", ["EPSG-4326", "EPSG:4326", "WGS84", None])
def test_the_usual_coordinates_are_read(system: str | None) -> None:
    observation = only(read(EmsiAdapter(), emsi(position(system, ("50.85", 4.35)))))
    assert observation.geometry is not None
    assert observation.geometry.coordinates == (4.35, 50.85)


@pytest.mark.parametrize(
    ("system", "corner", "rule"),
    [
        ("EPSG-31370", (150000, 170000), "unknown_coordsys"),
        ("EPSG-4326", (150000, 170000), "position_out_of_range"),
        ("EPSG-4326", (0, 0), "no_position"),
        ("EPSG-4326", ("north", "east"), "position_out_of_range"),
    ],
)
def test_other_coordinates_are_not_guessed(system: str, corner: Any, rule: str) -> None:
    translation = read(EmsiAdapter(), emsi(position(system, corner)))
    assert only(translation).geometry is None
    assert [r for r, _ in warned(translation)] == [rule]


def test_a_swapped_position_is_told_and_kept() -> None:
    translation = read(EmsiAdapter(), emsi(position("EPSG-4326", (4.35, 50.85))))
    assert only(translation).geometry is not None
    assert [r for r, _ in warned(translation)] == ["perhaps_swapped"]


def test_several_corners_are_an_area_or_a_line_as_they_say() -> None:
    corners = ((50.8, 4.3), (50.9, 4.3), (50.9, 4.4))
    area = only(read(EmsiAdapter(), emsi(position(None, *corners, TYPE="POLYGON"))))
    line = only(read(EmsiAdapter(), emsi(position(None, *corners, TYPE="LINE"))))
    assert area.geometry is not None
    assert line.geometry is not None
    assert (area.geometry.type, line.geometry.type) == ("Polygon", "LineString")


def test_counts_are_reports_at_a_time_and_never_part_of_the_event() -> None:
    rows = [
        {"CONTEXT": "OBS", "DATIME": "2026-01-15T16:30:00+01:00", "TRIAGERED": 2},
        {"CONTEXT": "OBS", "DATIME": "2026-01-15T16:40:00+01:00", "TRIAGERED": "3", "MISSING": -1},
    ]
    event, *reports = read(EmsiAdapter(), emsi({"CASUALTIES": rows})).observations
    assert "casualties_red" not in event.attributes
    assert [r.kind for r in reports] == ["report", "report"]
    assert [r.attributes["casualties_red"] for r in reports] == [2, 3]
    assert "missing" not in reports[1].attributes
    assert reports[0].observed_at != reports[1].observed_at
    assert len({r.external_id for r in reports}) == 2


def test_an_update_names_what_it_updates() -> None:
    first = read(EmsiAdapter(), emsi())
    memory = {key: value for key, value in first.remember.items() if value is not None}
    context = {"ID": "m-2", "MSGTYPE": "UPDATE", "LINK": [{"ID": "m-1", "LINK_ROLE": "SPRSDS"}]}
    second = only(read(EmsiAdapter(), emsi(context=context), memory=memory))
    assert second.chain == [only(first).external_id, "m-1"]
    assert second.action == "update"


def test_an_event_that_is_complete_ends_and_one_that_is_stopped_is_stabilised() -> None:
    assert only(read(EmsiAdapter(), emsi({"STATUS": "COM"}))).action == "end"
    stopped = only(read(EmsiAdapter(), emsi({"STATUS": "STOP"})))
    assert (stopped.action, stopped.attributes["stabilised"]) == ("new", True)


def test_an_answer_is_no_event() -> None:
    payload = {"emsi": {"CONTEXT": CONTEXT | {"MSGTYPE": "ACK", "LINK": {"ID": "ours"}}}}
    observation = only(read(EmsiAdapter(), payload))
    assert (observation.action, observation.chain) == ("ack", ["ours"])


def test_a_resource_may_come_without_an_event() -> None:
    resource = {"ID": "P-1", "NAME": "Pump", "STATUS": "AVAILB", "RTYPE": {"RCLASS": "MAT/VEH"}}
    payload = {"emsi": {"CONTEXT": CONTEXT, "RESOURCE": resource}}
    kinds = [o.kind for o in read(EmsiAdapter(), payload).observations]
    assert kinds == ["report", "resource_status"]


# CISU


@pytest.mark.parametrize(
    ("code", "risks", "type_hint", "kept"),
    [
        ("C04.02.01", [], "FIR-BLD", "C04.02.01"),
        ("C04.99.99", [], "FIR-BLD", "C04.99.99"),
        ("C01.02.01", [], "RAI-ACC", "C01.02.01"),
        ("C09.03.00", [], "EXP-GAS", "C09.03.00"),
        ("C02.05.01", [], None, "C02"),
        ("C02.13.02", ["R05"], None, "C02"),
        ("C02.06.01", [], "MED-TOX", "C02.06.01"),
        ("C11.06.00", ["R12"], "CBR-SUS", "C11"),
        ("C99.01.01", [], None, "C99.01.01"),
    ],
)
def test_the_nature_of_a_case_gives_its_type_and_private_matters_stay_private(
    code: str, risks: list[str], type_hint: str | None, kept: str
) -> None:
    qualification = {
        "whatsHappen": {"code": code, "label": "A. Person"},
        "riskThreat": [{"code": risk, "label": "x"} for risk in risks],
    }
    observation = only(read(CisuAdapter(), {"createCase": CASE | {"qualification": qualification}}))
    assert observation.type_hint == type_hint
    assert observation.attributes["whats_happen"] == kept
    assert "A. Person" not in observation.model_dump_json()


@pytest.mark.parametrize(
    ("languages", "headline"),
    [
        (("fr", "nl"), "Incendie de bâtiment"),
        (("nl",), "Gebouwbrand"),
        (("de", "en"), "Building fire"),
    ],
)
def test_a_case_is_told_in_the_language_of_the_source(languages: Any, headline: str) -> None:
    adapter = CisuAdapter(SourceSettings(languages=languages))
    assert only(read(adapter, {"createCase": CASE})).headline == headline


@pytest.mark.parametrize(
    ("without", "field"),
    [("caseId", "caseId"), ("qualification", "qualification/whatsHappen/code")],
)
def test_a_case_without_what_it_needs_is_refused(without: str, field: str) -> None:
    case = {key: value for key, value in CASE.items() if key != without}
    ((rule, where),) = rules(read(CisuAdapter(), {"createCase": case}))
    assert rule == "missing_field"
    assert where == f"createCase/{field}"


def test_a_second_message_about_a_case_is_an_update_of_the_first() -> None:
    first = read(CisuAdapter(), {"createCase": CASE})
    memory = {key: value for key, value in first.remember.items() if value is not None}
    again = {"createCase": CASE | {"senderCaseId": "C-1"}}
    second = only(read(CisuAdapter(), again, memory=memory))
    assert (only(first).action, second.action) == ("new", "update")
    assert second.chain == [only(first).external_id]
    assert second.external_id.startswith("be.cad.x.C-1|")
    assert second.location_codes == {"incident": "be.cad.x.C-1"}


@pytest.mark.parametrize(
    ("status", "mode"), [("Actual", "real"), ("Exercise", "exercise"), ("System", "system")]
)
def test_the_header_beside_a_message_says_whether_it_is_real(status: str, mode: str) -> None:
    message = {"messageId": "m-1", "status": status, "kind": "Report", "createCase": CASE}
    assert only(read(CisuAdapter(), {"message": message})).mode == mode


def test_a_header_with_an_unknown_status_is_refused() -> None:
    message = {"messageId": "m-1", "status": "Real", "createCase": CASE}
    assert [r for r, _ in rules(read(CisuAdapter(), {"message": message}))] == ["unknown_status"]


def test_a_medical_file_is_not_read_at_all() -> None:
    translation = read(CisuAdapter(), {"createCaseHealth": {"caseId": "x", "patient": "A. Person"}})
    assert rules(translation) == [("health_file", "createCaseHealth")]
    assert translation.observations == ()


def test_one_bad_position_costs_only_itself() -> None:
    good = {
        "resourceId": "be.x.resource.1",
        "datetime": "2026-01-15T16:40:00",
        "coord": {"lat": "50.85", "lon": "4.35"},
        "speed": "42",
        "cap": 370,
        "engineOn": "true",
    }
    translation = read(CisuAdapter(), {"geoPositionsUpdate": {"position": [{}, good]}})
    assert [r for r, _ in rules(translation)] == ["missing_field"]
    (observation,) = translation.observations
    assert observation.location_codes == {"resource": "be.x.resource.1", "track": "be.x.resource.1"}
    assert observation.attributes["speed_kmh"] == 42.0
    assert observation.attributes["engine_on"] is True
    assert "heading_deg" not in observation.attributes
    assert observation.attributes["tz_assumed"] == "Europe/Brussels"
    assert [r for r, _ in warned(translation)] == ["tz_assumed"]


def test_an_older_place_of_a_vehicle_does_not_follow_a_newer_one() -> None:
    row = {"resourceId": "be.x.resource.1", "coord": {"lat": 50.85, "lon": 4.35}}
    memory: dict[str, str] = {}
    tracked = []
    for minute in (40, 35, 41):
        at = {"datetime": f"2026-01-15T16:{minute}:00+01:00"}
        payload = {"geoPositionsUpdate": {"position": [row | at]}}
        translation = read(CisuAdapter(), payload, memory=dict(memory))
        memory |= {key: value for key, value in translation.remember.items() if value}
        tracked.append("track" in only(translation).location_codes)
    assert tracked == [True, False, True]


def test_a_vehicle_without_a_place_keeps_its_last_one() -> None:
    row = {"resourceId": "be.x.resource.1", "state": [{"status": "DEPART"}]}
    payload = {"resourcesInfoCisu": {"caseId": "be.cad.x.C-1", "resource": row}}
    observation = only(read(CisuAdapter(), payload))
    assert "track" not in observation.location_codes
    assert observation.location_codes["incident"] == "be.cad.x.C-1"


def test_of_several_states_the_last_counts() -> None:
    states = [
        {"status": "ARRIVEE", "datetime": "2026-01-15T16:30:00+01:00"},
        {"status": "DEPART", "datetime": "2026-01-15T16:10:00+01:00"},
    ]
    row = {"resourceId": "be.x.resource.1", "state": states}
    observation = only(read(CisuAdapter(), {"resourcesInfo": {"resource": [row]}}))
    assert observation.attributes["status"] == "ARRIVEE"
    assert observation.observed_at == datetime(2026, 1, 15, 15, 30, tzinfo=UTC)


# EIDO


def eido(place: str = "", **more: Any) -> dict[str, Any]:
    incident = {"incidentTrackingIdentifier": "i-1", "locationReference": [{"$ref": "l-1"}]}
    return {
        "$id": "x",
        "eidoVersion": "1.0",
        "lastUpdateTimeStamp": "2026-01-15T15:30:00Z",
        "incidentComponent": incident | more.pop("incident", {}),
        "locationComponent": [{"$id": "l-1", "locationByValue": place}],
        **more,
    }


GML = 'xmlns:gml="http://www.opengis.net/gml" xmlns:gs="http://www.opengis.net/pidflo/1.0"'


@pytest.mark.parametrize(
    ("shape", "kind", "accuracy"),
    [
        ("<gml:Point><gml:pos>50.85 4.35</gml:pos></gml:Point>", "Point", None),
        ("<gml:Point><gml:pos>50.85 4.35 20</gml:pos></gml:Point>", "Point", None),
        (
            "<gs:Circle><gml:pos>50.85 4.35</gml:pos><gs:radius>40</gs:radius></gs:Circle>",
            "Point",
            40.0,
        ),
        (
            "<gs:Ellipse><gml:pos>50.85 4.35</gml:pos><gs:semiMajorAxis>70</gs:semiMajorAxis>"
            "<gs:semiMinorAxis>10</gs:semiMinorAxis></gs:Ellipse>",
            "Point",
            70.0,
        ),
        (
            "<gs:ArcBand><gml:pos>50.85 4.35</gml:pos><gs:innerRadius>5</gs:innerRadius>"
            "<gs:outerRadius>900</gs:outerRadius></gs:ArcBand>",
            "Point",
            900.0,
        ),
        (
            "<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>50.8 4.3 50.9 4.3 50.9 4.4 "
            "50.8 4.3</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>",
            "Polygon",
            None,
        ),
        (
            "<gml:Polygon><gml:exterior><gml:LinearRing><gml:pos>50.8 4.3</gml:pos>"
            "<gml:pos>50.9 4.3</gml:pos><gml:pos>50.9 4.4</gml:pos></gml:LinearRing>"
            "</gml:exterior></gml:Polygon>",
            "Polygon",
            None,
        ),
    ],
)
def test_the_shapes_of_a_place_are_read(shape: str, kind: str, accuracy: float | None) -> None:
    observation = only(read(EidoAdapter(), eido(f"<presence {GML}>{shape}</presence>")))
    assert observation.geometry is not None
    assert observation.geometry.type == kind
    assert observation.accuracy_m == accuracy


@pytest.mark.parametrize(
    ("place", "rule"),
    [
        ('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>', "xml_doctype"),
        ("<presence><broken></presence>", "xml_syntax"),
        ("nowhere", "not_xml"),
        ("<a>" * 60 + "</a>" * 60, "xml_depth"),
        (f"<p {GML}><gml:Point><gml:pos>4 N</gml:pos></gml:Point></p>", "position_unreadable"),
        (f"<p {GML}><gml:Point><gml:pos>0 0</gml:pos></gml:Point></p>", "no_position"),
        (
            f'<p {GML}><gml:Point srsName="EPSG:31370"><gml:pos>1 1</gml:pos></gml:Point></p>',
            "unknown_coordsys",
        ),
    ],
)
def test_a_bad_place_costs_only_the_place(place: str, rule: str) -> None:
    translation = read(EidoAdapter(), eido(place))
    assert only(translation).geometry is None
    assert [r for r, _ in warned(translation)] == [rule]


def test_a_reference_that_leads_nowhere_is_told() -> None:
    payload = eido(incident={"locationReference": [{"$ref": "l-9"}]})
    translation = read(EidoAdapter(), payload)
    assert warned(translation) == [("dangling_reference", "locationReference")]
    assert only(translation).external_id == "i-1|2026-01-15T15:30:00Z"


@pytest.mark.parametrize(
    ("written", "type_hint"),
    [
        ("Fire-Structure Fire", "FIR-BLD"),
        ("VEGETATION FIRE", "FIR-LRG"),
        ("Traffic Collision", "TRA-ACC"),
        ("Hazmat", "HAZ-FIX"),
        ("CIVIL UNREST; REQUEST MUTUAL AID", "PUB-DIS"),
        ("Medical", None),
    ],
)
def test_the_type_is_guessed_from_the_words(written: str, type_hint: str | None) -> None:
    payload = eido(incident={"incidentTypeCommonRegistryText": written})
    assert only(read(EidoAdapter(), payload)).type_hint == type_hint


def test_a_closed_incident_ends_and_a_test_call_is_a_test() -> None:
    over = eido(incident={"incidentStatusCommonRegistryText": "Closed"})
    assert only(read(EidoAdapter(), over)).action == "end"
    call = {"standardPrimaryCallType": "testCall", "callStartTimestamp": "2026-01-15T15:00:00Z"}
    observation = only(read(EidoAdapter(), eido(callComponent=[call])))
    assert observation.mode == "test"
    assert observation.observed_at == datetime(2026, 1, 15, 15, tzinfo=UTC)


def test_a_list_of_incidents_is_read() -> None:
    several = [eido() | {"incidentComponent": {"incidentTrackingIdentifier": str(n)}} for n in "ab"]
    assert len(read(EidoAdapter(), several).observations) == 2


# CAP: what this build added


def test_an_option_draws_the_areas_of_codes() -> None:
    outline = "50.80,4.30 50.90,4.30 50.90,4.40 50.80,4.30"
    area = (
        "<area><areaDesc>x</areaDesc><geocode><valueName>EMMA_ID</valueName><value>xx004</value>"
        "</geocode></area></info>"
    )
    payload = alert().replace("</info>", area)
    adapter = CapAdapter(CapSettings(areas={"EMMA_ID:XX004": outline}))
    observation = only(read(adapter, payload))
    assert observation.geometry is not None
    assert observation.location_codes == {"emma_id": "XX004"}
    assert only(read(CapAdapter(), payload)).geometry is None


def test_an_outline_in_the_alert_goes_before_the_table() -> None:
    area = (
        "<area><areaDesc>x</areaDesc><circle>50.85,4.35 0</circle>"
        "<geocode><valueName>NUTS2</valueName><value>BE10</value></geocode></area></info>"
    )
    observation = only(read(CapAdapter(), alert().replace("</info>", area)))
    assert observation.geometry is not None
    assert observation.geometry.type == "Point"


@pytest.mark.parametrize(
    "areas",
    [{"XX004": "50,4 51,4 51,5"}, {"EMMA_ID:XX004": "50,4 51,4"}, {"EMMA_ID:XX004": "here"}],
)
def test_a_table_of_areas_that_draws_nothing_is_refused(areas: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="XX004"):
        CapSettings(areas=areas)


@pytest.mark.parametrize("kind", ["Ack", "Error"])
def test_an_answer_to_an_alert_names_it_and_is_no_incident(kind: str) -> None:
    references = "<references>us,ours-1,2026-01-15T16:00:00+01:00</references></alert>"
    start, _, _ = alert().partition("<info>")
    payload = start.replace(">Alert<", f">{kind}<") + references
    observation = only(read(CapAdapter(), payload))
    assert observation.action == "ack"
    assert observation.chain[0] == "us|ours-1|2026-01-15T16:00:00+01:00"


def test_more_alerts_than_one_message_may_have_are_refused_not_forgotten() -> None:
    feed = "<w>" + "".join(alert(f"A-{n}") for n in range(70)) + "</w>"
    translation = read(CapAdapter(), feed)
    assert len(translation.observations) == 60
    assert rules(translation) == [("too_many_alerts", "alert[60]")]
