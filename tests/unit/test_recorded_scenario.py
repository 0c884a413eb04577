"""From real to exercise: a recorded stretch becomes a scenario, without anything personal."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from deciding import HERE, NOW, Room, metres_north
from playing import play
from tocsin.cli import main
from tocsin.contract.times import from_text, to_text
from tocsin.exercises.collection import scenario_folder
from tocsin.exercises.recorded import Unplayable, recorded_scenario
from tocsin.exercises.scenario import load_scenario, read_scenario
from tocsin.journal.store import Journal
from tocsin.rehearsal import same_decisions
from tocsin.rulebook import changed_tables, read_rulebook, shipped_texts
from tocsin.situation.records import ArmedRules

FIRST = to_text(NOW)
LAST = "2026-01-15T16:00:00.000Z"
PERSONAL = (
    "Jean Dupont",
    "X-ABC-999",
    "0470 12 34 56",
    "+32 2 555 12 34",
    "jean.dupont@example.org",
    "CAD-2026-778",
    "https://img.example.org/face.jpg",
    "medic-jan",
)
LOOSER = shipped_texts()["weights"].replace("join: 0.75", "join: 0.50")


def recorded_day() -> Room:
    """Two calls about one crash, full of what must not leave the room; noise; a later fact."""
    room = Room()
    said = "Rue Haute: " + " / ".join(PERSONAL[:5])
    room.observe(
        "CAD-2026-778",
        headline=said,
        location_text=said,
        codes={"vehicle": "X-ABC-999", "tunnel": "annie-cordy"},
        facts={
            "fire": True,
            "convoy_permit": "PERMIT-77-Dupont",
            "single_contact": "Jean Dupont",
            "plate": "X-ABC-999",
            "caller": "0470 12 34 56",
        },
        media=[{"role": "photo", "mime": "image/jpeg", "ref": PERSONAL[6]}],
        raw="raw/CAD-2026-778",
        source_code=PERSONAL[0],
        observed_at=NOW,
    )
    room.wait(75)
    room.observe(
        "CAD-2026-779",
        chain=["CAD-2026-778"],
        codes={"vehicle": "X-ABC-999", "tunnel": "annie-cordy"},
        facts={"convoy_permit": "PERMIT-77-Dupont"},
        at=metres_north(40),
    )
    room.wait(60)
    room.observe(
        "pos-1",
        kind="event",
        type_hint="UTL-PWR",
        at=metres_north(6000),
        codes={"track": "medic-jan"},
    )
    room.observe("self-test", mode="test")
    return room


@pytest.fixture(scope="module")
def text() -> str:
    return recorded_scenario("day-1", recorded_day().entries, FIRST, LAST)


@pytest.fixture(scope="module")
def document(text: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def test_nothing_personal_leaves_the_room(text: str) -> None:
    assert [word for word in (*PERSONAL, "Dupont", "555 12", "PERMIT-77") if word in text] == []


def test_what_rules_need_stays(document: dict[str, Any]) -> None:
    first = document["injects"][0]
    told = first["observation"]
    assert told["attributes"]["fire"] is True
    assert told["location_codes"]["tunnel"] == "annie-cordy"
    assert "Rue Haute" in told["headline"]
    assert first["place"]["lat"] == pytest.approx(HERE[0], abs=0.0001)
    assert first["source"] == "cad:112"


def test_the_same_name_becomes_the_same_fictitious_one(document: dict[str, Any]) -> None:
    first, second, *_ = (inject["observation"] for inject in document["injects"])
    assert first["location_codes"]["vehicle"] == second["location_codes"]["vehicle"] == "X-EXO-1"
    assert first["attributes"]["convoy_permit"] == second["attributes"]["convoy_permit"]


def test_times_are_kept_and_messages_still_answer_one_another(document: dict[str, Any]) -> None:
    assert [inject["at"] for inject in document["injects"]] == [
        "+00:00:00",
        "+00:01:15",
        "+00:02:15",
    ]
    assert document["injects"][1]["observation"]["chain"] == ["m-0001"]
    assert document["starts"] == "2026-01-15T16:41:07+01:00"


def test_the_rooms_own_incidents_are_the_truth(document: dict[str, Any]) -> None:
    assert [inject.get("incident") for inject in document["injects"]] == [
        "incident-1",
        "incident-1",
        "incident-2",
    ]
    assert document["incidents"]["incident-1"]["type"] == "TRA-ACC"


def test_what_people_put_together_is_what_the_exercise_expects() -> None:
    room = recorded_day()
    room.command("merge_incidents", incident="I-0002", into="I-0001")
    told = yaml.safe_load(recorded_scenario("day-1", room.entries, FIRST, LAST))
    assert {inject.get("incident") for inject in told["injects"]} == {"incident-1"}
    other = same_decisions(read_scenario(yaml.safe_dump(told), "day-1.yaml"))
    assert other.messages == 3  # rules alone would keep them apart, and it is told
    assert {one.message for one in other.otherwise} == {"m-0001", "m-0002", "m-0003"}


@pytest.mark.parametrize("name", ["sc-01", "sc-02", "sc-03"])
def test_played_again_the_same_rules_decide_the_same(name: str) -> None:
    path = next(scenario_folder().glob(f"{name}-*.yaml"))
    entries = play(load_scenario(path)).entries
    after = to_text(from_text(entries[-1].at) + timedelta(seconds=1))
    text = recorded_scenario("again", entries, entries[0].at, after)
    same = same_decisions(read_scenario(text, "again.yaml"))
    assert same.messages > 15
    assert same.otherwise == ()


def test_other_rules_are_told_to_decide_otherwise() -> None:
    room = Room()
    room.observe("one")
    room.wait(60)
    room.observe("two", source="cad:siamu", at=metres_north(150))
    assert room.open_incidents == ["I-0001", "I-0002"]
    scenario = read_scenario(recorded_scenario("day-1", room.entries, FIRST, LAST), "day-1.yaml")
    tables = {"weights": LOOSER}
    rules = ArmedRules(read_rulebook(tables).version, "", "test", 0, changed_tables(tables))
    assert same_decisions(scenario).otherwise == ()
    assert [one.message for one in same_decisions(scenario, rules).otherwise] == [
        "m-0001",
        "m-0002",
    ]


def test_a_stretch_without_messages_gives_no_scenario() -> None:
    with pytest.raises(Unplayable):
        recorded_scenario("day-1", recorded_day().entries, LAST, "2026-01-15T17:00:00.000Z")
    with pytest.raises(Unplayable, match="30 days at most"):
        recorded_scenario("day-1", recorded_day().entries, FIRST, "2026-03-01T00:00:00.000Z")


def test_the_command_writes_the_scenario_and_says_whether_the_rules_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    journal.commit("live", recorded_day().entries)
    journal.close()
    out = tmp_path / "day-1.yaml"
    given = ["scenario", "from-journal", "--data", str(tmp_path), "--from", FIRST, "--to", LAST]
    assert main([*given, str(out)]) == 0
    assert "3 messages; 0 would lie otherwise" in capsys.readouterr().out
    assert read_scenario(out.read_text("utf-8"), out.name).scenario == "day-1"
    assert main([*given, str(out)]) == 2  # never over one that is there
    assert "is there already" in capsys.readouterr().err
