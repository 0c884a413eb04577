"""Real servers for tests, on free loopback ports: Mosquitto, PostgreSQL, Redis, RTSP.

with Mosquitto(folder) as broker:
    connect(broker.url)
    broker.kill()
    broker.start()
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self, TypeVar

import psycopg
from psycopg import sql

T = TypeVar("T")
LOOPBACK = "127.0.0.1"
LOG_LINES_IN_REPORT = 60
START_DEADLINE_S = 30.0
STOP_DEADLINE_S = 20.0

# What a test needs, the programs that bring it (one is enough), the Debian package to install.
PROGRAMS: dict[str, tuple[Sequence[str], str]] = {
    "mosquitto": (("mosquitto",), "mosquitto"),
    "redis": (("redis-server",), "redis-server"),
    "postgres": (("initdb",), "postgresql"),
    "chromium": (("chromium", "chromium-browser", "google-chrome"), "chromium"),
    "rtsp": (
        ("GstRtspServer-1.0.typelib",),
        "python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good "
        "gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly",
    ),
}


def find_program(name: str) -> str | None:
    """Debian keeps Mosquitto in /usr/sbin and PostgreSQL's servers in a folder a version."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True
    )
    places = [os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", *map(str, versions)]
    return shutil.which(name, path=os.pathsep.join(places))


def missing_services() -> dict[str, str]:
    """The services that this machine lacks, with the Debian package that brings each."""
    return {
        service: package
        for service, (programs, package) in PROGRAMS.items()
        if not any(find_program(program) or _is_typelib(program) for program in programs)
    }


def _is_typelib(name: str) -> bool:
    return any(Path("/usr/lib").glob(f"*/girepository-1.0/{name}"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def wait_until(
    predicate: Callable[[], T],
    timeout: float = 30.0,
    message: str | Callable[[], str] = "",
) -> T:
    """Poll until the predicate gives something true, and return that; fail at the deadline.

    `message` says what was awaited; as a function it can tell what was found instead.
    """
    deadline = time.monotonic() + timeout
    while not (result := predicate()):
        if time.monotonic() > deadline:
            awaited = message() if callable(message) else message
            raise AssertionError(f"not within {timeout:g} s: {awaited or predicate}")
        time.sleep(0.01)
    return result


class Clock:
    """A UTC clock that stands still until a test moves it."""

    def __init__(self, at: datetime = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> datetime:
        self._now += timedelta(seconds=seconds)
        return self._now


class Service(ABC):
    """One server process with its folder, port and log; keeps its data when it is restarted."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    unprivileged: ClassVar[str | None] = None  # the user to become when the tests run as root

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / f"{self.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def command(self) -> list[str]:
        """The server in the foreground, on `self.port`, logging to its output."""

    def prepare(self) -> None:  # noqa: B027  most servers need nothing
        """What has to be done once, before the first start."""

    def answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1):
                return True
        except OSError:
            return False

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError(f"{self.name} does not run")
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        if self.running:
            raise RuntimeError(f"{self.name} is running already")
        if not self.log.exists():
            self.prepare()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,
                user=self.runs_as,
                group=self.runs_as,
                extra_groups=None if self.runs_as is None else [],
            )
        try:
            wait_until(self._up, START_DEADLINE_S, lambda: f"{self.name} up\n{self.log_tail()}")
        except BaseException:
            self.kill()
            raise

    def _up(self) -> bool:
        if not self.running:
            raise RuntimeError(f"{self.name} ended at its start\n{self.log_tail()}")
        return self.answers()

    def stop(self) -> None:
        """End it as an administrator would."""
        self._end(self.stop_signal)

    def kill(self) -> None:
        """End it and its children as a crash would."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """It hangs: connections stay open and nothing answers."""
        self._process_now.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process_now.send_signal(signal.SIGCONT)

    @property
    def _process_now(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise RuntimeError(f"{self.name} is not running")
        return self._process

    def restart(self) -> None:
        self.stop()
        self.start()

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if how is signal.SIGKILL:
            _signal_group(process.pid, how)
        else:
            process.send_signal(how)
        try:
            process.wait(STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()

    @property
    def runs_as(self) -> str | None:
        """Servers that refuse root become somebody else; the folder must be theirs."""
        return self.unprivileged if os.geteuid() == 0 else None

    def log_tail(self) -> str:
        if not self.log.exists():
            return "(no log)"
        lines = self.log.read_text("utf-8", "replace").splitlines()
        return "\n".join(lines[-LOG_LINES_IN_REPORT:])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


class Mosquitto(Service):
    """A broker that keeps sessions and queues over a stop; a kill loses what it had not saved."""

    name = "mosquitto"

    @property
    def url(self) -> str:
        return f"mqtt://{LOOPBACK}:{self.port}"

    def prepare(self) -> None:
        lines = [
            f"listener {self.port} {LOOPBACK}",
            "allow_anonymous true",
            "persistence true",
            f"persistence_location {self.folder}/",
            "max_queued_messages 0",
            "max_inflight_messages 1000",
            "log_dest stderr",
            "log_type error",
            "log_type warning",
            "log_type notice",
            "connection_messages true",
        ]
        if os.geteuid() == 0:
            lines.append("user root")  # else it becomes somebody who may not read the folder
        (self.folder / "mosquitto.conf").write_text("\n".join(lines) + "\n", "utf-8")

    def command(self) -> list[str]:
        program = find_program("mosquitto") or "mosquitto"
        return [program, "-c", str(self.folder / "mosquitto.conf")]


class Redis(Service):
    """A Redis that keeps nothing on disk."""

    name = "redis"

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    def command(self) -> list[str]:
        program = find_program("redis-server") or "redis-server"
        settings = {"port": self.port, "bind": LOOPBACK, "save": "", "appendonly": "no"}
        return [program, *(w for k, v in settings.items() for w in (f"--{k}", str(v)))]


class PostgresCluster(Service):
    """One PostgreSQL server on TCP only; every test gets a database of its own in it."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": does not wait for clients to leave
    unprivileged = "postgres"
    user = "tocsin"

    def prepare(self) -> None:
        if self.runs_as:
            shutil.chown(self.folder, self.runs_as)
        initdb = [find_program("initdb") or "initdb", "-D", str(self.folder / "data")]
        options = ["-U", self.user, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        made = subprocess.run(
            initdb + options,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            user=self.runs_as,
            group=self.runs_as,
            extra_groups=None if self.runs_as is None else [],
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed\n{made.stdout}{made.stderr}")

    def command(self) -> list[str]:
        initdb = find_program("initdb") or "initdb"
        server = Path(initdb).resolve().with_name("postgres")
        settings = {
            "listen_addresses": LOOPBACK,
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 50,
        }
        options = [w for k, v in settings.items() for w in ("-c", f"{k}={v}")]
        return [str(server), "-D", str(self.folder / "data"), *options]

    def answers(self) -> bool:
        try:
            self._admin(sql.SQL("SELECT 1"))
        except psycopg.OperationalError:
            return False
        return True

    def create_database(self) -> str:
        """The name of a new, empty database."""
        name = f"test_{secrets.token_hex(6)}"
        self._admin(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return name

    def drop_database(self, name: str) -> None:
        """Connections that a failed test left open are cut."""
        self._admin(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{self.user}@{LOOPBACK}:{self.port}/{database}"

    def _admin(self, statement: sql.SQL | sql.Composed) -> None:
        address = f"host={LOOPBACK} port={self.port} user={self.user} dbname=postgres"
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement)


def _signal_group(leader: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, how)


class Rtsp(Service):
    """A server of cameras. What each of them sees is a folder of pictures, changed with `show`."""

    name = "rtsp"

    def __init__(self, folder: Path, cameras: Sequence[str], account: str = "") -> None:
        super().__init__(folder)
        self.account = account
        self._films = folder / "films"
        self._films.mkdir()
        for camera in cameras:
            (self._films / camera).write_text("nothing", "utf-8")

    def command(self) -> list[str]:
        script = Path(__file__).with_name("rtsp_server.py")
        given = [str(self.port), str(self._films), self.account]
        return ["/usr/bin/python3", str(script), *filter(None, given)]

    def keep(self, film: str, pictures: Iterable[bytes]) -> None:
        """JPEG pictures of 640x360 under a name."""
        folder = self._films / film
        folder.mkdir()
        for number, picture in enumerate(pictures):
            (folder / f"{number:05}.jpg").write_bytes(picture)

    def show(self, camera: str, film: str) -> None:
        draft = self._films / f".{camera}"
        draft.write_text(film, "utf-8")
        draft.replace(self._films / camera)

    def url(self, camera: str) -> str:
        return f"rtsp://{LOOPBACK}:{self.port}/{camera}"
