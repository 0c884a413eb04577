"""A room without engine or journal: speaks the live protocol from a list of entries.

A test holds its strings: it may fall silent, cut all sockets, be out of reach, and learn more.
"""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import orjson
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from browser.script import Script
from tocsin.access import roles_for_api
from tocsin.alarms.load import benchmarks
from tocsin.alarms.types import shipped_alarm_types
from tocsin.cameras.desk import CameraDesk
from tocsin.contract.camera import Camera
from tocsin.contract.times import from_text, to_text
from tocsin.engine.inputs import CommandRefused
from tocsin.handover import shift_log
from tocsin.journal.entry import Entry
from tocsin.journal.store import Head
from tocsin.lifecycle.counts import counts_for_api
from tocsin.lifecycle.methane import form_for_api
from tocsin.lifecycle.phases import phases_for_api
from tocsin.lifecycle.reflexes import cards_for_api
from tocsin.lifecycle.room import room_for_api
from tocsin.lifecycle.states import states_for_api
from tocsin.measures.board import measure_board
from tocsin.measures.catalogue import catalogue_for_api
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation, picture
from tocsin.taxonomy import fact_labels, family_names, type_names
from tocsin.web.application import answer_errors
from tocsin.web.camera_api import camera_routes
from tocsin.web.camera_sockets import camera_socket_routes
from tocsin.web.history_api import history_routes
from tocsin.web.pages import ImmutableFiles
from tocsin.web.room_api import room_routes
from tocsin.web.rooms import Rooms
from tocsin_frontend import page
from tocsin_frontend.rendering import render_page
from tocsin_frontend.trouble import render_trouble_page

HEALTHY: dict[str, Any] = {
    "broker": {"state": "connected", "since": None},
    "journal": {"state": "ok", "since": None, "trouble": None},
    "counts": {"received": 0, "recorded": 0, "duplicates": 0, "quarantined": 0, "rate_per_s": 4.2},
}
PAST = ("/history", "/picture", "/entries")
LOOPBACK = "127.0.0.1"
STEP_S = 0.03
BEAT_S = 0.3


class ScriptedHub:
    """The situation of a script, as far as the doors of cameras ask for it."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.realm = script.realm

    @property
    def situation(self) -> Situation:
        return self._script.situation()


class ScriptedJournal:
    """The journal that the real doors read: the entries of a script."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def head(self, realm: str) -> Head:
        last = self._script.entries[-1:]
        return Head(last[0].n, b"", last[0].at) if last else Head(0, b"", None)

    def number_at(self, realm: str, at: str) -> int:
        return sum(entry.at <= at for entry in self._script.entries)

    def read(self, realm: str, *, after: int, limit: int) -> list[Entry]:
        return self._script.entries[after : after + limit]

    def read_kinds(
        self,
        realm: str,
        kinds: Any,
        *,
        after: int = 0,
        before: int | None = None,
        limit: int = 500,
        newest_first: bool = False,
    ) -> list[Entry]:
        upto = len(self._script.entries) if before is None else before - 1
        found = [e for e in self._script.entries[after:upto] if e.kind in kinds]
        return found[:: -1 if newest_first else 1][:limit]

    def snapshot(self, *_: object, **__: object) -> None:
        """None is kept."""


class FakeRoom:
    """`with FakeRoom(script) as room:` then `room.url`; the script may grow while it runs.

    Cameras have the real doors; `room.desk.relay.take` is where their pictures come in.
    """

    def __init__(
        self,
        script: Script,
        *,
        version: str = "test",
        cameras: Sequence[Camera] = (),
        data: Path = Path(),
        port: int = 0,
    ) -> None:
        self.script = script
        self.version = version
        self.page_version = "test"  # what pages say they are
        self.health = HEALTHY
        self.silent = False
        self.reachable = True
        self.cuts = 0
        self.skip = 0  # entries to lose before the next frame of a socket that is up to date
        self.forged: list[dict[str, Any]] = []  # entries to slip into a frame of their own
        self.hello_realm = script.realm
        self.asked: list[str | None] = []  # the `from` of each socket
        self.commands: list[dict[str, Any]] = []
        self.capacities: list[str] = []  # in which they were given
        self.refusal: str | None = None
        self.refused_field = "entry"
        self.tables: dict[str, Any] = {
            "types": type_names(),
            "families": family_names(),
            "measures": catalogue_for_api(),
            "facts": fact_labels(),
            "roles": roles_for_api(),
            "states": states_for_api(),
            "phases": phases_for_api(),
            "room": room_for_api(),
            "methane": form_for_api(),
            "counts": counts_for_api(),
            "reflex-cards": cards_for_api(),
            "alarm-types": alarm_types_for_api(),
        }
        self.answers: dict[str, Any] = {}  # path → what a page asks for besides
        self.orders: list[tuple[str, dict[str, Any]]] = []  # to the house of exercises, with path
        self.order_answer: tuple[int, dict[str, Any]] = (200, {"n": 1})
        self.called_off: list[dict[str, Any]] = []  # what the key of *fin d'exercice* sent
        self.quarantine_rows: list[dict[str, Any]] = []
        hubs: Any = {script.realm: ScriptedHub(script)}
        self.desk = CameraDesk(cameras, data, lambda: hubs, lambda realm: datetime.now(UTC))
        journal = cast(Any, ScriptedJournal(script))
        rooms = Rooms(hubs, journal, self._give, frozenset({LOOPBACK}), cameras=self.desk)
        self._doors = FastAPI()
        self._doors.include_router(camera_routes(rooms))
        self._doors.include_router(camera_socket_routes(rooms))
        self._doors.include_router(history_routes(rooms))
        self._doors.include_router(room_routes(rooms))
        answer_errors(self._doors)
        prefix = f"/static/{page.static_fingerprint()}"
        self.static_url = prefix
        routes = [
            WebSocketRoute("/realms/{realm}/socket", self._socket),
            *(Route(f"/realms/{{realm}}{kind.path}", self._page) for kind in page.PAGES),
            *(Route(f"/api/{name}", self._table) for name in self.tables),
            Route("/api/realms/{realm}/quarantine", self._quarantine),
            Route("/api/realms/{realm}/commands", self._command, methods=["POST"]),
            Route("/api/realms/{realm}/handover", self._handover),
            Route("/api/exercises/call-off", self._call_off, methods=["POST"]),
            Route("/api/exercises{path:path}", self._order, methods=["POST"]),
            Route("/api/{path:path}", self._answer),
            Route("/basemap/brussels.pmtiles", self._basemap),
            Route("/gone", self._gone),
            Route("/gone-worker.js", self._gone_worker),
            Route("/healthz", self._healthz),
            Mount(prefix, ImmutableFiles(page.STATIC_ROOT)),
        ]
        self._app = Starlette(routes=routes)
        config = uvicorn.Config(
            self._route,
            interface="asgi3",
            host=LOOPBACK,
            port=port,
            log_level="critical",
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
            ws_per_message_deflate=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> "FakeRoom":
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            if time.monotonic() > deadline:
                raise TimeoutError("the fake room did not open")
            time.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.origin}/realms/{self.script.realm}"
        return self

    def __exit__(self, *_: object) -> None:
        self.reachable = False
        self.cut()
        self._server.should_exit = True
        self._thread.join(timeout=10)

    def cut(self) -> None:
        """Close every socket; screens may come back."""
        self.cuts += 1

    def picture(self) -> dict[str, Any]:
        situation = evolve_all(Situation(realm=self.script.realm), self.script.entries)
        told: dict[str, Any] = json.loads(picture(situation))
        return told

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cameras, logbooks and the past have their real doors."""
        path = scope.get("path", "")
        theirs = not path.startswith("/static/") and any(
            part in path for part in ("/cameras", "/evidence", "/logbook/", *PAST)
        )
        await (self._doors if theirs else self._app)(scope, receive, send)

    async def _give(self, realm: str, command: dict[str, Any], by: str, capacity: str) -> int:
        return self.script.carry_out(command, capacity)

    async def _page(self, request: Request) -> HTMLResponse:
        realm = request.path_params["realm"]
        below = request.url.path.removeprefix(f"/realms/{realm}")
        kind = next(kind for kind in page.PAGES if kind.path == below)
        asked = request.query_params.get("lang") or request.cookies.get("tocsin_lang")
        language = asked if asked in page.LANGUAGES else "fr"  # a wall may ask for both
        settings = page.PageSettings(
            realm=realm,
            exercise_title=self.script.title,
            language=language,
            theme=request.cookies.get("tocsin_theme") or "dark",
            socket_path=f"/realms/{realm}/socket",
            api_root="/api",
            static_url=self.static_url,
            basemap_url="/basemap/brussels.pmtiles",
            version=self.page_version,
            other_realms=["live", "exercise-sc-01"],
        )
        html = render_page(settings, kind.name)
        policy = page.content_security_policy(html)
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    async def _table(self, request: Request) -> JSONResponse:
        return JSONResponse(self.tables[request.url.path.rpartition("/")[2]])

    async def _quarantine(self, request: Request) -> JSONResponse:
        return JSONResponse(self.quarantine_rows)

    async def _gone(self, request: Request) -> HTMLResponse:
        html = render_trouble_page("gone", language="fr", theme="dark", static_url=self.static_url)
        return HTMLResponse(html)

    async def _healthz(self, request: Request) -> JSONResponse:
        return JSONResponse({"version": self.version})

    async def _gone_worker(self, request: Request) -> FileResponse:
        return FileResponse(page.STATIC_ROOT / "app/gone-worker.js")

    async def _basemap(self, request: Request) -> FileResponse:
        return FileResponse(page.BASEMAP)

    async def _command(self, request: Request) -> JSONResponse:
        if request.headers.get("x-tocsin") != "1":
            return JSONResponse({"detail": "not from our page", "field": ""}, 422)
        self.commands.append(await request.json())
        capacity = request.headers["x-tocsin-capacity"]
        self.capacities.append(capacity)
        if self.refusal is not None:
            return JSONResponse({"detail": self.refusal, "field": self.refused_field}, 409)
        try:
            n = self.script.carry_out(self.commands[-1], capacity)
        except CommandRefused as refused:
            return JSONResponse({"detail": refused.detail, "field": refused.field}, 409)
        return JSONResponse({"n": n}, 202)

    async def _handover(self, request: Request) -> Response:
        situation = self.script.situation()
        now = max(to_text(datetime.now(UTC)), situation.at or "")
        function = request.query_params.get("function", "operator")
        since, until = to_text(from_text(now) - timedelta(hours=12)), now
        handover = situation.handovers.get(request.query_params.get("handover", ""))
        if handover is not None:
            function, since = handover.function, handover.period_from
            signed = handover.signed["out"]
            if signed is not None:
                until = signed["at"]
                kept = self.script.entries[: handover.log_until_n]
                situation = evolve_all(Situation(self.script.realm), kept)
        log = shift_log(situation, self.script.entries, function, since, until, handover=handover)
        return Response(orjson.dumps(log), media_type="application/json")

    async def _call_off(self, request: Request) -> JSONResponse:
        self.called_off.append(await request.json())
        running = [e for e in self.answers.get("/api/exercises", ()) if e["state"] == "running"]
        for exercise in running:
            exercise["state"] = "called_off"
        return JSONResponse({"realms": [exercise["realm"] for exercise in running]})

    async def _order(self, request: Request) -> JSONResponse:
        self.orders.append((request.url.path, await request.json()))
        self.capacities.append(request.headers["x-tocsin-capacity"])
        status, told = self.order_answer
        return JSONResponse(told, status)

    async def _answer(self, request: Request) -> JSONResponse:
        path = request.url.path
        if path == "/api/measures/board" and path not in self.answers:
            return JSONResponse(
                asdict(measure_board([(self.script.realm, None, self.script.entries)]))
            )
        if path == "/api/exercises":
            return JSONResponse(self.answers.get(path, []))
        if path not in self.answers:
            return JSONResponse({"detail": f"no {path} here", "field": ""}, 404)
        return JSONResponse(self.answers[path])

    async def _socket(self, socket: WebSocket) -> None:
        if not self.reachable:
            await socket.close()
            return
        await socket.accept()
        since = socket.query_params.get("from")
        self.asked.append(since)
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            async for message in self._told(since, self.cuts):
                await socket.send_text(json.dumps(message))
        with contextlib.suppress(RuntimeError):
            await socket.close()

    async def _told(self, since: str | None, cuts: int) -> AsyncIterator[dict[str, Any]]:
        n = len(self.script.entries)
        yield {
            "type": "hello",
            "protocol": 1,
            "realm": self.hello_realm,
            "n": n,
            "boot": "b",
            "at": _now(),
            "version": self.version,
        }
        if since is not None:
            n = int(since)
        else:
            entries = self.script.entries[:n]
            situation = evolve_all(Situation(realm=self.script.realm), entries)
            yield {"type": "snapshot", "n": n, "situation": json.loads(picture(situation))}
        beat_at = 0.0
        while self.cuts == cuts:
            if not self.silent:
                if self.forged:
                    forged, self.forged = self.forged, []
                    told = {"n": n + 1, "first": n + 1, "at": _now(), "entry_at": _now()}
                    yield {"type": "frame", **told, "entries": forged}
                fresh = self.script.entries[n:]
                if self.skip and len(fresh) > self.skip:
                    n += self.skip
                    self.skip = 0
                    continue
                if fresh and not self.skip:
                    yield frame(n + 1, fresh)
                    n = fresh[-1].n
                if time.monotonic() >= beat_at:
                    beat_at = time.monotonic() + BEAT_S
                    yield {"type": "beat", "at": _now(), "n": n, "health": self.health}
            await asyncio.sleep(STEP_S)


def alarm_types_for_api() -> dict[str, Any]:
    marks = {name: mark.model_dump(mode="json") for name, mark in benchmarks().items()}
    return {**shipped_alarm_types().model_dump(mode="json"), "benchmarks": marks}


def frame(first: int, entries: Iterable[Entry]) -> dict[str, Any]:
    told = list(entries)
    return {
        "type": "frame",
        "n": told[-1].n,
        "first": first,
        "at": _now(),
        "entry_at": told[-1].at,
        "entries": [
            {"n": e.n, "at": e.at, "kind": e.kind, "cause": e.cause, "body": e.body} for e in told
        ],
    }


def _now() -> str:
    return to_text(datetime.now(UTC))
