"""The live hub of a realm: numbered frames every 100 ms to every screen, resume from any number."""

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from tocsin import __version__
from tocsin.contract.times import to_text
from tocsin.journal.entry import Entry
from tocsin.live.frames import beat, hello, snapshot
from tocsin.live.mailbox import Batch, Item, Mailbox, MailboxFull, item_for
from tocsin.situation.picture import Situation, picture

log = logging.getLogger(__name__)

FRAME_S = 0.1
BEAT_S = 1.0
REMEMBERED = 20_000
RESUME_MAX = 20_000
RESUME_CHUNK = 2_000
PICTURE_SHARED = 500  # entries that may follow a snapshot before the next screen gets a new one
BOOT = uuid.uuid4().hex

ReadEntries = Callable[[str, int, int], Sequence[Entry]]


class Screen:
    """One connected display: its mailbox, and the bell that wakes its sender."""

    def __init__(self, n: int) -> None:
        self.mailbox = Mailbox(n)
        self.beats: deque[bytes] = deque(maxlen=1)
        self.bell = asyncio.Event()
        self.too_slow: str | None = None


class Hub:
    """Lives on the event loop; engines announce to it from their own threads.

    `read` gives shown entries from the journal: `read(realm, after, limit)`, called off the loop.
    """

    def __init__(
        self,
        situation: Situation,
        *,
        clock: Callable[[], datetime],
        read: ReadEntries,
        health: Callable[[], dict[str, Any]],
    ) -> None:
        self.situation = situation
        self._clock = clock
        self._read = read
        self._health = health
        self._remembered: deque[Item] = deque(maxlen=REMEMBERED)
        self._framed = situation.n
        self._pictured: tuple[int, bytes] | None = None
        self._screens: set[Screen] = set()

    @property
    def realm(self) -> str:
        return self.situation.realm

    @property
    def n(self) -> int:
        return self.situation.n

    @property
    def now(self) -> str:
        """The realm's own time: in an exercise that is not the time of day."""
        return to_text(self._clock())

    @property
    def health(self) -> dict[str, Any]:
        """The links and counters that beats tell."""
        return self._health()

    @property
    def screens(self) -> int:
        return len(self._screens)

    def announced(self, entries: Sequence[Entry], situation: Situation) -> None:
        """New entries, in order, on the event loop."""
        if entries[0].n != self.situation.n + 1:
            raise ValueError(f"entry {entries[0].n} does not follow {self.situation.n}")
        self._remembered.extend(map(item_for, entries))
        self.situation = situation

    async def run(self) -> None:
        """Frames every 100 ms, a beat every second, for as long as the realm is open."""
        loop = asyncio.get_running_loop()
        next_beat = loop.time()
        while True:
            self._deal()
            if loop.time() >= next_beat:
                next_beat = loop.time() + BEAT_S
                message = beat(at=to_text(self._clock()), n=self.n, health=self._health())
                for screen in self._screens:
                    screen.beats.append(message)
                    screen.bell.set()
            await asyncio.sleep(FRAME_S)

    def _deal(self) -> None:
        """Put what is new into every mailbox."""
        fresh = self.situation.n - self._framed
        if fresh == 0:
            return
        batch = Batch(list(self._remembered)[-fresh:], to_text(self._clock()))
        for screen in self._screens:
            try:
                screen.mailbox.put(batch)
            except MailboxFull as full:
                screen.too_slow = str(full)
            screen.bell.set()
        self._framed = self.situation.n

    @asynccontextmanager
    async def joined(self, after: int | None) -> AsyncIterator[tuple[Screen, list[bytes]]]:
        """A new screen, and what it is sent first: the entries after `after`, or a snapshot."""
        opening = await self._catch_up(after) if after is not None else None
        # From here to the registration nothing awaits, so no entry can slip between.
        self._deal()
        if opening is None or opening[0] != self.n:
            missed = self._missed_since(opening[0]) if opening is not None else None
            if opening is None or missed is None:
                opening = (self.n, self._snapshot())
            else:
                opening = (self.n, [*opening[1], *missed])
        screen = Screen(self.n)
        self._screens.add(screen)
        greeting = hello(
            realm=self.realm, n=self.n, boot=BOOT, at=to_text(self._clock()), version=__version__
        )
        try:
            yield screen, [greeting, *opening[1]]
        finally:
            self._screens.discard(screen)

    def _snapshot(self) -> list[bytes]:
        """A snapshot, and what came after it: it is large, and many screens open at once."""
        if self._pictured is not None and self.n - self._pictured[0] <= PICTURE_SHARED:
            missed = self._missed_since(self._pictured[0])
            if missed is not None:
                return [self._pictured[1], *missed]
        self._pictured = (self.n, snapshot(self.n, picture(self.situation)))
        return [self._pictured[1]]

    async def _catch_up(self, after: int) -> tuple[int, list[bytes]] | None:
        """Frames from `after` on, up to about now; None when `after` is gone or unknown."""
        if after > self.n or self.n - after > RESUME_MAX:
            return None
        missed = self._missed_since(after)
        if missed is not None:
            return self.n, missed
        frames = []
        while after < self.n:
            entries = await asyncio.to_thread(self._read, self.realm, after, RESUME_CHUNK)
            if not entries:
                return None
            frames.append(self._frame_of([item_for(entry) for entry in entries]))
            after = entries[-1].n
        return after, frames

    def _missed_since(self, after: int) -> list[bytes] | None:
        """Frames out of what the hub still remembers; None when it no longer does."""
        if after == self.n:
            return []
        if not self._remembered or self._remembered[0].n > after + 1:
            return None
        items = list(self._remembered)[after - self.n :]
        chunks = [items[i : i + RESUME_CHUNK] for i in range(0, len(items), RESUME_CHUNK)]
        return [self._frame_of(chunk) for chunk in chunks]

    def _frame_of(self, items: list[Item]) -> bytes:
        return Batch(items, to_text(self._clock())).frame
