"""A book: a small journal beside the realms, for those who lead and prepare exercises.

It lies in the same database, numbered and hash-chained like the journal of a realm, but no screen
of a realm ever folds it: players never see what waits for them.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar, cast

from tocsin.journal.entry import BookKind, Entry, EntryKind
from tocsin.journal.store import Journal, JournalForked

S = TypeVar("S")
PAGE = 1_000
OTHERS_AT_ONCE = 5

CONDUCT_PREFIX = "conduct-"
PREPARATION = "preparation"


def conduct_of(realm: str) -> str:
    """The book of the exercise that is played in a realm."""
    return CONDUCT_PREFIX + realm.removeprefix("exercise-")


def realm_of(book: str) -> str:
    return "exercise-" + book.removeprefix(CONDUCT_PREFIX)


def exercises_of(journal: Journal) -> list[str]:
    """Realms of all exercises that were ever prepared here."""
    return [realm_of(name) for name in journal.realms() if name.startswith(CONDUCT_PREFIX)]


class Book(Generic[S]):
    """One book and what its entries fold to; its writer holds it, readers `refresh` theirs.

    A `shared` book may be written by several processes, one act after the other; in any other a
    second writer is refused with JournalForked. Writing raises JournalUnavailable while the
    database takes nothing: nothing has changed then.
    """

    def __init__(
        self,
        journal: Journal,
        name: str,
        empty: S,
        evolve: Callable[[S, Entry], S],
        *,
        shared: bool = False,
    ) -> None:
        self.name = name
        self._shared = shared
        self._journal = journal
        self._evolve = evolve
        self._lock = threading.Lock()
        self._state = empty
        self._n = 0
        self.refresh()

    @property
    def state(self) -> S:
        return self._state

    @property
    def n(self) -> int:
        return self._n

    def refresh(self) -> S:
        """What other processes wrote meanwhile."""
        with self._lock:
            self._catch_up()
            return self._state

    def write(self, at: str, *told: tuple[BookKind, dict[str, Any]]) -> S:
        """Entries of one act, in one transaction; `at` is UTC text."""
        with self._lock:
            for _ in range(OTHERS_AT_ONCE if self._shared else 0):
                try:
                    return self._write(at, told)
                except JournalForked:  # another process was first: look what it wrote
                    self._catch_up()
            return self._write(at, told)

    def _catch_up(self) -> None:
        for entry in entries_of_book(self._journal, self.name, self._n):
            self._state = self._evolve(self._state, entry)
            self._n = entry.n

    def _write(self, at: str, told: Sequence[tuple[BookKind, dict[str, Any]]]) -> S:
        entries = [
            Entry(self._n + i, at, cast(EntryKind, kind), self._n + 1, body)
            for i, (kind, body) in enumerate(told, start=1)
        ]
        state = self._state
        for entry in entries:
            state = self._evolve(state, entry)
        self._journal.commit(self.name, entries)
        self._state, self._n = state, self._n + len(entries)
        return state


def entries_of_book(journal: Journal, name: str, after: int = 0) -> Iterator[Entry]:
    while entries := journal.read(name, after=after, limit=PAGE):
        yield from entries
        after = entries[-1].n
