"""A batch being decided: a draft of the situation and the entries so far."""

from typing import Any

from tocsin.journal.entry import INPUT_KINDS, Entry, EntryKind
from tocsin.rulebook import Rulebook, armed
from tocsin.situation.evolve import fold
from tocsin.situation.picture import Incident, Situation


class Deliberation:
    """Each entry is folded into the draft at once, so that what follows is decided in its light."""

    def __init__(self, draft: Situation) -> None:
        self.draft = draft
        self.entries: list[Entry] = []
        self._at = ""
        self._cause: int | None = None
        self._begun = 0
        self.before: dict[str, Incident] = {}  # incidents as this input found them

    @property
    def at(self) -> str:
        """When the input in hand was received."""
        return self._at

    @property
    def rulebook(self) -> Rulebook:
        """The rules in force at this point of the journal."""
        return armed(self.draft.rulebook)

    def so_far(self) -> Situation:
        """The situation as it stands, for walking whole tables: a draft cannot be walked."""
        situation = self.draft.settled()
        self.draft = situation.draft()
        return situation

    def begin(self, at: str) -> str:
        """The next input, received at `at`: time never runs backwards in a journal."""
        self._at = max(at, self.draft.at or at)
        self._cause = None
        self._begun = len(self.entries)
        self.before.clear()
        return self._at

    def of_this_input(self) -> list[Entry]:
        """What the input in hand has led to so far, itself first."""
        return self.entries[self._begun :]

    def next_id(self, letter: str) -> str:
        """The id of a record that the next entry makes."""
        return f"{letter}-{self.draft.n + 1}"

    def next_incident(self) -> str:
        return f"I-{self.draft.opened + 1:04d}"

    def enter(self, kind: EntryKind, body: dict[str, Any]) -> Entry:
        """Write the next entry; the first of an input is the input itself, and causes the rest."""
        n = self.draft.n + 1
        if self._cause is None:
            if kind not in INPUT_KINDS:
                raise AssertionError(f"{kind} without the input that led to it")
            self._cause = n
        entry = Entry(n=n, at=self._at, kind=kind, cause=self._cause, body=body)
        fold(self.draft, entry)
        self.entries.append(entry)
        return entry
