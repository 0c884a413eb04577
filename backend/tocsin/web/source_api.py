"""REST: the register of sources, each with its state, its figures and its value sheet."""

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path

from tocsin.contract.observation import SOURCE_PATTERN
from tocsin.contract.times import from_text, to_text
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal
from tocsin.live.hub import Hub
from tocsin.sources import SourceConfig
from tocsin.sources.config import INTAKES
from tocsin.value import (
    VALUE_KINDS,
    Configured,
    SourceLine,
    ValueLedger,
    ValueSheet,
    register,
    value_sheets,
)
from tocsin.web.rooms import Rooms

VALUED = timedelta(days=90)
PAGE = 10_000
NOTICED_S = 0.05  # what takes longer is not reckoned for every new vote
RESTS = 50


@dataclass(frozen=True, slots=True)
class SourceRegister:
    """`since`: value sheets rest on incidents opened from then on; null before the first entry."""

    realm: str
    at: str | None
    since: str | None
    sources: tuple[SourceLine, ...]


def source_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api/realms/{realm}/sources")
    configured = [configured_source(config) for config in rooms.sources]
    ledgers: dict[str, LedgerReader] = {}

    def read(realm: str) -> SourceRegister:
        hub = rooms.hubs.get(realm)
        if hub is None:
            raise HTTPException(404, f"there is no realm {realm}")
        reader = ledgers.setdefault(realm, LedgerReader(rooms.journal, realm))
        here = [one for one in configured if one.realm == realm]
        return _register(rooms, hub, here, reader)

    @router.get("", summary="Every source: agreement, state, figures, rejects, value sheet.")
    async def get_sources(
        realm: Annotated[str, Path(description="`live` or `exercise-NAME`.", max_length=60)],
    ) -> SourceRegister:
        return await asyncio.to_thread(read, realm)

    @router.get("/{source}", summary="One of them.")
    async def get_source(
        realm: Annotated[str, Path(max_length=60)],
        source: Annotated[str, Path(pattern=SOURCE_PATTERN)],
    ) -> SourceLine:
        found = await asyncio.to_thread(read, realm)
        for line in found.sources:
            if line.source == source:
                return line
        raise HTTPException(404, f"there is no source {source} in {realm}")

    return router


def configured_source(config: SourceConfig) -> Configured:
    """What may be shown of a source's settings: no address, no secret."""
    return Configured(
        source=config.source,
        realm=config.realm,
        adapter=config.adapter,
        intake=next(name for name in INTAKES if getattr(config, name)),
        maturity=config.maturity,
        legal_regime=config.legal_regime,
        controller=config.controller,
        protocol_ref=config.protocol_ref,
        retention_days=config.retention_days,
    )


class LedgerReader:
    """Keeps a realm's ledger up to date: each time only what the journal has gained is read."""

    def __init__(self, journal: Journal, realm: str) -> None:
        self._journal = journal
        self._realm = realm
        self._ledger = ValueLedger()
        self._reading = threading.Lock()
        self._asked: object = None
        self._names: list[str] = []
        self._not_before = 0.0
        self._sheets: dict[str, ValueSheet] = {}

    def sheets(self, names: list[str], since: str) -> dict[str, ValueSheet]:
        with self._reading:
            ledger, journal, realm = self._ledger, self._journal, self._realm
            upto = journal.head(realm).n
            if upto > ledger.upto:
                after = ledger.upto
                fresh = [*self._judged(after, upto, since), *self._joins(after, upto, since)]
                ledger.add(fresh, upto)
                ledger.tell(journal.observations(realm, ledger.unknown(fresh)))
            asked = len(ledger.entries), names, since
            began = time.monotonic()
            if asked != self._asked and (began >= self._not_before or names != self._names):
                self._asked, self._names = asked, names
                self._sheets = value_sheets(ledger, names, since)
                took = time.monotonic() - began
                self._not_before = began + RESTS * took if took > NOTICED_S else 0.0
            return self._sheets

    def _judged(self, after: int, upto: int, since: str) -> Iterator[Entry]:
        while page := self._journal.read_kinds(
            self._realm, VALUE_KINDS, after=after, before=upto + 1, first_at=since, limit=PAGE
        ):
            yield from page
            after = page[-1].n

    def _joins(self, after: int, upto: int, since: str) -> Iterator[Entry]:
        while page := self._journal.read_joins(
            self._realm, after=after, upto=upto, first_at=since, limit=PAGE
        ):
            yield from page
            after = page[-1].n


def _hour(moment: datetime) -> str:
    """Sheets are reckoned anew when there is news, not each time somebody looks."""
    return to_text(moment.replace(minute=0, second=0, microsecond=0))


def _register(
    rooms: Rooms, hub: Hub, configured: list[Configured], reader: LedgerReader
) -> SourceRegister:
    situation = hub.situation
    at = situation.at
    since = _hour(from_text(at) - VALUED) if at is not None else ""
    figures = rooms.figures(hub.realm)
    counts = rooms.journal.quarantine_counts(hub.realm)
    agreed = {one.source for one in configured}
    refused = {count.source for count in counts}
    known = agreed.union(situation.sources, figures, refused)
    sheets = reader.sheets(sorted(known), since)
    lines = register(configured, situation.sources, situation.marks, figures, counts, sheets)
    return SourceRegister(hub.realm, at, since or None, tuple(lines))
