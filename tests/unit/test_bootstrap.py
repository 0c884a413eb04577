"""The first start: what a person on a fresh, an old or a broken machine meets."""

import fcntl
import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from services import wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bootstrap"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    root.mkdir()
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (root / name).write_text(name, "utf-8")
    return root


@pytest.fixture
def environment(checkout: Path) -> Path:
    return checkout / ".venv"


@pytest.fixture
def builds(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[bool, bool]]:
    """Each build as (fresh, dev), in place of the slow real thing."""
    done: list[tuple[bool, bool]] = []

    def build(root: Path, environment: Path, *, fresh: bool, dev: bool) -> None:
        environment.mkdir(exist_ok=True)
        (environment / bootstrap.STAMP).unlink(missing_ok=True)
        done.append((fresh, dev))

    monkeypatch.setattr(bootstrap, "build", build)
    return done


Ensure = Callable[[bool], None]


@pytest.fixture
def ensure(bootstrap: ModuleType, checkout: Path, environment: Path) -> Ensure:
    return lambda dev: bootstrap.ensure(checkout, environment, dev=dev)


def test_a_second_start_builds_nothing(ensure: Ensure, builds: list[tuple[bool, bool]]) -> None:
    ensure(False)
    ensure(False)
    assert builds == [(True, False)]


def test_the_first_test_run_adds_its_tools_to_what_is_there(
    ensure: Ensure, builds: list[tuple[bool, bool]]
) -> None:
    ensure(False)
    ensure(True)
    ensure(False)
    assert builds == [(True, False), (False, True)]


def test_a_new_lock_updates_in_place_and_keeps_the_tools_in_step(
    ensure: Ensure, checkout: Path, builds: list[tuple[bool, bool]]
) -> None:
    ensure(True)
    (checkout / "requirements.lock").write_text("newer", "utf-8")
    ensure(False)
    ensure(True)
    assert builds == [(True, True), (False, True)]


def test_a_new_lock_of_the_tools_does_not_delay_a_start(
    ensure: Ensure, checkout: Path, builds: list[tuple[bool, bool]]
) -> None:
    ensure(True)
    (checkout / "requirements-dev.lock").write_text("newer", "utf-8")
    ensure(False)
    assert builds == [(True, True)]
    ensure(True)
    assert builds == [(True, True), (False, True)]


def test_an_interrupted_set_up_starts_again_from_nothing(
    bootstrap: ModuleType, ensure: Ensure, environment: Path, builds: list[tuple[bool, bool]]
) -> None:
    ensure(False)
    (environment / bootstrap.STAMP).write_text('{"home": "half a st', "utf-8")
    ensure(False)
    assert builds == [(True, False), (True, False)]


def test_a_moved_checkout_is_built_anew(
    bootstrap: ModuleType, ensure: Ensure, environment: Path, builds: list[tuple[bool, bool]]
) -> None:
    """Its scripts name the old place in their first line."""
    ensure(False)
    stamp = environment / bootstrap.STAMP
    elsewhere = json.loads(stamp.read_text("utf-8")) | {"home": "elsewhere"}
    stamp.write_text(json.dumps(elsewhere), "utf-8")
    ensure(False)
    assert builds == [(True, False), (True, False)]


def test_of_two_starts_at_once_one_builds_and_the_other_waits(
    bootstrap: ModuleType,
    ensure: Ensure,
    environment: Path,
    builds: list[tuple[bool, bool]],
    capfd: pytest.CaptureFixture[str],
) -> None:
    with environment.with_name(".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = threading.Thread(target=ensure, args=(False,))
        second.start()
        heard: list[str] = []

        def waiting() -> bool:
            heard.append(capfd.readouterr().err)
            return "waiting for it" in "".join(heard)

        wait_until(waiting, message="the second start says that it waits")
        assert builds == []
    second.join(10)
    assert builds == [(True, False)]


def test_a_read_only_checkout_gets_its_environment_in_the_cache(
    bootstrap: ModuleType, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert bootstrap.environment_of(checkout) == checkout / ".venv"
    monkeypatch.setattr(bootstrap.os, "access", lambda *_: False)
    assert bootstrap.environment_of(checkout).is_relative_to(tmp_path / "cache" / "tocsin")


def test_a_python_without_venv_names_the_package_that_brings_it(
    bootstrap: ModuleType, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda _name: None)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    with pytest.raises(bootstrap.SetupError, match=f"apt-get install python{version}-venv"):
        bootstrap.make_environment(environment)


@pytest.mark.parametrize(
    "told",
    [
        "NewConnectionError: Failed to establish a new connection: [Errno 111]",
        "WARNING: Retrying … Temporary failure in name resolution",
    ],
)
def test_without_a_network_the_message_says_so_in_words(
    bootstrap: ModuleType, tmp_path: Path, told: str
) -> None:
    assert "needs the network once" in bootstrap.why_pip_failed(told, tmp_path / "log")


def test_any_other_failure_of_pip_is_shown_in_its_own_words(
    bootstrap: ModuleType, tmp_path: Path
) -> None:
    told = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE"
    assert told in bootstrap.why_pip_failed(told, tmp_path / "log")


def test_without_a_python_the_script_says_what_to_install(tmp_path: Path) -> None:
    """Asked of the real script, on a PATH where there is none."""
    checkout = tmp_path / "checkout"
    (checkout / "tools").mkdir(parents=True)
    for name in ("run", "tools/find-python.sh"):
        (checkout / name).write_bytes((ROOT / name).read_bytes())
    empty = tmp_path / "bin"
    empty.mkdir()
    for tool in ("dirname",):
        (empty / tool).symlink_to(f"/usr/bin/{tool}")
    done = subprocess.run(
        ["/bin/sh", str(checkout / "run")],
        env={"PATH": str(empty)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr
