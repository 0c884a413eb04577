"""Scores for those who look again and again: what was folded once is not folded anew."""

import threading

from tocsin.exercises.book import Book, entries_of_book
from tocsin.exercises.conduct import Conduct, conduct_book
from tocsin.exercises.happened import Happened, fold
from tocsin.exercises.scoring.score import Score
from tocsin.exercises.scoring.scoring import score_of_course
from tocsin.journal.store import Journal

KEPT = 8  # exercises that are looked at together


class ScoreDesk:
    """One for the house; may be asked from any thread."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._folded: dict[str, tuple[Book[Conduct], Happened]] = {}

    def score(self, realm: str) -> Score | None:
        """As things stand now; None where no exercise was ever prepared."""
        with self._lock:
            if realm in self._folded:
                book, seen = self._folded.pop(realm)
            else:
                book, seen = conduct_book(self._journal, realm), Happened()
            conduct = book.refresh()
            if not conduct.script:
                return None
            for entry in entries_of_book(self._journal, realm, seen.n):
                fold(seen, entry)
            self._folded[realm] = (book, seen)
            for oldest in list(self._folded)[:-KEPT]:
                del self._folded[oldest]
            return score_of_course(seen, conduct)
