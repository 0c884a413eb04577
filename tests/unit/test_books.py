"""Books: small journals beside the realms, for the staff of exercises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tocsin.contract.realm import is_realm
from tocsin.exercises.book import PREPARATION, Book, conduct_of, realm_of
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal, JournalForked, Verified

AT = "2026-01-15T15:40:00.000Z"
NOTES: tuple[str, ...] = ()


def noted(notes: tuple[str, ...], entry: Entry) -> tuple[str, ...]:
    return (*notes, entry.body["text"])


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    yield journal
    journal.close()


@pytest.fixture
def beside(tmp_path: Path, journal: Journal) -> Iterator[Journal]:
    """Another process on the same database."""
    other = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    yield other
    other.close()


def book(journal: Journal, *, shared: bool = False) -> Book[tuple[str, ...]]:
    return Book(journal, "conduct-small-run-1", NOTES, noted, shared=shared)


def test_a_book_is_read_again_as_it_was_written(journal: Journal) -> None:
    written = book(journal)
    written.write(AT, ("note_written", {"text": "one"}), ("note_written", {"text": "two"}))
    written.write(AT, ("note_written", {"text": "three"}))

    assert written.state == book(journal).state == ("one", "two", "three")
    assert written.n == 3


def test_a_book_is_chained_like_a_realm_and_is_none(journal: Journal) -> None:
    book(journal).write(AT, ("note_written", {"text": "one"}))

    assert isinstance(journal.verify("conduct-small-run-1"), Verified)
    assert not is_realm("conduct-small-run-1")
    assert not is_realm(PREPARATION)


def test_an_exercise_and_its_book_name_each_other() -> None:
    assert conduct_of("exercise-sc-01-run-2") == "conduct-sc-01-run-2"
    assert realm_of(conduct_of("exercise-sc-01-run-2")) == "exercise-sc-01-run-2"


def test_a_second_writer_of_a_conduct_is_refused_and_changes_nothing(
    journal: Journal, beside: Journal
) -> None:
    one, other = book(journal), book(beside)
    one.write(AT, ("note_written", {"text": "one"}))
    with pytest.raises(JournalForked):
        other.write(AT, ("note_written", {"text": "other"}))

    assert other.state == ()
    assert other.refresh() == ("one",)


def test_a_shared_book_takes_one_act_after_the_other(journal: Journal, beside: Journal) -> None:
    one, other = book(journal, shared=True), book(beside, shared=True)
    for word in ("a", "c", "e"):
        one.write(AT, ("note_written", {"text": word}))
        other.write(AT, ("note_written", {"text": chr(ord(word) + 1)}))

    assert one.refresh() == other.state == ("a", "b", "c", "d", "e", "f")
