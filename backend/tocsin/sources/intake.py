"""Where bytes come from: given to the desk, and noted as read only when they are kept."""

import hashlib
import threading
import time
from pathlib import Path
from typing import Protocol

from tocsin.contract import Finding
from tocsin.sources.desk import Desk

SETTLED_S = 0.3
"""A file changed less than this ago may still be being written; it is looked at again soon."""

RESTLESS_S = 10.0
"""So long the files behind it in the order of names wait for one that is being written."""


class Intake(Protocol):
    """Runs until `stop`; may end by `Stopped`. Whatever else it raises starts it anew."""

    def run(self, desk: Desk, stop: threading.Event) -> None: ...


def digest_of(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()


class FileIntake:
    """One file: read once, and again when its content changes."""

    def __init__(self, path: Path, every_s: float) -> None:
        self._path = path
        self._every_s = every_s
        self._reader = _Reader()

    def run(self, desk: Desk, stop: threading.Event) -> None:
        while not stop.is_set():
            if self._path.is_file():
                desk.troubles.say("intake", self._reader.read(desk, self._path))
            else:
                desk.troubles.say("intake", f"there is no file {self._path.name}")
            stop.wait(self._reader.wait_s(self._every_s))


class FolderIntake:
    """Every file of a folder, in the order of their names, once for each content."""

    def __init__(self, path: Path, every_s: float) -> None:
        self._path = path
        self._every_s = every_s
        self._reader = _Reader()

    def run(self, desk: Desk, stop: threading.Event) -> None:
        while not stop.is_set():
            desk.troubles.say("intake", self._look(desk, stop))
            stop.wait(self._reader.wait_s(self._every_s))

    def _look(self, desk: Desk, stop: threading.Event) -> str | None:
        try:
            # A name that starts with a dot is one still being written, by common custom.
            files = sorted(
                path
                for path in self._path.iterdir()
                if path.is_file() and not path.name.startswith(".")
            )
        except OSError as trouble:
            return f"the folder {self._path.name} cannot be read: {trouble.strerror}"
        said: str | None = None
        for path in files:
            if stop.is_set():
                return said
            said = self._reader.read(desk, path) or said
            if self._reader.must_wait_for(path):
                break
        present = {_mark(path) for path in files}
        gone = [name for name in desk.outbox.marks("file:") if name not in present]
        if gone:
            desk.outbox.forget(gone)
        return said


class _Reader:
    """Reads a file when its size or time of change says that it may be new."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[int, int]] = {}
        self._restless: dict[Path, float] = {}
        self._unsettled = False

    def wait_s(self, every_s: float) -> float:
        """Until the next look: sooner when a file was left because it is still being written."""
        unsettled, self._unsettled = self._unsettled, False
        return min(every_s, SETTLED_S) if unsettled else every_s

    def must_wait_for(self, path: Path) -> bool:
        since = self._restless.get(path)
        return since is not None and time.monotonic() - since < RESTLESS_S

    def read(self, desk: Desk, path: Path) -> str | None:
        """None, or what is wrong."""
        try:
            stat = path.stat()
            state = (stat.st_size, stat.st_mtime_ns)
            if self._seen.get(path) == state:
                return None
            if 0 <= time.time() - stat.st_mtime < SETTLED_S:
                self._unsettled = True
                self._restless.setdefault(path, time.monotonic())
                return None
            self._restless.pop(path, None)
            if stat.st_size > desk.max_bytes:
                self._refuse(desk, path, state)
                self._seen[path] = state
                return None
            payload = path.read_bytes()
        except OSError as trouble:
            return f"the file {path.name} cannot be read: {trouble.strerror}"
        mark = {_mark(path): digest_of(payload)}
        if desk.outbox.marks(_mark(path)).get(_mark(path)) != mark[_mark(path)]:
            desk.take(payload, str(path), marks=mark)
        self._seen[path] = state
        return None

    def _refuse(self, desk: Desk, path: Path, state: tuple[int, int]) -> None:
        mark = {_mark(path): f"too large {state}"}
        if desk.outbox.marks(_mark(path)).get(_mark(path)) == mark[_mark(path)]:
            return
        said = f"the file has {state[0]} bytes; at most {desk.max_bytes} are read"
        desk.refuse(Finding("too_large", said), str(path), mark)


def _mark(path: Path) -> str:
    return f"file:{path}"
