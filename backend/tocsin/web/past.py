"""Pictures of the past: folded beside the room's work, one at a time for each realm."""

import asyncio
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from tocsin.journal.store import Journal, JournalUnavailable
from tocsin.journal.thinning import SNAPSHOT_EVERY
from tocsin.live.frames import snapshot
from tocsin.situation.landmarks import LANDMARK_KINDS, Landmark, landmarks_of, weightiest
from tocsin.situation.load import situation_at
from tocsin.situation.picture import Situation, picture
from tocsin.situation.restore import SHAPE

K = TypeVar("K")
V = TypeVar("V")

WAITING_MOST = 4  # screens that wait for a picture of one realm
PICTURES_KEPT = 6
SITUATIONS_KEPT = 6  # where the next fold may begin
LANDMARKS_MOST = 2_000
LOOK_EVERY_S = 0.25  # whether somebody still waits
_AT_ONCE = 10_000


class Busy(Exception):
    """So many wait for pictures of the past that another one had better come again."""


class Left(Exception):
    """Nobody waits for this picture any more."""


@dataclass(slots=True)
class _Seen:
    upto: int = 0
    landmarks: list[Landmark] = field(default_factory=list)
    severities: dict[str, int] = field(default_factory=dict)


class Past:
    """Lives on the event loop; reads and folds in threads."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._folding: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._looking = threading.Lock()
        self._waiting: dict[str, int] = defaultdict(int)
        self._pictures: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._situations: OrderedDict[tuple[str, int], Situation] = OrderedDict()
        self._seen: dict[str, _Seen] = defaultdict(_Seen)

    async def picture(self, realm: str, n: int, waits: Callable[[], Awaitable[bool]]) -> bytes:
        """The message that shows the picture after entry `n`, as a snapshot would.

        `waits` tells whether whoever asked is still there; if not, Left is raised. Busy is raised
        where too many wait already.
        """
        if (kept := self._kept(realm, n)) is not None:
            return kept
        if self._waiting[realm] >= WAITING_MOST:
            raise Busy
        self._waiting[realm] += 1
        try:
            async with self._folding[realm]:
                if (kept := self._kept(realm, n)) is not None:
                    return kept
                message = await self._folded(realm, n, waits)
        finally:
            self._waiting[realm] -= 1
        _keep(self._pictures, (realm, n), message, PICTURES_KEPT)
        return message

    def _kept(self, realm: str, n: int) -> bytes | None:
        kept = self._pictures.get((realm, n))
        if kept is not None:
            self._pictures.move_to_end((realm, n))
        return kept

    async def _folded(self, realm: str, n: int, waits: Callable[[], Awaitable[bool]]) -> bytes:
        if not await waits():
            raise Left
        left = threading.Event()
        start = max(
            (s for (r, at), s in self._situations.items() if r == realm and at <= n),
            key=lambda s: s.n,
            default=None,
        )
        work = asyncio.create_task(asyncio.to_thread(self._fold, realm, n, start, left))
        try:
            while not (await asyncio.wait({work}, timeout=LOOK_EVERY_S))[0]:
                if not await waits():
                    left.set()
        except asyncio.CancelledError:
            left.set()
            raise
        situation, message = await work
        _keep(self._situations, (realm, situation.n), situation, SITUATIONS_KEPT)
        return message

    def _fold(
        self, realm: str, n: int, start: Situation | None, left: threading.Event
    ) -> tuple[Situation, bytes]:
        step = _Steps(self._journal, left)
        situation = situation_at(self._journal, realm, n, start=start, each=step)
        return situation, snapshot(situation.n, picture(situation))

    def landmarks(self, realm: str) -> list[Landmark]:
        """What stands out in a journal up to now; what was looked through once is remembered."""
        with self._looking:
            seen = self._seen[realm]
            while True:
                page = self._journal.read_kinds(
                    realm, LANDMARK_KINDS, after=seen.upto, limit=_AT_ONCE
                )
                new = landmarks_of(page, seen.severities)
                seen.landmarks = weightiest([*seen.landmarks, *new], LANDMARKS_MOST)
                if page:
                    seen.upto = page[-1].n
                if len(page) < _AT_ONCE:
                    return list(seen.landmarks)


class _Steps:
    """Along a long fold: ends it when nobody waits, and leaves snapshots for the next one."""

    def __init__(self, journal: Journal, left: threading.Event) -> None:
        self._journal = journal
        self._left = left
        self._last: int | None = None

    def __call__(self, situation: Situation) -> None:
        if self._left.is_set():
            raise Left
        if self._last is None:
            self._last = situation.n
        if situation.n - self._last < SNAPSHOT_EVERY or situation.at is None:
            return
        self._last = situation.n
        realm, n = situation.realm, situation.n
        with suppress(JournalUnavailable):
            hash_ = self._journal.hash_of(realm, n)
            if hash_ is not None:
                self._journal.save_snapshot(
                    realm, n, situation.at, hash_, picture(situation), SHAPE
                )


def _keep(kept: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
