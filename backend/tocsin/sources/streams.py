"""TCP and UDP: streams cut into messages where the format says, and datagrams as they are."""

import ipaddress
import queue
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from tocsin.contract import Finding
from tocsin.sources.backoff import Backoff
from tocsin.sources.config import SourceConfig, split_address
from tocsin.sources.desk import Desk
from tocsin.sources.framing import Frame, Framer, framer_for
from tocsin.sources.senders import Senders
from tocsin.sources.sockets import bound_socket

LOOK_S = 0.25
CONNECT_S = 10.0
CHUNK = 64 * 1024
TURN = 50  # messages of one caller before the next has its turn
MAX_CONNECTIONS = 64
TROUBLE_S = 60.0
LARGEST_DATAGRAM = 65_535
RECEIVE_BUFFER = 4 * 1024 * 1024
MAX_WAITING = 2_000
MAX_WAITING_BYTES = 16 * 1024 * 1024


class TcpIntake:
    """We connect, and come back for ever. A message is what the format's framing says."""

    def __init__(self, config: SourceConfig, framing: str, backoff: Backoff) -> None:
        self._address = config.tcp or ""
        self._framing = framing
        self._backoff = backoff

    def run(self, desk: Desk, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                with socket.create_connection(split_address(self._address), CONNECT_S) as line:
                    desk.troubles.say("intake", None)
                    said = self._read(line, desk, stop)
            except OSError as trouble:
                said = str(trouble.strerror or trouble)
            if not stop.is_set():
                desk.troubles.say("intake", f"{self._address}: {said}")
                stop.wait(self._backoff.next_s())

    def _read(self, line: socket.socket, desk: Desk, stop: threading.Event) -> str:
        """Why the connection is over."""
        line.settimeout(LOOK_S)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        framer = framer_for(self._framing, desk.max_bytes)
        while not stop.is_set() and not framer.lost:
            try:
                chunk = line.recv(CHUNK)
            except TimeoutError:
                continue
            if not chunk:
                _give(desk, [framer.rest()], self._address)
                return "the other side closed the connection"
            if _give(desk, framer.feed(chunk), self._address):
                self._backoff.reset()  # only what sends something is worth coming back to at once
        return "nothing more can be read of this connection"


@dataclass(slots=True)
class _Caller:
    line: socket.socket
    framer: Framer
    host: str
    heard_at: float
    frames: deque[Frame] = field(default_factory=deque)


class TcpListenIntake:
    """Others connect to us and stay. One thread serves them in turns, so none starves another."""

    def __init__(self, config: SourceConfig, framing: str) -> None:
        self._address = config.tcp_listen or ""
        self._framing = framing
        self._senders = Senders(config.senders)
        self._callers: dict[int, _Caller] = {}
        self._full: deque[_Caller] = deque()  # those of whom messages wait for their turn

    def run(self, desk: Desk, stop: threading.Event) -> None:
        with (
            bound_socket(*split_address(self._address)) as door,
            selectors.DefaultSelector() as ready,
        ):
            door.setblocking(False)
            ready.register(door, selectors.EVENT_READ)
            desk.troubles.say("intake", None)
            try:
                while not stop.is_set():
                    self._hear(door, desk, ready)
                    self._serve(desk)
            finally:
                for caller in list(self._callers.values()):
                    self._dismiss(caller, ready)

    def _hear(self, door: socket.socket, desk: Desk, ready: selectors.BaseSelector) -> None:
        for key, _ in ready.select(0 if self._full else LOOK_S):
            if key.fileobj is door:
                self._welcome(door, desk, ready)
            elif (caller := self._callers.get(key.fd)) is not None and not caller.frames:
                self._read(caller, ready)

    def _serve(self, desk: Desk) -> None:
        for _ in range(len(self._full)):
            caller = self._full.popleft()
            for _ in range(min(TURN, len(caller.frames))):
                _give(desk, [caller.frames.popleft()], caller.host)
            if caller.frames:
                self._full.append(caller)

    def _welcome(self, door: socket.socket, desk: Desk, ready: selectors.BaseSelector) -> None:
        try:
            line, place = door.accept()
        except OSError:  # it went away again
            return
        host = str(place[0])
        if host not in self._senders:
            line.close()
            said = "a connection from an address that is not among the senders was closed"
            desk.troubles.say("stranger", f"{said}: {host}", TROUBLE_S)
            return
        if len(self._callers) >= MAX_CONNECTIONS:
            said = f"more than {MAX_CONNECTIONS} connections; the quietest are closed"
            desk.troubles.say("crowd", said, TROUBLE_S)
            self._dismiss(min(self._callers.values(), key=lambda one: one.heard_at), ready)
        line.setblocking(False)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        ready.register(line, selectors.EVENT_READ)
        framer = framer_for(self._framing, desk.max_bytes)
        self._callers[line.fileno()] = _Caller(line, framer, host, time.monotonic())

    def _read(self, caller: _Caller, ready: selectors.BaseSelector) -> None:
        try:
            chunk = caller.line.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        caller.heard_at = time.monotonic()
        if chunk:
            caller.frames.extend(caller.framer.feed(chunk))
        elif (rest := caller.framer.rest()) is not None:
            caller.frames.append(rest)
        if caller.frames:
            self._full.append(caller)
        if not chunk or caller.framer.lost:
            self._dismiss(caller, ready)

    def _dismiss(self, caller: _Caller, ready: selectors.BaseSelector) -> None:
        self._callers.pop(caller.line.fileno(), None)
        ready.unregister(caller.line)
        caller.line.close()


class UdpIntake:
    """A message a datagram; joins the group where the address is one.

    Whoever reads must be quick, or the machine drops datagrams and nobody knows: so one thread
    only reads, and what there is no room for is counted and told.
    """

    def __init__(self, config: SourceConfig) -> None:
        self._address = config.udp or ""
        self._senders = Senders(config.senders)

    def run(self, desk: Desk, stop: threading.Event) -> None:
        host, port = split_address(self._address)
        with bound_socket(host, port, socket.SOCK_DGRAM) as door:
            prepare(door, host)
            desk.troubles.say("intake", None)
            over = threading.Event()
            waiting = _Waiting()
            reading = threading.Thread(
                target=self._hear, args=(door, waiting, desk, over), name=f"udp {port}", daemon=True
            )
            reading.start()
            try:
                while not stop.is_set() and reading.is_alive():
                    self._next(waiting, desk)
            finally:
                over.set()
                reading.join()

    def _hear(
        self, door: socket.socket, waiting: "_Waiting", desk: Desk, over: threading.Event
    ) -> None:
        while not over.is_set():
            try:
                payload, place = door.recvfrom(LARGEST_DATAGRAM)
            except TimeoutError:
                continue
            host = str(place[0])
            if host in self._senders:
                waiting.put(payload, host)
            else:
                said = f"datagrams from an address that is not among the senders: {host}"
                desk.troubles.say("stranger", said, TROUBLE_S)

    def _next(self, waiting: "_Waiting", desk: Desk) -> None:
        if lost := waiting.lost():
            said = f"{lost} datagrams came faster than they are read and are lost"
            desk.troubles.say("lost", said, TROUBLE_S)
            desk.refuse(Finding("flood", said), self._address)
        datagram = waiting.get()
        if datagram is not None:
            desk.take(*datagram)


class _Waiting:
    """Datagrams between the thread that hears and the one that reads; bounded."""

    def __init__(self) -> None:
        self._queue: queue.Queue[tuple[bytes, str]] = queue.Queue(MAX_WAITING)
        self._lock = threading.Lock()
        self._bytes = 0
        self._lost = 0

    def put(self, payload: bytes, host: str) -> None:
        with self._lock:
            if self._queue.full() or self._bytes + len(payload) > MAX_WAITING_BYTES:
                self._lost += 1
                return
            self._bytes += len(payload)
        self._queue.put((payload, host))

    def get(self) -> tuple[bytes, str] | None:
        try:
            datagram = self._queue.get(timeout=LOOK_S)
        except queue.Empty:
            return None
        with self._lock:
            self._bytes -= len(datagram[0])
        return datagram

    def lost(self) -> int:
        """How many were lost since it was asked last."""
        with self._lock:
            lost, self._lost = self._lost, 0
        return lost


def prepare(door: socket.socket, host: str) -> None:
    door.settimeout(LOOK_S)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    try:
        group = ipaddress.ip_address(host)
    except ValueError:
        return
    if not group.is_multicast:
        return
    if group.version == 4:
        wanted = group.packed + bytes(4)  # on any interface
        door.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, wanted)
    else:
        wanted = group.packed + bytes(4)
        door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, wanted)


def _give(desk: Desk, frames: Sequence[Frame | None], origin: str) -> bool:
    """Whether a message was among them."""
    given = False
    for frame in frames:
        if isinstance(frame, Finding):
            desk.refuse(frame, origin)
        elif frame is not None:
            desk.take(frame, origin)
            given = True
    return given
