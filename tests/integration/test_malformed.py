"""What cannot be used is kept with its reason, and never stands in the way of what can."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from house import House, assert_each_once
from publishing import Message, Publisher, message, numbered, observed
from services import Mosquitto

GOOD, BAD_OF_EACH = 900, 10


def changed(n: int, **changes: Any) -> Message:
    """A good message with fields of its observation replaced."""
    topic, payload = message(observed(f"bad-{n}"))
    document = json.loads(payload)
    document["data"] |= changes
    return topic, json.dumps(document).encode()


def without_version(n: int) -> Message:
    topic, payload = message(observed(f"bad-{n}"))
    document = json.loads(payload)
    del document["specversion"]
    return topic, json.dumps(document).encode()


def on_a_foreign_topic(n: int) -> Message:
    _, payload = message(observed(f"bad-{n}"))
    return "tocsin/v1/live/observations/mobiris:events", payload


def too_large(n: int) -> Message:
    topic, payload = message(observed(f"bad-{n}"))
    return topic, payload.ljust(64 * 1024 + 1)


TOPIC = "tocsin/v1/live/observations/cad:112"
NORTH = {"type": "Point", "coordinates": [4.35, 91.0]}
# reason and field that the room must name → how the message is broken
WAYS: dict[tuple[str, str], Callable[[int], Message]] = {
    ("empty", ""): lambda n: (TOPIC, b""),
    ("not_json", ""): lambda n: (TOPIC, b'{"specversion": "1.0", %d' % n),
    ("too_large", ""): too_large,
    ("envelope", "specversion"): without_version,
    ("kind", "data.kind"): lambda n: changed(n, kind="rumour"),
    ("geometry", "data.geometry.Point.coordinates.1"): lambda n: changed(n, geometry=NORTH),
    ("time", "data.observed_at"): lambda n: changed(n, observed_at="yesterday"),
    ("legal_regime", "data.legal_regime"): lambda n: changed(n, kind="anpr_hit"),
    ("unknown_type", "data.type_hint"): lambda n: changed(n, type_hint="XXX-YYY"),
    ("wrong_source", "source"): on_a_foreign_topic,
}


def test_of_a_thousand_messages_a_hundred_are_bad_and_not_one_is_lost(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    good = numbered("good", 0, GOOD)
    bad = [make(n) for make in WAYS.values() for n in range(BAD_OF_EACH)]
    sent = [message(observed(i)) for i in good]
    for n, broken in enumerate(bad):
        sent.insert(n * 10, broken)
    with House(tmp_path / "house", mqtt=mosquitto.url) as house, Publisher(mosquitto.url) as all_:
        all_.publish(sent)
        all_.settle()
        house.wait(
            lambda: house.situation()["quarantined"] == len(bad) and len(house.recorded()) >= GOOD
        )
        assert_each_once(house.recorded(), good)

        rows = house.get("/api/realms/live/quarantine?limit=500")
        found: Counter[tuple[str, str]] = Counter()
        for row in rows:
            found[row["reason"], row["field"]] += row["count"]
        assert found == dict.fromkeys(WAYS, BAD_OF_EACH)
        assert all(row["detail"] and row["size"] is not None for row in rows)

        kept = Counter(
            {
                house.ask(f"/api/realms/live/quarantine/{row['id']}/raw"): row["count"]
                for row in rows
            }
        )
        expected = Counter(payload[: 64 * 1024] for _, payload in bad)
        assert kept == expected
