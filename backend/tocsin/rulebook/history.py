"""Which rules were in force where in a journal: whatever entry `n` decided, these decided it."""

from tocsin.journal.entry import Entry, EntryKind
from tocsin.journal.store import Journal
from tocsin.situation.records import ArmedRules

ARMED: tuple[EntryKind] = ("rules_armed",)


def rules_in_force(journal: Journal, realm: str, n: int | None = None) -> ArmedRules | None:
    """The last armed before entry `n`, or before the next one; None: nothing was armed yet."""
    found = journal.read_kinds(realm, ARMED, before=n, limit=1, newest_first=True)
    return _rules(found[0]) if found else None


def armings(journal: Journal, realm: str, limit: int = 100) -> list[ArmedRules]:
    """The newest first."""
    found = journal.read_kinds(realm, ARMED, limit=limit, newest_first=True)
    return [_rules(entry) for entry in found]


def _rules(entry: Entry) -> ArmedRules:
    return ArmedRules(**entry.body["rulebook"], armed_by=entry.n, at=entry.at)
