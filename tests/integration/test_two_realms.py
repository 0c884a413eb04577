"""Real and exercise never mix: topics, journals, sockets."""

from pathlib import Path
from typing import Any

from house import House
from publishing import message, messages, numbered, observed, publish
from screens import Screen
from services import Mosquitto

PLAYED = {"mode": "exercise", "observed_at": None}  # exercise time is not today


def reasons(house: House, realm: str) -> set[tuple[str, str]]:
    rows: list[dict[str, Any]] = house.get(f"/api/realms/{realm}/quarantine")
    return {(row["reason"], row["topic"]) for row in rows}


def test_nothing_crosses_between_the_live_realm_and_an_exercise(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    real, invented = numbered("real", 0, 40), numbered("invented", 0, 40)
    with House(tmp_path / "house", mqtt=mosquitto.url, demo_speed=60) as house:
        exercise = house.exercise_realm
        with Screen(house.http) as live_screen, Screen(house.http, exercise) as exercise_screen:
            publish(mosquitto.url, messages(real))
            publish(mosquitto.url, messages(invented, exercise, **PLAYED))
            # The same id in both realms is two observations, not a duplicate.
            publish(mosquitto.url, messages(["same"]))
            publish(mosquitto.url, messages(["same"], exercise, **PLAYED))
            publish(mosquitto.url, messages(["stray-exercise"], **PLAYED))
            publish(mosquitto.url, messages(["stray-real"], exercise))
            nowhere = message(observed("nowhere", **PLAYED), "exercise-nobody")
            publish(mosquitto.url, [nowhere])

            house.wait(lambda: {*real, "same"} <= set(house.recorded()))
            house.wait(lambda: {*invented, "same"} <= set(house.recorded(exercise)))
            topic = "tocsin/v1/{}/observations/cad:112"
            assert house.wait(lambda: len(found := reasons(house, "live")) == 2 and found) == {
                ("wrong_realm", topic.format("live")),
                ("unknown_realm", topic.format("exercise-nobody")),
            }
            assert house.wait(lambda: reasons(house, exercise)) == {
                ("wrong_realm", topic.format(exercise))
            }

            recorded, played = house.recorded(), house.recorded(exercise)
            assert set(recorded) == {*real, "same"}
            assert set(played).isdisjoint({*real, "stray-exercise", "stray-real", "nowhere"})
            assert house.situation()["exercise"] is None
            assert house.situation(exercise)["exercise"]["scenario"] == "sc-01"

            for screen, seen in ((live_screen, recorded), (exercise_screen, played)):
                screen.wait(lambda screen=screen, seen=seen: set(seen) <= screen.seen_at.keys())
                assert screen.realms == {screen.situation.realm}
            assert live_screen.seen_at.keys() == set(recorded)
            assert not live_screen.seen_at.keys() & (exercise_screen.seen_at.keys() - {"same"})
            live_screen.wait(lambda: live_screen.picture == house.picture())
