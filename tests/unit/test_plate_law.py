"""What may leave of what a camera read: hits of our list, a count or a token, never a plate."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plate_desk import CAMERA, LIVE_PLATE, NOW, Desk, Spoken, entry, listed, private, seen
from tocsin.contract import Observation
from tocsin_adapters.plates import (
    Happening,
    PlateSettings,
    StateOfCamera,
    StateOfRecorder,
    Vehicle,
)

SECRET = "s" * 40


def desk(folder: Path | None = None, *entries: Any, **options: Any) -> Desk:
    if folder is not None:
        options["watch_list"] = listed(folder, *(entries or (entry(),)))
    return Desk(Spoken(PlateSettings(cameras=(CAMERA,), **options)))


def tokens(folder: Path, **options: Any) -> Desk:
    key = private(folder / "token.key", SECRET)
    return desk(passages="token", token_key_file=key, **options)


def kinds(observations: list[Observation]) -> list[str]:
    return [observation.kind for observation in observations]


def hits(observations: list[Observation]) -> list[Observation]:
    return [observation for observation in observations if observation.kind == "anpr_hit"]


# hits


def test_a_listed_plate_is_told_by_its_ref_and_description(tmp_path: Path) -> None:
    white_van = Vehicle(kind="van", kind_confidence=0.9, colour="white", make="Ford")
    read = seen(
        "X-EXE-303",
        country="BE",
        direction="approach",
        lane=2,
        speed_kmh=48.0,
        vehicle=white_van,
        vendor_list="blocked",
    )
    (hit,) = hits(desk(tmp_path, languages=("en",)).hears(read))
    assert hit.external_id == "p1|V-07|exact"
    assert hit.headline == "V-07, white van"
    assert hit.location_codes == {"tunnel": "annie-cordy", "camera": "boul-03", "vehicle": "V-07"}
    assert hit.location_text == "Avenue de la Basilique / Basilieklaan"
    assert hit.geometry is not None
    assert hit.geometry.coordinates == (4.31044, 50.86548)
    assert (hit.accuracy_m, hit.confidence, hit.legal_regime) == (25, 0.93, "LFP_police")
    assert (hit.mode, hit.action, hit.type_hint) == ("exercise", "new", None)
    assert hit.attributes == {
        "list_ref": "V-07",
        "list_description": {
            "fr": "camionnette blanche",
            "nl": "witte bestelwagen",
            "en": "white van",
        },
        "list_owner": "Zone de police fictive, chef de corps",
        "list_until": "2026-01-18T14:00:00+01:00",
        "legal_basis": "art. 44/11/3sexies LFP, disparition",
        "action_card": "observe",
        "match": "exact",
        "characters_apart": 0,
        "verified": False,
        "country": "BE",
        "direction": "approach",
        "heading_deg": 250,
        "lane": 2,
        "speed_kmh": 48.0,
        "vehicle_class": "van",
        "vehicle_class_confidence": 0.9,
        "vehicle_colour": "white",
        "vehicle_make": "Ford",
        "vendor_list": "blocked",
        "device_ref": "SN-1",
    }


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "V-07 possible, camionnette blanche : un caractère diffère"),
        ("nl", "Mogelijk V-07, witte bestelwagen: één teken verschilt"),
        ("en", "Possibly V-07, white van: one character differs"),
    ],
)
def test_a_look_alike_is_told_as_a_weaker_match(tmp_path: Path, language: str, said: str) -> None:
    (hit,) = hits(desk(tmp_path, languages=(language,)).hears(seen("X-EXE-3O3")))
    assert hit.headline == said
    assert (hit.attributes["match"], hit.attributes["characters_apart"]) == ("confusable", 1)
    assert hit.attributes["verified"] is False


def test_an_orange_plate_and_another_country_are_told_with_the_hit(tmp_path: Path) -> None:
    room = desk(tmp_path, entry(country="BE", type_hint="TRA-CNV"))
    (hit,) = hits(room.hears(seen("X-EXE-303", country="NL", hazmat_sign=True)))
    assert hit.attributes["dangerous_goods"] is True
    assert hit.attributes["country_differs"] is True
    assert hit.type_hint == "TRA-CNV"


def test_a_list_of_another_world_is_never_compared(tmp_path: Path) -> None:
    room = desk(tmp_path)
    room.realm = "live"
    assert hits(room.hears(seen("X-EXE-303"))) == []
    assert "list_of_another_world" in room.warned
    live = Desk(
        Spoken(
            PlateSettings(
                cameras=(CAMERA,),
                watch_list=listed(tmp_path, entry(plate=LIVE_PLATE), kind="live"),
            )
        )
    )
    assert hits(live.hears(seen(LIVE_PLATE))) == []
    live.realm = "live"
    (hit,) = hits(live.hears(seen(LIVE_PLATE, "p2")))
    assert hit.mode == "real"


def test_what_is_wrong_with_the_list_is_told_once(tmp_path: Path) -> None:
    room = desk(tmp_path, entry(validator=None), entry(ref="V-08", plate="X-EXE-308"))
    room.hears()
    assert room.warned == ["watch_list_entry"]
    said = room.translation.warnings[0].message
    assert said == "entry V-07: validator: Field required; it never matches"
    room.hears()
    assert room.warned == []
    room.adapter = desk(tmp_path, entry(owner=None)).adapter
    room.hears()
    assert room.warned == ["watch_list_entry"]


def test_an_expired_entry_stops_at_once(tmp_path: Path) -> None:
    room = desk(tmp_path, entry(expires="2026-01-15T16:42:00+01:00"))
    assert len(hits(room.hears(seen("X-EXE-303")))) == 1
    room.waits(53)
    assert hits(room.hears(seen("X-EXE-303", "p2"))) == []


def test_a_reading_below_the_least_confidence_is_counted_only(tmp_path: Path) -> None:
    room = desk(tmp_path, least_confidence=0.95)
    assert kinds(room.hears(seen("X-EXE-303"))) == ["sensor"]


def test_frames_of_one_vehicle_before_one_camera_are_one_hit(tmp_path: Path) -> None:
    room = desk(tmp_path)
    assert len(hits(room.hears(seen("X-EXE-303")))) == 1
    for nth in range(20):
        room.waits(2)
        later = NOW + timedelta(seconds=2 + 2 * nth)
        assert hits(room.hears(seen("X-EXE-303", f"frame{nth}", observed_at=later))) == []
    later = room.now + timedelta(seconds=60)
    assert len(hits(room.hears(seen("X-EXE-303", "again", observed_at=later)))) == 1


def test_an_exact_reading_after_a_look_alike_updates_the_hit(tmp_path: Path) -> None:
    room = desk(tmp_path)
    (first,) = hits(room.hears(seen("X-EXE-3O3", last=False)))
    (second,) = hits(room.hears(seen("X-EXE-303", last=False)))
    assert (second.action, second.chain) == ("update", [first.external_id])
    assert second.attributes["match"] == "exact"
    assert hits(room.hears(seen("X-EXE-3O3"))) == []


def test_a_hit_is_withdrawn_when_the_camera_thinks_better_of_it(tmp_path: Path) -> None:
    room = desk(tmp_path)
    (first,) = hits(room.hears(seen("X-EXE-3O3", last=False)))
    (second,) = hits(room.hears(seen("X-EXE-999")))
    assert (second.action, second.chain) == ("update", [first.external_id])
    assert second.attributes["match"] == "withdrawn"
    assert second.location_codes["vehicle"] == "V-07"


def test_a_doubtful_reading_in_between_withdraws_nothing(tmp_path: Path) -> None:
    room = desk(tmp_path)
    assert len(hits(room.hears(seen("X-EXE-303", last=False)))) == 1
    assert hits(room.hears(seen("X-EXE-9", last=False))) == []
    assert hits(room.hears(seen("X-EXE-303"))) == []


def test_a_camera_whose_clock_is_an_hour_off_tells_one_hit_too(tmp_path: Path) -> None:
    room = desk(tmp_path)
    told = []
    for nth in range(10):
        wrong = room.now + timedelta(hours=1)
        told += hits(room.hears(seen("X-EXE-303", f"p{nth}", observed_at=wrong)))
        room.waits(20)
    assert len(told) == 1


# what never leaves


def test_the_plate_is_masked_in_ids_that_senders_build_around_it(tmp_path: Path) -> None:
    room = desk(tmp_path)
    names = ("SN-1", "x.exe.303 north")
    told = room.hears(
        seen("X-EXE-303", "cam|x-exe-303.jpg|5", device_refs=names, vendor_list="owner X EXE 303")
    )
    (hit,) = hits(told)
    assert hit.external_id == "cam|*.jpg|5|V-07|exact"
    assert "vendor_list" not in hit.attributes


@settings(deadline=None, max_examples=60)
@given(
    plate=st.from_regex(r"X-EXE-[0-9A-Z]{1,5}", fullmatch=True),
    words=st.from_regex(r"[a-z|/_]{0,5}", fullmatch=True),
)
def test_no_plate_leaves_by_any_door(
    tmp_path_factory: pytest.TempPathFactory, plate: str, words: str
) -> None:
    folder = tmp_path_factory.mktemp("plates")
    key = private(folder / "token.key", SECRET)
    path = listed(folder, entry())
    options = PlateSettings(
        cameras=(CAMERA,), watch_list=path, passages="token", token_key_file=key
    )
    room = Desk(Spoken(options), regime="LFP_police")
    read = seen(
        plate,
        f"{words}{plate}{words}",
        candidates=(plate,),
        device_refs=("SN-9",),
        device_name=plate,
        vendor_list=f"list {plate}",
        last=False,
    )
    told = room.hears(read)
    text = "".join(o.model_dump_json() for o in told) + repr(room.memory) + repr(room.warned)
    normal = plate.replace("-", "")
    if len(normal) >= 6:
        assert normal not in "".join(filter(str.isalnum, text.upper()))


# passages


def test_by_default_a_passage_leaves_nothing_but_a_figure() -> None:
    room = desk()
    (first,) = room.hears(seen("X-EXE-101", "a"))
    assert (first.kind, first.action, first.headline) == ("sensor", "heartbeat", "Premier passage")
    assert first.external_id == "flow|boul-03|2026-01-15T15:41:00+00:00|first"
    assert room.hears(seen("X-EXE-102", "b", hazmat_sign=True)) == []
    assert room.hears(seen(None, "c")) == []
    room.waits(60)
    (flow,) = room.hears()
    assert flow.external_id == "flow|boul-03|2026-01-15T15:41:00+00:00"
    assert flow.headline == "3 passages en une minute"
    assert flow.attributes == {
        "passages": 3,
        "unread": 1,
        "hazmat_signs": 1,
        "minute_complete": True,
    }
    assert flow.location_codes["camera"] == "boul-03"
    assert (flow.valid_from, flow.valid_to) == (
        NOW.replace(second=0),
        NOW.replace(minute=42, second=0),
    )


def test_in_steady_traffic_each_minute_is_told_once() -> None:
    room = desk()
    told = []
    for nth in range(120):
        told += room.hears(seen("X-EXE-101", f"p{nth}"))
        room.waits(5)
    assert [o.attributes["passages"] for o in told] == [1, 11, *[12] * 9]


def test_a_camera_that_falls_silent_is_forgotten() -> None:
    room = desk()
    room.hears(seen("X-EXE-101"))
    for _ in range(3):
        room.waits(60)
        room.hears()
    assert set(room.memory) == {"minute"}


def test_one_vehicle_in_several_messages_counts_once() -> None:
    room = desk()
    room.hears(seen("X-EXE-101", last=False))
    room.hears(seen("X-EXE-101", last=False))
    room.hears(seen("X-EXE-101"))
    room.waits(60)
    (flow,) = room.hears()
    assert flow.attributes["passages"] == 1


def test_what_is_sent_again_after_an_outage_is_no_flow_of_now(tmp_path: Path) -> None:
    room = desk(tmp_path)
    assert room.hears(seen("X-EXE-101", late=True)) == []
    (hit,) = room.hears(seen("X-EXE-303", late=True))
    assert hit.attributes["late"] is True


def test_a_token_is_the_same_all_day_and_another_tomorrow(tmp_path: Path) -> None:
    room = tokens(tmp_path)
    (first, _) = room.hears(seen("X-EXE-101", "a"))
    (again,) = room.hears(seen("x exe 101", "b"))
    (other,) = room.hears(seen("X-EXE-102", "c"))
    assert first.kind == "anpr_passage"
    assert first.attributes == {"device_ref": "SN-1"}
    token = first.location_codes["track"]
    assert token.startswith("t-")
    assert len(token) == 18
    assert again.location_codes["track"] == token
    assert other.location_codes["track"] != token
    room.waits(24 * 3600)
    tomorrow = next(o for o in room.hears(seen("X-EXE-101", "d")) if o.kind == "anpr_passage")
    assert tomorrow.location_codes["track"] != token


def test_the_day_of_a_token_ends_at_local_midnight(tmp_path: Path) -> None:
    room = tokens(tmp_path)
    room.now = NOW.replace(hour=22, minute=59, second=0)
    before = room.hears(seen("X-EXE-101", "a"))[0].location_codes["track"]
    room.waits(60)
    after = [o for o in room.hears(seen("X-EXE-101", "b")) if o.kind == "anpr_passage"]
    assert after[0].location_codes["track"] != before


def test_another_secret_gives_other_tokens(tmp_path: Path) -> None:
    one = tokens(tmp_path).hears(seen("X-EXE-101"))[0].location_codes["track"]
    key = private(tmp_path / "other.key", "o" * 40)
    other = desk(passages="token", token_key_file=key).hears(seen("X-EXE-101"))[0]
    assert other.location_codes["track"] != one


def test_a_plate_read_better_later_corrects_its_token(tmp_path: Path) -> None:
    room = tokens(tmp_path)
    (first, _) = room.hears(seen("X-EXE-1O1", last=False))
    (second,) = room.hears(seen("X-EXE-101"))
    assert (second.action, second.chain) == ("update", [first.external_id])
    assert second.location_codes["track"] != first.location_codes["track"]


def test_a_hit_leaves_no_token_beside_it(tmp_path: Path) -> None:
    key = private(tmp_path / "token.key", SECRET)
    room = desk(tmp_path, passages="token", token_key_file=key)
    assert kinds(room.hears(seen("X-EXE-303"))) == ["anpr_hit", "sensor"]


def test_a_reading_without_any_id_gets_one_from_where_and_when_it_came(tmp_path: Path) -> None:
    (passage, _) = tokens(tmp_path).hears(seen("X-EXE-101", ""))
    assert passage.external_id == f"boul-03|{NOW.isoformat()}"


def test_a_doubtful_reading_leaves_no_token(tmp_path: Path) -> None:
    told = tokens(tmp_path, least_confidence=0.95).hears(seen("X-EXE-101"))
    assert kinds(told) == ["sensor"]


# the law of cameras


def test_without_a_legal_regime_nothing_leaves() -> None:
    room = desk()
    stranger = seen("X-EXE-101", device_refs=("SN-9",))
    assert room.hears(stranger) == []
    assert room.rejected == ["no_legal_regime"]
    assert room.hears(StateOfCamera(device_refs=("SN-9",), state="working")) == []
    assert room.rejected == ["no_legal_regime"]
    assert room.hears(Happening(device_refs=("SN-9",), what="motion", code="VMD")) == []
    assert room.rejected == ["no_legal_regime"]
    assert kinds(room.hears(Happening(device_refs=("x",), what="input", code="IO"))) == ["sensor"]


def test_the_registers_regime_of_a_camera_goes_before_that_of_its_source() -> None:
    room = desk()
    room.regime = "trafic_non_surveillance"
    assert room.hears(seen("X-EXE-101"))[0].legal_regime == "LFP_police"
    strange = room.hears(seen("X-EXE-101", "b", device_refs=("SN-9",)))
    assert strange[0].legal_regime == "trafic_non_surveillance"
    assert room.warned == ["unknown_camera"]


def test_a_camera_is_also_known_by_where_its_messages_come_in() -> None:
    room = desk()
    room.adapter.saying = (seen("X-EXE-101", device_refs=()),)  # type: ignore[attr-defined]
    (first,) = room.gets(b"", origin="/cameras/BOUL-03")
    assert first.location_codes["camera"] == "boul-03"
    assert room.warned == []


# states and happenings


def test_the_state_of_a_camera_is_news_when_it_changes() -> None:
    room = desk()
    works = StateOfCamera(device_refs=("SN-1",), state="working")
    dark = StateOfCamera(device_refs=("SN-1",), state="no_picture", observed_at=NOW)
    (first,) = room.hears(works)
    assert (first.kind, first.action) == ("camera_status", "new")
    assert first.attributes["state"] == "working"
    assert first.location_codes["camera"] == "boul-03"
    assert first.headline == "Avenue de la Basilique : en service"
    room.waits(30)
    assert room.hears(works) == []
    room.waits(31)
    (repeat,) = room.hears(works)
    assert (repeat.action, repeat.attributes["since"]) == ("heartbeat", NOW.isoformat())
    (lost,) = room.hears(dark)
    assert (lost.action, lost.attributes["state"]) == ("new", "no_picture")
    assert lost.external_id == f"boul-03@{NOW.isoformat()}"


def test_a_recorder_that_goes_is_told_once() -> None:
    room = desk()
    up = StateOfRecorder(device_refs=("frigate",), name="Frigate frigate", up=True)
    down = StateOfRecorder(device_refs=("frigate",), name="Frigate frigate", up=False)
    assert kinds(room.hears(up)) == ["channel_status"]
    assert room.hears(up) == []
    (gone,) = room.hears(down)
    assert (gone.headline, gone.attributes["state"]) == ("Frigate frigate : hors ligne", "offline")


def test_a_happening_is_told_when_it_begins_and_again_once_a_minute() -> None:
    room = desk()
    inside = Happening(device_refs=("SN-1",), what="intrusion", code="field", key="2")
    over = Happening(device_refs=("SN-1",), what="intrusion", code="field", key="2", life="over")
    (first,) = room.hears(inside)
    assert (first.kind, first.type_hint, first.action) == ("sensor", None, "new")
    room.waits(59)
    assert room.hears(inside) == []
    room.waits(1)
    assert len(room.hears(inside)) == 1
    assert room.hears(over) == []
    assert len(room.hears(inside)) == 1


def test_only_what_the_table_allows_is_told_with_a_happening() -> None:
    figures: dict[str, Any] = {"celsius": 412.5, "owner": "somebody", "count": 3}
    room = desk()
    (fire,) = room.hears(
        Happening(device_refs=("SN-1",), what="fire", code="fireDetection", figures=figures)
    )
    assert (fire.kind, fire.type_hint) == ("event", "FIR-BLD")
    assert fire.attributes == {
        "happening": "fire",
        "fire": True,
        "celsius": 412.5,
        "device_ref": "SN-1",
    }


def test_the_memory_stays_bounded() -> None:
    room = desk()
    for nth in range(20):
        room.hears(*(seen(f"X-EXE-{n}", f"{nth}-{n}", last=False) for n in range(500)))
    assert len(room.memory) <= 8_000
    room.waits(660)
    room.hears()
    assert len(room.memory) <= 3
