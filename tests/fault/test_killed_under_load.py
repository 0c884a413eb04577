"""kill -9 at random moments: what was acknowledged is there, once, in a whole chain."""

import random
import time
from pathlib import Path

from house import House, assert_each_once, run_tocsin
from publishing import Publisher, message, numbered, observed
from services import Mosquitto

OBSERVATIONS = 2000
KILLS = 5
LONGEST_LIFE_S = 0.5  # from the first message of a share until the kill


def kill_again_and_again(house: House, publisher: Publisher, seed: int) -> list[str]:
    """Publish everything in shares, each into a house that soon dies; the ids published."""
    chance = random.Random(seed)
    ids = numbered("call", 0, OBSERVATIONS)
    share = OBSERVATIONS // (KILLS + 1)
    for kill in range(KILLS):
        dies_at = time.monotonic() + chance.uniform(0, LONGEST_LIFE_S)
        publisher.publish(message(observed(i)) for i in ids[kill * share : (kill + 1) * share])
        house.wait(lambda dies_at=dies_at: time.monotonic() >= dies_at)
        house.kill()
        house.start()
    publisher.publish(message(observed(i)) for i in ids[KILLS * share :])
    publisher.settle(timeout=60)
    house.wait_recorded(OBSERVATIONS, timeout=60)
    return ids


def assert_whole(house: House, ids: list[str]) -> None:
    assert_each_once(house.recorded(), ids)
    house.stop()
    for job in ("verify", "replay"):
        done = run_tocsin("journal", job, "--data", house.data)
        assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_acknowledged_by_mosquitto_is_lost_or_doubled(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    with (
        House(tmp_path / "house", mqtt=mosquitto.url) as house,
        Publisher(mosquitto.url) as publisher,
    ):
        assert_whole(house, kill_again_and_again(house, publisher, seed=1))


def test_nothing_acknowledged_by_the_embedded_broker_is_lost_or_doubled(tmp_path: Path) -> None:
    """Here broker and engine die together; the publisher sends again what it has no answer for."""
    with House(tmp_path / "house") as house, Publisher(house.mqtt) as publisher:
        assert_whole(house, kill_again_and_again(house, publisher, seed=2))
