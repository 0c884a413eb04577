"""What may go wrong with the journal, and how to say so to a person."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

Trouble = Literal["full", "locked", "read_only", "damaged", "gone", "other"]


class JournalError(Exception):
    """Something is wrong with the journal, or with what it was asked."""


class JournalForked(JournalError):
    """Somebody else wrote to this realm: this writer's picture is out of date."""


class JournalUnavailable(JournalError):
    """The database does not take or give entries now; trying again later may work.

    `trouble` is a word that screens can put into their own language.
    """

    def __init__(self, sentence: str, trouble: Trouble) -> None:
        super().__init__(sentence)
        self.trouble: Trouble = trouble


_SENTENCES: dict[Trouble, str] = {
    "full": "The journal's disk is full; free some space and work goes on by itself.",
    "locked": "Another process holds the journal's database.",
    "read_only": "The journal's database refuses to be written to.",
    "damaged": "The journal's database is damaged; restore it from a backup.",
    "gone": "The journal's database does not answer.",
    "other": "The journal's database reports trouble.",
}
_SQLITE_WORDS: tuple[tuple[str, Trouble], ...] = (
    ("disk is full", "full"),
    ("is locked", "locked"),
    ("readonly", "read_only"),
    ("malformed", "damaged"),
    ("not a database", "damaged"),
    ("unable to open", "gone"),
    ("disk i/o error", "gone"),
)
_POSTGRESQL_STATES: tuple[tuple[str, Trouble], ...] = (
    ("53100", "full"),
    ("55P03", "locked"),
    ("57014", "locked"),
    ("25006", "read_only"),
    ("XX00", "damaged"),
    ("08", "gone"),
    ("57P", "gone"),
    ("53", "gone"),
)


@contextmanager
def trouble_in_words() -> Iterator[None]:
    """Turn what the database drivers raise into our own errors; a conflict of keys passes."""
    try:
        yield
    except IntegrityError:
        raise
    except DataError as error:
        raise JournalError(f"The journal cannot hold this: {_first_line(error)}") from error
    except PoolTimeout as error:
        raise JournalUnavailable("Too many readers wait for the journal.", "locked") from error
    except DBAPIError as error:
        trouble = _trouble_of(error)
        sentence = f"{_SENTENCES[trouble]} ({_first_line(error)})"
        raise JournalUnavailable(sentence, trouble) from error


def _trouble_of(error: DBAPIError) -> Trouble:
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return next((t for start, t in _POSTGRESQL_STATES if state.startswith(start)), "other")
    words = str(error.orig).lower()
    known = next((t for part, t in _SQLITE_WORDS if part in words), None)
    # a broken connection to PostgreSQL comes without a state
    return known or ("gone" if hasattr(error.orig, "sqlstate") else "other")


def _first_line(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__
