"""Keeps a watching process alive for each group of cameras.

A group's process may crash on a driver's bug or hang in a library: the others, and the room, do not
notice. The order goes over the standard input, as it holds the broker's password.
"""

import logging
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import entry_points
from pathlib import Path

from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.camera import Camera
from tocsin.contract.watch import ENTRY_POINT_GROUP, WatchOrder
from tocsin.sources.backoff import Backoff

log = logging.getLogger(__name__)
WATCHER = "camera"
SILENT_S = 30.0
STEADY_S = 60.0
ENDS_S = 8.0
LOOK_S = 0.2
RESTART_FIRST_S = 1.0
RESTART_CAP_S = 60.0
Command = Callable[[str], Sequence[str]]


class WatcherMissing(LookupError):
    """Cameras are to be watched, and nothing installed does it."""


def watcher_command(group: str) -> list[str]:
    """The watcher's module, run as a program. Raises WatcherMissing."""
    installed = {point.name: point.module for point in entry_points(group=ENTRY_POINT_GROUP)}
    if WATCHER not in installed:
        named = ", ".join(sorted(installed)) or "none"
        raise WatcherMissing(f"there is no watcher {WATCHER!r} for cameras; installed: {named}")
    level = logging.getLevelName(logging.getLogger().getEffectiveLevel())
    module = installed[WATCHER]
    return [sys.executable, "-m", module, "--group", group, "--log-level", level]


def check_watcher() -> None:
    """Raises WatcherMissing."""
    watcher_command("")


def orders_for(cameras: Iterable[Camera], broker: BrokerAddress, data: Path) -> list[WatchOrder]:
    """One a realm and group, of the cameras whose pictures we may have and know where to get."""
    groups: dict[tuple[str, str], list[Camera]] = {}
    for camera in cameras:
        if camera.agreement and camera.url is not None:
            groups.setdefault((camera.realm, camera.group), []).append(camera)
    return [
        WatchOrder(
            group=group,
            realm=realm,
            broker=broker,
            cameras=tuple(some),
            memory=(data / "cameras" / realm).absolute(),
        )
        for (realm, group), some in groups.items()
    ]


class Supervisor:
    """Starts a process for each order, and again whenever one ends or hangs, until stopped."""

    def __init__(
        self,
        orders: Iterable[WatchOrder],
        *,
        command: Command = watcher_command,
        silent_s: float = SILENT_S,
        backoff: Callable[[], Backoff] = lambda: Backoff(RESTART_FIRST_S, RESTART_CAP_S),
    ) -> None:
        self._stop = threading.Event()
        self._keepers = [
            _Keeper(order, command, silent_s, backoff(), self._stop) for order in orders
        ]

    def start(self) -> None:
        for keeper in self._keepers:
            keeper.start()

    def stop(self) -> None:
        """Asks them all to end, and waits until they have."""
        self._stop.set()
        for keeper in self._keepers:
            keeper.join()

    def processes(self) -> dict[str, int]:
        """The groups at work (`live/tunnels`), and their processes."""
        return {k.group: k.pid for k in self._keepers if k.pid is not None}


class _Keeper(threading.Thread):
    def __init__(
        self,
        order: WatchOrder,
        command: Command,
        silent_s: float,
        backoff: Backoff,
        stop: threading.Event,
    ) -> None:
        self.group = f"{order.realm}/{order.group}"
        super().__init__(name=f"keep {self.group}")
        self.pid: int | None = None
        self._order = order.model_dump_json().encode() + b"\n"
        self._command = command
        self._silent_s = silent_s
        self._backoff = backoff
        self._stopped = stop

    def run(self) -> None:
        while not self._stopped.is_set():
            began = time.monotonic()
            try:
                how = self._one_life()
            except OSError as trouble:
                how = f"it cannot be started: {trouble.strerror}"
            if self._stopped.is_set():
                return
            log.error("cameras %s: the watching process is started anew: %s", self.group, how)
            if time.monotonic() - began > STEADY_S:
                self._backoff.reset()
            self._stopped.wait(self._backoff.next_s())

    def _one_life(self) -> str:
        """Until it ends; says how."""
        with subprocess.Popen(  # noqa: S603 our own program
            self._command(self.group),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,  # a Ctrl-C is for us; we tell it
        ) as process:
            self.pid = process.pid
            try:
                return self._watch(process)
            finally:
                self.pid = None
                if process.poll() is None:
                    process.kill()

    def _watch(self, process: "subprocess.Popen[bytes]") -> str:
        if process.stdin is None or process.stdout is None:
            raise OSError("no pipes")
        try:
            process.stdin.write(self._order)
        except BrokenPipeError:
            return f"it ended at its start ({process.wait(ENDS_S)})"
        heard = time.monotonic()
        while not self._stopped.is_set():
            if select.select([process.stdout], [], [], LOOK_S)[0]:
                if not os.read(process.stdout.fileno(), 4096):
                    return self._end_of(process)
                heard = time.monotonic()
            if time.monotonic() - heard > self._silent_s:
                process.kill()
                return f"it hung for {self._silent_s:g} s"
        process.terminate()
        return self._end_of(process)

    def _end_of(self, process: "subprocess.Popen[bytes]") -> str:
        try:
            return f"it ended ({process.wait(ENDS_S)})"
        except subprocess.TimeoutExpired:
            process.kill()
            return "it did not end when asked to"
