"""What the makers' formats do to a reader: messages that belong together, odd times, odd frames."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import ValidationError

from plate_desk import CAMERA, FIXTURES, NOW, Desk, entry, listed
from tocsin.contract import Receipt
from tocsin_adapters.axis import AxisAdapter
from tocsin_adapters.dahua import DahuaAdapter
from tocsin_adapters.frigate import FrigateAdapter, FrigateSettings
from tocsin_adapters.genetec import GenetecAdapter
from tocsin_adapters.hikvision import HikvisionAdapter, HikvisionSettings
from tocsin_adapters.onvif import OnvifAdapter
from tocsin_adapters.openalpr import OpenalprAdapter
from tocsin_adapters.platerecognizer import PlateRecognizerAdapter
from tocsin_adapters.plates import CameraAdapter, PlateRead, PlateSettings
from tocsin_adapters.plates.table import TableSettings
from tocsin_adapters.survision import SurvisionAdapter


def at(adapter: CameraAdapter, **more: Any) -> Desk:
    return Desk(adapter, regime="LFP_police", **more)


def plates(adapter: CameraAdapter, payload: bytes | str, **receipt: Any) -> list[PlateRead]:
    raw = payload.encode() if isinstance(payload, str) else payload
    return adapter.plates(raw, Receipt("anpr:test", "live", NOW, **receipt))


def one(adapter: CameraAdapter, payload: bytes | str, **receipt: Any) -> PlateRead:
    (read,) = plates(adapter, payload, **receipt)
    return read


# ONVIF


def test_onvif_zero_bytes_end_what_was_so() -> None:
    desk = at(OnvifAdapter())
    topic = "cam/onvif-ej/RuleEngine/FieldDetector/ObjectsInside/&1/2/Zone"
    inside = b'{"UtcTime":"2026-01-15T15:40:00Z","Source":{"VideoSource":"1","A":"2","Rule":"Zone"}'
    inside += b',"Data":{"IsInside":true}}'
    assert len(desk.gets(inside, topic=topic)) == 1
    assert desk.gets(inside, topic=topic) == []
    assert desk.gets(b"", topic=topic) == []
    assert desk.rejected == []
    assert len(desk.gets(inside, topic=topic)) == 1


def test_onvif_zero_bytes_for_a_trouble_mean_that_it_works_again() -> None:
    desk = at(OnvifAdapter())
    topic = "cam/onvif-ej/VideoSource/SignalLoss/&1"
    lost = b'{"UtcTime":"2026-01-15T15:40:00Z","Source":{"Source":"1"},"Data":{"State":"true"}}'
    assert desk.gets(lost, topic=topic)[0].attributes["state"] == "no_picture"
    assert desk.gets(b"", topic=topic)[0].attributes["state"] == "working"


@pytest.mark.parametrize(
    ("topic", "what"),
    [
        ("RuleEngine/LineDetector/Crossed", "line_crossed"),
        ("tns1:RuleEngine/tt:LineDetector/Crossed", "line_crossed"),
        ("RuleEngine/CountAggregation/Counter", "counting"),
        ("RuleEngine/CellMotionDetector/Motion", "motion"),
        ("Device/Trigger/DigitalInput", "input"),
        ("AudioAnalytics/Audio/DetectedSound", "sound"),
        ("Device/Sensor/Humidity/High", "limit"),
        ("RuleEngine/SomeVendorRule/Fired", "rule"),
    ],
)
def test_onvif_topics_are_known_without_their_namespace(topic: str, what: str) -> None:
    payload = b'{"UtcTime":"2026-01-15T15:40:00Z","Source":{"VideoSource":1},"Data":{"Count":"7"}}'
    (told,) = at(OnvifAdapter()).gets(payload, topic=f"cam/onvif-ej/{topic}")
    assert told.attributes["happening"] == what
    assert ("count" in told.attributes) == (what == "counting")


def test_onvif_faces_are_never_read() -> None:
    desk = at(OnvifAdapter())
    face = b'{"UtcTime":"2026-01-15T15:40:00Z","Source":{},"Data":{"Label":"Jean Untel"}}'
    assert desk.gets(face, topic="cam/onvif-ej/RuleEngine/Recognition/Face") == []
    assert desk.warned == ["not_for_the_room"]
    assert "Untel" not in repr(desk.translation)


def test_onvif_a_vendors_own_topic_is_told_as_unknown() -> None:
    desk = at(OnvifAdapter())
    payload = b'{"UtcTime":"2026-01-15T15:40:00Z","Source":{},"Data":{"x":1}}'
    assert desk.gets(payload, topic="cam/onvif-ej/acme:LensFailure") == []
    assert desk.warned == ["unknown_event"]


def test_onvif_numbers_may_come_without_quotes_and_speeds_in_metres_a_second() -> None:
    payload = {
        "UtcTime": "2026-01-15T15:40:00",
        "Source": {"VideoSource": 1},
        "Data": {"LicensePlateInfo": {"PlateNumber": "X-EXE-101"}, "Likelihood": 0.5, "Speed": 10},
    }
    read = one(
        OnvifAdapter(), json.dumps(payload), topic="c/onvif-ej/RuleEngine/Recognition/LicensePlate"
    )
    assert (read.plate, read.confidence, read.speed_kmh) == ("XEXE101", 0.5, 36.0)
    assert (read.observed_at, read.tz_assumed) == (datetime(2026, 1, 15, 14, 40, tzinfo=UTC), True)


# Frigate


def frigate(kind: str, **after: Any) -> bytes:
    about = {"id": "1768491640.1-abc", "camera": "SN-1", "label": "car", "start_time": 1768491640.1}
    return json.dumps({"type": kind, "before": {}, "after": {**about, **after}}).encode()


def test_frigate_one_object_is_one_passage_and_one_hit(tmp_path: Path) -> None:
    options = FrigateSettings(cameras=(CAMERA,), watch_list=listed(tmp_path, entry()))
    desk = Desk(FrigateAdapter(options))
    assert desk.gets(frigate("new"), topic="frigate/events") == []
    lpr = b'{"type":"lpr","id":"1768491640.1-abc","name":"Jean","plate":"X-EXE-303","score":0.9,'
    lpr += b'"camera":"SN-1","timestamp":1768491641.5}'
    told = desk.gets(lpr, topic="frigate/tracked_object_update")
    assert [o.kind for o in told] == ["anpr_hit", "sensor"]
    end = frigate("end", recognized_license_plate="X-EXE-303", recognized_license_plate_score=0.95)
    assert desk.gets(end, topic="frigate/events") == []
    assert not [key for key in desk.memory if key.startswith("passage:")]
    assert "Jean" not in repr(told)


def test_frigate_a_vehicle_whose_plate_was_never_read_is_counted_at_its_end() -> None:
    desk = Desk(FrigateAdapter(FrigateSettings(cameras=(CAMERA,))))
    assert desk.gets(frigate("new"), topic="frigate/events") == []
    (flow,) = desk.gets(frigate("end"), topic="frigate/events")
    assert flow.attributes["unread"] == 1


def test_frigate_what_it_saw_beside_plates_is_told_only_when_asked_for() -> None:
    person = frigate("new", label="person", sub_label=["Jean Untel", 0.8])
    assert at(FrigateAdapter()).gets(person, topic="frigate/events") == []
    (told,) = at(FrigateAdapter(FrigateSettings(detections=True))).gets(person)
    assert told.attributes["target"] == "person"
    assert "Untel" not in told.model_dump_json()


@pytest.mark.parametrize(
    ("state", "headline"),
    [
        (b"online", "Frigate frigate : en ligne"),
        (b"offline", "Frigate frigate : hors ligne"),
        (b"stopped", "Frigate frigate : hors ligne"),
    ],
)
def test_frigate_says_whether_it_is_there(state: bytes, headline: str) -> None:
    (told,) = at(FrigateAdapter()).gets(state, topic="frigate/available")
    assert (told.kind, told.headline) == ("channel_status", headline)


def test_frigate_says_how_a_camera_is() -> None:
    desk = at(FrigateAdapter(FrigateSettings(cameras=(CAMERA,))))
    (told,) = desk.gets(b"offline", topic="frigate/SN-1/status/detect")
    assert (told.kind, told.attributes["state"]) == ("camera_status", "no_picture")
    assert desk.gets(b"online", topic="frigate/SN-1/status/record") == []
    assert desk.gets(b"disabled", topic="frigate/SN-1/status/detect") == []
    assert desk.gets(b"maybe", topic="frigate/SN-1/status/detect") == []
    assert desk.rejected == ["unknown_state"]


@pytest.mark.parametrize(
    "topic", ["frigate/stats", "frigate/SN-1/car", "frigate/SN-1/car/snapshot"]
)
def test_frigates_own_business_is_left_alone(topic: str) -> None:
    desk = at(FrigateAdapter())
    assert desk.gets(b"\xff\xd8\xff\xe0", topic=topic) == []
    assert (desk.rejected, desk.warned) == ([], [])


def test_frigate_miles_become_kilometres() -> None:
    end = frigate("end", recognized_license_plate="X-EXE-1", current_estimated_speed=30)
    read = one(FrigateAdapter(FrigateSettings(speed_unit="mph")), end, topic="f/events")
    assert read.speed_kmh == 48.3


# Hikvision


ANPR = (FIXTURES / "hikvision/own-anpr-multipart.bin").read_bytes()


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "multipart/form-data; boundary=boundary",
        'multipart/form-data; boundary="boundary"',
        "multipart/form-data",
        "multipart/form-data; boundary=another",
        "application/octet-stream",
    ],
)
def test_hikvision_the_boundary_is_found_whatever_the_header_says(content_type: str) -> None:
    assert one(HikvisionAdapter(), ANPR, content_type=content_type).plate == "XEXE101"


def test_hikvision_a_wrong_length_or_a_missing_end_costs_nothing() -> None:
    assert one(HikvisionAdapter(), ANPR[: ANPR.index(b"JFIF")]).plate == "XEXE101"
    lying = ANPR.replace(b"Content-Length: ", b"Content-Length: 9")
    assert one(HikvisionAdapter(), lying).plate == "XEXE101"
    bare = ANPR.replace(b"\r\n", b"\n")
    assert one(HikvisionAdapter(), bare).plate == "XEXE101"


def test_hikvision_what_forward_means_is_the_sites_business() -> None:
    read = one(HikvisionAdapter(HikvisionSettings(forward="leave")), ANPR)
    assert read.direction == "leave"


@pytest.mark.parametrize(
    ("event", "state", "expected"),
    [
        ("videoloss", "active", "no_picture"),
        ("videoloss", "inactive", "working"),
        ("shelteralarm", "active", "covered"),
        ("scenechangedetection", "active", "moved"),
        ("defocus", "active", "blurred"),
        ("heartBeat", "active", "working"),
    ],
)
def test_hikvision_troubles_of_the_camera_are_its_state(
    event: str, state: str, expected: str
) -> None:
    alert = (
        "<EventNotificationAlert><macAddress>a</macAddress><dateTime>2026-01-15T16:40:52+01:00"
        f"</dateTime><eventType>{event}</eventType><eventState>{state}</eventState>"
        "</EventNotificationAlert>"
    )
    (told,) = at(HikvisionAdapter()).gets(alert.encode())
    assert (told.kind, told.attributes["state"]) == ("camera_status", expected)


@pytest.mark.parametrize("event", ["faceCapture", "alarmResult", "AccessControllerEvent"])
def test_hikvision_people_are_never_read(event: str) -> None:
    alert = {"eventType": event, "dateTime": "2026-01-15T16:40:52+01:00", "name": "Jean Untel"}
    desk = at(HikvisionAdapter())
    assert desk.gets(json.dumps(alert).encode()) == []
    assert desk.warned == ["not_for_the_room"]
    assert "Untel" not in repr(desk.translation)


def test_hikvision_without_a_time_the_pictures_time_is_taken() -> None:
    anpr = {
        "licensePlate": "X-EXE-101",
        "pictureInfoList": {"pictureInfo": [{"absTime": "20260115164058654"}]},
    }
    read = one(HikvisionAdapter(), json.dumps({"eventType": "ANPR", "ANPR": anpr}))
    assert read.observed_at == datetime(2026, 1, 15, 15, 40, 58, 654000, tzinfo=UTC)
    assert read.tz_assumed is True


def test_hikvision_one_bad_part_does_not_cost_the_others() -> None:
    bad = b"--boundary\r\nContent-Type: application/xml\r\n\r\n<a><b></a>\r\n"
    desk = at(HikvisionAdapter())
    assert [o.kind for o in desk.gets(bad + ANPR)] == ["sensor"]
    assert desk.rejected == ["xml_syntax"]


@pytest.mark.parametrize(
    ("degree", "half", "expected"),
    [("50", "N", 50.5), ("50", "S", -50.5), ("181", "N", None), ("", "N", None)],
)
def test_hikvision_degrees_and_minutes_stand_apart(
    degree: str, half: str, expected: float | None
) -> None:
    alert = {
        "eventType": "ANPR",
        "ANPR": {"licensePlate": "X-EXE-101"},
        "DeviceGPSInfo": {
            "latitudeType": half,
            "longitudeType": "E",
            "Latitude": {"degree": degree, "minute": "30"},
            "Longitude": {"degree": 4, "minute": 0, "sec": 36},
        },
    }
    read = one(HikvisionAdapter(), json.dumps(alert))
    found = read.position.coordinates if read.position else None
    assert found == (None if expected is None else (4.01, expected))


# Axis


def axis(state: str, plate: str, **more: Any) -> bytes:
    return json.dumps(
        {
            "plateUTF8": plate,
            "carID": "11",
            "carState": state,
            "plateConfidence": "0.9",
            "capture_timestamp": "1768491658000",
            "camera_info": {"SerialNumber": "SN-1"},
            **more,
        }
    ).encode()


def test_axis_new_update_and_lost_are_one_passage(tmp_path: Path) -> None:
    options = PlateSettings(cameras=(CAMERA,), watch_list=listed(tmp_path, entry()))
    desk = Desk(AxisAdapter(options))
    assert [o.kind for o in desk.gets(axis("new", "XEXE30"))] == ["sensor"]
    (hit,) = desk.gets(axis("update", "XEXE303"))
    assert (hit.kind, hit.external_id) == ("anpr_hit", "SN-1|11|V-07|exact")
    assert desk.gets(axis("lost", "XEXE303")) == []
    desk.waits(60)
    (flow,) = desk.gets(axis("lost", "XEXE1", carID=12))[:1]
    assert flow.attributes["passages"] == 1


# OpenALPR


def test_openalpr_frames_hit_at_once_and_the_group_counts(tmp_path: Path) -> None:
    options = PlateSettings(
        cameras=(CAMERA.model_copy(update={"device_refs": ("7",)}),),
        watch_list=listed(tmp_path, entry(plate="X-EXE-110")),
    )
    desk = Desk(OpenalprAdapter(options))
    results = (FIXTURES / "openalpr/own-results.json").read_bytes()
    (hit,) = desk.gets(results)
    assert hit.external_id == "AGENT-7-1768491658425|0|V-07|exact"
    alert = json.loads((FIXTURES / "openalpr/own-alert.json").read_bytes())
    assert desk.gets(json.dumps(alert).encode()) == []
    (flow,) = desk.gets(json.dumps(alert[0]["group"]).encode())
    assert flow.attributes["passages"] == 1
    assert not [key for key in desk.memory if key.startswith("passage:")]


def test_openalpr_two_vehicles_in_one_frame_do_not_withdraw_each_other(tmp_path: Path) -> None:
    options = PlateSettings(watch_list=listed(tmp_path, entry(plate="X-EXE-110")))
    desk = at(OpenalprAdapter(options))
    told = desk.gets((FIXTURES / "openalpr/own-results.json").read_bytes())
    assert [o.attributes["match"] for o in told] == ["exact"]


@pytest.mark.parametrize(
    ("country", "region", "expected"),
    [
        ("us", "us-ma", "US"),
        ("us", "ma", "US"),
        ("eu", "be", "BE"),
        ("eu", "eu-be", "BE"),
        (None, "eu-nl", "NL"),
        (None, "ma", None),
        ("", "", None),
        ("eu", "", None),
    ],
)
def test_openalpr_a_region_is_a_country_only_in_europe(
    country: str | None, region: str, expected: str | None
) -> None:
    group = {
        "data_type": "alpr_group",
        "best_uuid": "u",
        "country": country,
        "best_region": region,
        "best_plate_number": "XEXE1",
    }
    assert one(OpenalprAdapter(), json.dumps(group)).country == expected


def test_openalpr_one_bad_message_of_a_list_does_not_cost_the_others() -> None:
    desk = at(OpenalprAdapter())
    group = {"data_type": "alpr_group", "best_uuid": "u", "best_plate_number": "XEXE1"}
    told = desk.gets(json.dumps([{"data_type": "x"}, {"data_type": "alpr_group"}, group]).encode())
    assert [o.kind for o in told] == ["sensor"]
    assert desk.rejected == ["unknown_data_type", "missing_field"]


# Plate Recognizer


def test_platerecognizer_reads_an_old_form_too() -> None:
    body = urlencode({"json": '{"camera_id": "q", "results": [{"plate": "xexe1"}]}'})
    kind = "application/x-www-form-urlencoded"
    assert one(PlateRecognizerAdapter(), body, content_type=kind).plate == "XEXE1"


def test_platerecognizer_says_what_is_wrong_with_a_camera() -> None:
    alert = {"anomaly": "Offline", "user": "jean@untel", "cameras": [{"name": "SN-1"}]}
    (told,) = at(PlateRecognizerAdapter()).gets(json.dumps(alert).encode())
    assert (told.kind, told.attributes["state"]) == ("camera_status", "no_picture")
    assert "untel" not in told.model_dump_json()


# Dahua


def test_dahua_the_field_utc_is_local_time() -> None:
    line = 'Code=TrafficJunction;action=Pulse;index=0;data={"UTC":1768495258,"TrafficCar":{%s}}'
    car = '"PlateNumber":"XEXE1","MachineName":"m"'
    read = one(DahuaAdapter(), line % car)
    assert read.observed_at == datetime(2026, 1, 15, 15, 40, 58, tzinfo=UTC)
    assert read.tz_assumed is True


def test_dahua_keep_alives_are_signs_of_life() -> None:
    for body, origin in ((b'{"DeviceID":"d1"}', "/NotificationInfo/KeepAlive"), (b"Heartbeat", "")):
        (told,) = at(DahuaAdapter()).gets(body, origin=origin)
        assert (told.kind, told.attributes["state"]) == ("camera_status", "working")


def test_dahua_one_damaged_event_does_not_cost_the_others() -> None:
    text = (
        'Code=TrafficJunction;action=Pulse;index=0;data={"TrafficCar":{"PlateNumber": }}\n'
        'Code=TrafficJunction;action=Pulse;index=0;data={"TrafficCar":{"PlateNumber":"XEXE1"}}\n'
    )
    desk = at(DahuaAdapter())
    assert [o.kind for o in desk.gets(text.encode())] == ["sensor"]
    assert desk.rejected == ["json_syntax"]
    assert desk.translation.rejections[0].field == "event[0]/data"
    assert desk.translation.rejections[0].offset is not None


def test_dahua_text_in_latin_letters_is_read_as_such() -> None:
    text = 'Code=CrossLineDetection;action=Start;index=0;data={"Name":"Entrée"}'
    desk = at(DahuaAdapter())
    (told,) = desk.gets(text.encode("latin-1"))
    assert told.attributes["rule"] == "Entrée"
    assert "wrong_encoding" in desk.warned


@pytest.mark.parametrize(("written", "expected"), [(88, 0.88), (255, 1.0), (0, None), (-1, None)])
def test_dahua_a_confidence_is_per_cent_or_a_byte(written: int, expected: float | None) -> None:
    body = {"Picture": {"Plate": {"PlateNumber": "XEXE1", "Confidence": written}}}
    assert one(DahuaAdapter(), json.dumps(body)).confidence == expected


# tables


def test_a_site_may_give_its_own_table(tmp_path: Path) -> None:
    table = tmp_path / "site.yaml"
    table.write_text(
        "records: lectures\n"
        'fields: {plate: [Plaque], device: [/poste], confidence: [Note], passage: ["no"]}\n'
        "times: [{date: Jour, time: Heure, order: dmy}]\n"
        "scales: {confidence: 10}\n",
        "utf-8",
    )
    message = {
        "Poste": "P1",
        "Lectures": [
            {"PLAQUE": "X-EXE-1", "note": "9,5", "Jour": "15.01.2026", "heure": "4:40 PM", "No": 3},
            {"plaque": "", "Jour": "15/01/2026", "heure": "16:40"},
        ],
    }
    adapter = GenetecAdapter(TableSettings(mapping=table))
    first, second = plates(adapter, json.dumps(message))
    assert (first.plate, first.confidence, first.device_refs) == ("XEXE1", 0.95, ("P1",))
    assert first.observed_at == second.observed_at == datetime(2026, 1, 15, 15, 40, tzinfo=UTC)
    assert second.plate is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fields: {}", "nowhere where the plate stands"),
        ("fields: {plate: [a], face: [b]}", "fields.face"),
        ("fields: {plate: [a]}\ntimes: [{iso: a, epoch: b}]", "a time is iso"),
        ("fields: [", "cannot be read"),
    ],
)
def test_a_table_that_makes_no_sense_stops_the_source(tmp_path: Path, text: str, said: str) -> None:
    table = tmp_path / "site.yaml"
    table.write_text(text, "utf-8")
    with pytest.raises(ValidationError, match=said):
        TableSettings(mapping=table)


def test_survision_a_sensor_that_lives_is_working() -> None:
    (told,) = at(SurvisionAdapter()).gets(b'{"keepAlive": {"@date": "1"}}', origin="/portique-7")
    assert told.attributes["state"] == "working"
    assert told.external_id.startswith("portique-7@")


def test_a_date_that_begins_with_its_year_is_read_as_such() -> None:
    message = {"Plate": "X-EXE-1", "DateUtc": "2026-01-15", "TimeUtc": "15:40:58"}
    read = one(GenetecAdapter(), json.dumps(message))
    assert read.observed_at == datetime(2026, 1, 15, 15, 40, 58, tzinfo=UTC)


def test_what_fills_up_the_end_of_a_message_is_left_alone() -> None:
    alert = (FIXTURES / "hikvision/parkpow-anpr.xml").read_bytes()
    assert one(HikvisionAdapter(), alert + bytes(64)).plate == "XEXE600"


def test_onvif_an_event_may_stand_inside_a_message() -> None:
    plate = {"LicensePlateInfo": {"tt:PlateNumber": "X-EXE-1"}}
    inside = {"Source": {"VideoSource": "1"}, "Data": {"tt:LicensePlateInfo": plate}}
    event = {"Topic": "tns1:RuleEngine/Recognition/LicensePlate", "Message": inside}
    read = one(OnvifAdapter(), json.dumps({**event, "UtcTime": "2026-01-15T15:40:00Z"}))
    assert (read.plate, read.observed_at) == ("XEXE1", datetime(2026, 1, 15, 15, 40, tzinfo=UTC))
