"""REST: the past of a realm: its span, its landmarks, pictures of moments, the entries after."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel

from tocsin.contract.times import from_text, to_text
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal
from tocsin.live.frames import encode_entry, track_of
from tocsin.live.wire import Snapshot, WireEntry
from tocsin.situation.landmarks import LandmarkKind
from tocsin.web.api import NUMBER_MAX, RealmName
from tocsin.web.past import Busy, Left, Past
from tocsin.web.rooms import Rooms

CLOSED_BY_CLIENT = 499
PAGE_MOST = 5_000
Number = Annotated[int | None, Query(ge=0, le=NUMBER_MAX)]


class PointView(BaseModel):
    n: int
    at: str


class LandmarkView(PointView):
    """An incident was opened, became graver, or changed its state; `severity` is that of then."""

    kind: LandmarkKind
    incident: str
    severity: int


class HistoryView(BaseModel):
    """From the first entry to the last; both null before anything happened."""

    first: PointView | None
    last: PointView | None
    landmarks: list[LandmarkView]


class EntriesView(BaseModel):
    """Entries after a number; `n` is how far they reach, superseded positions included."""

    n: int
    entries: list[WireEntry]


def history_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api/realms/{realm}")
    past = Past(rooms.journal)

    def known(realm: RealmName) -> str:
        if realm not in rooms.hubs:
            raise HTTPException(404, f"there is no realm {realm}")
        return realm

    @router.get("/history", summary="How far the past reaches, and what stands out in it.")
    async def get_history(realm: RealmName) -> HistoryView:
        known(realm)
        return await asyncio.to_thread(_history, rooms, past, realm)

    @router.get(
        "/picture",
        summary="The whole picture after an entry, or of a moment; before the first, an empty one.",
        response_class=Response,
        responses={200: {"model": Snapshot}, 503: {"description": "Come again (Retry-After)."}},
    )
    async def get_picture(
        realm: RealmName,
        request: Request,
        at: Annotated[datetime | None, Query(description="With its offset.")] = None,
        n: Number = None,
    ) -> Response:
        known(realm)
        number = await asyncio.to_thread(_number, rooms.journal, realm, at, n)

        async def waits() -> bool:
            return not await request.is_disconnected()

        try:
            message = await past.picture(realm, number, waits)
        except Busy:
            told = "pictures of the past are being made for others; come again"
            raise HTTPException(503, told, {"Retry-After": "1"}) from None
        except Left:
            return Response(status_code=CLOSED_BY_CLIENT)
        return Response(message, media_type="application/json")

    @router.get(
        "/entries",
        summary="Entries as screens are shown them, to play the past from a picture on.",
        response_class=Response,
        responses={200: {"model": EntriesView}},
    )
    async def get_entries(
        realm: RealmName,
        after: Annotated[int, Query(ge=0, le=NUMBER_MAX)],
        limit: Annotated[int, Query(ge=1, le=PAGE_MOST)] = 1000,
        every: Annotated[
            float,
            Query(ge=0, le=600, description="One position of a moving object in so many seconds."),
        ] = 0,
    ) -> Response:
        known(realm)
        body = await asyncio.to_thread(_page, rooms, realm, after, limit, every)
        return Response(body, media_type="application/json")

    return router


def _number(journal: Journal, realm: str, at: datetime | None, n: int | None) -> int:
    """Of the entry that is meant: the last one, when the one asked for is still to come."""
    if at is not None and n is None:
        if at.tzinfo is None:
            raise HTTPException(422, "at: a time without its offset could be any time")
        return journal.number_at(realm, to_text(at))
    if n is not None and at is None:
        return min(n, journal.head(realm).n)
    raise HTTPException(422, "at or n: one of the two says which moment")


def _history(rooms: Rooms, past: Past, realm: str) -> HistoryView:
    first = rooms.journal.read(realm, after=0, limit=1)
    head = rooms.journal.head(realm)
    if not first or head.at is None:
        return HistoryView(first=None, last=None, landmarks=[])
    return HistoryView(
        first=PointView(n=first[0].n, at=first[0].at),
        last=PointView(n=head.n, at=head.at),
        landmarks=[LandmarkView(**asdict(landmark)) for landmark in past.landmarks(realm)],
    )


def _page(rooms: Rooms, realm: str, after: int, limit: int, every: float) -> bytes:
    entries = rooms.journal.read(realm, after=after, limit=limit)
    n = entries[-1].n if entries else after
    told = b",".join(map(encode_entry, without_superseded(entries, every)))
    return b'{"n":%d,"entries":[%s]}' % (n, told)


def without_superseded(entries: Sequence[Entry], every: float) -> list[Entry]:
    """Of each moving object only its last position in every so many seconds."""
    if every == 0:
        return list(entries)
    seen, told = set[tuple[str, int]](), list[Entry]()
    for entry in reversed(entries):
        track = track_of(entry)
        if track is not None:
            slot = (track, int(from_text(entry.at).timestamp() / every))
            if slot in seen:
                continue
            seen.add(slot)
        told.append(entry)
    told.reverse()
    return told
