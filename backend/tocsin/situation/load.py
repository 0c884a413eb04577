"""The situation as a journal leaves it: the newest snapshot, then the entries after it."""

from tocsin.journal.store import Journal
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation
from tocsin.situation.restore import restore

CHUNK = 5_000


def load_situation(journal: Journal, realm: str) -> Situation:
    snapshot = journal.latest_snapshot(realm)
    situation = restore(snapshot.picture) if snapshot else Situation(realm)
    while entries := journal.read(realm, after=situation.n, limit=CHUNK):
        situation = evolve_all(situation, entries)
    return situation
