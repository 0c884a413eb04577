"""The journal on SQLite: every promise, and what only a file can suffer."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from journal_promises import AT, JournalPromises, head_after, key, recorded, refused, rows
from journals import REALM
from tocsin.journal.store import Journal, JournalError, JournalUnavailable


class TestJournalOnSqlite(JournalPromises):
    @pytest.fixture
    def journal_url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path}/data/journal.db"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal.open(f"sqlite:///{path}", patience_s=0.05)
    yield journal
    journal.close()


def pages_allowed(journal: Journal, number: int) -> int:
    """SQLite refuses further pages as it would on a full disk; returns how many there are."""
    with journal._writes.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {number}")
        return int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())


def test_a_full_disk_is_told_and_work_goes_on_once_there_is_space(journal: Journal) -> None:
    journal.commit(REALM, rows(1, 10))
    pages_allowed(journal, pages_allowed(journal, 1_000_000) + 2)
    batch = [recorded(n, "x" * 5000) for n in range(11, 31)]
    for _ in range(2):
        with pytest.raises(JournalUnavailable, match="disk is full") as told:
            journal.commit(REALM, batch, keys=[key("a")], quarantined=[refused()])
        assert told.value.trouble == "full"
        assert journal.head(REALM).n == 10
        assert journal.known_keys(REALM, [key("a")]) == set()
    pages_allowed(journal, 1_000_000)
    assert journal.commit(REALM, batch, keys=[key("a")]) == head_after([*rows(1, 10), *batch])


def test_a_database_held_by_another_process_is_told(journal: Journal, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalUnavailable, match="Another process") as told:
        journal.commit(REALM, rows(1, 2))
    assert told.value.trouble == "locked"
    assert journal.head(REALM).n == 0  # readers go on
    other.execute("ROLLBACK")
    other.close()
    assert journal.commit(REALM, rows(1, 2)).n == 2


def test_a_file_that_is_no_journal_is_told(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear colleague, " * 500)
    with pytest.raises(JournalUnavailable, match="damaged") as told:
        Journal.open(f"sqlite:///{path}")
    assert told.value.trouble == "damaged"
    assert path.read_text().startswith("Dear colleague")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(JournalUnavailable, match="folder"):
        Journal.open(f"sqlite:///{tmp_path}/data/journal.db")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "no address"])
def test_an_address_that_cannot_hold_a_journal_is_refused(url: str) -> None:
    with pytest.raises(JournalError, match=r"journal"):
        Journal.open(url)


def test_a_commit_whose_answer_was_lost_is_recognised_when_it_comes_again(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cable may be cut between the commit and its answer: the engine then tries again."""
    journal.commit(REALM, rows(1, 2))
    write = journal._write

    def write_and_lose_the_answer(*given: object) -> None:
        write(*given)  # type: ignore[arg-type]
        raise JournalUnavailable("The journal's database does not answer.", "gone")

    monkeypatch.setattr(journal, "_write", write_and_lose_the_answer)
    with pytest.raises(JournalUnavailable):
        journal.commit(REALM, rows(3, 4), keys=[key("a")], quarantined=[refused()])
    monkeypatch.undo()
    head = journal.commit(REALM, rows(3, 4), keys=[key("a")], quarantined=[refused()])
    assert head == head_after(rows(1, 4))
    assert journal.quarantine(REALM, limit=1)[0].count == 1
    assert journal.commit(REALM, rows(5, 6)) == head_after(rows(1, 6))


def test_entries_survive_a_process_that_never_closes_the_journal(path: Path) -> None:
    left_open = Journal.open(f"sqlite:///{path}")
    left_open.commit(REALM, rows(1, 5))
    beside = Journal.open(f"sqlite:///{path}")
    assert beside.read(REALM, after=0, limit=9) == rows(1, 5)
    beside.close()
    left_open.close()


def test_a_commit_waits_for_the_disk(journal: Journal) -> None:
    """`synchronous` 2 is FULL: an acknowledged message survives a power cut."""
    with journal._writes.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


def looked_at(engine: Engine, act: Callable[[], object]) -> list[str]:
    """How SQLite carries out each statement of `act`."""
    asked: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, given: object, *_: object) -> None:
        asked.append((statement, given))

    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    assert asked
    with engine.connect() as connection:
        return [
            str(step)
            for statement, given in asked
            for *_, step in connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}",
                given,  # type: ignore[arg-type]
            )
        ]


READINGS: dict[str, Callable[[Journal], object]] = {
    "head": lambda j: j.head(REALM),
    "realms": lambda j: j.realms(),
    "tail": lambda j: j.read(REALM, after=90, limit=10),
    "snapshot": lambda j: j.snapshot(REALM),
    "keys": lambda j: j.known_keys(REALM, [key("a"), key("b")]),
    "observation": lambda j: j.observation(REALM, "O-3"),
    "quarantine": lambda j: j.quarantine(REALM, limit=10, before_id=9),
    "raw": lambda j: j.quarantine_raw(REALM, 1),
}


@pytest.mark.parametrize("reading", READINGS)
def test_no_reading_walks_through_the_whole_journal(journal: Journal, reading: str) -> None:
    """A start after a year must be as quick as after an hour."""
    entries = rows(1, 100)
    journal.commit(REALM, entries, keys=[key("a")], quarantined=[refused()])
    journal.save_snapshot(REALM, 80, AT, head_after(entries[:80]).hash, b"{}")
    steps = looked_at(journal._reads, lambda: READINGS[reading](journal))
    assert [s for s in steps if "SCAN" in s or "TEMP B-TREE" in s] == []
