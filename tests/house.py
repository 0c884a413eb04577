"""The real program, started as people start it, watched from outside, and ended as they end it.

with House(folder) as house:
    publish(house.mqtt, messages(["call-1"]))
    house.wait(lambda: house.recorded() == ["call-1"])
    house.kill()
    house.start()
"""

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from services import Service, wait_until

T = TypeVar("T")
PAGE = 1000
STOPPED = "Stopped. The next start continues where this one was."


def tocsin(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "tocsin.cli", *map(str, arguments)]


def run_tocsin(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(
        tocsin(*arguments), capture_output=True, text=True, check=False, timeout=60
    )


class Refused(Exception):
    """What the server answered instead of 2xx."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        super().__init__(f"{status}: {answer}")
        self.status = status
        self.answer = answer


class Program(Service):
    """One `tocsin` process."""

    name = "tocsin"
    stop_signal = signal.SIGINT
    _said_before = 0

    def __init__(self, folder: Path, *options: str | Path) -> None:
        super().__init__(folder)
        self.options = options

    def start(self) -> None:
        self._said_before = len(self.log.read_bytes()) if self.log.exists() else 0
        super().start()

    def said(self) -> str:
        """What it printed since its last start."""
        return self.log.read_bytes()[self._said_before :].decode("utf-8", "replace")

    def stop(self) -> None:
        """As Ctrl-C does; it must end well."""
        process = self._process
        super().stop()
        if process is not None:
            assert process.returncode == 0, self.log_tail()

    def wait(self, predicate: Callable[[], T], timeout: float = 30.0, message: str = "") -> T:
        def awaited() -> str:
            return f"{message}\n{self.log_tail()}"

        return wait_until(predicate, timeout, awaited)

    def _printed(self, pattern: str) -> str | None:
        found = re.search(pattern, self.said(), re.MULTILINE)
        return found and found[1]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.stop()
        else:
            error.add_note(f"log of {self.folder.name}:\n{self.log_tail()}")
            self.kill()


class Web(Program):
    """A process that serves pages: `tocsin run` or `tocsin gateway`."""

    @property
    @abstractmethod
    def http(self) -> str: ...

    def ask(self, path: str, document: object = None) -> bytes:
        request = urllib.request.Request(self.http + path)
        if document is not None:
            request.data = json.dumps(document).encode()
            request.add_header("X-Tocsin", "1")
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                body: bytes = answer.read()
                return body
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise Refused(refusal.code, json.loads(refusal.read())) from None

    def get(self, path: str) -> Any:
        return json.loads(self.ask(path))

    def picture(self, realm: str = "live") -> bytes:
        """The situation, byte for byte."""
        return self.ask(f"/api/realms/{realm}/situation")

    def situation(self, realm: str = "live") -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.picture(realm))
        return told

    def tell(self, command: dict[str, Any], realm: str = "live") -> int:
        """An operator's command; the number of the last entry after it."""
        n: int = json.loads(self.ask(f"/api/realms/{realm}/commands", command))["n"]
        return n

    def entries(self, realm: str = "live") -> list[dict[str, Any]]:
        """The whole journal, as screens are shown it."""
        found: list[dict[str, Any]] = []
        while True:
            path = f"/api/realms/{realm}/journal?from={len(found) + 1}&limit={PAGE}"
            page = self.get(path)
            found.extend(page)
            if len(page) < PAGE:
                return found

    def recorded(self, realm: str = "live") -> list[str]:
        """The senders' ids of all observations, in the order of the journal."""
        return [
            entry["body"]["shown"]["external_id"]
            for entry in self.entries(realm)
            if entry["kind"] == "observation_recorded"
        ]

    def wait_recorded(self, count: int, realm: str = "live", timeout: float = 30.0) -> None:
        """Until the journal holds so many observations; `assert_each_once` tells which."""
        seen = {"n": 0, "observations": 0}

        def enough() -> bool:
            path = f"/api/realms/{realm}/journal?from={seen['n'] + 1}&limit={PAGE}"
            page = self.get(path)
            seen["n"] += len(page)
            seen["observations"] += sum(e["kind"] == "observation_recorded" for e in page)
            return seen["observations"] >= count

        self.wait(enough, timeout, f"{count} observations in the journal")


class House(Web):
    """`tocsin run`, with an embedded broker unless `mqtt` names one; no demo unless asked for."""

    def __init__(
        self,
        folder: Path,
        *options: str | Path,
        mqtt: str | None = None,
        database: str | None = None,
        demo_speed: float | None = None,
    ) -> None:
        super().__init__(folder, *options)
        self.data = folder / "data"
        self._broker = ["--mqtt", mqtt] if mqtt else ["--mqtt-port", str(self.port)]
        self._database = ["--database", database] if database else []
        self._demo = ["--demo-speed", str(demo_speed)] if demo_speed else ["--no-demo"]

    def command(self) -> list[str]:
        where: list[str | Path] = ["--http", "127.0.0.1:0", "--data", self.data]
        return tocsin("run", *where, *self._broker, *self._database, *self._demo, *self.options)

    def answers(self) -> bool:
        return self._printed(r"^  Data +(\S+)") is not None

    def stop(self) -> None:
        was_running = self.running
        super().stop()
        assert not was_running or STOPPED in self.said(), self.log_tail()

    @property
    def http(self) -> str:
        return self._printed(r"^  Live +(http://\S+)/realms/live ") or "http://not.running"

    @property
    def mqtt(self) -> str:
        return self._printed(r"^  Publish to +(mqtt://\S+)") or "mqtt://not.running"

    @property
    def exercise_realm(self) -> str:
        return self._printed(r"^  Exercise +\S+/realms/(\S+) ") or ""


class EngineProcess(Program):
    """`tocsin engine`; up when it is at work or stands by."""

    name = "engine"

    def command(self) -> list[str]:
        return tocsin("engine", "--log-level", "INFO", *self.options)

    def answers(self) -> bool:
        return self.at_work or "standing by" in self.said()

    @property
    def at_work(self) -> bool:
        return "connected to mqtt" in self.said()


class Gateway(Web):
    """`tocsin gateway`."""

    name = "gateway"

    def command(self) -> list[str]:
        return tocsin("gateway", "--http", "127.0.0.1:0", *self.options)

    def answers(self) -> bool:
        return self._printed(r"^Gateway at (http://\S+)") is not None

    @property
    def http(self) -> str:
        return self._printed(r"^Gateway at (http://\S+)") or "http://not.running"


def assert_each_once(recorded: Iterable[str], expected: Iterable[str]) -> None:
    """Nothing lost, nothing twice; tells which."""
    found, wanted = Counter(recorded), Counter(expected)
    lost, too_many = wanted - found, found - wanted
    assert not lost, f"{lost.total()} lost: {sorted(lost)[:10]}"
    assert not too_many, f"{too_many.total()} too many: {sorted(too_many)[:10]}"
