"""Make the Python environment from the lock file when it is missing or old, then hand over.

Standard library only: this runs before anything is installed. `./run` and `./test` call it.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
STAMP = "tocsin-stamp.json"
LOG = "tocsin-setup.log"
NETWORK_SIGNS = (
    "failed to establish a new connection",
    "name resolution",
    "name or service not known",
    "network is unreachable",
    "connection refused",
    "connection timed out",
    "read timed out",
    "max retries exceeded",
    "proxyerror",
)


class SetupError(Exception):
    """Why there is no environment, in words for the person who started Tocsin."""


@dataclass(frozen=True)
class Stamp:
    """What a finished environment was made from; `dev` is empty while it has no tools for tests.

    Another `home` (a moved checkout, another Python) cannot be mended in place: scripts name it.
    """

    home: str
    runtime: str
    dev: str = ""

    def serves(self, wanted: "Stamp", *, dev: bool) -> bool:
        same = self.home == wanted.home and self.runtime == wanted.runtime
        return same and (not dev or self.dev == wanted.dev)


def wanted_stamp(root: Path) -> Stamp:
    runtime = hashlib.sha256()
    for name in ("pyproject.toml", "requirements.lock"):
        runtime.update((root / name).read_bytes())
    dev = runtime.copy()
    dev.update((root / "requirements-dev.lock").read_bytes())
    home = f"{root} · {sys.base_prefix} · {sys.version}"
    return Stamp(home, runtime.hexdigest(), dev.hexdigest())


def stamp_of(environment: Path) -> Stamp | None:
    """None where a set-up never finished or was interrupted."""
    try:
        return Stamp(**json.loads((environment / STAMP).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def environment_of(root: Path) -> Path:
    """`.venv` in the checkout; for a read-only checkout without one, the user's cache."""
    beside = root / ".venv"
    if stamp_of(beside) is not None or os.access(root, os.W_OK):
        return beside
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "tocsin" / hashlib.sha256(str(root).encode()).hexdigest()[:16] / "venv"


@contextlib.contextmanager
def one_at_a_time(environment: Path) -> Iterator[None]:
    """Two starts at once must not build into one folder; the lock ends with its process."""
    environment.parent.mkdir(parents=True, exist_ok=True)
    with environment.with_name(environment.name + ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is setting up Tocsin; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure(root: Path, environment: Path, *, dev: bool) -> None:
    """Return once the environment is complete; almost nothing to do when it already is."""
    wanted = wanted_stamp(root)
    found = stamp_of(environment)
    if found is not None and found.serves(wanted, dev=dev):
        return
    with one_at_a_time(environment):
        found = stamp_of(environment)
        if found is not None and found.serves(wanted, dev=dev):
            return
        # An environment that has the tools for tests keeps them in step with the rest.
        dev = dev or (found is not None and bool(found.dev))
        build(root, environment, fresh=found is None or found.home != wanted.home, dev=dev)
        finished = wanted if dev else replace(wanted, dev="")
        (environment / STAMP).write_text(json.dumps(asdict(finished)), "utf-8")


def build(root: Path, environment: Path, *, fresh: bool, dev: bool) -> None:
    started = time.monotonic()
    version = ".".join(map(str, sys.version_info[:3]))
    what = "Setting up" if fresh else "Updating"
    say(f"{what} Tocsin with Python {version} in {environment} (once; about a minute) …")
    (environment / STAMP).unlink(missing_ok=True)
    if fresh:
        make_environment(environment)
    log = environment / LOG
    log.write_bytes(b"")
    lock = "requirements-dev.lock" if dev else "requirements.lock"
    pip(environment, log, "--require-hashes", "-r", str(root / lock))
    pip(environment, log, "--no-build-isolation", "-e", str(root))
    say(f"Ready after {time.monotonic() - started:.0f} s.")


def make_environment(environment: Path) -> None:
    missing = [m for m in ("venv", "ensurepip") if importlib.util.find_spec(m) is None]
    if missing:
        minor = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetupError(
            f"{sys.executable} cannot make environments: its module {missing[0]} is missing.\n"
            f"On Debian and Ubuntu: apt-get install python{minor}-venv"
        )
    # The base interpreter: --clear removes an older environment's, which may be running this.
    base = getattr(sys, "_base_executable", None) or sys.executable
    made = subprocess.run(
        [base, "-I", "-m", "venv", "--clear", str(environment)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise SetupError(f"No environment could be made:\n{last_lines(made.stdout + made.stderr)}")


def pip(environment: Path, log: Path, *arguments: str) -> None:
    settings = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
    settings |= {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [str(environment / "bin" / "python"), "-m", "pip", "install", "--retries", "2"]
    # The lock is complete, and Python compiles what is imported: both halve the first start.
    command += ["--no-deps", "--no-compile"]
    with log.open("ab") as output:
        before = output.tell()
        done = subprocess.run(
            [*command, *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=settings,
            check=False,
        )
    if done.returncode:
        told = log.read_bytes()[before:].decode("utf-8", "replace")
        raise SetupError(why_pip_failed(told, log))


def why_pip_failed(told: str, log: Path) -> str:
    if any(sign in told.lower() for sign in NETWORK_SIGNS):
        return (
            "The packages could not be fetched: the package index does not answer.\n"
            "The first start needs the network once; later starts do not. A mirror can be named\n"
            f"with PIP_INDEX_URL. What pip said is in {log}"
        )
    return f"pip failed; its last lines (all of them are in {log}):\n{last_lines(told)}"


def last_lines(text: str, count: int = 15) -> str:
    return "\n".join("  " + line for line in text.strip().splitlines()[-count:])


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def hand_over(environment: Path, root: Path, command: str, arguments: Sequence[str]) -> NoReturn:
    binaries = environment / "bin"
    if command == "run":
        words = [str(binaries / "tocsin"), "run", *arguments]
    else:
        words = [str(binaries / "python"), str(root / "tools" / "suite.py"), *arguments]
    os.execv(words[0], words)


def main(command: str, *arguments: str) -> None:
    environment = environment_of(ROOT)
    try:
        ensure(ROOT, environment, dev=command == "test")
    except SetupError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"Tocsin could not be set up in {environment}: {error}")
    except KeyboardInterrupt:
        sys.exit("Interrupted; the next start sets up again from the beginning.")
    hand_over(environment, ROOT, command, arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
