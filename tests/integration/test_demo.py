"""The exercise that everybody sees first: played to its end, and through a kill -9."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from house import House, assert_each_once, run_tocsin
from tocsin.exercises.collection import scenario_folder
from tocsin.exercises.scenario import load_scenario, timeline

SPEED = 60 if os.environ.get("TOCSIN_LONG") else 300
SC_01 = load_scenario(scenario_folder() / "sc-01-convoy-annie-cordy.yaml")
INJECTS = [one.id for one in timeline(SC_01) if one.observation is not None]
# What the plan expects of SC-01, whatever else the rules may add.
EXPECTED_TIES = {"M10.1", "M10.2", "M10.4", "M10.5", "M10.6", "M10.9", "M10.10", "M10.15", "M6.4"}


def state(house: House, realm: str) -> str:
    exercise: Mapping[str, Any] = house.situation(realm)["exercise"] or {}
    return str(exercise.get("state"))


def test_the_demo_reaches_its_end_through_a_kill_and_nothing_is_there_twice(
    tmp_path: Path,
) -> None:
    with House(tmp_path / "house", demo_speed=SPEED) as house:
        realm = house.exercise_realm
        house.wait(lambda: len(house.recorded(realm)) >= len(INJECTS) // 3, timeout=60)
        house.kill()
        house.start()
        assert house.exercise_realm == realm
        played = house.recorded(realm)
        assert len(played) < len(INJECTS), "it was over before it could be killed"

        house.wait(lambda: state(house, realm) == "ended", timeout=120)
        recorded = house.recorded(realm)
        assert_each_once(recorded, {*INJECTS, *recorded})  # besides them what nobody did released
        assert house.recorded(realm)[: len(played)] == played
        assert house.recorded("live") == []
        times = [entry["at"] for entry in house.entries(realm)]
        assert times == sorted(times)

        incidents = house.situation(realm)["incidents"].values()
        tunnel = max(incidents, key=lambda incident: incident["count"])
        assert tunnel["type"] == "HAZ-ROA"
        tied = {tie["measure"]["code"] for tie in tunnel["ties"]}
        assert tied >= EXPECTED_TIES
        for tie in tunnel["ties"]:
            assert all(tie["reason"][language] for language in ("fr", "nl", "en"))
            assert tie["rule"]

        house.stop()
        for job in ("verify", "replay"):
            done = run_tocsin("journal", job, "--data", house.data)
            assert done.returncode == 0, done.stdout + done.stderr
            assert realm in done.stdout
