"""The situation as a journal leaves it, or left it: a kept snapshot, then the entries after it."""

import logging
from collections.abc import Callable

from tocsin.journal.store import Journal
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation
from tocsin.situation.restore import SHAPE, UnreadablePicture, restore

log = logging.getLogger(__name__)

CHUNK = 5_000


def load_situation(journal: Journal, realm: str) -> Situation:
    situation = _from_snapshot(journal, realm) or Situation(realm)
    while entries := journal.read(realm, after=situation.n, limit=CHUNK):
        situation = evolve_all(situation, entries)
    return situation


def situation_at(
    journal: Journal,
    realm: str,
    n: int,
    *,
    start: Situation | None = None,
    each: Callable[[Situation], None] = lambda situation: None,
) -> Situation:
    """The situation after entry `n`; of a number beyond the end, the last one.

    `start` is one known already, of an entry before `n`. `each` sees every step of a long fold
    and may end it by raising.
    """
    situation = start or Situation(realm)
    if n - situation.n > CHUNK:  # a snapshot is worth its reading
        kept = _from_snapshot(journal, realm, n)
        if kept is not None and kept.n > situation.n:
            situation = kept
    while situation.n < n:
        entries = journal.read(realm, after=situation.n, limit=min(CHUNK, n - situation.n))
        if not entries:
            break
        situation = evolve_all(situation, entries)
        each(situation)
    return situation


def _from_snapshot(journal: Journal, realm: str, upto: int | None = None) -> Situation | None:
    """A snapshot only saves time: one that another version wrote is left aside."""
    snapshot = journal.snapshot(realm, SHAPE, upto=upto)
    if snapshot is None:
        return None
    try:
        return restore(snapshot.picture)
    except UnreadablePicture as error:
        log.warning("%s: folding from the first entry: %s", realm, error)
        return None
