"""REST: the debriefing of an exercise, as a page and on paper."""

import asyncio
from collections.abc import Iterator
from typing import Annotated

import orjson
from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from tocsin.contract.realm import is_exercise
from tocsin.exercises.book import entries_of_book, exercises_of
from tocsin.exercises.conduct import Conduct, conduct_book
from tocsin.exercises.debriefing import (
    Debriefing,
    Run,
    compose,
    debrief,
    is_earlier,
    page,
    paper,
    plain,
)
from tocsin.exercises.preparation import preparation_book
from tocsin.exercises.scoring import score
from tocsin.journal.store import Journal
from tocsin.tables import Language
from tocsin.web.asking import AskedInCapacity, InCapacity, needs_any
from tocsin.web.rooms import Rooms
from tocsin_frontend.page import content_security_policy

RUNS_MOST = 4  # earlier ones that are scored for comparison
RIGHTS = ("observe", "conduct")
RealmName = Annotated[str, Path(description="`exercise-NAME`.", max_length=60)]
Lang = Annotated[Language, Query(alias="lang", description="Language of the document.")]


def debriefing_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api")
    journal = rooms.journal

    async def told(realm: str, capacity: str) -> Debriefing:
        needs_any(RIGHTS, capacity, "a debriefing is not for this capacity", exercise=True)
        return await asyncio.to_thread(_debriefing, journal, realm)

    @router.get(
        "/exercises/{realm}/debriefing",
        summary="The debriefing as it stands, in blocks that a screen can draw.",
        responses={200: {"content": {"application/json": {}}}},
    )
    async def get_blocks(
        realm: RealmName,
        language: Lang = "fr",
        x_tocsin_capacity: InCapacity = "operator",
    ) -> Response:
        found = await told(realm, x_tocsin_capacity)
        made = await asyncio.to_thread(lambda: orjson.dumps(plain(compose(found, language))))
        return Response(made, media_type="application/json", headers={"Cache-Control": "no-store"})

    @router.get(
        "/exercises/{realm}/debriefing.html",
        summary="The debriefing as one page that can be kept and printed.",
        response_class=HTMLResponse,
    )
    async def get_page(
        request: Request,
        realm: RealmName,
        language: Lang = "fr",
        capacity: AskedInCapacity = "operator",
        download: bool = False,
    ) -> HTMLResponse:
        found = await told(realm, capacity)
        html = await asyncio.to_thread(
            lambda: page(compose(found, language), str(request.base_url))
        )
        headers = {"Content-Security-Policy": content_security_policy(html)}
        return HTMLResponse(html, headers=headers | _kept(realm, language, "html", download))

    @router.get(
        "/exercises/{realm}/debriefing.pdf",
        summary="The same on A4 paper.",
        response_class=Response,
        responses={200: {"content": {"application/pdf": {}}}},
    )
    async def get_paper(
        realm: RealmName, language: Lang = "fr", capacity: AskedInCapacity = "operator"
    ) -> Response:
        found = await told(realm, capacity)
        made = await asyncio.to_thread(lambda: paper(compose(found, language)))
        headers = _kept(realm, language, "pdf", download=True)
        return Response(made, media_type="application/pdf", headers=headers)

    return router


def _kept(realm: str, language: str, ending: str, download: bool) -> dict[str, str]:
    name = f"{realm}-debriefing-{language}.{ending}"
    way = "attachment" if download else "inline"
    return {"Content-Disposition": f'{way}; filename="{name}"', "Cache-Control": "no-store"}


def conduct_of_run(journal: Journal, realm: str) -> Conduct:
    conduct = conduct_book(journal, realm).state if is_exercise(realm) else Conduct()
    if not conduct.script:
        raise HTTPException(404, f"there is no exercise {realm[:60]}")
    return conduct


def _debriefing(journal: Journal, realm: str) -> Debriefing:
    conduct = conduct_of_run(journal, realm)
    entries = list(entries_of_book(journal, realm))
    return debrief(
        conduct,
        score(entries, conduct),
        entries,
        preparation_book(journal).state.recommendations.values(),
        tuple(_earlier(journal, conduct)),
    )


def _earlier(journal: Journal, than: Conduct) -> Iterator[Run]:
    runs = [conduct_book(journal, realm).state for realm in exercises_of(journal)]
    earlier = sorted(
        (run for run in runs if is_earlier(run, than)), key=lambda run: run.started_wall or ""
    )
    for run in earlier[-RUNS_MOST:]:
        yield Run(run.realm, run.over_wall, score(entries_of_book(journal, run.realm), run))
