"""The rules of the CAP adapter, one at a time, on alerts written for each."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from tocsin.contract import Observation, Receipt, Translation
from tocsin_adapters.cap import CapAdapter, CapSettings

NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
AREA = "<area><areaDesc>Here</areaDesc>{}</area>"
SQUARE = "50.80,4.30 50.90,4.30 50.90,4.40 50.80,4.40 50.80,4.30"


def alert(
    info: str = "",
    *,
    sent: str = "2026-01-15T16:00:00+01:00",
    status: str = "Actual",
    kind: str = "Alert",
    more: str = "",
    bare: bool = False,
) -> bytes:
    warning = (
        "<info><language>en</language><category>Other</category><event>Thing</event>"
        "<urgency>Immediate</urgency><severity>Minor</severity><certainty>Likely</certainty>"
        f"{info}</info>"
    )
    return (
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>ID</identifier>'
        f"<sender>S</sender><sent>{sent}</sent><status>{status}</status><msgType>{kind}</msgType>"
        f"<scope>Public</scope>{more}{'' if bare else warning}</alert>"
    ).encode()


def read(payload: bytes, *, at: datetime = NOW, **settings: Any) -> Translation:
    adapter = CapAdapter(CapSettings(**settings))
    return adapter.translate(payload, Receipt("cap:test", "live", at))


def only(payload: bytes, **more: Any) -> Observation:
    translation = read(payload, **more)
    assert translation.rejections == ()
    (observation,) = translation.observations
    return observation


def warned(payload: bytes, **more: Any) -> list[str]:
    return [finding.rule for finding in read(payload, **more).warnings]


# What a message is


@pytest.mark.parametrize(
    ("status", "mode"),
    [
        ("Actual", "real"),
        ("Exercise", "exercise"),
        ("Test", "test"),
        ("System", "system"),
        ("Draft", "test"),
    ],
)
def test_the_status_says_how_real_it_is(status: str, mode: str) -> None:
    assert only(alert(status=status)).mode == mode


def test_a_draft_is_kept_as_a_test_with_a_warning() -> None:
    assert warned(alert(status="Draft")) == ["draft"]


@pytest.mark.parametrize("status", ["", "Maybe"])
def test_without_a_known_status_nothing_may_look_real(status: str) -> None:
    translation = read(alert(status=status))
    assert translation.observations == ()
    assert translation.rejections[0].field == "alert/status"


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("Alert", "new"),
        ("Update", "update"),
        ("Cancel", "cancel"),
        ("Ack", "ack"),
        ("Error", "ack"),
    ],
)
def test_the_message_type_says_what_becomes_of_the_thing(kind: str, action: str) -> None:
    assert only(alert(kind=kind)).action == action


def test_all_clear_ends_the_thing_whatever_the_message_type() -> None:
    assert only(alert("<responseType>AllClear</responseType>", kind="Update")).action == "end"


def test_an_alert_without_a_warning_is_refused_with_its_field() -> None:
    (finding,) = read(alert(bare=True)).rejections
    assert (finding.rule, finding.field, finding.offset) == ("missing_field", "alert/info", 1)


@pytest.mark.parametrize("kind", ["Cancel", "Ack", "Error", "Update"])
def test_other_messages_may_come_without_one(kind: str) -> None:
    references = "<references>S,OLD,2026-01-15T10:00:00+01:00</references>"
    observation = only(alert(kind=kind, more=references, bare=True))
    assert observation.chain[0] == "S|OLD|2026-01-15T10:00:00+01:00"


@pytest.mark.parametrize("name", ["identifier", "sender", "sent"])
def test_an_alert_that_does_not_say_who_it_is_is_refused(name: str) -> None:
    payload = alert().replace(f"<{name}>".encode(), f"<{name}_>".encode())
    payload = payload.replace(f"</{name}>".encode(), f"</{name}_>".encode())
    (finding,) = read(payload).rejections
    assert (finding.rule, finding.field) == ("missing_field", f"alert/{name}")


def test_a_very_long_key_stays_within_bounds_and_distinct() -> None:
    one = only(alert().replace(b">ID<", b">" + b"x" * 400 + b"1<"))
    two = only(alert().replace(b">ID<", b">" + b"x" * 400 + b"2<"))
    assert len(one.external_id) <= 300
    assert one.external_id != two.external_id


# References


def test_references_name_earlier_alerts_even_of_senders_with_blanks() -> None:
    more = (
        "<references>Weather Office,A-1,2026-01-15T08:00:00+01:00\n"
        " S,A-2,2026-01-15T09:00:00-00:00</references>"
    )
    chain = only(alert(kind="Update", more=more)).chain
    assert chain[:2] == [
        "Weather Office|A-1|2026-01-15T08:00:00+01:00",
        "S|A-2|2026-01-15T09:00:00-00:00",
    ]


def test_a_malformed_reference_is_kept_by_its_identifier_with_a_warning() -> None:
    payload = alert(kind="Update", more="<references>JUST-AN-ID S,OTHER</references>")
    assert only(payload).chain[:2] == ["JUST-AN-ID", "OTHER"]
    assert warned(payload) == ["bad_reference", "bad_reference"]


# Times


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-01-15T16:00:00+01:00", "2026-01-15T15:00:00+00:00"),
        ("2026-01-15T15:00:00-00:00", "2026-01-15T15:00:00+00:00"),
        ("2026-01-15T15:00:00Z", "2026-01-15T15:00:00+00:00"),
        ("2026-01-15T15:00:00.1234567Z", "2026-01-15T15:00:00.123456+00:00"),
        ("2026-01-15T15:00:00,123456789Z", "2026-01-15T15:00:00.123456+00:00"),
        ("2026-01-15T16:00+0100", "2026-01-15T15:00:00+00:00"),
        ("2026-01-14T24:00:00+01:00", "2026-01-14T23:00:00+00:00"),
    ],
)
def test_times_are_read_as_senders_write_them(written: str, utc: str) -> None:
    assert only(alert(sent=written)).sent_at == datetime.fromisoformat(utc)


def test_a_time_without_offset_is_taken_in_the_configured_zone_and_marked() -> None:
    summer = only(alert(sent="2025-07-01T12:00:00"))
    assert summer.sent_at == datetime(2025, 7, 1, 10, tzinfo=UTC)
    assert summer.attributes["tz_assumed"] == "Europe/Brussels"
    payload = alert(sent="2025-07-01T12:00:00")
    assert only(payload, time_zone="UTC").sent_at == datetime(2025, 7, 1, 12, tzinfo=UTC)
    assert warned(payload) == ["tz_assumed"]


@pytest.mark.parametrize(
    "nonsense",
    ["yesterday", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00+99:00"],
)
def test_an_alert_sent_at_no_time_is_refused(nonsense: str) -> None:
    (finding,) = read(alert(sent=nonsense)).rejections
    assert (finding.rule, finding.field) == ("bad_time", "alert/sent")


def test_a_bad_time_inside_a_warning_only_costs_that_time() -> None:
    payload = alert("<onset>soon</onset><expires>2026-01-15T20:00:00+01:00</expires>")
    assert only(payload).valid_from is None
    assert only(payload).valid_to == datetime(2026, 1, 15, 19, tzinfo=UTC)
    assert warned(payload) == ["bad_time"]


def test_what_begins_later_was_observed_when_it_was_sent() -> None:
    """A warning for tonight is no observation of tonight."""
    observation = only(alert("<onset>2026-01-15T22:00:00+01:00</onset>"))
    assert observation.valid_from == datetime(2026, 1, 15, 21, tzinfo=UTC)
    assert observation.observed_at == observation.sent_at


def test_what_has_begun_was_observed_at_its_onset() -> None:
    payload = alert(
        "<effective>2026-01-15T15:00:00+01:00</effective><onset>2026-01-15T15:30:00+01:00</onset>"
    )
    assert only(payload).observed_at == datetime(2026, 1, 15, 14, 30, tzinfo=UTC)


def test_a_sender_whose_clock_runs_ahead_leaves_the_time_unknown() -> None:
    ahead = (NOW + timedelta(minutes=6)).isoformat()
    observation = only(alert(sent=ahead))
    assert observation.observed_at is None
    assert observation.attributes["clock_suspect"] is True
    slightly = (NOW + timedelta(minutes=4)).isoformat()
    assert only(alert(sent=slightly)).observed_at == NOW + timedelta(minutes=4)


def test_an_end_before_the_start_leaves_the_start_out() -> None:
    payload = alert(
        "<onset>2026-01-15T15:00:00+01:00</onset><expires>2026-01-15T14:00:00+01:00</expires>"
    )
    assert only(payload).valid_from is None
    assert warned(payload) == ["expires_before_start"]


# Grades and type


@pytest.mark.parametrize(
    ("severity", "level", "hint"),
    [
        ("Extreme", "", 4),
        ("Severe", "", 3),
        ("Moderate", "", 2),
        ("Minor", "", 1),
        ("Unknown", "", None),
        ("Dreadful", "", None),
        ("Minor", "1; green; Minor", 0),
        ("Minor", "2; yellow; Moderate", 2),
        ("Severe", "4; red; Extreme", 4),
        ("Minor", "orange", 3),
        ("Minor", "9; purple", 1),
    ],
)
def test_severity_follows_the_table_and_the_colour_wins(
    severity: str, level: str, hint: int | None
) -> None:
    parameter = (
        f"<parameter><valueName>Awareness_Level</valueName><value>{level}</value></parameter>"
    )
    payload = alert(parameter).replace(b">Minor</severity>", f">{severity}</severity>".encode())
    assert only(payload).severity == hint


@pytest.mark.parametrize(
    ("certainty", "confidence"),
    [("Observed", 1.0), ("Likely", 0.75), ("Possible", 0.4), ("Unlikely", 0.1), ("Unknown", None)],
)
def test_confidence_follows_certainty(certainty: str, confidence: float | None) -> None:
    payload = alert().replace(b">Likely<", f">{certainty}<".encode())
    assert only(payload).confidence == confidence


@pytest.mark.parametrize(
    ("event", "category", "type_hint"),
    [
        ("Storm warning", "Met", "WEA-STO"),
        ("Onweer", "Met", "WEA-STO"),
        ("Vents violents", "Met", "WEA-STO"),
        ("Rain-Flood", "Met", "FLD-URB"),
        ("Wateroverlast", "Met", "FLD-URB"),
        ("Canicule", "Met", "WEA-TMP"),
        ("Ijzel en sneeuw", "Met", "WEA-TMP"),
        ("Strong event", "Met", None),
        ("Gelbe Warnung", "Met", None),
        ("Message", "Fire", "FIR-LRG"),
        ("Message", "CBRNE", "CBR-SUS"),
        ("Incident radiologique", "CBRNE", "CBR-RAD"),
        ("Message", "Security", None),
    ],
)
def test_the_type_is_guessed_from_event_then_category(
    event: str, category: str, type_hint: str | None
) -> None:
    payload = alert().replace(b">Thing<", f">{event}<".encode())
    observation = only(payload.replace(b">Other<", f">{category}<".encode()))
    assert observation.type_hint == type_hint
    assert (observation.source_code is None) == (type_hint is None)


# Languages


def in_languages(*languages: str) -> bytes:
    infos = "".join(
        f"<info><language>{code}</language><event>E-{code}</event><urgency>Past</urgency>"
        f"<severity>Minor</severity><certainty>Likely</certainty><headline>H-{code}</headline>"
        "</info>"
        for code in languages
    )
    return alert(more=infos, bare=True)


def test_the_headline_is_in_the_first_language_that_is_wanted() -> None:
    payload = in_languages("de-DE", "en-GB", "nl-BE", "FR-be")
    assert only(payload).headline == "H-FR-be"
    assert only(payload, languages=("nl", "fr")).headline == "H-nl-BE"
    assert only(in_languages("de-DE", "nl-BE")).headline == "H-nl-BE"
    assert only(in_languages("de-DE", "pl")).headline == "H-de-DE"


def test_the_same_language_twice_with_other_words_is_another_warning() -> None:
    payload = in_languages("fr", "nl") + b""
    twice = payload.replace(b"</alert>", in_languages("fr").partition(b"<scope>Public</scope>")[2])
    twice = twice[: twice.rindex(b"H-fr")] + b"Other" + twice[twice.rindex(b"H-fr") + 4 :]
    ids = [o.external_id.rpartition("|")[2] for o in read(twice).observations]
    assert ids == ["1", "2"]


# Places


def shape(inside: str) -> Any:
    return only(alert(AREA.format(inside))).geometry


def test_a_polygon_is_turned_to_longitude_first() -> None:
    geometry = shape(f"<polygon>{SQUARE}</polygon>")
    assert geometry.type == "Polygon"
    assert geometry.coordinates[0][0] == (4.3, 50.8)


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("50.80,4.30 50.90,4.30 50.90,4.40 50.80,4.40", "polygon_unclosed"),
        ("50.80,4.30, 50.90,4.30, 50.90,4.40, 50.80,4.40, 50.80,4.30,", "polygon_repaired"),
        ("50.80, 4.30 50.90, 4.30 50.90 ,4.40 50.80,4.40 50.80,4.30", "polygon_repaired"),
        ("50.80,4.30 50.90,4.40 50.90,4.30 50.80,4.40 50.80,4.30", "polygon_repaired"),
    ],
)
def test_a_slightly_wrong_polygon_is_repaired_with_a_warning(written: str, rule: str) -> None:
    payload = alert(AREA.format(f"<polygon>{written}</polygon>"))
    assert only(payload).geometry is not None
    assert warned(payload) == [rule]


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("NaN,4.3 50.9,4.3 50.9,4.4 NaN,4.3", "polygon_unreadable"),
        ("inf,4.3 50.9,4.3 50.9,4.4 inf,4.3", "polygon_unreadable"),
        ("1e309,4.3 50.9,4.3 50.9,4.4 1e309,4.3", "polygon_unreadable"),
        ("50.8,4.3 50.9", "polygon_unreadable"),
        ("somewhere", "polygon_unreadable"),
        ("150.8,4.3 150.9,4.3 150.9,4.4 150.8,4.3", "coordinates_out_of_range"),
        ("4.30,50.80 4.30,50.90 4.40,50.90 4.30,50.80", "coordinates_swapped"),
        ("0,0 0,0 0,0 0,0", "polygon_degenerate"),
        ("50.8,4.3 50.9,4.4 50.8,4.3", "polygon_degenerate"),
    ],
)
def test_an_implausible_polygon_is_left_out_and_the_words_stay(written: str, rule: str) -> None:
    payload = alert(AREA.format(f"<polygon>{written}</polygon>"))
    observation = only(payload)
    assert observation.geometry is None
    assert observation.location_text == "Here"
    assert rule in warned(payload)


def test_a_circle_is_drawn_in_metres_and_its_radius_kept() -> None:
    observation = only(alert(AREA.format("<circle>50.85,4.35 10</circle>")))
    assert observation.attributes["radius_m"] == [10_000.0]
    ring = observation.geometry.coordinates[0]  # type: ignore[union-attr]
    north = max(position[1] for position in ring)
    east = max(position[0] for position in ring)
    assert north - 50.85 == pytest.approx(10_000 / 111_320, rel=0.001)
    assert east - 4.35 == pytest.approx(10_000 / (111_320 * 0.6313), rel=0.01)


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("50.85,4.35", "circle_unreadable"),
        ("50.85,4.35 -3", "circle_unreadable"),
        ("0,0 5", "coordinates_unknown"),
        ("91,4 5", "coordinates_out_of_range"),
        ("4.35,50.85 5", "coordinates_swapped"),
    ],
)
def test_an_implausible_circle_is_left_out(written: str, rule: str) -> None:
    payload = alert(AREA.format(f"<circle>{written}</circle>"))
    assert only(payload).geometry is None
    assert warned(payload) == [rule]


def test_a_circle_around_the_pole_keeps_only_its_centre() -> None:
    geometry = shape("<circle>89.9,0 500</circle>")
    assert (geometry.type, geometry.coordinates) == ("Point", (0.0, 89.9))


def test_neighbouring_areas_become_one_and_distant_ones_stay_several() -> None:
    east = SQUARE.replace("4.40", "4.50").replace("4.30", "4.40")
    far = SQUARE.replace("50.", "51.")
    touching = f"<polygon>{SQUARE}</polygon></area><area><polygon>{east}</polygon>"
    assert shape(touching).type == "Polygon"
    apart = f"<polygon>{SQUARE}</polygon><polygon>{far}</polygon>"
    assert shape(apart).type == "MultiPolygon"


def test_one_emma_id_becomes_a_location_code_in_capitals() -> None:
    code = "<geocode><valueName>emma_id</valueName><value>xx001</value></geocode>"
    observation = only(alert(AREA.format(code)))
    assert observation.location_codes == {"emma_id": "XX001"}
    assert observation.attributes["geocodes"] == {"EMMA_ID": ["XX001"]}


# Encodings, namespaces


def test_a_message_that_says_utf_8_and_is_latin_1_is_read_with_a_warning() -> None:
    text = alert("<headline>Dégâts à Liège</headline>").decode()
    payload = ('<?xml version="1.0" encoding="UTF-8"?>' + text).encode("iso-8859-1")
    assert only(payload).headline == "Dégâts à Liège"
    assert warned(payload) == ["wrong_encoding"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1", "iso-8859-15"])
def test_declared_or_marked_encodings_are_read(encoding: str) -> None:
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{name}"?>\n'
    text += alert("<headline>Chaussée</headline>").decode()
    payload = text.encode(encoding)
    assert only(payload).headline == "Chaussée"
    assert warned(payload) == []


def test_a_strange_namespace_is_read_with_a_warning() -> None:
    payload = alert().replace(b"urn:oasis:names:tc:emergency:cap:1.2", b"urn:somebody")
    assert only(payload).headline == "Thing"
    assert warned(payload) == ["namespace"]


# Sizes


def test_long_texts_are_cut_until_the_message_fits() -> None:
    infos = "".join(
        f"<info><language>x{chr(97 + n)}</language><event>E</event><urgency>Past</urgency>"
        "<severity>Minor</severity><certainty>Likely</certainty>"
        f"<description>{'漢' * 9000}</description><instruction>{'字' * 9000}</instruction></info>"
        for n in range(20)
    )
    payload = alert(more=infos, bare=True)
    observation = only(payload)
    assert len(observation.model_dump_json().encode()) < 60_000
    assert warned(payload) == ["text_cut"]


def test_warnings_are_bounded() -> None:
    payload = alert(AREA.format("<polygon>no</polygon>" * 150))
    findings = read(payload).warnings
    assert len(findings) == 101
    assert findings[-1].message == "and 50 more of the kind"


# Settings


@pytest.mark.parametrize(
    "settings", [{"langages": ["fr"]}, {"time_zone": "Mars"}, {"languages": []}]
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CapSettings(**settings)
