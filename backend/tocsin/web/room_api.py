"""REST: the words of the room's own records, and its logbooks out of the journal."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import BaseModel

from tocsin.access import roles_for_api
from tocsin.journal.entry import Entry, EntryKind
from tocsin.journal.store import Journal
from tocsin.lifecycle.counts import counts_for_api
from tocsin.lifecycle.methane import form_for_api
from tocsin.lifecycle.phases import phases_for_api
from tocsin.lifecycle.reflexes import cards_for_api
from tocsin.lifecycle.room import Book, room_for_api
from tocsin.lifecycle.states import states_for_api
from tocsin.web.rooms import Rooms

AT_ONCE = 500  # entries looked through at a time for the lines of one book
LINES: tuple[EntryKind, ...] = ("log_written",)
ACTS: tuple[EntryKind, ...] = (
    *LINES,
    "decision_recorded",
    "phase_recorded",
    "incident_state_changed",
    "activation_changed",
    "report_filed",
    "source_marked",
)


class LogRow(BaseModel):
    """A line that somebody wrote, or with `acts` an act of the room; `body` as in the journal."""

    n: int
    at: str
    kind: str
    body: dict[str, Any]


def room_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api")

    @router.get("/states", summary="The states of an incident, and the ways between them.")
    async def get_states() -> dict[str, Any]:
        return states_for_api()

    @router.get("/phases", summary="Phases, who declares them, and what a record needs.")
    async def get_phases() -> dict[str, Any]:
        return phases_for_api()

    @router.get("/roles", summary="Capacities, their rights, and the right of each command.")
    async def get_roles() -> dict[str, Any]:
        return roles_for_api()

    @router.get("/reflex-cards", summary="Reflex cards and their steps.")
    async def get_cards() -> dict[str, Any]:
        return cards_for_api()

    @router.get("/methane", summary="The structured first report: its fields.")
    async def get_methane() -> dict[str, Any]:
        return form_for_api()

    @router.get("/counts", summary="Categories in which people are counted.")
    async def get_counts() -> dict[str, Any]:
        return counts_for_api()

    @router.get("/room", summary="Activation levels, logbooks, trust, states of tasks.")
    async def get_room() -> dict[str, Any]:
        return room_for_api()

    @router.get("/realms/{realm}/logbook/{book}", summary="A logbook, newest line first.")
    async def get_logbook(
        realm: Annotated[str, Path(max_length=60)],
        book: Book,
        incident: Annotated[str | None, Query(max_length=20)] = None,
        before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        acts: Annotated[bool, Query(description="With what the room did beside it.")] = False,
    ) -> list[LogRow]:
        if realm not in rooms.hubs:
            raise HTTPException(404, f"there is no realm {realm}")
        kinds = ACTS if acts and book == "room" else LINES
        entries = await asyncio.to_thread(
            page_of_log, rooms.journal, realm, book, kinds, incident, before, limit
        )
        return [LogRow(n=e.n, at=e.at, kind=e.kind, body=e.body) for e in entries]

    return router


def page_of_log(
    journal: Journal,
    realm: str,
    book: str,
    kinds: tuple[EntryKind, ...],
    incident: str | None,
    before: int | None,
    limit: int,
) -> list[Entry]:
    """The newest entries of a book before number `before`, the newest first."""
    found: list[Entry] = []
    while len(found) < limit:
        some = journal.read_kinds(realm, kinds, before=before, newest_first=True, limit=AT_ONCE)
        found += [e for e in some if _belongs(e, book) and incident in (None, _about(e))]
        if len(some) < AT_ONCE:
            break
        before = some[-1].n
    return found[:limit]


def _belongs(entry: Entry, book: str) -> bool:
    """A line is in its own book; what the rules did by themselves is no act of the room."""
    if entry.kind == "log_written":
        return bool(entry.body["line"]["book"] == book)
    return entry.kind != "incident_state_changed" or entry.body["by"] is not None


def _about(entry: Entry) -> str | None:
    body = entry.body
    for name in ("line", "decision", "report"):
        if name in body:
            body = body[name]
    about: str | None = body.get("incident")
    return about
