"""The supervisor of watching processes, with small processes that behave as a test needs."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from services import wait_until
from tocsin.cameras.supervisor import Supervisor, check_watcher, orders_for, watcher_command
from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.camera import Camera, CameraName
from tocsin.sources.backoff import Backoff

BROKER = BrokerAddress("127.0.0.1", 1883, username="tocsin", password="hush-hush")
NOTES = "import sys, time, os, signal; note = open(sys.argv[1], 'a'); "
BEATS = "\nwhile True:\n    os.write(1, b'.\\n'); time.sleep(0.02)"


def camera(name: str, group: str = "tunnels", **more: object) -> Camera:
    return Camera.model_validate(
        {
            "id": name,
            "name": CameraName(fr=name, nl=name),
            "lat": 50.85,
            "lon": 4.35,
            "group": group,
            "legal_regime": "trafic_non_surveillance",
            "agreement": True,
            "url": "test:",
        }
        | more
    )


class Running:
    """Supervised processes that write down what happens to them."""

    def __init__(self, folder: Path, code: str, groups: Sequence[str] = ("tunnels",)) -> None:
        self.folder = folder
        self.supervisor = Supervisor(
            orders_for([camera(f"cam-{g}", g) for g in groups], BROKER, folder),
            command=lambda group: [
                *(sys.executable, "-c", NOTES + code),
                str(folder / group.removeprefix("live/")),
            ],
            silent_s=1.0,
            backoff=lambda: Backoff(0.01, 0.05),
        )
        self.supervisor.start()

    def notes(self, group: str = "tunnels") -> list[str]:
        path = self.folder / group
        return path.read_text("utf-8").splitlines() if path.exists() else []

    def pid(self, group: str = "tunnels") -> int | None:
        return self.supervisor.processes().get(f"live/{group}")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    made: list[Running] = []

    def begin(code: str, groups: Sequence[str] = ("tunnels",)) -> Running:
        made.append(Running(tmp_path, code, groups))
        return made[-1]

    yield begin
    for one in made:
        one.supervisor.stop()


TELLS = "note.write(sys.stdin.readline()); note.flush()"


def test_cameras_without_agreement_or_address_are_not_watched(tmp_path: Path) -> None:
    orders = orders_for(
        [
            camera("a"),
            camera("b", "squares"),
            camera("c"),
            camera("a", realm="exercise-x"),
            camera("d", agreement=False),
            camera("e", "nothing", url=None),
        ],
        BROKER,
        tmp_path,
    )
    assert {(o.realm, o.group): [c.id for c in o.cameras] for o in orders} == {
        ("live", "tunnels"): ["a", "c"],
        ("live", "squares"): ["b"],
        ("exercise-x", "tunnels"): ["a"],
    }
    assert len({order.memory for order in orders}) == 2


def test_the_order_goes_over_the_input_and_not_on_the_command_line(
    run: Callable[..., Running],
) -> None:
    running = run(TELLS + BEATS)
    wait_until(running.notes)
    assert "hush-hush" in running.notes()[0]
    pid = running.pid()
    assert pid is not None
    for place in ("cmdline", "environ"):
        assert b"hush-hush" not in Path(f"/proc/{pid}/{place}").read_bytes()
    assert "hush-hush" not in " ".join(watcher_command("tunnels"))


def test_a_process_that_dies_is_started_again_and_the_others_do_not_notice(
    run: Callable[..., Running],
) -> None:
    running = run(TELLS + BEATS, ("tunnels", "squares"))
    wait_until(lambda: running.notes() and running.notes("squares"))
    pid, other = running.pid(), running.pid("squares")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(running.notes()) == 2)
    wait_until(lambda: running.pid() not in {None, pid})
    assert running.pid("squares") == other
    assert len(running.notes("squares")) == 1


def test_a_process_that_ends_at_once_is_tried_for_ever(run: Callable[..., Running]) -> None:
    running = run("note.write('here\\n'); note.close(); os._exit(3)")
    wait_until(lambda: len(running.notes()) >= 4)


def test_a_process_that_hangs_is_killed_and_started_again(run: Callable[..., Running]) -> None:
    running = run(TELLS + "; time.sleep(600)")
    wait_until(lambda: len(running.notes()) >= 2)


def test_a_stop_ends_them_as_they_wish(run: Callable[..., Running]) -> None:
    bye = "\ndef bye(*_):\n    note.write('bye\\n'); note.flush(); os._exit(0)\n"
    running = run(TELLS + bye + "signal.signal(signal.SIGTERM, bye)" + BEATS)
    wait_until(running.notes)
    pid = running.pid()
    running.supervisor.stop()
    assert running.notes()[-1] == "bye"
    assert running.pid() is None
    assert not Path(f"/proc/{pid}").exists()


def test_a_process_learns_that_its_supervisor_is_gone() -> None:
    """The real watcher: its input ends, and it ends by itself."""
    order = orders_for([camera("a")], BrokerAddress("127.0.0.1", 9), Path("/nonexistent"))[0]
    with subprocess.Popen(
        watcher_command("tunnels"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(order.model_dump_json().encode() + b"\n")
        process.stdin.flush()
        assert process.stdout.readline() == b".\n"
        process.stdin.close()
        assert process.wait(20) == 0


def test_the_watcher_of_cameras_is_installed() -> None:
    check_watcher()
