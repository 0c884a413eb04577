"""The conduct of an exercise, kept in a book that no player's screen ever folds."""

from tocsin.exercises.book import Book, conduct_of
from tocsin.exercises.conduct.state import (
    OVER,
    Conduct,
    Given,
    InjectRun,
    InjectStatus,
    Note,
    NoteTag,
    RunState,
    evolve,
)
from tocsin.journal.store import Journal

__all__ = [
    "OVER",
    "Conduct",
    "Given",
    "InjectRun",
    "InjectStatus",
    "Note",
    "NoteTag",
    "RunState",
    "conduct_book",
    "evolve",
]


def conduct_book(journal: Journal, realm: str) -> Book[Conduct]:
    """The book of the exercise in a realm; empty (no script) where none was prepared."""
    return Book(journal, conduct_of(realm), Conduct(), evolve)
