"""REST: the lessons register (M10.15)."""

import asyncio
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tocsin.contract.times import to_text
from tocsin.engine.inputs import CommandRefused
from tocsin.exercises.book import Book
from tocsin.exercises.preparation import (
    NotThis,
    Preparation,
    Recommendation,
    RecommendationState,
    body_of,
    changed,
    preparation_book,
)
from tocsin.measures.catalogue import measures
from tocsin.tables import Language
from tocsin.web.asking import InCapacity, Proof, needs_any
from tocsin.web.debriefing_api import conduct_of_run
from tocsin.web.rooms import Rooms

RIGHTS = ("observe", "prepare")
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Realm = Annotated[str, StringConstraints(max_length=60)]


class NewRecommendation(BaseModel):
    """Without a realm it comes from real work; `measure` is a code such as `M10.6`."""

    model_config = ConfigDict(extra="forbid")

    finding: Text
    text: Text
    owner: Name
    language: Language
    action: Text | None = None
    due: date | None = None
    measure: Annotated[str, StringConstraints(max_length=10)] | None = None
    realm: Realm | None = None


class Change(BaseModel):
    """What is not given stays as it is."""

    model_config = ConfigDict(extra="forbid")

    state: RecommendationState | None = None
    verified_in: Realm | None = Field(None, description="The later exercise, with `verified`.")
    owner: Name | None = None
    due: date | None = None
    note: Text | None = None


def recommendation_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api")
    journal = rooms.journal

    def book() -> Book[Preparation]:
        return preparation_book(journal)

    @router.get("/recommendations", summary="The lessons register (M10.15), the oldest first.")
    async def get_recommendations(
        realm: Annotated[str | None, Query(max_length=60)] = None,
        state: RecommendationState | None = None,
    ) -> list[Recommendation]:
        known = await asyncio.to_thread(lambda: book().state)
        return [
            one
            for one in known.recommendations.values()
            if realm in (None, one.realm, one.verified_in) and state in (None, one.state)
        ]

    @router.post("/recommendations", status_code=201, summary="Write down a lesson.")
    async def post_recommendation(
        given: NewRecommendation,
        x_tocsin: Proof,
        x_tocsin_capacity: InCapacity = "operator",
    ) -> Recommendation:
        _may_write(x_tocsin_capacity)
        if given.measure is not None and given.measure not in measures():
            raise CommandRefused(f"the plan has no measure {given.measure}", "measure")
        scenario = None
        if given.realm is not None:
            run = await asyncio.to_thread(conduct_of_run, journal, given.realm)
            scenario = run.script["scenario"]
        new = Recommendation(
            id="",
            **given.model_dump(mode="json"),
            scenario=scenario,
            by=x_tocsin_capacity,
            at=to_text(datetime.now(UTC)),
        )
        body = {name: value for name, value in body_of(new).items() if name != "id"}
        known = await asyncio.to_thread(lambda: book().write(new.at, ("recommendation_put", body)))
        return list(known.recommendations.values())[-1]

    @router.post("/recommendations/{id}", summary="Follow a lesson up.")
    async def change_recommendation(
        id: Annotated[str, Path(max_length=20)],
        given: Change,
        x_tocsin: Proof,
        x_tocsin_capacity: InCapacity = "operator",
    ) -> Recommendation:
        _may_write(x_tocsin_capacity)
        known = await asyncio.to_thread(lambda: book().state)
        if id not in known.recommendations:
            raise HTTPException(404, f"there is no recommendation {id}")
        if given.verified_in is not None:
            await asyncio.to_thread(conduct_of_run, journal, given.verified_in)
        changes = given.model_dump(mode="json", exclude_none=True)
        at = to_text(datetime.now(UTC))
        try:
            after = changed(known.recommendations[id], changes, x_tocsin_capacity, at)
        except NotThis as why:
            raise CommandRefused(why.detail, why.field) from None
        known = await asyncio.to_thread(
            lambda: book().write(at, ("recommendation_put", body_of(after)))
        )
        return known.recommendations[id]

    return router


def _may_write(capacity: str) -> None:
    needs_any(RIGHTS, capacity, "lessons are not written in this capacity", exercise=True)
