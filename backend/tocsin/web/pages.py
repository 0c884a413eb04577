"""Pages and what they load; rendered once per realm and language, immutable by content hash."""

from functools import cache, lru_cache
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from tocsin import __version__
from tocsin.contract import LIVE
from tocsin.web.rooms import Rooms
from tocsin_frontend import page as front
from tocsin_frontend.plain import render_plain_page

IMMUTABLE = "public, max-age=31536000, immutable"
LANGUAGE_COOKIE = "tocsin_lang"


class ImmutableFiles(StaticFiles):
    """Files below a path that holds their content's hash: they never change."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = IMMUTABLE
        return response


@cache
def static_prefix() -> str:
    """Fixed for the life of the process: what is served and what pages ask for stay in step."""
    return f"/static/{front.static_fingerprint()}"


def page_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def first_page() -> RedirectResponse:
        return RedirectResponse(f"/realms/{LIVE}")

    @router.get("/admin")
    @router.get("/measures")
    @router.get("/video")
    async def live_page(request: Request) -> RedirectResponse:
        return RedirectResponse(f"/realms/{LIVE}{request.url.path}")

    @router.get("/realms/{realm}")
    async def realm_page(request: Request, realm: str) -> HTMLResponse:
        return page_of(request, realm, "room")

    @router.get("/realms/{realm}/admin")
    async def admin_page(request: Request, realm: str) -> HTMLResponse:
        return page_of(request, realm, "admin")

    @router.get("/realms/{realm}/measures")
    async def measures_page(request: Request, realm: str) -> HTMLResponse:
        return page_of(request, realm, "measures")

    @router.get("/realms/{realm}/video")
    async def video_page(request: Request, realm: str) -> HTMLResponse:
        return page_of(request, realm, "video")

    def page_of(request: Request, realm: str, page: str) -> HTMLResponse:
        hub = rooms.hubs.get(realm)
        if hub is None:
            raise HTTPException(404, f"there is no realm {realm[:60]}")
        exercise = hub.situation.exercise
        language = _language(request)
        others = tuple(sorted(name for name in rooms.hubs if name != realm))
        html, policy = _rendered(page, realm, _title(exercise, language), language, others)
        return HTMLResponse(
            html, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"}
        )

    @router.get("/basemap/brussels.pmtiles")
    async def basemap() -> FileResponse:
        return FileResponse(
            front.BASEMAP,
            media_type="application/vnd.pmtiles",
            headers={"Cache-Control": "public, max-age=86400"},
        )

    return router


def _language(request: Request) -> str:
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return asked if asked is not None and asked in front.LANGUAGES else front.LANGUAGES[0]


def _title(exercise: dict[str, Any] | None, language: str) -> str | None:
    return exercise["title"][language] if exercise else None


@lru_cache(maxsize=64)
def _rendered(
    page: str, realm: str, exercise_title: str | None, language: str, others: tuple[str, ...]
) -> tuple[str, str]:
    settings = front.PageSettings(
        realm=realm,
        exercise_title=exercise_title,
        language=language,
        socket_path=f"/realms/{realm}/socket",
        api_root="/api",
        static_url=static_prefix(),
        basemap_url="/basemap/brussels.pmtiles",
        version=__version__,
        other_realms=list(others),
    )
    if page == "room":
        html = front.render_situation_page(settings)
    else:
        html = render_plain_page(settings, page)
    return html, front.content_security_policy(html)
