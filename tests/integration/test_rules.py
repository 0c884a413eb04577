"""Rules shown, changed, rehearsed, armed and given up on the command line of a running Tocsin."""

from pathlib import Path

import pytest

from deciding import metres_north, observation
from house import House, Refused, run_tocsin
from publishing import message, publish
from tocsin.situation.picture import OPEN_STATES

JOIN, STRICTER = "join: 0.75", "join: 1.0"


def call(house: House, external_id: str, metres: float) -> None:
    publish(house.mqtt, [message(observation(external_id, at=metres_north(metres)))])


def open_incidents(house: House) -> int:
    incidents = house.situation()["incidents"].values()
    return sum(incident["state"] in OPEN_STATES for incident in incidents)


def test_an_administrator_changes_a_rule_safely(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    with House(tmp_path / "house") as house:
        where: list[str | Path] = ["--http", house.http.removeprefix("http://")]
        data: list[str | Path] = ["--data", house.data]
        call(house, "first", 0)
        call(house, "second", 60)
        house.wait_recorded(2)
        assert open_incidents(house) == 1

        assert run_tocsin("rules", "show", rules, *data).returncode == 0
        weights = rules / "weights.yaml"
        weights.write_text(weights.read_text("utf-8").replace(JOIN, STRICTER), "utf-8")
        assert run_tocsin("rules", "check", rules, *data).returncode == 0
        rehearsal = run_tocsin("rules", "rehearse", rules, "--last", "1h", *data)
        assert rehearsal.returncode == 0, rehearsal.stderr
        assert "Incidents that only the changed rules open:" in rehearsal.stdout
        assert "cad:112 second" in rehearsal.stdout

        refused = run_tocsin("rules", "arm", rules, "--note", "why", "--capacity", "d1", *where)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "not for this capacity" in refused.stderr
        armed = run_tocsin("rules", "arm", rules, "--note", "two calls are two", *where)
        assert armed.returncode == 0, armed.stderr
        assert "in force from entry" in armed.stdout
        assert house.situation()["rulebook"]["note"] == "two calls are two"

        call(house, "far", 3000)
        call(house, "near the far one", 3060)
        house.wait_recorded(4)
        assert open_incidents(house) == 3

        shown = run_tocsin("rules", "show", *data)
        assert "(weights), by admin on this machine: two calls are two" in shown.stdout
        disarmed = run_tocsin("rules", "disarm", "--note", "enough", *where)
        assert disarmed.returncode == 0, disarmed.stderr
        assert house.situation()["rulebook"]["tables"] == {}

    replayed = run_tocsin("journal", "replay", *data)
    assert replayed.returncode == 0, replayed.stdout
    assert "live: decided again, every entry is the same" in replayed.stdout


def test_a_wrong_table_never_reaches_the_room(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "weights.yaml").write_text("join: high\n")
    with House(tmp_path / "house") as house:
        n = house.situation()["n"]
        where: list[str | Path] = ["--http", house.http.removeprefix("http://")]

        armed = run_tocsin("rules", "arm", rules, "--note", "why", *where)

        assert armed.returncode == 1
        assert "weights.yaml:1: join: " in armed.stderr
        with pytest.raises(Refused) as refused:
            house.tell({"command": "arm_rules", "tables": {"weights": "x: y"}, "note": "why"})
        assert refused.value.status == 403  # an operator's page may not even try
        assert house.situation()["n"] == n
