"""REST: exercises, how they are conducted, and the orders of their staff."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, HTTPException, Path, Request, Response
from pydantic import BaseModel

from tocsin.access import shipped_roles
from tocsin.contract.realm import is_exercise, is_realm
from tocsin.engine.inputs import CommandRefused
from tocsin.exercises.conduct.views import ConductDesk
from tocsin.web.api import HERE
from tocsin.web.asking import InCapacity, Proof, needs_any
from tocsin.web.rooms import Rooms

ORDER_BYTES_MAX = 64 * 1024
RIGHTS = ("observe", "conduct")

RealmName = Annotated[str, Path(description="`exercise-NAME`.", max_length=60)]


class Prepared(BaseModel):
    """The realm in which the new exercise will be played."""

    realm: str


class CalledOff(BaseModel):
    realms: list[str]


class OrderTaken(BaseModel):
    """`n`: the last entry of the exercise's book after the order."""

    n: int


def exercise_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api/exercises")
    desk = ConductDesk(rooms.journal)

    now = partial(_now, rooms)
    carried_out = partial(_carried_out, rooms)

    @router.get("", summary="Every exercise that was prepared here, the newest first.")
    async def get_exercises() -> Response:
        lines = await asyncio.to_thread(desk.lines)
        return _json([line | {"at": now(line["realm"], line["at"])} for line in lines])

    @router.post("", status_code=201, summary="Prepare a run of a scenario, and start it if asked.")
    async def post_exercise(
        request: Request, x_tocsin: Proof, x_tocsin_capacity: InCapacity
    ) -> Prepared:
        order = await _document(request) | {"order": "prepare"}
        return Prepared(**await carried_out(order, x_tocsin_capacity))

    @router.post("/call-off", summary="A real incident: every exercise that runs stops at once.")
    async def call_off(
        request: Request, x_tocsin: Proof, x_tocsin_capacity: InCapacity
    ) -> CalledOff:
        order = await _document(request) | {"order": "call_off"}
        return CalledOff(**await carried_out(order, x_tocsin_capacity))

    @router.get("/{realm}/conduct", summary="The list of injects and what became of each; notes.")
    async def get_conduct(realm: RealmName, x_tocsin_capacity: InCapacity = "operator") -> Response:
        _may_look(x_tocsin_capacity)
        found = await asyncio.to_thread(desk.shown, _known(realm), now, datetime.now(UTC))
        if found is None:
            raise HTTPException(404, f"there is no exercise {realm}")
        return _json(found)

    @router.post("/{realm}/orders", summary="An order of the staff; a note, a score.")
    async def post_order(
        realm: RealmName, request: Request, x_tocsin: Proof, x_tocsin_capacity: InCapacity
    ) -> OrderTaken:
        order = await _document(request) | {"realm": _known(realm)}
        _of_a_realm(order)
        return OrderTaken(**await carried_out(order, x_tocsin_capacity))

    return router


def _now(rooms: Rooms, realm: str, known: str) -> str:
    hub = rooms.hubs.get(realm)
    return max(hub.now, known) if hub is not None else known


async def _carried_out(rooms: Rooms, order: dict[str, Any], capacity: str) -> dict[str, Any]:
    if capacity not in shipped_roles().capacities:
        raise CommandRefused(f"there is no capacity {capacity[:40]!r}", "capacity")
    return await rooms.exercises(order, f"{capacity} {HERE}", capacity)


def _may_look(capacity: str) -> None:
    needs_any(RIGHTS, capacity, "this is not for this capacity", exercise=True)


def _of_a_realm(order: dict[str, Any]) -> None:
    if order.get("order") in ("prepare", "call_off"):
        raise CommandRefused("this order has a door of its own", "order")


def _known(realm: str) -> str:
    if not (is_realm(realm) and is_exercise(realm)):
        raise HTTPException(404, f"there is no exercise {realm}")
    return realm


async def _document(request: Request) -> dict[str, Any]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > ORDER_BYTES_MAX:
            raise HTTPException(413, f"an order has at most {ORDER_BYTES_MAX} bytes")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise HTTPException(400, "the order is not JSON") from None
    if not isinstance(document, dict):
        raise HTTPException(400, "the order is not an object")
    return document


def _json(document: object) -> Response:
    return Response(
        orjson.dumps(document),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
