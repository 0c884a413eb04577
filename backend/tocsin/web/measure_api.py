"""REST: the measure board over all realms, and the health of the tie rules."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query

from tocsin.contract.realm import LIVE, is_realm
from tocsin.contract.times import to_text
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal
from tocsin.measures.board import MeasureBoard, measure_board
from tocsin.measures.health import TieHealth, rule_health
from tocsin.measures.ledger import LEDGER_KINDS
from tocsin.web.rooms import Rooms

_AT_ONCE = 10_000
Time = Annotated[datetime | None, Query(description="With its offset, e.g. 2026-01-15T00:00:00Z.")]


def measure_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api/measures")

    @router.get("/board", summary="Per measure: in use now, last used, exercised, gaps, feeding.")
    async def get_board(
        since: Annotated[Time, Query(alias="from")] = None,
        until: Annotated[Time, Query(alias="to")] = None,
    ) -> MeasureBoard:
        exercises = {hub.realm: hub.situation.exercise for hub in rooms.hubs.values()}
        period = _text(since, "from"), _text(until, "to")
        return await asyncio.to_thread(_board, rooms.journal, exercises, *period)

    @router.get("/health", summary="Whether the tie rules can be believed, on real incidents.")
    async def get_health() -> TieHealth:
        return await asyncio.to_thread(
            lambda: rule_health(entries_of(rooms.journal, LIVE, _LAST)),
        )

    return router


_LAST = "9"  # later than any time


def _board(
    journal: Journal,
    exercises: dict[str, dict[str, Any] | None],
    since: str | None,
    until: str | None,
) -> MeasureBoard:
    realms = (
        (realm, exercises.get(realm), entries_of(journal, realm, until or _LAST))
        for realm in filter(is_realm, journal.realms())
    )
    return measure_board(realms, since, until)


def entries_of(journal: Journal, realm: str, until: str) -> Iterator[Entry]:
    """All entries that tell of ties, from the first one on: what stands now may be old."""
    after = 0
    while True:
        page = journal.read_kinds(realm, LEDGER_KINDS, after=after, last_at=until, limit=_AT_ONCE)
        yield from page
        if len(page) < _AT_ONCE:
            return
        after = page[-1].n


def _text(at: datetime | None, field: str) -> str | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise HTTPException(422, f"{field}: a time without its offset could be any time")
    return to_text(at)
