"""One screen's mailbox: facts are all kept, positions only at their last place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tocsin.journal.entry import Entry
from tocsin.live.frames import encode_entry, frame, track_of

ENTRIES_KEPT = 20_000
BYTES_KEPT = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Item:
    """An entry ready to send; encoded once, shared by all screens."""

    n: int
    at: str
    encoded: bytes
    track: str | None


def item_for(entry: Entry) -> Item:
    return Item(entry.n, entry.at, encode_entry(entry), track_of(entry))


def latest_wins(items: Iterable[Item]) -> list[Item]:
    """The items in order, without the places that a later one of the same object supersedes."""
    kept: dict[str | int, Item] = {}
    for item in items:
        key = item.n if item.track is None else item.track
        kept.pop(key, None)
        kept[key] = item
    return list(kept.values())


class Batch:
    """Consecutive items dealt together. Screens that keep up share its one encoded frame."""

    def __init__(self, items: Sequence[Item], at: str) -> None:
        self.items = latest_wins(items)
        self.first = items[0].n
        self.n = items[-1].n
        self.entry_at = items[-1].at
        self.at = at
        self.size = sum(len(item.encoded) for item in self.items)
        self._frame: bytes | None = None

    @property
    def frame(self) -> bytes:
        if self._frame is None:
            self._frame = frame(
                first=self.first,
                n=self.n,
                entry_at=self.entry_at,
                at=self.at,
                entries=[item.encoded for item in self.items],
            )
        return self._frame


class MailboxFull(Exception):
    """The screen is too slow; it is cut, and resumes from where it was."""


class Mailbox:
    """What a screen has not been sent yet; one frame when the screen is ready for it."""

    def __init__(self, n: int) -> None:
        self.n = n
        self._batches: list[Batch] = []

    def put(self, batch: Batch) -> None:
        if batch.first != self.n + 1:
            raise ValueError(f"entry {batch.first} does not follow {self.n}")
        self._batches.append(batch)
        self.n = batch.n
        waiting = sum(len(b.items) for b in self._batches)
        size = sum(b.size for b in self._batches)
        if waiting > ENTRIES_KEPT or size > BYTES_KEPT:
            raise MailboxFull(f"{waiting} entries wait, {size} bytes")

    def take(self) -> bytes | None:
        """All that waits as one frame; None when nothing does."""
        batches, self._batches = self._batches, []
        if not batches:
            return None
        if len(batches) == 1:
            return batches[0].frame
        merged = Batch([item for batch in batches for item in batch.items], batches[-1].at)
        merged.first = batches[0].first
        return merged.frame
