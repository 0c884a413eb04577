"""DATEX II situations: what becomes of them, and what a feed tells from one time to the next."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from feeds import FIXTURES, NOW, Feed, check_sample, samples
from tocsin.contract import Observation, Translation, envelope_for
from tocsin.contract.envelope import MAX_MESSAGE_BYTES
from tocsin.taxonomy import facts_of, types
from tocsin_adapters.datex import DatexAdapter, DatexSettings
from tocsin_adapters.datex.table import _table

SAMPLES = FIXTURES / "datex"
V2 = "http://datex2.eu/schema/2/2_0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ACTIVE = "<validityStatus>active</validityStatus>"
POINT = (
    '<groupOfLocations xsi:type="Point"><pointByCoordinates><pointCoordinates>'
    "<latitude>50.85</latitude><longitude>4.35</longitude>"
    "</pointCoordinates></pointByCoordinates></groupOfLocations>"
)


def record(
    identifier: str = "r1",
    kind: str = "Accident",
    version: str = "1",
    validity: str = ACTIVE,
    body: str = "<accidentType>accident</accidentType>",
    location: str = POINT,
    extra: str = "",
) -> str:
    return (
        f'<situationRecord xsi:type="{kind}" id="{identifier}" version="{version}">'
        "<situationRecordCreationTime>2026-01-15T15:30:00Z</situationRecordCreationTime>"
        f"<validity>{validity}</validity>{extra}{location}{body}</situationRecord>"
    )


def situation(*records: str, identifier: str = "s1", head: str = "") -> str:
    return f'<situation id="{identifier}" version="1">{head}{"".join(records)}</situation>'


def publication(*situations: str, at: str = "2026-01-15T15:40:00Z", exchange: str = "") -> str:
    return (
        f'<d2LogicalModel xmlns="{V2}" xmlns:xsi="{XSI}" modelBaseVersion="2">'
        f'<exchange>{exchange}</exchange><payloadPublication xsi:type="SituationPublication">'
        f"<publicationTime>{at}</publicationTime><publicationCreator><country>be</country>"
        "<nationalIdentifier>TEST</nationalIdentifier></publicationCreator>"
        f"{''.join(situations)}</payloadPublication></d2LogicalModel>"
    )


def comment(text: str, language: str = "fr") -> str:
    return (
        "<generalPublicComment><comment><values>"
        f'<value lang="{language}">{text}</value></values></comment></generalPublicComment>'
    )


def read(payload: str | bytes, **settings: Any) -> Translation:
    return Feed(DatexAdapter(DatexSettings(**settings))).read(payload)


def only(payload: str | bytes, **settings: Any) -> Observation:
    found = read(payload, **settings)
    assert len(found.observations) == 1, found
    return found.observations[0]


def rules(findings: Any) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize("sample", samples("datex"))
def test_a_sample_gives_what_was_expected_of_it(sample: str) -> None:
    check_sample(DatexAdapter(), sample)


# -- one publication after the other ---------------------------------------------------------------


def test_what_did_not_change_is_not_told_again() -> None:
    feed = Feed(DatexAdapter())
    assert len(feed.read(publication(situation(record()))).observations) == 1
    again = feed.read(publication(situation(record()), at="2026-01-15T15:41:00Z"))
    assert again.observations == ()


def test_a_removed_situation_ends() -> None:
    feed = Feed(DatexAdapter())
    two = [situation(record(), identifier=name) for name in ("s1", "s2")]
    feed.read(publication(*two))
    gone = feed.read(publication(two[0], at="2026-01-15T15:41:00Z")).observations
    assert [(o.action, o.external_id, o.chain) for o in gone] == [
        ("end", "s2/r1@1|end", ["s2/r1@1"])
    ]


def test_an_ended_situation_keeps_its_mode_and_its_secrecy() -> None:
    head = (
        "<headerInformation><confidentiality>internalUse</confidentiality>"
        "<informationStatus>technicalExercise</informationStatus></headerInformation>"
    )
    feed = Feed(DatexAdapter())
    feed.read(publication(situation(record(), head=head)))
    (gone,) = feed.read(publication(at="2026-01-15T15:41:00Z")).observations
    assert (gone.mode, gone.confidentiality) == ("exercise", "internalUse")


def test_an_empty_snapshot_ends_everything_and_is_no_error() -> None:
    feed = Feed(DatexAdapter())
    feed.read(publication(situation(record())))
    found = feed.read(publication(at="2026-01-15T15:41:00Z"))
    assert [o.action for o in found.observations] == ["end"]
    assert found.rejections == ()


def test_a_new_version_updates_what_it_follows() -> None:
    feed = Feed(DatexAdapter())
    feed.read(publication(situation(record())))
    newer = situation(record(version="2", extra=comment("Accident")))
    (told,) = feed.read(publication(newer, at="2026-01-15T15:41:00Z")).observations
    assert (told.action, told.external_id, told.chain) == ("update", "s1/r1@2", ["s1/r1@1"])


def test_a_change_under_the_same_version_is_still_told() -> None:
    feed = Feed(DatexAdapter())
    feed.read(publication(situation(record())))
    changed = situation(record(extra=comment("Deux voies fermées")))
    (told,) = feed.read(publication(changed, at="2026-01-15T15:41:00Z")).observations
    assert (told.action, told.external_id, told.chain) == ("update", "s1/r1@1#1", ["s1/r1@1"])


def test_what_comes_back_is_told_again_under_a_new_id() -> None:
    feed = Feed(DatexAdapter())
    feed.read(publication(situation(record())))
    feed.read(publication(at="2026-01-15T15:41:00Z"))
    (back,) = feed.read(publication(situation(record()), at="2026-01-15T15:42:00Z")).observations
    assert (back.action, back.external_id, back.chain) == ("update", "s1/r1@1#1", ["s1/r1@1"])
    (gone,) = feed.read(publication(at="2026-01-15T15:43:00Z")).observations
    assert gone.external_id == "s1/r1@1#1|end"


def test_a_part_that_is_over_does_not_end_the_situation() -> None:
    lane = record(
        "r2",
        "RoadOrCarriagewayOrLaneManagement",
        body="<roadOrCarriagewayOrLaneManagementType>laneClosures"
        "</roadOrCarriagewayOrLaneManagementType>",
    )
    feed = Feed(DatexAdapter())
    feed.read(publication(situation(record(), lane)))
    (part,) = feed.read(publication(situation(record()), at="2026-01-15T15:41:00Z")).observations
    assert part.action == "update"
    assert part.attributes["part_ended"] is True
    (last,) = feed.read(publication(at="2026-01-15T15:42:00Z")).observations
    assert last.action == "end"


def test_a_late_publication_ends_nothing_and_takes_nothing_back() -> None:
    feed = Feed(DatexAdapter())
    feed.read(publication(situation(record())))
    late = feed.read(publication(at="2026-01-15T15:39:00Z"))
    assert late.observations == ()
    assert rules(late.warnings) == ["late_publication"]
    older = situation(record("r2"), identifier="s2")
    (told,) = feed.read(publication(older, at="2026-01-15T15:38:00Z")).observations
    assert (told.action, told.external_id) == ("new", "s2/r2@1")


def test_a_publication_from_the_future_does_not_silence_the_next_ones() -> None:
    feed = Feed(DatexAdapter())
    feed.read(publication(situation(record()), at="2031-01-01T00:00:00Z"))
    gone = feed.read(publication(), at=NOW + timedelta(minutes=1))
    assert rules(gone.warnings) == ["late_publication"]  # 15:40 lies before 15:41:07
    gone = feed.read(publication(at="2026-01-15T15:43:00Z"), at=NOW + timedelta(minutes=2))
    assert [o.action for o in gone.observations] == ["end"]


def test_two_feeds_of_one_source_do_not_end_each_other() -> None:
    feed = Feed(DatexAdapter())
    feed.read(publication(situation(record())))
    other = publication(situation(record(), identifier="s9")).replace("TEST", "OTHER")
    assert [o.action for o in feed.read(other).observations] == ["new"]


@pytest.mark.parametrize("method", ["singleElementUpdate", "allElementUpdate"])
def test_an_exchange_of_changes_ends_nothing_by_silence(method: str) -> None:
    exchange = f"<subscription><updateMethod>{method}</updateMethod></subscription>"
    feed = Feed(DatexAdapter())
    feed.read(publication(situation(record()), exchange=exchange))
    told = feed.read(publication(situation(record(), identifier="s2"), exchange=exchange))
    assert [o.action for o in told.observations] == ["new"]


def test_a_wrapped_single_message_ends_nothing_by_silence() -> None:
    names = [n for n in samples("datex") if n.startswith("tloik")]
    feed = Feed(DatexAdapter())
    actions = [o.action for n in names for o in feed.read((SAMPLES / n).read_bytes()).observations]
    assert set(actions) == {"new"}


def test_the_operator_may_say_what_a_publication_is() -> None:
    feed = Feed(DatexAdapter(DatexSettings(publication="changes")))
    feed.read(publication(situation(record())))
    assert feed.read(publication(at="2026-01-15T15:41:00Z")).observations == ()


def test_a_record_without_an_id_is_refused_and_ends_nothing() -> None:
    feed = Feed(DatexAdapter())
    feed.read(publication(situation(record())))
    nameless = publication(situation(record("")), at="2026-01-15T15:41:00Z")
    found = feed.read(nameless)
    assert found.observations == ()
    (finding,) = found.rejections
    assert finding.rule == "missing_field"
    assert finding.field.endswith("situation[0]/situationRecord[0]/@id")
    assert finding.offset == 1


def test_what_the_supplier_cancels_is_cancelled() -> None:
    cycle = (
        "<management><lifeCycleManagement><cancel>true</cancel></lifeCycleManagement></management>"
    )
    feed = Feed(DatexAdapter())
    feed.read(publication(situation(record())))
    (told,) = feed.read(
        publication(situation(record(version="2", extra=cycle)), at="2026-01-15T15:41:00Z")
    ).observations
    assert (told.action, told.chain) == ("cancel", ["s1/r1@1"])


# -- validity --------------------------------------------------------------------------------------


def times(start: str, end: str, periods: str = "") -> str:
    return (
        "<validityStatus>definedByValidityTimeSpec</validityStatus><validityTimeSpecification>"
        f"<overallStartTime>{start}</overallStartTime><overallEndTime>{end}</overallEndTime>"
        f"{periods}</validityTimeSpecification>"
    )


def test_what_is_planned_is_no_incident_until_it_begins() -> None:
    planned = situation(record(validity=times("2026-01-15T16:00:00Z", "2026-01-15T18:00:00Z")))
    feed = Feed(DatexAdapter())
    (told,) = feed.read(publication(planned)).observations
    assert told.type_hint is None
    assert told.attributes["in_force"] is False
    later = publication(planned, at="2026-01-15T16:00:30Z")
    (begun,) = feed.read(later, at=datetime(2026, 1, 15, 16, 1, tzinfo=UTC)).observations
    assert (begun.action, begun.type_hint, begun.external_id) == ("update", "TRA-ACC", "s1/r1@1#1")
    over = publication(planned, at="2026-01-15T18:00:30Z")
    (ended,) = feed.read(over, at=datetime(2026, 1, 15, 18, 1, tzinfo=UTC)).observations
    assert ended.action == "end"
    gone = publication(at="2026-01-15T18:02:00Z")
    assert feed.read(gone, at=datetime(2026, 1, 15, 18, 3, tzinfo=UTC)).observations == ()


NIGHTS = (
    "<validPeriod><recurringTimePeriodOfDay><startTimeOfPeriod>22:00:00</startTimeOfPeriod>"
    "<endTimeOfPeriod>05:00:00</endTimeOfPeriod></recurringTimePeriodOfDay>"
    "<recurringDayWeekMonthPeriod><applicableDay>friday</applicableDay>"
    "</recurringDayWeekMonthPeriod></validPeriod>"
)


@pytest.mark.parametrize(
    ("at", "in_force"),
    [
        ("2026-01-16T12:00:00+01:00", False),  # a Friday at noon
        ("2026-01-16T23:00:00+01:00", True),
        ("2026-01-17T04:00:00+01:00", True),  # still Friday's night
        ("2026-01-17T06:00:00+01:00", False),
        ("2026-01-17T23:00:00+01:00", False),  # a Saturday
    ],
)
def test_a_closure_of_every_friday_night_is_none_by_day(at: str, in_force: bool) -> None:
    validity = times("2026-01-01T00:00:00+01:00", "2026-02-01T00:00:00+01:00", NIGHTS)
    (told,) = (
        Feed(DatexAdapter())
        .read(publication(situation(record(validity=validity))), at=datetime.fromisoformat(at))
        .observations
    )
    assert told.attributes["in_force"] is in_force


def test_an_excepted_period_is_not_in_force() -> None:
    but = (
        "<exceptionPeriod><startOfPeriod>2026-01-15T00:00:00Z</startOfPeriod>"
        "<endOfPeriod>2026-01-16T00:00:00Z</endOfPeriod></exceptionPeriod>"
    )
    validity = times("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", but)
    assert only(publication(situation(record(validity=validity)))).type_hint is None


def test_an_end_before_the_start_is_warned_of() -> None:
    validity = times("2026-01-20T00:00:00Z", "2026-01-16T00:00:00Z")
    found = read(publication(situation(record(validity=validity))))
    assert rules(found.warnings) == ["ends_before_start"]
    assert found.observations[0].valid_from is None


def test_a_time_that_is_none_is_warned_of_and_left_out() -> None:
    validity = times("OVERALL_START_TIME", "2026-01-16T00:00:00Z")
    found = read(publication(situation(record(validity=validity))))
    assert rules(found.warnings) == ["bad_time"]
    assert found.observations[0].valid_from is None


def test_an_observation_from_the_future_has_no_known_time() -> None:
    ahead = record().replace("2026-01-15T15:30:00Z", "2026-01-15T17:30:00Z")
    found = read(publication(situation(ahead)))
    assert rules(found.warnings) == ["clock_suspect"]
    assert found.observations[0].observed_at is None


# -- places ----------------------------------------------------------------------------------------


def at(location: str) -> Observation:
    return only(publication(situation(record(location=location))))


def line(srs: str, positions: str) -> str:
    return (
        '<locationReference><gmlLineString srsName="' + srs + '">'
        f"<posList>{positions}</posList></gmlLineString></locationReference>"
    )


@pytest.mark.parametrize(
    "srs",
    [
        "EPSG:31370",
        "urn:ogc:def:crs:EPSG::31370",
        "urn:ogc:def:crs:EPSG:9.9.1:31370",
        "http://www.opengis.net/def/crs/EPSG/0/31370",
        "Belge Lambert 72",
    ],
)
def test_lambert_72_becomes_degrees(srs: str) -> None:
    geometry = at(line(srs, "148886.0 170968.0 148986.0 171068.0")).geometry
    assert geometry is not None
    # the same point through Belgium's own parameters, to a few metres
    assert geometry.coordinates[0] == pytest.approx((4.3529, 50.8491), abs=1e-4)


def test_metres_without_a_grid_are_taken_as_lambert_72_with_a_warning() -> None:
    found = read(publication(situation(record(location=line("", "148886 170968 148986 171068")))))
    assert rules(found.warnings) == ["grid_assumed"]
    geometry = found.observations[0].geometry
    assert geometry is not None
    assert geometry.type == "LineString"


@pytest.mark.parametrize(
    ("srs", "positions"),
    [
        ("", "50.85 4.35 50.86 4.36"),
        ("WGS 84", "50.85 4.35 50.86 4.36"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "4.35 50.85 4.36 50.86"),
    ],
)
def test_degrees_are_latitude_first_unless_the_reference_says_otherwise(
    srs: str, positions: str
) -> None:
    geometry = at(line(srs, positions)).geometry
    assert geometry is not None
    assert geometry.coordinates == [(4.35, 50.85), (4.36, 50.86)]


def test_a_line_by_points_is_drawn_from_start_to_end() -> None:
    def point(name: str, lat: float, index: str = "") -> str:
        return (
            f"<{name}{index}><pointCoordinates><latitude>{lat}</latitude>"
            f"<longitude>4.3</longitude></pointCoordinates></{name}>"
        )

    geometry = at(
        '<groupOfLocations xsi:type="Linear"><linearExtension><linearByCoordinatesExtension>'
        "<linearByCoordinates>"
        + point("linearCoordinatesStartPoint", 50.1)
        + point("linearCoordinatesEndPoint", 50.4)
        + point("linearCoordinatesIntermediatePoint", 50.3, ' index="2"')
        + point("linearCoordinatesIntermediatePoint", 50.2, ' index="1"')
        + "</linearByCoordinates></linearByCoordinatesExtension></linearExtension>"
        "</groupOfLocations>"
    ).geometry
    assert geometry is not None
    assert geometry.coordinates == [(4.3, 50.1), (4.3, 50.2), (4.3, 50.3), (4.3, 50.4)]


def test_an_area_keeps_its_outline_without_its_holes() -> None:
    geometry = at(
        "<locationReference><gmlMultiPolygon><gmlPolygon>"
        "<exterior><posList>50.8 4.3 50.8 4.4 50.9 4.4 50.8 4.3</posList></exterior>"
        "<interior><posList>50.81 4.35 50.81 4.36 50.82 4.36 50.81 4.35</posList></interior>"
        "</gmlPolygon></gmlMultiPolygon></locationReference>"
    ).geometry
    assert geometry is not None
    assert geometry.type == "Polygon"
    assert len(geometry.coordinates) == 1


def test_a_point_for_display_counts_when_there_is_no_other() -> None:
    display = "<latitude>50.8</latitude><longitude>4.3</longitude>"
    display = f"<locationForDisplay>{display}</locationForDisplay>"
    alone = at(f"<groupOfLocations>{display}</groupOfLocations>").geometry
    beside = at(POINT.replace("<pointBy", f"{display}<pointBy")).geometry
    assert alone is not None
    assert beside is not None
    assert (alone.coordinates, beside.coordinates) == ((4.3, 50.8), (4.35, 50.85))


def test_codes_without_coordinates_are_kept_as_text() -> None:
    told = at(
        '<groupOfLocations xsi:type="Point"><alertCPoint xsi:type="AlertCMethod2Point">'
        "<alertCLocationCountryCode>6</alertCLocationCountryCode>"
        "<alertCLocationTableNumber>17</alertCLocationTableNumber>"
        "<alertCMethod2PrimaryPointLocation><alertCLocation>"
        "<specificLocation>3136</specificLocation></alertCLocation>"
        "</alertCMethod2PrimaryPointLocation></alertCPoint></groupOfLocations>"
    )
    assert told.geometry is None
    assert told.location_text == "Alert-C 6.17: 3136"
    assert told.attributes["alert_c"] == [{"country": "6", "table": "17", "locations": ["3136"]}]


def test_an_unknown_place_and_a_swapped_one_are_told_apart() -> None:
    nowhere = POINT.replace("50.85", "0.0").replace("4.35", "0.0")
    swapped = POINT.replace("50.85", "X").replace("4.35", "50.85").replace("X", "4.35")
    off_earth = POINT.replace("50.85", "95.0")
    for location, rule, drawn in (
        (nowhere, "no_position", False),
        (swapped, "perhaps_swapped", True),
        (off_earth, "position_out_of_range", False),
        (POINT.replace("50.85", "NaN"), "position_out_of_range", False),
    ):
        found = read(publication(situation(record(location=location))))
        assert rules(found.warnings) == [rule]
        assert (found.observations[0].geometry is not None) is drawn


# -- what it is ------------------------------------------------------------------------------------


def closure(text: str = "", location: str = POINT) -> Observation:
    body = (
        "<roadOrCarriagewayOrLaneManagementType>roadClosed</roadOrCarriagewayOrLaneManagementType>"
    )
    extra = comment(text) if text else ""
    kind = "RoadOrCarriagewayOrLaneManagement"
    return only(
        publication(situation(record(kind=kind, body=body, extra=extra, location=location)))
    )


def test_a_closed_road_is_a_fact_and_no_incident() -> None:
    told = closure("Chaussée d'Exemple fermée")
    assert told.type_hint is None
    assert facts_of(told.attributes).known == {"road_closed": True}


def test_a_closed_tunnel_is_an_incident_in_a_tunnel() -> None:
    descriptor = POINT.replace(
        "<pointBy",
        "<supplementaryPositionalDescription><locationDescriptor>inTunnel</locationDescriptor>"
        "</supplementaryPositionalDescription><pointBy",
    )
    for told in (closure("Tunnel Exemple fermé"), closure(location=descriptor)):
        assert told.type_hint == "TRA-TUN"
        assert facts_of(told.attributes).known == {"road_closed": True, "tunnel_closed": True}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Accident dans le tunnel Exemple", "TRA-TUN"),
        ("Ongeval in de Voorbeeldtunnel", "TRA-TUN"),
        ("Accident juste avant le tunnel Exemple", "TRA-ACC"),
    ],
)
def test_an_accident_in_a_tunnel_is_one_of_a_tunnel(text: str, hint: str) -> None:
    assert only(publication(situation(record(extra=comment(text))))).type_hint == hint


def test_a_record_without_a_type_is_known_by_what_it_tells() -> None:
    plain = record().replace(' xsi:type="Accident"', "")
    assert only(publication(situation(plain))).type_hint == "TRA-ACC"


def test_a_record_of_no_known_type_is_kept_and_warned_of() -> None:
    odd = record(kind="", body="<somethingNew>x</somethingNew>")
    found = read(publication(situation(odd)))
    assert rules(found.warnings) == ["unknown_record"]
    assert found.observations[0].type_hint is None


def test_what_is_said_of_a_vehicle_and_to_insiders_stays_inside() -> None:
    told = only((SAMPLES / "own-soap-exercise.xml").read_bytes())
    written = told.model_dump_json()
    assert "EXE-101" not in written
    assert "Appeler" not in written


def test_an_unknown_information_status_is_taken_as_a_test() -> None:
    head = "<headerInformation><informationStatus>odd</informationStatus></headerInformation>"
    found = read(publication(situation(record(), head=head)))
    assert rules(found.warnings) == ["unknown_status"]
    assert found.observations[0].mode == "test"


def test_the_languages_of_the_operator_come_first() -> None:
    both = comment("Accident").replace("</values>", '<value lang="nl_BE">Ongeval</value></values>')
    told = only(publication(situation(record(extra=both))), languages=("nl", "fr"))
    assert told.headline == "Ongeval"
    assert told.attributes["comments"] == {"fr": "Accident", "nl": "Ongeval"}


def test_the_table_names_types_of_the_taxonomy_and_facts_of_the_vocabulary() -> None:
    table = _table()
    for row in table["types"].values():
        assert {"fr", "nl", "en", "rank", "codes"} <= row.keys()
        assert row.get("hint") is None or row["hint"] in types()
    for code in (line for element in table["codes"].values() for line in element.values()):
        assert code.get("hint") is None or code["hint"] in types()
        facts = code.get("facts", {})
        assert facts_of(facts).known == facts
    for names in table["words"].values():
        assert names.keys() == {"fr", "nl", "en"}


# -- messages that are none ------------------------------------------------------------------------

BODY = publication(situation(record()))
REFUSED: dict[str, tuple[bytes | str, str]] = {
    "nothing": (b"", "empty"),
    "words": ("hello", "not_xml"),
    "a broken end": (BODY[:-5], "xml_syntax"),
    "a DOCTYPE": ("<!DOCTYPE d>" + BODY, "xml_doctype"),
    "a file as entity": (
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + BODY.replace("TEST", "&x;"),
        "xml_doctype",
    ),
    "XInclude": (
        BODY.replace(
            "<country>be",
            '<country><i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///x"/>',
        ),
        "xml_xinclude",
    ),
    "deep nesting": ("<a>" * 60 + "</a>" * 60, "xml_depth"),
    "a crowd of elements": ("<a>" + "<b/>" * 200_000 + "</a>", "xml_size"),
    "a crowd of tags": ("<a>" + "<b></b>" * 400_000 + "</a>", "xml_size"),
    "five megabytes": (BODY.replace("TEST", "x" * 5_000_000), "too_large"),
    "a DOCTYPE in CDATA": (
        "<m><![CDATA[<!DOCTYPE d []>" + BODY + "]]></m>",
        "xml_doctype",
    ),
    "another XML": ("<rss><channel/></rss>", "not_datex"),
    "another JSON": ('{"alerts": []}', "not_datex"),
    "no JSON": ('{"payload": ', "json_syntax"),
    "NaN in JSON": ('{"payload": NaN}', "json_syntax"),
    "deep JSON": ("[" * 60 + "]" * 60, "json_depth"),
    "a fault": (
        "<e:Envelope xmlns:e='x'><e:Body><e:Fault><faultstring>no rights</faultstring>"
        "</e:Fault></e:Body></e:Envelope>",
        "soap_fault",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_publication_is_refused_by_rule(what: str) -> None:
    payload, rule = REFUSED[what]
    found = read(payload)
    assert rules(found.rejections) == [rule]
    assert found.observations == ()


def test_a_sign_of_life_is_neither_news_nor_an_error() -> None:
    alive = "<exchange><keepAlive>true</keepAlive></exchange>"
    alive = f'<d2LogicalModel xmlns="{V2}">{alive}</d2LogicalModel>'
    found = read(alive)
    assert (found.observations, found.rejections, found.warnings) == ((), (), ())


def test_another_kind_of_publication_is_said_to_be_one() -> None:
    other = publication().replace("SituationPublication", "MeasuredDataPublication")
    feed = Feed(DatexAdapter())
    feed.read(BODY)
    found = feed.read(other)
    assert rules(found.warnings) == ["other_publication"]
    assert found.observations == ()


def test_any_encoding_and_namespace_are_read() -> None:
    text = publication(situation(record(extra=comment("Accident près d’Évere"))))
    for payload in (
        text.replace(V2, "urn:whatever").encode(),
        text.encode("utf-16"),
        b"\xef\xbb\xbf" + text.encode(),
        b'<?xml version="1.0" encoding="windows-1252"?>' + text.encode("cp1252"),
    ):
        assert only(payload).headline == "Accident près d’Évere"


def test_a_huge_line_is_simplified_for_the_map() -> None:
    positions = " ".join(f"{50 + i * 1e-5:.5f} {4 + (i % 7) * 1e-3:.5f}" for i in range(60_000))
    started = time.perf_counter()
    found = read(publication(situation(record(location=line("", positions)))))
    assert time.perf_counter() - started < 2
    assert "geometry_simplified" in rules(found.warnings)
    assert found.observations[0].geometry is not None


def test_more_records_than_are_read_end_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin_adapters.datex.adapter.MAX_RECORDS", 2)
    feed = Feed(DatexAdapter())
    feed.read(publication(situation(record())))
    many = [situation(record(), identifier=f"n{i}") for i in range(4)]
    found = feed.read(publication(*many, at="2026-01-15T15:41:00Z"))
    assert rules(found.warnings) == ["too_many_records"]
    assert [o.action for o in found.observations] == ["new", "new"]


def test_the_largest_record_fits_on_the_bus() -> None:
    wide = "\U0001d54f" * 5000
    comments = "".join(comment(wide, f"l{n}") for n in range(9))
    names = "".join(f"<roadName>{n}{wide}</roadName>" for n in range(20))
    positions = " ".join(f"{50 + n * 1e-4:.6f} {4 + (n % 7) * 0.123456:.6f}" for n in range(900))
    place = line("", positions).replace("<gmlLine", f"{names}<gmlLine")
    told = only(publication(situation(record(extra=comments, location=place))))
    assert len(envelope_for(told).model_dump_json().encode()) < MAX_MESSAGE_BYTES - 2048


def test_the_json_mapping_says_the_same_as_the_xml() -> None:
    document = orjson.loads((SAMPLES / "own-json-mapping.json").read_bytes())
    (told,) = document["payload"]["situationSituationPublication"]["situation"]
    assert told["idG"] == "J-1"
    single = dict(told, situationRecord=told["situationRecord"][0])  # one, not in a list
    document["payload"]["situationSituationPublication"]["situation"] = single
    assert only(orjson.dumps(document)).type_hint == "FLD-URB"
