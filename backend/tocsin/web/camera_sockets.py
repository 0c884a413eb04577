"""Pictures to viewers: a binary socket for our pages, MJPEG for simple ones, live video.

The newest picture wins at every viewer; one that takes nothing is cut after ten seconds, and
until then costs the others nothing.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, HTTPException, Path, Query, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tocsin.access import shipped_roles
from tocsin.cameras.gate import may_watch
from tocsin.cameras.live_video import LiveEnded, LiveViewer, Opening
from tocsin.cameras.register import NONE
from tocsin.cameras.relay import FEWEST_FPS, MOST_CAMERAS, MOST_FPS, Viewer
from tocsin.contract.camera import CameraId
from tocsin.contract.realm import is_exercise
from tocsin.contract.times import to_text
from tocsin.engine.inputs import CommandForbidden
from tocsin.web.api import RealmName
from tocsin.web.rooms import Rooms
from tocsin.web.sockets import NOT_ALLOWED, SEND_TIMEOUT_S, cut, hub_for

log = logging.getLogger(__name__)

TICK_S = 0.05
BEAT_S = 2.0
BAD_WISH = 4000
ENDED = 4010
USUAL_FPS = 2.0
BOUNDARY = "tocsin-frame"

Fps = Annotated[float, Field(ge=FEWEST_FPS, le=MOST_FPS, allow_inf_nan=False)]


class Wish(BaseModel):
    """What a viewer may say at any time: pictures a second of each camera it wants to see."""

    model_config = ConfigDict(extra="forbid")

    cameras: dict[CameraId, Fps] = Field(max_length=MOST_CAMERAS)


class _Asked:
    """One viewer's right: who looks, in which realm."""

    def __init__(self, rooms: Rooms, realm: str, capacity: str) -> None:
        self._cameras = rooms.cameras.register.get(realm, NONE)
        self._now = rooms.cameras.relay.now
        self._realm = realm
        self._exercise = is_exercise(realm)
        self._capacity = capacity

    def refused(self, name: str) -> str | None:
        """Why this camera is not shown; None where it is."""
        camera = self._cameras.get(name)
        if camera is None:
            return "unknown"
        return may_watch(self._capacity, camera, exercise=self._exercise).reason

    def at(self) -> str:
        """The realm's time, by which a viewer tells how old its pictures are."""
        return to_text(self._now(self._realm))

    def sorted(self, wanted: Mapping[str, float]) -> tuple[dict[str, float], dict[str, str]]:
        """What is shown, and what is not with its reason."""
        reasons = {name: self.refused(name) for name in wanted}
        shown = {name: fps for name, fps in wanted.items() if reasons[name] is None}
        return shown, {name: why for name, why in reasons.items() if why is not None}


def camera_socket_routes(rooms: Rooms) -> APIRouter:  # noqa: C901 as the other tables of routes
    router = APIRouter()
    desk = rooms.cameras

    @router.websocket("/realms/{realm}/cameras/socket")
    async def frames(socket: WebSocket, realm: str) -> None:
        hub = await hub_for(socket, rooms, realm)
        if hub is None:
            return
        asked = await _asked(socket, rooms, realm)
        if asked is None:
            return
        query = socket.query_params
        names = [name for name in query.get("cameras", "").split(",") if name]
        try:
            fps = float(query.get("fps", USUAL_FPS))
            wish = Wish(cameras=dict.fromkeys(names, fps))
        except ValueError:
            await socket.close(BAD_WISH, "cameras or fps: not as it should be")
            return
        with desk.relay.viewer(realm) as viewer:
            replies: deque[dict[str, Any]] = deque()
            _watch(viewer, asked, wish, replies)
            await _both(
                _send_frames(socket, viewer, asked, replies), _hear(socket, viewer, asked, replies)
            )

    @router.websocket("/realms/{realm}/cameras/{camera}/live")
    async def live(socket: WebSocket, realm: str, camera: str) -> None:
        hub = await hub_for(socket, rooms, realm)
        asked = await _asked(socket, rooms, realm) if hub is not None else None
        if asked is None:
            return
        refused = asked.refused(camera)
        if refused is not None:
            await socket.close(NOT_ALLOWED, refused)
            return
        try:
            async with desk.live.watching(realm, camera) as viewer:
                await _both(_send_video(socket, viewer), _gone(socket))
        except LiveEnded as ended:
            await _close_ended(socket, ended)

    @router.get(
        "/realms/{realm}/cameras/{camera}/mjpeg",
        summary="A camera's pictures one after the other, for viewers that know MJPEG only.",
        response_class=StreamingResponse,
    )
    async def mjpeg(
        realm: RealmName,
        camera: Annotated[CameraId, Path()],
        fps: Annotated[float, Query(ge=FEWEST_FPS, le=MOST_FPS)] = USUAL_FPS,
        capacity: Annotated[str, Query(description="In which capacity one looks.")] = "operator",
    ) -> StreamingResponse:
        if realm not in rooms.hubs or camera not in desk.register.get(realm, NONE):
            raise HTTPException(404, f"there is no camera {camera} in {realm}")
        refused = _Asked(rooms, realm, capacity).refused(camera)
        if refused is not None:
            raise CommandForbidden(f"{capacity} may not see pictures of {camera}: {refused}")

        async def parts() -> AsyncIterator[bytes]:
            with desk.relay.viewer(realm) as viewer:
                viewer.watch({camera: fps})
                async for part in _parts(viewer):
                    yield part

        return StreamingResponse(
            parts(),
            media_type=f"multipart/x-mixed-replace; boundary={BOUNDARY}",
            headers={"Cache-Control": "no-store"},
        )

    return router


async def _asked(socket: WebSocket, rooms: Rooms, realm: str) -> _Asked | None:
    capacity = socket.query_params.get("capacity", "operator")
    if capacity not in shipped_roles().capacities:
        await socket.close(NOT_ALLOWED, "capacity: there is none of this name")
        return None
    return _Asked(rooms, realm, capacity)


async def _both(sending: Any, hearing: Any) -> None:
    """Until one of the two has ended; what it ended with is raised."""
    tasks = [asyncio.create_task(sending), asyncio.create_task(hearing)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _watch(viewer: Viewer, asked: _Asked, wish: Wish, replies: deque[dict[str, Any]]) -> None:
    shown, refused = asked.sorted(wish.cameras)
    viewer.watch(shown)
    told = {"type": "watching", "at": asked.at(), "cameras": shown, "refused": refused}
    replies.append(told)


async def _hear(
    socket: WebSocket, viewer: Viewer, asked: _Asked, replies: deque[dict[str, Any]]
) -> None:
    """Wishes, until the viewer leaves; one that makes no sense ends it."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        try:
            wish = Wish.model_validate_json(message.get("text") or "")
        except ValidationError:
            await socket.close(BAD_WISH, 'a wish reads {"cameras": {"CAMERA": FPS}}')
            return
        replies.clear()  # only the answer to the last wish is of any use
        _watch(viewer, asked, wish, replies)


async def _gone(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _send_frames(
    socket: WebSocket, viewer: Viewer, asked: _Asked, replies: deque[dict[str, Any]]
) -> None:
    loop = asyncio.get_running_loop()
    beat_at = loop.time() + BEAT_S
    try:
        while True:
            while replies:
                await _send_text(socket, replies.popleft())
            while (frame := viewer.next(loop.time())) is not None:
                await _send_bytes(socket, frame.message)
            if loop.time() >= beat_at:
                beat_at = loop.time() + BEAT_S
                await _send_text(socket, {"type": "beat", "at": asked.at()})
            await asyncio.sleep(TICK_S)
    except TimeoutError:
        log.info("a viewer took no picture for %s s: cut", SEND_TIMEOUT_S)
        await cut(socket)
    except (WebSocketDisconnect, RuntimeError):
        return  # it left while we were sending


async def _send_video(socket: WebSocket, viewer: LiveViewer) -> None:
    try:
        while True:
            piece = await viewer.next()
            if isinstance(piece, Opening):
                await _send_text(socket, {"type": "video", "mime": piece.mime})
            await _send_bytes(socket, piece.boxes)
    except TimeoutError:
        raise LiveEnded("too_slow") from None
    except (WebSocketDisconnect, RuntimeError):
        return


async def _close_ended(socket: WebSocket, ended: LiveEnded) -> None:
    if ended.why == "too_slow":
        await cut(socket)
        return
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.close(ENDED, ended.why)


async def _parts(viewer: Viewer) -> AsyncIterator[bytes]:
    """Each picture with the boundary after it: browsers show one when the next begins."""
    loop = asyncio.get_running_loop()
    yield f"--{BOUNDARY}\r\n".encode()
    while True:
        frame = viewer.next(loop.time())
        if frame is None:
            await asyncio.sleep(TICK_S)
            continue
        jpeg = frame.jpeg
        head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        yield head.encode() + jpeg + f"\r\n--{BOUNDARY}\r\n".encode()


async def _send_text(socket: WebSocket, told: dict[str, Any]) -> None:
    async with asyncio.timeout(SEND_TIMEOUT_S):
        await socket.send({"type": "websocket.send", "text": orjson.dumps(told).decode()})


async def _send_bytes(socket: WebSocket, content: bytes) -> None:
    async with asyncio.timeout(SEND_TIMEOUT_S):
        await socket.send({"type": "websocket.send", "bytes": content})
