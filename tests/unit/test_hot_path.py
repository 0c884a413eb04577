"""What was made quick must come to the same as what was plain."""

import asyncio
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest

from tocsin.contract.times import to_text
from tocsin.ingest.checks import PLATE_MASK, PLATE_PATTERN
from tocsin.journal.entry import Entry
from tocsin.live.hub import PICTURE_SHARED, Hub
from tocsin.places import distance_m
from tocsin.situation.evolve import evolve_all
from tocsin.situation.index import cell_of, cells_around
from tocsin.situation.picture import Shown, Situation, changed, picture

NOW = datetime(2026, 1, 15, 15, 41, 7, 123_456, tzinfo=UTC)
SHOWN = Shown("O-1", "cad:112", "call-1", "event", "new", "real", "2026-01-15T15:41:07.000Z")
# As one would write it: nothing that belongs to a longer word, then the plate, then the same.
PLAIN = re.compile(rb"(?<![0-9A-Za-z-])[0-9][- ][A-Z]{3}[- ][0-9]{3}(?![0-9A-Za-z-])")


def test_the_quick_plate_pattern_masks_what_the_plain_one_does() -> None:
    chance = random.Random(1)
    for _ in range(20_000):
        text = bytes(chance.choice(b'09AZa- \n"') for _ in range(chance.randrange(6, 16)))
        plate = b"%d-%s-%03d" % (chance.randrange(10), b"XYZ", chance.randrange(1000))
        message = text[:5] + plate + text[5:]
        assert PLATE_PATTERN.sub(PLATE_MASK, message) == PLAIN.sub(PLATE_MASK, message)


def test_a_changed_record_is_a_replaced_one() -> None:
    changes = {"incident": "I-0001", "joined_by": 7}
    assert changed(SHOWN, **changes) == replace(SHOWN, **changes)
    assert SHOWN.incident is None


@pytest.mark.parametrize("radius", [1.0, 150.0, 489.0, 1200.0, 4000.0])
def test_every_place_within_the_radius_lies_in_a_cell_that_is_looked_at(radius: float) -> None:
    chance = random.Random(2)
    lat, lon = 50.8467, 4.3525
    cells = set(cells_around(lat, lon, radius))
    for _ in range(2_000):
        other = lat + chance.uniform(-0.05, 0.05), lon + chance.uniform(-0.08, 0.08)
        assert distance_m(lat, lon, *other) > radius or cell_of(*other) in cells


def test_a_time_of_any_zone_is_told_in_utc() -> None:
    brussels = NOW.astimezone(timezone(timedelta(hours=1)))
    assert to_text(brussels) == to_text(NOW) == "2026-01-15T15:41:07.123Z"


def observed(n: int) -> Entry:
    at = "2026-01-15T15:41:07.000Z"
    shown = {
        "id": f"O-{n}",
        "source": "cad:112",
        "external_id": f"call-{n}",
        "kind": "event",
        "action": "new",
        "mode": "real",
        "recorded_at": at,
    }
    return Entry(n, at, "observation_recorded", n, {"id": f"O-{n}", "shown": shown})


def first_messages(hub: Hub) -> list[dict[str, object]]:
    async def join() -> list[bytes]:
        async with hub.joined(None) as (_, opening):
            return opening[1:]

    return [orjson.loads(message) for message in asyncio.run(join())]


def test_screens_that_open_together_share_a_snapshot_and_see_the_same() -> None:
    """A snapshot is large; what came after it follows in a frame."""
    hub = Hub(Situation("live"), clock=lambda: NOW, read=lambda *_: [], health=dict)

    def commit(first: int, number: int) -> None:
        entries = [observed(n) for n in range(first, first + number)]
        hub.announced(entries, evolve_all(hub.situation, entries))

    commit(1, 10)
    [snapshot] = first_messages(hub)
    commit(11, 3)
    shared, frame = first_messages(hub)
    assert shared == snapshot
    assert (frame["first"], frame["n"]) == (11, 13)
    assert isinstance(frame["entries"], list)
    assert [entry["n"] for entry in frame["entries"]] == [11, 12, 13]

    commit(14, PICTURE_SHARED)
    [fresh] = first_messages(hub)
    assert fresh["situation"] == orjson.loads(picture(hub.situation))
