"""Pages and what they load; rendered once per realm and language, immutable by content hash."""

from functools import cache, lru_cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tocsin import __version__
from tocsin.contract import LIVE
from tocsin.live.hub import Hub
from tocsin.web.rooms import Rooms
from tocsin_frontend import page as front
from tocsin_frontend.rendering import render_page
from tocsin_frontend.trouble import Trouble, render_trouble_page

IMMUTABLE = "public, max-age=31536000, immutable"
LANGUAGE_COOKIE = "tocsin_lang"
THEME_COOKIE = "tocsin_theme"


class ImmutableFiles:
    """Files below a path that holds their content's hash: they never change.

    A page asks for two hundred of them; held in memory, each costs a tenth of a look on disk, and
    what is served fits the hash even while an update writes over the files.
    """

    def __init__(self, folder: Path) -> None:
        self._held = {
            path.relative_to(folder).as_posix(): (
                path.read_bytes(),
                guess_type(path)[0] or "text/plain",
            )
            for path in folder.rglob("*")
            if path.is_file()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        held = self._held.get(scope["path"].removeprefix(scope["root_path"]).lstrip("/"))
        if held is None:
            raise HTTPException(404)
        content, media_type = held
        headers = {"Cache-Control": IMMUTABLE}
        await Response(content, media_type=media_type, headers=headers)(scope, receive, send)


@cache
def static_prefix() -> str:
    """Fixed for the life of the process: what is served and what pages ask for stay in step."""
    return f"/static/{front.static_fingerprint()}"


def page_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    def page_of(request: Request, realm: str, kind: front.PageKind) -> HTMLResponse:
        exercise = _hub(rooms, realm, kind).situation.exercise
        language, theme = _language(request), _theme(request)
        others = tuple(sorted(name for name in rooms.hubs if name != realm))
        title = _title(exercise, language)
        html, policy = _rendered(kind.name, realm, title, language, theme, others)
        return HTMLResponse(
            html, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"}
        )

    def add(kind: front.PageKind) -> None:
        async def page(request: Request, realm: str) -> HTMLResponse:
            return page_of(request, realm, kind)

        async def live_page(request: Request) -> RedirectResponse:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/realms/{LIVE}{kind.path}{query}")

        router.add_api_route(f"/realms/{{realm}}{kind.path}", page)
        if kind.is_in(LIVE):
            router.add_api_route(kind.path or "/", live_page)

    for kind in front.PAGES:
        add(kind)

    @router.get("/gone")
    async def gone_page(request: Request) -> HTMLResponse:
        return trouble_page(request, "gone")

    @router.get("/gone-worker.js")
    async def gone_worker() -> FileResponse:
        return FileResponse(
            front.STATIC_ROOT / "app/gone-worker.js",
            media_type="text/javascript",
            headers={"Cache-Control": "no-cache"},
        )

    @router.get("/basemap/brussels.pmtiles")
    async def basemap() -> FileResponse:
        return FileResponse(
            front.BASEMAP,
            media_type="application/vnd.pmtiles",
            headers={"Cache-Control": "public, max-age=86400"},
        )

    return router


def _hub(rooms: Rooms, realm: str, kind: front.PageKind) -> Hub:
    hub = rooms.hubs.get(realm)
    if hub is None:
        raise HTTPException(404, f"there is no realm {realm[:60]}")
    if not kind.is_in(realm):
        raise HTTPException(404, f"{realm} has no page {kind.name}")
    return hub


def wants_page(request: Request) -> bool:
    """A person with a browser is told in words; a program gets JSON."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def trouble_page(
    request: Request, kind: Trouble, status: int = 200, reason: str = ""
) -> HTMLResponse:
    html = render_trouble_page(
        kind,
        language=_language(request),
        theme=_theme(request),
        static_url=static_prefix(),
        status=status,
        reason=reason,
    )
    policy = front.content_security_policy(html)
    return HTMLResponse(
        html,
        status,
        headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"},
    )


def _language(request: Request) -> str:
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return asked if asked is not None and asked in front.LANGUAGES else front.LANGUAGES[0]


def _theme(request: Request) -> str:
    asked = request.cookies.get(THEME_COOKIE)
    return asked if asked in front.THEMES else front.THEMES[0]


def _title(exercise: dict[str, Any] | None, language: str) -> str | None:
    return exercise["title"][language] if exercise else None


@lru_cache(maxsize=128)
def _rendered(
    page: str,
    realm: str,
    exercise_title: str | None,
    language: str,
    theme: str,
    others: tuple[str, ...],
) -> tuple[str, str]:
    settings = front.PageSettings(
        realm=realm,
        exercise_title=exercise_title,
        language=language,
        theme=theme,
        socket_path=f"/realms/{realm}/socket",
        api_root="/api",
        static_url=static_prefix(),
        basemap_url="/basemap/brussels.pmtiles",
        version=__version__,
        other_realms=list(others),
    )
    html = render_page(settings, page)
    return html, front.content_security_policy(html)
