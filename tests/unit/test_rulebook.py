"""Which rules judge: tables read from a folder, armed, given up, and brought by a new version."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deciding import Room, kinds, metres_north, the
from services import wait_until
from tocsin.engine.commands.rules import HOUSE, adoption
from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import CommandForbidden, CommandGiven, CommandRefused
from tocsin.engine.replay import inputs_of, replay
from tocsin.journal.store import Journal
from tocsin.realms import Realms
from tocsin.rulebook import (
    TABLES,
    armed,
    armings,
    read_rulebook,
    rules_in_force,
    shipped,
    shipped_texts,
)
from tocsin.rulebook.folder import BYTES_MAX, read_folder, write_folder
from tocsin.situation.picture import Situation
from tocsin.situation.records import ArmedRules
from tocsin.tables import TableError

WEIGHTS = shipped_texts()["weights"]
LOOSER = WEIGHTS.replace("join: 0.75", "join: 0.20").replace("suggest: 0.45", "suggest: 0.15")
STRICTER = WEIGHTS.replace("join: 0.75", "join: 1.0")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    yield journal
    journal.close()


def rules_of(tables: dict[str, str]) -> ArmedRules:
    return ArmedRules(read_rulebook(tables).version, "", "somebody", 0, tables)


def arm(room: Room, capacity: str = "admin", **tables: str) -> list[Any]:
    document = {"command": "arm_rules", "tables": tables, "note": "tried on last week"}
    return room.decide(CommandGiven(room.at, f"{capacity} 1", document, capacity))


def adopt(room: Room, by: str = f"{HOUSE} 9.9", **changes: Any) -> list[Any]:
    document = adoption(room.situation)
    assert document is not None
    return room.decide(CommandGiven(room.at, by, document | changes, "admin"))


# --- a folder of tables


def test_what_is_written_out_reads_as_the_shipped_rules(tmp_path: Path) -> None:
    written = write_folder(tmp_path / "rules", shipped_texts())

    assert [path.name for path in written] == [f"{name}.yaml" for name in TABLES]
    assert read_rulebook(read_folder(tmp_path / "rules")).version == shipped().version


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "severity.yaml").write_text("mine")

    with pytest.raises(OSError, match="is there already"):
        write_folder(tmp_path, shipped_texts())

    assert [path.name for path in tmp_path.iterdir()] == ["severity.yaml"]


def test_a_folder_holds_the_tables_that_differ_and_whatever_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "weights.yaml").write_text(LOOSER)
    (tmp_path / "README.md").write_text("why we did this")
    (tmp_path / ".weights.yaml.swp").write_text("x")

    assert read_folder(tmp_path) == {"weights": LOOSER}


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        ("weigths.yaml", b"join: 1", "weigths.yaml: is no table; a folder of rules may have"),
        ("weights.yml", b"join: 1", "weights.yml: is no table"),
        ("weights.yaml", b"join: \xff", "weights.yaml: is no UTF-8 text: byte 6"),
        ("weights.yaml", b"#" * (BYTES_MAX + 1), "bytes, at most"),
        ("notes.txt", b"", "holds no table"),
    ],
)
def test_a_folder_that_cannot_be_used_says_why(
    file: str, content: bytes, problem: str, tmp_path: Path
) -> None:
    (tmp_path / file).write_bytes(content)

    with pytest.raises(TableError, match=problem):
        read_folder(tmp_path)


def test_every_wrong_line_of_every_table_is_told_at_once() -> None:
    with pytest.raises(TableError) as told:
        read_rulebook(
            {
                "weights": WEIGHTS.replace("join: 0.75", "join: high"),
                "alarm_types": shipped_texts()["alarm_types"].replace("kept_s: 86400", "kept_s: 0"),
                "severity": "version: [",
            }
        )

    problems = told.value.problems
    assert problems[0].startswith("weights.yaml:5: join: ")
    assert any(p.startswith("severity.yaml:1: ") for p in problems)
    assert any(p.startswith("alarm_types.yaml:") and "kept_s" in p for p in problems)


def test_a_table_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(TableError, match="no table 'tides'; there are weights, relations"):
        read_rulebook({"tides": ""})


# --- arming


def test_arming_is_an_entry_that_says_which_who_and_why() -> None:
    room = Room()

    entries = arm(room, weights=LOOSER, severity=shipped_texts()["severity"])

    assert kinds(entries) == ["command_received", "rules_armed"]
    assert the("rules_armed", entries)["rulebook"] == {
        "version": read_rulebook({"weights": LOOSER}).version,
        "by": "admin 1",
        "tables": {"weights": LOOSER},  # the other says what the shipped one says
        "note": "tried on last week",
    }


def test_armed_rules_judge_from_the_next_input_on() -> None:
    room = Room()
    room.observe("first")
    before = armed(room.situation.rulebook)
    assert len(room.open_incidents) == 1

    arm(room, weights=STRICTER)
    room.observe("second", at=metres_north(60))

    assert armed(room.situation.rulebook) is not before
    assert len(room.open_incidents) == 2
    command = {"command": "disarm_rules", "note": "too strict"}
    room.decide(CommandGiven(room.at, "admin 1", command, "admin"))
    assert armed(room.situation.rulebook) is shipped()
    assert the("observation_joined", room.observe("third"))["why"]["rule"].startswith("R-JOIN")


def test_in_one_batch_each_input_is_judged_by_the_rules_of_its_place() -> None:
    room = Room()
    room.observe("first")
    arm(room, weights=STRICTER)
    room.observe("second", at=metres_north(60))

    _, entries = decide_all(Situation("live"), inputs_of(room.entries))

    assert entries == room.entries


def test_a_journal_with_an_arming_in_the_middle_replays_byte_for_byte() -> None:
    room = Room()
    adopt(room)
    room.observe("first")
    arm(room, weights=LOOSER)
    room.observe("second", at=metres_north(200))
    room.wait(60)
    disarm = {"command": "disarm_rules", "note": "enough"}
    room.decide(CommandGiven(room.at, "supervisor 1", disarm, "supervisor"))
    room.observe("third", at=metres_north(400))

    assert replay(Situation("live"), room.entries) is None


def test_each_realm_has_its_own_rules() -> None:
    live, exercise = Room(), Room("exercise-one")
    arm(exercise, weights=STRICTER)
    for room in (live, exercise):
        room.observe("first")
        room.observe("second", at=metres_north(60))

    assert (len(live.open_incidents), len(exercise.open_incidents)) == (1, 2)


def test_rules_of_several_realms_are_read_once_each() -> None:
    one, other = rules_of({"weights": LOOSER}), rules_of({"weights": STRICTER})

    first = armed(one)

    assert armed(other) is not first
    assert armed(one) is first


@pytest.mark.parametrize(
    ("document", "field", "detail"),
    [
        ({"command": "arm_rules", "tables": {}, "note": "why"}, "tables", "at least 1"),
        ({"command": "arm_rules", "tables": {"weights": WEIGHTS}, "note": "why"}, "tables", "ship"),
        (
            {"command": "arm_rules", "tables": {"weights": "join: x"}, "note": "why"},
            "tables",
            "weights.yaml:1: ",
        ),
        ({"command": "arm_rules", "tables": {"weights": LOOSER}, "note": ""}, "note", "at least"),
        ({"command": "disarm_rules", "note": "why"}, "command", "in force already"),
    ],
)
def test_what_cannot_be_armed_leaves_no_trace(
    document: dict[str, Any], field: str, detail: str
) -> None:
    room = Room()
    with pytest.raises(CommandRefused) as refused:
        room.decide(CommandGiven(room.at, "admin 1", document, "admin"))

    assert refused.value.field == field
    assert detail in refused.value.detail
    assert room.situation.n == 0


def test_the_same_rules_are_not_armed_twice() -> None:
    room = Room()
    arm(room, weights=LOOSER)

    with pytest.raises(CommandRefused, match="in force already"):
        arm(room, weights=LOOSER)


@pytest.mark.parametrize(
    ("capacity", "realm", "allowed"),
    [
        ("admin", "live", True),
        ("supervisor", "live", True),
        ("operator", "live", False),
        ("coordinator", "live", False),
        ("coordinator", "exercise-one", True),
    ],
)
def test_who_may_arm_rules(capacity: str, realm: str, allowed: bool) -> None:
    room = Room(realm)
    if allowed:
        assert "rules_armed" in kinds(arm(room, capacity, weights=LOOSER))
    else:
        with pytest.raises(CommandForbidden):
            arm(room, capacity, weights=LOOSER)


# --- what a start brings


def test_the_first_start_says_which_rules_judge_and_the_next_says_nothing() -> None:
    room = Room()

    entries = adopt(room)

    assert the("rules_armed", entries)["rulebook"] == {
        "version": shipped().version,
        "by": "Tocsin 9.9",
        "tables": {},
        "note": None,
    }
    assert adoption(room.situation) is None


def test_an_update_with_other_tables_is_told_and_what_people_armed_stays() -> None:
    room = Room()
    arm(room, weights=LOOSER)
    assert adoption(room.situation) is None
    adopt_old = {"command": "adopt_rules", "version": "0a1b2c3d"}
    room.decide(CommandGiven(room.at, "Tocsin 0.1", adopt_old, "admin"))  # as an older one would

    entries = adopt(room)

    rulebook = the("rules_armed", entries)["rulebook"]
    assert rulebook["version"] == read_rulebook({"weights": LOOSER}).version
    assert (rulebook["tables"], rulebook["note"]) == ({"weights": LOOSER}, "tried on last week")


def unreadable() -> Situation:
    """A journal in which tables were armed that this version cannot read."""
    old = ArmedRules("0a1b2c3d", "", "admin 1", 1, {"weights": "version: 1\nreach: far\n"})
    return Situation("live", rulebook=old)


def test_armed_tables_that_no_longer_fit_are_set_aside_with_an_alarm() -> None:
    room = Room()
    room.situation = unreadable()

    entries = adopt(room)

    told = the("rules_armed", entries)
    assert (told["rulebook"]["version"], told["rulebook"]["tables"]) == (shipped().version, {})
    assert told["dropped"].startswith("weights.yaml:")
    alarm = the("alarm_raised", entries)["alarm"]
    assert (alarm["type"], alarm["kind"], alarm["role"]) == (
        "rules_set_aside",
        "alarm",
        "supervisor",
    )
    assert "weights.yaml:" in alarm["reason"]["fr"]
    assert kinds(room.observe("first"))[:2] == ["observation_recorded", "incident_opened"]
    assert "alarm_cleared" in kinds(arm(room, weights=LOOSER))


def test_an_entry_of_an_older_tocsin_replays_although_todays_tables_are_others() -> None:
    room = Room()
    adopt(room, version="0a1b2c3d")

    assert replay(Situation("live"), room.entries) is None


def test_only_tocsin_itself_tells_which_tables_it_brings() -> None:
    room = Room()

    with pytest.raises(CommandForbidden):
        adopt(room, by="admin on this machine")


def test_a_realm_is_opened_with_an_entry_about_its_rules(journal: Journal) -> None:
    async def start_and_stop() -> None:
        realms = Realms(journal)
        realms.open_all()
        engine = realms.engines["live"]
        await asyncio.to_thread(wait_until, lambda: adoption(engine.situation) is None)
        await realms.close()

    for _ in range(2):
        asyncio.run(start_and_stop())

    assert [e.kind for e in journal.read("live", after=0, limit=9)] == [
        "command_received",
        "rules_armed",
    ]


# --- which rules decided an entry


def test_of_every_entry_one_can_tell_which_rules_decided_it(journal: Journal) -> None:
    room = Room()
    room.observe("first")
    first = arm(room, weights=LOOSER)[-1].n
    room.observe("second")
    second = arm(room, weights=STRICTER)[-1].n
    journal.commit("live", room.entries)

    def version_at(n: int | None) -> str | None:
        rules = rules_in_force(journal, "live", n)
        return None if rules is None else rules.version

    looser, stricter = (read_rulebook({"weights": w}).version for w in (LOOSER, STRICTER))
    assert version_at(1) is None
    assert version_at(first) is None  # it does not judge itself
    assert version_at(first + 1) == version_at(second) == looser
    assert version_at(second + 1) == version_at(None) == stricter
    assert [(a.version, a.armed_by) for a in armings(journal, "live")] == [
        (stricter, second),
        (looser, first),
    ]
    assert rules_in_force(journal, "exercise-one") is None
