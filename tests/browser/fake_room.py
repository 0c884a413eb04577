"""A room without engine or journal: speaks the live protocol from a list of entries.

A test holds its strings: it may fall silent, cut all sockets, be out of reach, and learn more.
"""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from script import Script
from tocsin.contract.times import to_text
from tocsin.journal.entry import Entry
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation, picture
from tocsin_frontend import page

HEALTHY: dict[str, Any] = {
    "broker": {"state": "connected", "since": None},
    "journal": {"state": "ok", "since": None, "trouble": None},
    "counts": {"received": 0, "recorded": 0, "duplicates": 0, "quarantined": 0, "rate_per_s": 4.2},
}
STEP_S = 0.03
BEAT_S = 0.3


class FakeRoom:
    """`with FakeRoom(script) as room:` then `room.url`; `script` may be written to while it runs."""

    def __init__(self, script: Script, *, version: str = "test") -> None:
        self.script = script
        self.version = version
        self.health = HEALTHY
        self.silent = False
        self.reachable = True
        self.cuts = 0
        self.skip = 0  # entries to lose before the next frame of a socket that is up to date
        self.forged: list[dict[str, Any]] = []  # entries to slip into a frame of their own
        self.hello_realm = script.realm
        self.asked: list[str | None] = []  # the `from` of each socket
        self.commands: list[dict[str, Any]] = []
        self.refusal: str | None = None
        self.tables: dict[str, Any] = TABLES
        self.quarantine_rows: list[dict[str, Any]] = []
        prefix = f"/static/{page.static_fingerprint()}"
        self.static_url = prefix
        routes = [
            Route("/realms/{realm}", self._page),
            WebSocketRoute("/realms/{realm}/socket", self._socket),
            Route("/api/types", self._table),
            Route("/api/measures", self._table),
            Route("/api/facts", self._table),
            Route("/api/realms/{realm}/quarantine", self._quarantine),
            Route("/api/realms/{realm}/commands", self._command, methods=["POST"]),
            Route("/basemap/brussels.pmtiles", self._basemap),
            Mount(prefix, StaticFiles(directory=page.STATIC_ROOT)),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes),
            host="127.0.0.1",
            port=0,
            log_level="critical",
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
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
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.origin = f"http://127.0.0.1:{port}"
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

    async def _page(self, request: Request) -> HTMLResponse:
        realm = request.path_params["realm"]
        language = request.query_params.get("lang") or request.cookies.get("tocsin_lang") or "fr"
        settings = page.PageSettings(
            realm=realm,
            exercise_title=self.script.title,
            language=language,
            socket_path=f"/realms/{realm}/socket",
            api_root="/api",
            static_url=self.static_url,
            basemap_url="/basemap/brussels.pmtiles",
            version="test",
            other_realms=["live", "exercise-sc-01"],
        )
        html = page.render_situation_page(settings)
        policy = page.content_security_policy(html)
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    async def _table(self, request: Request) -> JSONResponse:
        return JSONResponse(self.tables[request.url.path.rpartition("/")[2]])

    async def _quarantine(self, request: Request) -> JSONResponse:
        return JSONResponse(self.quarantine_rows)

    async def _basemap(self, request: Request) -> FileResponse:
        return FileResponse(page.BASEMAP)

    async def _command(self, request: Request) -> JSONResponse:
        if request.headers.get("x-tocsin") != "1":
            return JSONResponse({"detail": "not from our page", "field": ""}, 422)
        self.commands.append(await request.json())
        if self.refusal is not None:
            return JSONResponse({"detail": self.refusal, "field": "entry"}, 409)
        n = self.script.carry_out(self.commands[-1])
        return JSONResponse({"n": n}, 202)

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


TABLES: dict[str, Any] = {
    "types": {
        code: {"fr": fr, "nl": nl, "en": en, "severity": severity, "family": code[:3].lower()}
        for code, fr, nl, en, severity in (
            ("HAZ-ROA", "Accident ADR (route)", "ADR-ongeval (weg)", "Dangerous-goods road accident", 3),
            ("TRA-TUN", "Incident en tunnel routier", "Incident in wegtunnel", "Road-tunnel incident", 3),
            ("TRA-ACC", "Accident de roulage", "Verkeersongeval", "Road accident", 1),
            ("MED-MCI", "Afflux de victimes (PIM)", "Toestroom van slachtoffers (MIP)", "Mass-casualty (PIM)", 4),
            ("PTR-MET", "Incident métro / prémétro", "Incident metro / premetro", "Metro incident", 3),
            ("PUB-DEM", "Manifestation", "Betoging", "Demonstration", 1),
            ("WEA-STO", "Tempête / vents forts", "Storm / hevige wind", "Storm / strong wind", 2),
            ("CRO-EVT", "Événement planifié (suivi)", "Gepland evenement (opvolging)", "Planned event (monitoring)", 0),
            ("SEC-PKG", "Objet / colis suspect", "Verdacht voorwerp / pakket", "Suspicious object", 2),
            ("FIR-BLD", "Incendie de bâtiment", "Gebouwbrand", "Building fire", 2),
        )
    },
    "measures": {
        "plan": "PGSP-2017-2020",
        "measures": [
            {
                "code": code,
                "axis": axis,
                "title": {"fr": fr, "nl": nl, "en": en},
                "partners": ["REG", "COM", "POL"],
                "spine": "faire_face",
            }
            for code, axis, fr, nl, en in (
                ("M10.1", "prevention", "Centre de communication et de crise, vidéo intégrée", "Communicatie- en crisiscentrum, geïntegreerde video", "Communication and crisis centre, integrated video"),
                ("M10.4", "prevention", "Convois exceptionnels et de produits dangereux", "Uitzonderlijke transporten en gevaarlijke producten", "Exceptional and dangerous-goods convoys"),
                ("M10.6", "prevention", "Sensibilisation et information de la population", "Sensibilisering en informatie van de bevolking", "Informing the population"),
                ("M10.8", "reaction", "Drones pour la prévention et la sécurité", "Drones voor preventie en veiligheid", "Drones for prevention and safety"),
                ("M10.9", "reaction", "Redondance des moyens d’alerte et de communication", "Redundantie van alarm- en communicatiemiddelen", "Redundancy of alerting and communication means"),
                ("M10.12", "reaction", "Prise en charge psychosociale", "Psychosociale opvang", "Psychosocial care"),
            )
        ],
    },
    "facts": {
        "dangerous_goods": {"fr": "Marchandises dangereuses", "nl": "Gevaarlijke goederen", "en": "Dangerous goods", "type": "bool", "unit": None, "choices": {}},
        "smoke": {"fr": "Fumée", "nl": "Rook", "en": "Smoke", "type": "bool", "unit": None, "choices": {}},
        "un_number": {"fr": "Numéro ONU", "nl": "UN-nummer", "en": "UN number", "type": "text", "unit": None, "choices": {}},
        "gust_kmh": {"fr": "Rafales", "nl": "Windstoten", "en": "Gusts", "type": "number", "unit": "km/h", "choices": {}},
        "camera_state": {"fr": "État de la caméra", "nl": "Toestand van de camera", "en": "Camera state", "type": "choice", "unit": None, "choices": {"no_image": {"fr": "pas d'image", "nl": "geen beeld", "en": "no picture"}}},
    },
}
