"""REST: the picture, the journal, the quarantine, the tables, and the command door."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from tocsin.access import shipped_roles
from tocsin.engine.inputs import CommandRefused
from tocsin.journal.store import JournalUnavailable
from tocsin.live.frames import shown_entry
from tocsin.live.hub import Hub
from tocsin.measures.catalogue import catalogue_for_api
from tocsin.situation.picture import picture
from tocsin.taxonomy import fact_labels, family_names, type_names
from tocsin.web.asking import Proof
from tocsin.web.guards import file_name
from tocsin.web.rooms import Rooms

COMMAND_TIMEOUT_S = 10.0
COMMAND_BYTES_MAX = 8 * 1024
RULES_BYTES_MAX = 256 * 1024  # a command that carries whole tables
# Commands that need more than their document: the door that has it.
OF_OTHER_DOORS = {"keep_frame": "pictures are kept through POST …/incidents/INCIDENT/evidence"}
HERE = "on this machine"  # until sign-in is built, nobody has a name

NUMBER_MAX = 2**53  # what JavaScript counts to, and less than any database holds
RealmName = Annotated[str, Path(description="`live` or `exercise-NAME`.", max_length=60)]


class RealmView(BaseModel):
    """A realm that is open, and how far its journal is."""

    realm: str
    exercise: dict[str, Any] | None
    n: int


class EntryView(BaseModel):
    n: int
    at: str
    kind: str
    cause: int
    body: dict[str, Any]


class QuarantineRowView(BaseModel):
    """All repeats of one message, or of one fault that an adapter reports (then with `sha256`)."""

    id: int
    at: str
    last_at: str
    source: str
    topic: str
    reason: str
    field: str
    detail: str
    size: int
    count: int
    offset: int | None
    sha256: str | None


class CommandTaken(BaseModel):
    """The command is in the journal; screens have it with entry `n`."""

    n: int


class Refusal(BaseModel):
    model_config = ConfigDict(extra="forbid")

    detail: str
    field: str = ""


def api_routes(rooms: Rooms) -> APIRouter:  # noqa: C901 a table of routes reads best in one piece
    router = APIRouter(prefix="/api")

    def hub_of(realm: str) -> Hub:
        hub = rooms.hubs.get(realm)
        if hub is None:
            raise HTTPException(404, f"there is no realm {realm}")
        return hub

    @router.get("/realms", summary="The realms that are open.")
    async def get_realms() -> list[RealmView]:
        return [
            RealmView(realm=hub.realm, exercise=hub.situation.exercise, n=hub.n)
            for hub in rooms.hubs.values()
        ]

    @router.get(
        "/realms/{realm}/situation", summary="The whole picture now.", response_class=Response
    )
    async def get_situation(realm: RealmName) -> Response:
        return Response(picture(hub_of(realm).situation), media_type="application/json")

    @router.get("/realms/{realm}/journal", summary="Entries as screens are shown them.")
    async def get_journal(
        realm: RealmName,
        first: Annotated[int, Query(alias="from", ge=1, le=NUMBER_MAX)] = 1,
        limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    ) -> list[EntryView]:
        hub_of(realm)
        entries = await asyncio.to_thread(rooms.journal.read, realm, after=first - 1, limit=limit)
        return [
            EntryView(n=e.n, at=e.at, kind=e.kind, cause=e.cause, body=e.body)
            for e in map(shown_entry, entries)
        ]

    @router.get("/realms/{realm}/observations/{observation}", summary="One observation, whole.")
    async def get_observation(
        realm: RealmName, observation: Annotated[str, Path(pattern=r"^O-\d{1,15}$")]
    ) -> dict[str, Any]:
        hub_of(realm)
        entry = await asyncio.to_thread(rooms.journal.observation, realm, observation)
        if entry is None:
            raise HTTPException(404, f"there is no observation {observation} in {realm}")
        return {"n": entry.n, "at": entry.at, **entry.body}

    @router.get(
        "/realms/{realm}/quarantine", summary="Messages that could not be used, newest first."
    )
    async def get_quarantine(
        realm: RealmName,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        before: Annotated[int | None, Query(ge=1, le=NUMBER_MAX)] = None,
    ) -> list[QuarantineRowView]:
        hub_of(realm)
        rows = await asyncio.to_thread(
            rooms.journal.quarantine, realm, limit=limit, before_id=before
        )
        return [QuarantineRowView(**asdict(row)) for row in rows]

    @router.get(
        "/realms/{realm}/quarantine/{row}/raw",
        summary="The bytes of one of them, plates masked.",
        response_class=Response,
    )
    async def get_quarantined_bytes(
        realm: RealmName, row: Annotated[int, Path(ge=1, le=NUMBER_MAX)]
    ) -> Response:
        hub_of(realm)
        raw = await asyncio.to_thread(rooms.journal.quarantine_raw, realm, row)
        if raw is None:
            raise HTTPException(404, f"there are no bytes of a message {row} in {realm}")
        name = file_name(realm, f"quarantined-{row}.bin")
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(raw, media_type="application/octet-stream", headers=headers)

    @router.get("/measures", summary="The catalogue of measures.")
    async def get_measures() -> dict[str, Any]:
        return catalogue_for_api()

    @router.get("/types", summary="The incident types: names, severity, family.")
    async def get_types() -> dict[str, Any]:
        return type_names()

    @router.get("/families", summary="The families of incident types, each with a glyph.")
    async def get_families() -> dict[str, dict[str, str]]:
        return family_names()

    @router.get("/facts", summary="The facts that rules and screens may see: labels and units.")
    async def get_facts() -> dict[str, Any]:
        return fact_labels()

    @router.post(
        "/realms/{realm}/commands",
        status_code=202,
        summary="Give a command; docs/contract/commands.schema.json has them all.",
        responses={status: {"model": Refusal} for status in (400, 403, 409, 503)},
        openapi_extra={"requestBody": {"required": True, "content": {"application/json": {}}}},
    )
    async def post_command(
        realm: RealmName,
        request: Request,
        x_tocsin: Proof,
        x_tocsin_capacity: Annotated[
            str, Header(description="In which capacity it is given; see `/api/roles`.")
        ] = "operator",
    ) -> CommandTaken:
        hub_of(realm)
        if x_tocsin_capacity not in shipped_roles().capacities:
            raise CommandRefused(f"there is no capacity {x_tocsin_capacity!r}", "capacity")
        document = await _read_document(request)
        if document.get("command") in OF_OTHER_DOORS:
            raise CommandRefused(OF_OTHER_DOORS[document["command"]], "command")
        return await carried_out(rooms, realm, document, x_tocsin_capacity)

    return router


async def carried_out(
    rooms: Rooms, realm: str, document: dict[str, Any], capacity: str
) -> CommandTaken:
    """Raises CommandRefused, or HTTPException where the journal takes nothing at the moment."""
    try:
        async with asyncio.timeout(COMMAND_TIMEOUT_S):
            by = f"{capacity} {HERE}"
            return CommandTaken(n=await rooms.command(realm, document, by, capacity))
    except (TimeoutError, JournalUnavailable):
        told = "the journal takes no entries at the moment; the command was not carried out yet"
        raise HTTPException(503, told) from None


async def _read_document(request: Request) -> dict[str, Any]:
    body = await request.body()
    if len(body) > RULES_BYTES_MAX:
        raise _too_large(body, RULES_BYTES_MAX)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise CommandRefused(f"not JSON: {error}", "body") from None
    if not isinstance(document, dict):
        raise CommandRefused("not a JSON object", "body")
    if len(body) > COMMAND_BYTES_MAX and document.get("command") != "arm_rules":
        raise _too_large(body, COMMAND_BYTES_MAX)
    return document


def _too_large(body: bytes, most: int) -> CommandRefused:
    return CommandRefused(f"{len(body)} bytes, at most {most} are allowed", "body")
