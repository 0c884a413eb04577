"""The FastAPI application: doors, headers, and errors that people can read."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tocsin import __version__
from tocsin.engine.inputs import CommandForbidden, CommandRefused
from tocsin.journal.store import JournalUnavailable
from tocsin.web.alarm_api import alarm_routes
from tocsin.web.api import api_routes
from tocsin.web.camera_api import camera_routes
from tocsin.web.camera_sockets import camera_socket_routes
from tocsin.web.debriefing_api import debriefing_routes
from tocsin.web.exercise_api import exercise_routes
from tocsin.web.guards import is_same_origin, is_trusted_host
from tocsin.web.handover_api import handover_routes
from tocsin.web.history_api import history_routes
from tocsin.web.measure_api import measure_routes
from tocsin.web.metrics import metrics_routes
from tocsin.web.outward_api import outward_routes
from tocsin.web.pages import (
    ImmutableFiles,
    page_routes,
    static_prefix,
    trouble_page,
    wants_page,
)
from tocsin.web.preparation_api import preparation_routes
from tocsin.web.recommendation_api import recommendation_routes
from tocsin.web.room_api import room_routes
from tocsin.web.rooms import Rooms
from tocsin.web.rules_api import rules_routes
from tocsin.web.scenario_api import scenario_routes
from tocsin.web.score_api import score_routes
from tocsin.web.sockets import socket_routes
from tocsin.web.source_api import source_routes
from tocsin_frontend import page as front
from tocsin_frontend.trouble import OF_STATUS

CONFLICT = 409
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}


ROUTES = (
    api_routes,
    room_routes,
    history_routes,
    alarm_routes,
    measure_routes,
    handover_routes,
    debriefing_routes,
    recommendation_routes,
    preparation_routes,
    exercise_routes,
    score_routes,
    scenario_routes,
    rules_routes,
    source_routes,
    metrics_routes,
    outward_routes,
    socket_routes,
    camera_routes,
    camera_socket_routes,
    page_routes,
)


def make_application(rooms: Rooms, health: Callable[[], dict[str, Any]] = dict) -> FastAPI:
    app = FastAPI(
        title="Tocsin",
        version=__version__,
        summary="The real-time picture of a regional crisis communication centre.",
        docs_url=None,
        redoc_url=None,
    )
    app.mount(static_prefix(), ImmutableFiles(front.STATIC_ROOT), name="static")
    for routes in ROUTES:
        app.include_router(routes(rooms))

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, Any]:
        return {"version": __version__, **health()}

    @app.middleware("http")
    async def guard(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response: Response
        if not is_trusted_host(request.headers, rooms.allowed_hosts):
            response = _refusal(
                request, 421, "open this page under the address that Tocsin printed", "host"
            )
        elif not is_same_origin(request.headers):
            response = _refusal(
                request, 403, "another site's page may not ask Tocsin for anything", "origin"
            )
        else:
            response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    answer_errors(app)
    return app


def answer_errors(app: FastAPI) -> None:
    """Every refusal is a sentence and the field it is about."""

    @app.exception_handler(HTTPException)
    async def plain_error(request: Request, error: HTTPException) -> Response:
        response = _refusal(request, error.status_code, str(error.detail))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        return _refusal(request, 422, str(first["msg"]), field)

    @app.exception_handler(CommandRefused)
    async def refused(request: Request, error: CommandRefused) -> Response:
        forbidden = isinstance(error, CommandForbidden)
        return _refusal(request, 403 if forbidden else CONFLICT, error.detail, error.field)

    @app.exception_handler(JournalUnavailable)
    async def unavailable(request: Request, error: JournalUnavailable) -> Response:
        return _refusal(request, 503, str(error))

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        return _refusal(request, 500, "an error of Tocsin's own; it is in the server's log")


def _refusal(request: Request, status: int, detail: str, field: str = "") -> Response:
    kind = OF_STATUS.get(status)
    if kind is not None and wants_page(request):
        return trouble_page(request, kind, status, detail)
    return JSONResponse({"detail": detail, "field": field}, status_code=status)
