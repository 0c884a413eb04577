"""What is prepared between exercises, in a book of its own: lessons and what became of them."""

from tocsin.exercises.book import PREPARATION, Book
from tocsin.exercises.preparation.recommendations import (
    NotThis,
    Recommendation,
    RecommendationState,
    body_of,
    changed,
)
from tocsin.exercises.preparation.state import Preparation, evolve
from tocsin.journal.store import Journal

__all__ = [
    "NotThis",
    "Preparation",
    "Recommendation",
    "RecommendationState",
    "body_of",
    "changed",
    "evolve",
    "preparation_book",
]


def preparation_book(journal: Journal) -> Book[Preparation]:
    return Book(journal, PREPARATION, Preparation(), evolve, shared=True)
