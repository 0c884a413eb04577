"""REST: the score of an exercise as it stands, and what its clocks measure."""

import asyncio
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, HTTPException, Path, Response

from tocsin.contract.realm import is_exercise, is_realm
from tocsin.exercises.scoring import ScoreDesk, clock_table
from tocsin.web.asking import InCapacity, needs_any
from tocsin.web.rooms import Rooms

RIGHTS = ("observe", "conduct")


def score_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api")
    desk = ScoreDesk(rooms.journal)

    @router.get(
        "/exercises/{realm}/score",
        summary="Clocks, ties, joins, load, objectives and timeline, each with its entries.",
        response_class=Response,
        responses={200: {"content": {"application/json": {}}}},
    )
    async def get_score(
        realm: Annotated[str, Path(description="`exercise-NAME`.", max_length=60)],
        x_tocsin_capacity: InCapacity = "operator",
    ) -> Response:
        needs_any(RIGHTS, x_tocsin_capacity, "a score is not for this capacity", exercise=True)
        known = is_realm(realm) and is_exercise(realm)
        found = await asyncio.to_thread(desk.score, realm) if known else None
        if found is None:
            raise HTTPException(404, f"there is no exercise {realm[:60]}")
        headers = {"Cache-Control": "no-store"}
        return Response(orjson.dumps(found), media_type="application/json", headers=headers)

    @router.get("/exercise-clocks", summary="The fifteen clocks: unit, target, words.")
    async def get_clocks() -> dict[str, Any]:
        return {name: row.model_dump(mode="json") for name, row in clock_table().items()}

    return router
