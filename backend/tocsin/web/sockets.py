"""The screens' socket: opening, then frames and beats; slow screens are cut and resume."""

import asyncio
import contextlib
import logging

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from tocsin.live.hub import Hub, Screen
from tocsin.web.guards import is_same_origin, is_trusted_host
from tocsin.web.rooms import Rooms

log = logging.getLogger(__name__)

SEND_TIMEOUT_S = 10.0
GOODBYE_S = 1.0
# Of the listening socket: without a bound the system keeps megabytes for who reads slowly, and
# such a viewer would see pictures of ten seconds ago.
SEND_BUFFER = 256 * 1024
TOO_SLOW = 4008
NOT_ALLOWED = 4003
NO_SUCH_REALM = 4004
BAD_NUMBER = 4000


def socket_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter()

    @router.websocket("/realms/{realm}/socket")
    async def screen_socket(socket: WebSocket, realm: str) -> None:
        hub = await hub_for(socket, rooms, realm)
        if hub is None:
            return
        wanted = socket.query_params.get("from")
        if wanted is not None and not (
            wanted.isascii() and wanted.isdecimal() and len(wanted) < 16
        ):
            await socket.close(BAD_NUMBER, "from: not the number of an entry")
            return
        await _serve(socket, hub, int(wanted) if wanted is not None else None)

    return router


async def hub_for(socket: WebSocket, rooms: Rooms, realm: str) -> Hub | None:
    """The hub of the realm that a socket asks for; None when it was closed with a reason."""
    # Accepted first, so that the browser is told why: a refused handshake has no reason.
    await socket.accept()
    if not is_trusted_host(socket.headers, rooms.allowed_hosts) or not is_same_origin(
        socket.headers
    ):
        await socket.close(NOT_ALLOWED, "open this page under the address that Tocsin printed")
        return None
    hub = rooms.hubs.get(realm)
    if hub is None:
        await socket.close(NO_SUCH_REALM, f"there is no realm {realm[:60]}")
    return hub


async def _serve(socket: WebSocket, hub: Hub, after: int | None) -> None:
    async with hub.joined(after) as (screen, opening):
        sender = asyncio.create_task(_send(socket, screen, opening))
        listener = asyncio.create_task(_listen(socket))
        try:
            await asyncio.wait({sender, listener}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sender, listener):
                task.cancel()
            await asyncio.gather(sender, listener, return_exceptions=True)


async def _listen(socket: WebSocket) -> None:
    """Screens say nothing; this notices when they leave."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return


async def _send(socket: WebSocket, screen: Screen, opening: list[bytes]) -> None:
    try:
        for message in opening:
            await _send_one(socket, message)
        while True:
            await screen.bell.wait()
            screen.bell.clear()
            if screen.too_slow is not None:
                log.warning("a screen was cut: %s", screen.too_slow)
                await socket.close(TOO_SLOW, "too slow")
                return
            frame = screen.mailbox.take()
            if frame is not None:
                await _send_one(socket, frame)
            while screen.beats:
                await _send_one(socket, screen.beats.popleft())
    except TimeoutError:
        log.warning("a screen took nothing for %s s: cut", SEND_TIMEOUT_S)
        await cut(socket)
    except (WebSocketDisconnect, RuntimeError):
        return  # the screen left while we were sending


async def cut(socket: WebSocket) -> None:
    """Say that it is too slow, if it still takes that: what takes nothing is not told either."""
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(GOODBYE_S):
            await socket.close(TOO_SLOW, "too slow")


async def _send_one(socket: WebSocket, message: bytes) -> None:
    async with asyncio.timeout(SEND_TIMEOUT_S):
        await socket.send({"type": "websocket.send", "text": message.decode()})
