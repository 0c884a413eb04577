"""HTTP push: cameras and partners that send to us. Answered 200 once the bytes are on disk."""

import asyncio
import hmac
import logging
import socket
import threading
from base64 import b64decode
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tocsin.contract import Finding
from tocsin.sources.config import SourceConfig, split_address
from tocsin.sources.desk import Busy, Desk, Stopped
from tocsin.sources.raw import MAX_CONTENT_TYPE, MAX_ORIGIN
from tocsin.sources.senders import Senders
from tocsin.sources.sockets import bound_socket

log = logging.getLogger(__name__)
HEAD_S = 10.0
BODY_S = 30.0
MAX_CONNECTIONS = 256
MAX_WAITING = 100
MIN_HELD_BYTES = 32 * 1024 * 1024
HELD_MESSAGES = 4
RETRY_AFTER_S = "2"
STOPPING_S = 3
LOOK_S = 0.25

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Refusal(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, said: str, **headers: str) -> None:
        super().__init__(said)
        self.status = status
        self.headers = headers


class Door:
    """Who may come in: a secret first part of the path, an account, an address. All that is set."""

    def __init__(self, token: str, account: str, senders: Senders) -> None:
        self._token = token.encode()
        self._account = account.encode()
        self._senders = senders

    def opened(self, host: str, path: str, authorization: str) -> str:
        """The path without the secret in it; raises `Refusal`."""
        if host not in self._senders:
            raise Refusal(403, "this address is not among the senders")
        if self._token:
            first, _, rest = path.lstrip("/").partition("/")
            if not hmac.compare_digest(first.encode(errors="replace"), self._token):
                raise Refusal(404, "there is nothing here")
            path = f"/{rest}"
        if self._account and not hmac.compare_digest(_given(authorization), self._account):
            raise Refusal(401, "who is there?", www_authenticate='Basic realm="tocsin"')
        return path


class PushIntake:
    """One small server; whatever the path, POST and PUT are taken and the path is the origin."""

    def __init__(self, config: SourceConfig) -> None:
        self._config = config

    def run(self, desk: Desk, stop: threading.Event) -> None:
        host, port = split_address(self._config.listen or "")
        door = Door(
            secret_of(self._config.listen_token_file),
            secret_of(self._config.listen_account_file),
            Senders(self._config.senders),
        )
        with bound_socket(host, port) as listening:
            desk.troubles.say("intake", None)
            asyncio.run(_serve(_Reception(desk, door), listening, stop))


class _Reception:
    """The ASGI application. The desk is used by one thread; who must wait too long is sent away."""

    def __init__(self, desk: Desk, door: Door) -> None:
        self._desk = desk
        self._door = door
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="push")
        self._held = 0
        self._may_hold = max(MIN_HELD_BYTES, HELD_MESSAGES * desk.max_bytes)
        self._waiting = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            await self._take(scope, receive)
        except Refusal as refusal:
            await _answer(send, refusal.status, str(refusal), refusal.headers)
        except Stopped:
            await _answer(send, 503, "this source is being stopped", {})
        else:
            await _answer(send, 200, "", {})

    async def _take(self, scope: Message, receive: Receive) -> None:
        headers = {name.decode("latin-1"): value for name, value in scope["headers"]}
        host = scope["client"][0] if scope.get("client") else ""
        authorization = headers.get("authorization", b"").decode("latin-1")
        # uvicorn decodes the path; what is no UTF-8 in it must not become an error of ours
        whole = unquote(scope["raw_path"].decode("latin-1"), errors="replace")
        path = self._door.opened(host, whole, authorization)
        if scope["method"] not in {"POST", "PUT"}:
            raise Refusal(405, "send with POST or PUT", allow="POST, PUT")
        if len(path) > MAX_ORIGIN:
            raise Refusal(414, f"a path of more than {MAX_ORIGIN} characters")
        announced = headers.get("content-length", b"0")
        if announced.isdigit() and int(announced) > self._desk.max_bytes:
            await self._too_large(path)
        if headers.get("content-encoding", b"identity").lower() != b"identity":
            raise Refusal(415, "send it without a content-encoding")
        content_type = headers.get("content-type", b"").decode("latin-1")[:MAX_CONTENT_TYPE]
        body = bytearray()
        try:
            await self._read(receive, body, path)
            await self._at_the_desk(
                lambda: self._desk.take(bytes(body), path, content_type, patient=False)
            )
        finally:
            self._held -= len(body)

    async def _read(self, receive: Receive, body: bytearray, path: str) -> None:
        try:
            async with asyncio.timeout(BODY_S):
                whole = await self._chunks(receive, body)
        except TimeoutError:
            raise Refusal(408, f"the message did not come within {BODY_S:g} s") from None
        if not whole:
            await self._too_large(path)

    async def _chunks(self, receive: Receive, body: bytearray) -> bool:
        """False: there is more than is read."""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refusal(400, "the message was not sent to its end")
            chunk = message.get("body", b"")
            if len(body) + len(chunk) > self._desk.max_bytes:
                return False
            if self._held + len(chunk) > self._may_hold:
                raise _busy("too many messages at once")
            self._held += len(chunk)
            body += chunk
            if not message.get("more_body", False):
                return True

    async def _too_large(self, path: str) -> None:
        said = f"a message of more than {self._desk.max_bytes} bytes, the most that are read"
        finding = Finding("too_large", said)
        await self._at_the_desk(lambda: self._desk.refuse(finding, path, patient=False))
        raise Refusal(413, said)

    async def _at_the_desk(self, work: Callable[[], object]) -> None:
        if self._waiting >= MAX_WAITING:
            raise _busy("too many messages at once")
        self._waiting += 1
        try:
            await asyncio.get_running_loop().run_in_executor(self._worker, work)
        except Busy:
            raise _busy("there is no room for it now") from None
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._worker.shutdown(wait=True, cancel_futures=True)


class _Impatient(H11Protocol):
    """uvicorn waits for ever for a request's head; whoever is slow would keep the others out."""

    _hurry: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._at_ease()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def _watch(self) -> None:
        busy = self.cycle is not None and not self.cycle.response_complete
        if busy:
            self._at_ease()
        elif self._hurry is None and not self.transport.is_closing():
            self._hurry = self.loop.call_later(HEAD_S, self.transport.abort)

    def _at_ease(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None


async def _serve(reception: _Reception, listening: socket.socket, stop: threading.Event) -> None:
    server = uvicorn.Server(
        uvicorn.Config(
            reception,
            http=_Impatient,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=MAX_CONNECTIONS,
            timeout_graceful_shutdown=STOPPING_S,
            timeout_keep_alive=int(HEAD_S),
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not (stop.is_set() or serving.done()):
            await asyncio.wait([serving], timeout=LOOK_S)
        server.should_exit = True
        await serving
    finally:
        reception.close()


def secret_of(file: Path | None) -> str:
    """Raises ValueError where the file is empty: everybody knows an empty secret."""
    if file is None:
        return ""
    secret = file.read_text("utf-8").strip()
    if not secret:
        raise ValueError(f"the file {file.name} holds no secret")
    return secret


def _given(authorization: str) -> bytes:
    kind, _, value = authorization.partition(" ")
    if kind.lower() != "basic":
        return b""
    try:
        return b64decode(value, validate=True)
    except ValueError:
        return b""


def _busy(said: str) -> Refusal:
    return Refusal(503, said, retry_after=RETRY_AFTER_S)


async def _answer(send: Send, status: int, said: str, more: dict[str, str]) -> None:
    body = f"{said}\n".encode() if said else b""
    headers = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body))}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    if status == 408:
        headers["connection"] = "close"
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
