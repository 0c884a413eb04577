"""REST: the alarm types with the reasons for having them, and how heavily alarms weigh."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import AwareDatetime

from tocsin.alarms.load import LOAD_KINDS, AlarmLoad, alarm_load, benchmarks
from tocsin.contract.times import from_text, to_text
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal
from tocsin.rulebook import armed
from tocsin.web.rooms import Rooms

USUALLY = timedelta(hours=24)
LONGEST = timedelta(days=92)
PAGE = 5_000


def alarm_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api")

    @router.get("/alarm-types", summary="Every alarm type, and why it is worth a call.")
    async def get_alarm_types(realm: str = "live") -> dict[str, Any]:
        hub = rooms.hubs.get(realm)
        table = armed(hub.situation.rulebook if hub is not None else None).alarm_types
        shown = {name: mark.model_dump(mode="json") for name, mark in benchmarks().items()}
        return {**table.model_dump(mode="json"), "benchmarks": shown}

    @router.get(
        "/realms/{realm}/alarms/load",
        summary="Alarm load of each position, beside EEMUA 191 and ISA-18.2.",
    )
    async def get_alarm_load(
        realm: Annotated[str, Path(description="`live` or `exercise-NAME`.", max_length=60)],
        first: Annotated[
            AwareDatetime | None, Query(alias="from", description="A day before `to`, if not told.")
        ] = None,
        last: Annotated[
            AwareDatetime | None, Query(alias="to", description="Now in the realm, if not told.")
        ] = None,
    ) -> AlarmLoad:
        hub = rooms.hubs.get(realm)
        if hub is None:
            raise HTTPException(404, f"there is no realm {realm}")
        until = last or _latest(hub.situation.at)
        since = first or until - USUALLY
        if not timedelta() < until - since <= LONGEST:
            raise HTTPException(422, f"`from` comes before `to`, by {LONGEST.days} days at most")
        table = armed(hub.situation.rulebook).alarm_types
        first_at, last_at = to_text(since), to_text(until)

        def figures() -> AlarmLoad:
            entries = _entries(rooms.journal, realm, first_at, last_at)
            return alarm_load(entries, first_at, last_at, table)

        return await asyncio.to_thread(figures)

    return router


def _latest(at: str | None) -> datetime:
    """The realm's own time: in an exercise that is not the time of day."""
    if at is None:
        raise HTTPException(422, "nothing happened in this realm yet")
    return from_text(at)


def _entries(journal: Journal, realm: str, first_at: str, last_at: str) -> Iterator[Entry]:
    after = 0
    while page := journal.read_kinds(
        realm, LOAD_KINDS, after=after, first_at=first_at, last_at=last_at, limit=PAGE
    ):
        yield from page
        after = page[-1].n
