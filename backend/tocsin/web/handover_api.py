"""REST: the shift log of a function, now or as it was when the outgoing side signed it."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, NamedTuple

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import AwareDatetime

from tocsin.access import shipped_roles
from tocsin.contract.times import from_text, to_text
from tocsin.handover import LOG_KINDS, ShiftLog, shift_log
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal
from tocsin.situation.load import situation_at
from tocsin.situation.picture import Situation
from tocsin.situation.records import Handover
from tocsin.web.rooms import Rooms

LONGEST = timedelta(days=7)
PAGE = 5_000


def handover_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api")

    @router.get(
        "/realms/{realm}/handover",
        summary="What a function hands over to the next shift, built out of picture and journal.",
    )
    async def get_shift_log(
        realm: Annotated[str, Path(description="`live` or `exercise-NAME`.", max_length=60)],
        function: Annotated[
            str, Query(max_length=40, description="The capacity that is handed over.")
        ] = "operator",
        handover: Annotated[
            str | None,
            Query(max_length=20, description="A hand-over that was begun: its own period."),
        ] = None,
        since: Annotated[
            AwareDatetime | None,
            Query(description="Without a hand-over; the length of a shift ago, if not told."),
        ] = None,
    ) -> ShiftLog:
        hub = rooms.hubs.get(realm)
        if hub is None:
            raise HTTPException(404, f"there is no realm {realm}")
        if function not in shipped_roles().capacities:
            raise HTTPException(404, f"there is no function {function}")
        situation, now = hub.situation, hub.now
        if handover is None:
            until = max(now, situation.at or "")
            first = to_text(since or from_text(until) - timedelta(hours=rooms.shift_hours))
            if from_text(until) - from_text(first) > LONGEST:
                raise HTTPException(422, f"since: {LONGEST.days} days back at most")
            asked = Asked(function, first, until)
        else:
            begun = situation.handovers.get(handover)
            if begun is None:
                raise HTTPException(404, f"there is no hand-over {handover}")
            signed = begun.signed["out"]
            until = now if signed is None else signed["at"]
            asked = Asked(begun.function, begun.period_from, until, begun)
        return await asyncio.to_thread(_log, rooms.journal, situation, asked, rooms.shift_hours)

    return router


class Asked(NamedTuple):
    function: str
    since: str
    until: str
    handover: Handover | None = None


def _log(journal: Journal, situation: Situation, asked: Asked, shift_hours: float) -> ShiftLog:
    """As the outgoing side signed it; before that, as things are now."""
    signed = asked.handover
    if signed is not None and signed.signed["out"] and signed.log_until_n < situation.n:
        situation = situation_at(journal, situation.realm, signed.log_until_n)
    entries = _entries(journal, situation, asked)
    return shift_log(
        situation,
        entries,
        asked.function,
        asked.since,
        asked.until,
        shift_hours=shift_hours,
        handover=asked.handover,
    )


def _entries(journal: Journal, situation: Situation, asked: Asked) -> Iterator[Entry]:
    after = 0
    while page := journal.read_kinds(
        situation.realm,
        LOG_KINDS,
        after=after,
        before=situation.n + 1,
        first_at=asked.since,
        last_at=asked.until,
        limit=PAGE,
    ):
        yield from page
        after = page[-1].n
