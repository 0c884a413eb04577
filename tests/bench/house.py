"""Tocsin as it is really run: its own processes, their use of the processor and of memory."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from services import wait_until

ROOT = Path(__file__).parents[2]
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
START_S = 60.0


class Program:
    """One `tocsin` process; what it prints and logs stays in its folder."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / f"{arguments[0]}.log"
        self.output = ""
        self.started_at = time.monotonic()
        packages = [str(ROOT / name) for name in ("backend", "adapters", "frontend")]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tocsin.cli", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=folder,
                text=True,
                env=os.environ
                | {
                    "PYTHONPATH": os.pathsep.join(packages),
                    "TOCSIN_SOURCE_RATE": "0",  # a bench floods on purpose
                },
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.output += line

    def http(self, timeout: float = START_S) -> str:
        """The address of its pages, once it has told it."""

        def told() -> str:
            if self._process.poll() is not None:
                raise RuntimeError(f"it ended at its start\n{self.log.read_text('utf-8')}")
            for word in self.output.split():
                if word.startswith("http://"):
                    return word.removesuffix("/realms/live")
            return ""

        return wait_until(told, timeout, lambda: f"an address\n{self.log.read_text('utf-8')}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


def cpu_s(pid: int) -> float:
    """Seconds of processor that a process has used, its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"process {pid} tells no VmRSS")


class Cpu:
    """The share of each process in a stretch of work."""

    def __init__(self, **pids: int) -> None:
        self._pids = pids
        self._before = {name: cpu_s(pid) for name, pid in pids.items()}

    def used(self) -> dict[str, float]:
        return {name: cpu_s(pid) - self._before[name] for name, pid in self._pids.items()}


def get(http: str, path: str) -> Any:
    answer = httpx.get(f"{http}{path}", timeout=60.0)
    answer.raise_for_status()
    return answer.json()
