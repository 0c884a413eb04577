"""A network between a screen and its server that a test may cut, stall and mend."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

LISTENING = 64
PIECE = 64 * 1024


class Proxy:
    """Passes TCP connections on to `target`.

    `cut()` breaks every connection that is open, `stalled` keeps all of them open and silent.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self._door = socket.create_server(("127.0.0.1", 0), backlog=LISTENING)
        self._flowing = threading.Event()
        self._flowing.set()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._receive, daemon=True)]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._door.getsockname()[1]}"

    def cut(self) -> None:
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def stall(self) -> None:
        self._flowing.clear()

    def flow(self) -> None:
        self._flowing.set()

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.flow()
        self.cut()
        for thread in self._threads:
            thread.join()

    def _receive(self) -> None:
        with contextlib.suppress(OSError):  # the door was closed
            while True:
                near, _ = self._door.accept()
                serving = threading.Thread(target=self._serve, args=(near,), daemon=True)
                self._threads.append(serving)
                serving.start()

    def _serve(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError), socket.create_connection(self.target) as far:
            both = {near, far}
            with self._lock:
                self._open |= both
            back = threading.Thread(target=self._pass, args=(far, near), daemon=True)
            back.start()
            self._pass(near, far)
            back.join()
            with self._lock:
                self._open -= both

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        """Until either end closes; then both are."""
        with contextlib.suppress(OSError):
            while piece := one.recv(PIECE):
                self._flowing.wait()
                other.sendall(piece)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
