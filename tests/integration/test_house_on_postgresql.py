"""The journal in PostgreSQL instead of a file: the same room."""

import json
from pathlib import Path
from typing import Any

from house import House, assert_each_once
from publishing import message, numbered, observed, publish
from services import Mosquitto


def as_decided(house: House) -> list[tuple[str, Any]]:
    """The journal without what differs from run to run: times."""
    return [
        (entry["kind"], [entry["body"].get(name) for name in ("incident", "observation", "from")])
        for entry in house.entries()
    ]


def test_it_decides_the_same_and_continues_after_a_kill(
    tmp_path: Path, mosquitto: Mosquitto, postgres_url: str
) -> None:
    ids = numbered("call", 0, 120)
    sent = [message(observed(i)) for i in ids]
    with House(tmp_path / "beside") as on_sqlite:
        publish(on_sqlite.mqtt, sent)
        on_sqlite.wait_recorded(len(ids))
        expected = as_decided(on_sqlite)
    with House(tmp_path / "house", mqtt=mosquitto.url, database=postgres_url) as house:
        publish(mosquitto.url, sent)
        house.wait_recorded(len(ids))
        assert as_decided(house) == expected
        before = house.picture()
        house.kill()
        house.start()
        assert house.picture() == before
        publish(mosquitto.url, [*sent, message(observed("one-more"))])
        house.wait(lambda: "one-more" in house.recorded())
        assert_each_once(house.recorded(), [*ids, "one-more"])
        assert json.loads(before)["n"] < house.situation()["n"]
    assert not (house.data / "journal.db").exists()
