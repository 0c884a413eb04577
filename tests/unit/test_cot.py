"""CoT: every sample as expected, in every writing; lives of calls and marks; and harm."""

import json
import random
import time
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from takproto import TAKProtoVer, xml2proto

from adapter_samples import (
    ANYTHING,
    FIXTURES,
    RECEIVED_AT,
    compare,
    expectations,
    plain,
    receipt,
    sample,
)
from tocsin.contract import Translation
from tocsin_adapters.cot import CotAdapter

FOLDER = "cot"
EXPECTED = expectations(FOLDER)


def read(payload: bytes | str, **more: Any) -> Translation:
    raw = payload.encode() if isinstance(payload, str) else payload
    return CotAdapter().translate(raw, receipt(FOLDER, **more))


def remembered(found: Translation) -> dict[str, str]:
    return {key: value for key, value in found.remember.items() if value is not None}


def event(
    uid: str = "exe-1",
    kind: str = "a-f-G-U-C",
    second: int = 0,
    detail: str = "",
    **attributes: Any,
) -> str:
    at = (RECEIVED_AT + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = {"uid": uid, "type": kind, "time": at, "start": at, "stale": at, "how": "m-g"}
    written = " ".join(f"{name}='{value}'" for name, value in {**told, **attributes}.items())
    point = "<point lat='50.85' lon='4.35' hae='9999999.0' ce='9999999.0' le='9999999.0'/>"
    return f"<event version='2.0' {written}>{point}<detail>{detail}</detail></event>"


def test_every_sample_has_its_expectation() -> None:
    files = {p.name for p in (FIXTURES / FOLDER).iterdir()} - {"expected.yaml", "SOURCE.md"}
    assert files == {e["file"] for e in EXPECTED.values() if "file" in e}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_gives_what_was_expected_of_it(name: str) -> None:
    expected = EXPECTED[name]
    compare(read(sample(FOLDER, expected)), expected)


@pytest.mark.parametrize("version", [TAKProtoVer.MESH, TAKProtoVer.STREAM])
@pytest.mark.parametrize(
    "name",
    [
        "a unit, its addresses and telephone left out",
        "a hostile that somebody marked",
        "an emergency call",
        "a rectangle that somebody drew",
        "an instrument in XML that hears nothing is a sign of life",
    ],
)
def test_protobuf_gives_what_the_same_event_gives_in_xml(name: str, version: TAKProtoVer) -> None:
    written = str(EXPECTED[name]["payload"])
    found = read(bytes(xml2proto(written, version)))
    assert found.rejections == ()
    assert [plain(o) for o in found.observations] == [plain(o) for o in read(written).observations]


def test_a_stream_of_frames_is_read_one_by_one() -> None:
    frames = [bytes(xml2proto(event(f"exe-{n}"), TAKProtoVer.STREAM)) for n in range(3)]
    found = read(b"".join(frames))
    assert [o.location_codes["track"] for o in found.observations] == ["exe-0", "exe-1", "exe-2"]


def test_a_datagram_that_announces_xml_is_read_as_xml() -> None:
    assert len(read(b"\xbf\x00\xbf" + event().encode()).observations) == 1


def test_several_events_in_one_message_are_read_and_a_broken_one_costs_no_other() -> None:
    declared = "<?xml version='1.0' encoding='UTF-8'?>\n"
    broken = event("exe-2").replace("<point", "<point <")
    found = read(declared + event("exe-1") + broken + declared + event("exe-3") + "\n")
    assert [o.location_codes["track"] for o in found.observations] == ["exe-1", "exe-3"]
    assert [f.rule for f in found.rejections] == ["xml_syntax"]


def test_a_namespace_and_a_wrapper_do_not_matter() -> None:
    wrapped = f"<x:log xmlns:x='urn:x' xmlns='urn:cot'>{event('exe-1')}{event('exe-2')}</x:log>"
    assert len(read(wrapped).observations) == 2


def test_a_call_lasts_until_its_end_and_a_repeated_one_updates_it() -> None:
    uid = "exe-1-9-1-1"
    first = read(event(uid, "b-a-o-tbl"))
    again = read(event(uid, "b-a-o-tbl", 10), memory=remembered(first))
    ended = read(event(uid, "b-a-o-can", 20), memory=remembered(first))
    opened = first.observations[0].external_id
    assert first.observations[0].valid_to is None
    assert [(o.action, o.chain) for o in again.observations] == [("update", [opened])]
    assert [(o.action, o.chain) for o in ended.observations] == [("end", [opened])]
    assert ended.observations[0].attributes["distress"] is False
    assert ended.remember == {f"call:{uid}": None}


def test_a_call_that_is_cancelled_in_its_detail_ends() -> None:
    found = read(event(kind="b-a-o-opn", detail="<emergency cancel='true'>BRAVO</emergency>"))
    assert [o.action for o in found.observations] == ["end"]
    assert [f.rule for f in found.warnings] == ["unknown_target"]


def test_a_redelivered_first_word_stays_a_first_word() -> None:
    first = read(event("m", "b-m-p-s-m", how="h-e"))
    again = read(event("m", "b-m-p-s-m", how="h-e"), memory=remembered(first))
    assert plain(again.observations[0]) == plain(first.observations[0])


@pytest.mark.parametrize(
    ("kind", "how", "told"),
    [
        ("b-m-p-s-m", "h-e", ("report", "cancel")),
        ("a-u-G", "h-g-i-g-o", ("report", "cancel")),
        ("a-f-G-U-C", "m-g", ("resource_status", "end")),
    ],
)
def test_what_is_deleted_is_taken_back(kind: str, how: str, told: tuple[str, str]) -> None:
    first = read(event("target", kind, how=how))
    link = "<link uid='target' relation='none' type='none'/><__forcedelete/>"
    gone = read(event("other", "t-x-d-d", 5, link), memory=remembered(first))
    assert [(o.kind, o.action) for o in gone.observations] == [told]
    assert gone.observations[0].geometry is None
    assert None in gone.remember.values()


def test_deleting_what_nobody_knows_is_told() -> None:
    found = read(event("other", "t-x-d-d", 5, "<link uid='target'/>"))
    assert (found.observations, found.rejections) == ((), ())
    assert [f.rule for f in found.warnings] == ["unknown_target"]


def test_a_place_that_comes_late_does_not_move_its_unit_back() -> None:
    found = read(event(second=10) + event(second=0) + event(second=20))
    assert len(found.observations) == 2
    assert [f.rule for f in found.warnings] == ["older_fix"]


@pytest.mark.parametrize("marks", [{"opex": "e-ALPHA"}, {"opex": "s-test"}, {"how": "m-s"}])
def test_an_exercise_and_a_simulation_say_so(marks: dict[str, Any]) -> None:
    assert read(event(**marks)).observations[0].mode == "exercise"


def test_an_operation_is_real_and_what_is_closed_stays_closed() -> None:
    found = read(event(opex="o-NIGHT", access="Restricted")).observations[0]
    assert (found.mode, found.confidentiality) == ("real", "Restricted")


def test_a_simulated_instrument_says_so() -> None:
    detail = (
        "<chemsensordetail><sensor_data simulated='true'/>"
        "<detection agent='VX' alarm='1'/></chemsensordetail>"
    )
    found = read(event(detail=detail)).observations[0]
    assert (found.mode, found.type_hint) == ("exercise", "CBR-SUS")


def test_the_gravest_reading_leads() -> None:
    detail = (
        "<biosensordetail><measurement type='Pollen' harmful='false' confidence='99'/>"
        "<measurement type='Anthrax' harmful='true' confidence='40'/></biosensordetail>"
    )
    found = read(event(detail=detail)).observations[0]
    assert (found.headline, found.confidence) == ("exe-1: Anthrax", 0.4)


def test_a_circle_is_drawn_around_its_point() -> None:
    ellipse = "<shape><ellipse major='500' minor='500' angle='360'/></shape>"
    found = read(event("c", "u-d-c-c", detail=ellipse, how="h-e")).observations[0]
    assert found.geometry is not None
    assert found.geometry.type == "Polygon"
    lats = [lat for _, lat in found.geometry.coordinates[0]]
    assert max(lats) - min(lats) == pytest.approx(1000 / 111_320, rel=1e-3)


def test_swapped_coordinates_are_told_and_not_corrected() -> None:
    found = read(event().replace("lat='50.85' lon='4.35'", "lat='4.35' lon='50.85'"))
    assert [f.rule for f in found.warnings] == ["perhaps_swapped"]
    assert found.observations[0].geometry.coordinates == (50.85, 4.35)  # type: ignore[union-attr]


def test_not_a_number_means_unknown() -> None:
    found = read(event().replace("ce='9999999.0'", "ce='NaN'").replace("hae='9999999.0'", ""))
    assert found.observations[0].accuracy_m is None
    assert "hae_m" not in found.observations[0].attributes


def test_a_time_without_an_offset_is_read_in_the_zone_of_the_source() -> None:
    found = read(event(time="2026-01-15T16:41:00", start="2026-01-15T16:41:00"))
    assert found.observations[0].external_id.endswith("@2026-01-15T15:41:00.000Z")
    assert [f.rule for f in found.warnings] == ["tz_assumed"]


DOCTYPE = "<!DOCTYPE event [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
HOSTILE: dict[str, tuple[bytes | str, str]] = {
    "no bytes": (b"", "empty"),
    "a greeting": (b"hello", "not_xml"),
    "a DOCTYPE": (DOCTYPE + event(), "xml_doctype"),
    "an entity": (event(detail="&x;"), "xml_syntax"),
    "XInclude": (
        event(detail="<i:include xmlns:i='http://www.w3.org/2001/XInclude' href='/etc/x'/>"),
        "xml_xinclude",
    ),
    "deep nesting": (event(detail="<a>" * 60 + "</a>" * 60), "xml_depth"),
    "half an event": (event()[:150], "xml_syntax"),
    "another document": ("<html><body>Sign in</body></html>", "not_cot"),
    "too many bytes": (event(detail="x" * 600_000), "too_large"),
    "no uid": (event(uid=""), "missing_field"),
    "no type": (event(kind=""), "missing_field"),
    "no time": (event(time="", start=""), "missing_field"),
    "a time that is none": (event(time="now", start="now"), "bad_time"),
    "JSON that is none": (b'{"type": "Feature"', "json_syntax"),
    "no feature": (b'{"type": "Point"}', "not_cot"),
    "a feature without properties": (b'{"type": "Feature", "id": "1"}', "missing_field"),
    "a frame that is cut": (b"\xbf\x40\x12\x02", "tak_truncated"),
    "a length without an end": (b"\xbf\xff\xff\xff\xff\xff\xff", "tak_framing"),
    "no frame": (b"\xbf\x02\x0a\x00garbage", "tak_framing"),
    "a datagram of garbage": (b"\xbf\x01\xbf\xff\xff\xff\xff", "tak_syntax"),
    "too large a frame": (b"\xbf" * 600_000, "too_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_harm_is_refused_by_its_rule(name: str) -> None:
    payload, rule = HOSTILE[name]
    found = read(payload)
    assert found.observations == ()
    assert [f.rule for f in found.rejections] == [rule]


def test_a_doctype_inside_the_detail_of_a_frame_is_refused_and_the_rest_is_read() -> None:
    frame = xml2proto(event(detail="<remarks>harmless</remarks>"), TAKProtoVer.MESH)
    found = read(bytes(frame).replace(b"<remarks>harmless", b"<!DOCTYPE harmles"))
    assert [f.rule for f in found.warnings] == ["xml_syntax"]
    assert len(found.observations) == 1


def test_a_later_piece_of_a_stream_with_a_doctype_is_refused_alone() -> None:
    found = read(event("exe-1") + DOCTYPE + event("exe-2") + event("exe-3"))
    assert [o.location_codes["track"] for o in found.observations] == ["exe-1", "exe-3"]
    assert [f.rule for f in found.rejections] == ["xml_doctype"]


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_an_exception(payload: bytes) -> None:
    for head in (b"", b"\xbf", b"\xbf\x01\xbf", b"<event ", b'{"type":"Feature","properties":'):
        read(head + payload)


NAMES = (
    "time start stale how center course speed track status group takv links sensor remarks "
    "radsensordetail chemsensordetail biosensordetail callsign emergency"
)
TYPES = ["a-f-G", "a-u-A-M-F-Q", "b-a-o-tbl", "b-a-o-can", "b-m-r", "u-d-f", "b-r-f-h-c", "t-x-d-d"]


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES.split()), ANYTHING, max_size=6),
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(["type", "coordinates"]), ANYTHING),
)
def test_whatever_stands_in_a_feature_no_exception_leaves(
    properties: dict[str, Any], kind: str, geometry: dict[str, Any]
) -> None:
    told = {"time": "2026-01-15T15:41:00Z", "type": kind, **properties}
    feature = {"id": "x", "type": "Feature", "properties": told, "geometry": geometry}
    found = read(json.dumps(feature).encode("utf-8", "replace"))
    assert found.observations or found.rejections or found.warnings


def test_a_tangled_drawing_is_read_in_time() -> None:
    dice = random.Random(1)
    links = "".join(
        f"<link point='{50 + dice.random():.4f},{4 + dice.random():.4f}'/>" for _ in range(3000)
    )
    started = time.process_time()
    (told,) = read(event("x", "u-d-r", detail=links, how="h-e")).observations
    assert time.process_time() - started < 1
    assert told.geometry is not None
