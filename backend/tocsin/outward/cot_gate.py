"""A door for TAK clients: the open incidents of the live realm, and what changes about them."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from tocsin.contract import LIVE
from tocsin.live.hub import Hub
from tocsin.outward.cot import deletion_of, event_of, leaves, pong
from tocsin.situation.picture import Incident, Situation, is_open

log = logging.getLogger(__name__)

LOOK_S = 0.5
REFRESH = timedelta(seconds=60)
SLOW_S = 10.0
PONG_EVERY_S = 1.0
MAX_CLIENTS = 64
PING = b"t-x-c-t"


class NotLive(ValueError):
    """An exercise must never reach those who act on what they see."""


class LiveHub:
    """The hub of the live realm, and of no other: the only thing that the gate takes."""

    def __init__(self, hub: Hub) -> None:
        if hub.realm != LIVE:
            raise NotLive(f"{hub.realm} is not the live realm; nothing of it goes out")
        self._hub = hub

    @property
    def situation(self) -> Situation:
        return self._hub.situation


class CotGate:
    """Listens on HOST:PORT. What clients send is not read, but for their asking who is there."""

    def __init__(
        self,
        hub: LiveHub,
        listen: str,
        clock: Callable[[], datetime],
        *,
        look_s: float = LOOK_S,
    ) -> None:
        self._hub = hub
        host, _, port = listen.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._clock = clock
        self._look_s = look_s
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.Task[Any], asyncio.StreamWriter] = {}

    @property
    def clients(self) -> int:
        return len(self._clients)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens; the port is told once it has started."""
        if self._server is None:
            return self._host, self._port
        host, port, *_ = self._server.sockets[0].getsockname()
        return str(host), int(port)

    async def start(self) -> None:
        """Raises OSError when the address cannot be taken."""
        self._server = await asyncio.start_server(self._attend, self._host, self._port)

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for writer in self._clients.values():
            writer.transport.abort()
        await asyncio.gather(*self._clients, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._clients) >= MAX_CLIENTS:
            log.warning("CoT: %d clients are here; one more was sent away", MAX_CLIENTS)
            writer.close()
            return
        me = asyncio.current_task()
        assert me is not None  # noqa: S101 a handler always runs in a task
        self._clients[me] = writer
        hearing = asyncio.create_task(self._hear(reader, writer))
        try:
            await self._tell(writer, hearing)
        except (TimeoutError, ConnectionError):
            log.info("CoT: a client went away, or took nothing for %.0f s", SLOW_S)
        finally:
            del self._clients[me]
            hearing.cancel()
            writer.transport.abort()

    async def _tell(self, writer: asyncio.StreamWriter, hearing: "asyncio.Task[None]") -> None:
        told = Told()
        while not hearing.done():
            for message in told.news(self._hub.situation, self._clock()):
                writer.write(message)
                await asyncio.wait_for(writer.drain(), SLOW_S)
            await asyncio.wait({hearing}, timeout=self._look_s)

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until the client hangs up. A client that hears no answer believes us gone."""
        loop = asyncio.get_running_loop()
        answered = -PONG_EVERY_S
        with suppress(ConnectionError):
            while heard := await reader.read(65_536):
                if PING in heard and loop.time() - answered >= PONG_EVERY_S:
                    answered = loop.time()
                    writer.write(pong(self._clock()))


class Told:
    """What one client has been told, and when."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[tuple[object, ...], datetime]] = {}

    def news(self, situation: Situation, at: datetime) -> Iterator[bytes]:
        """Events for what is new, changed or about to go stale; deletions for what is over."""
        shown = {i.id: i for i in situation.incidents.values() if is_open(i) and leaves(i)}
        for incident_id in [known for known in self._last if known not in shown]:
            del self._last[incident_id]
            yield deletion_of(incident_id, at)
        for incident in shown.values():
            content = _content(incident)
            before, when = self._last.get(incident.id, ((), at))
            if before != content or at - when >= REFRESH:
                self._last[incident.id] = content, at
                yield event_of(incident, at)


def _content(incident: Incident) -> tuple[object, ...]:
    """What a client sees of it."""
    commune = incident.commune or {}
    place = (incident.lat, incident.lon, incident.accuracy_m, commune.get("fr"))
    return incident.type, incident.severity, incident.state, incident.segment, *place
