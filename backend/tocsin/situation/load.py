"""The situation as a journal leaves it: the newest snapshot, then the entries after it."""

import logging

from tocsin.journal.store import Journal
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation
from tocsin.situation.restore import UnreadablePicture, restore

log = logging.getLogger(__name__)

CHUNK = 5_000


def load_situation(journal: Journal, realm: str) -> Situation:
    situation = _from_snapshot(journal, realm) or Situation(realm)
    while entries := journal.read(realm, after=situation.n, limit=CHUNK):
        situation = evolve_all(situation, entries)
    return situation


def _from_snapshot(journal: Journal, realm: str) -> Situation | None:
    """A snapshot only saves time: one that another version wrote is left aside."""
    snapshot = journal.latest_snapshot(realm)
    if snapshot is None:
        return None
    try:
        return restore(snapshot.picture)
    except UnreadablePicture as error:
        log.warning("%s: folding from the first entry: %s", realm, error)
        return None
