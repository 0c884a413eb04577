"""`tocsin run` as a person meets it: it starts, is stopped or killed, and goes on where it was."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from house import STOPPED, House, assert_each_once, run_tocsin
from publishing import messages, numbered, publish


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """With the embedded broker and SQLite: nothing else is needed."""
    with House(tmp_path / "house") as running:
        yield running


def test_it_takes_observations_without_anything_else_and_continues_after_stop_and_kill(
    house: House,
) -> None:
    first, second = numbered("first", 0, 100), numbered("second", 0, 100)
    publish(house.mqtt, messages(first))
    house.wait_recorded(len(first))
    before = house.picture()

    house.stop()
    house.start()
    assert house.picture() == before

    publish(house.mqtt, messages([*first, *second]))
    house.wait_recorded(len(first) + len(second))
    before = house.picture()
    house.kill()
    house.start()
    assert house.picture() == before
    assert_each_once(house.recorded(), [*first, *second])

    house.stop()
    verified = run_tocsin("journal", "verify", "--data", house.data)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "the chain holds" in verified.stdout
    replayed = run_tocsin("journal", "replay", "--data", house.data)
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr


def test_a_second_tocsin_on_the_same_folder_is_refused_and_a_taken_port_is_left_alone(
    house: House, tmp_path: Path
) -> None:
    refused = run_tocsin("run", "--data", house.data, "--http", "127.0.0.1:0")
    assert refused.returncode == 2
    assert "another Tocsin (process " in refused.stderr
    assert "--data another folder" in refused.stderr
    assert "Traceback" not in refused.stderr

    # The first one has the port that this one asks for.
    with House(tmp_path / "beside", "--mqtt-port", house.mqtt.rpartition(":")[2]) as beside:
        assert beside.mqtt != house.mqtt
        publish(beside.mqtt, messages(["beside"]))
        beside.wait_recorded(1)
        assert house.recorded() == []


def test_sigterm_stops_it_as_well_as_ctrl_c(house: House) -> None:
    house.stop_signal = signal.SIGTERM
    house.stop()
    assert STOPPED in house.said()
    assert "WARNING" not in house.said()
    assert "ERROR" not in house.said()


@pytest.mark.parametrize("address", ["0.0.0.0:1", "192.168.1.7:8765", "[::]:8765"])
def test_it_does_not_listen_beyond_this_machine_and_says_why(tmp_path: Path, address: str) -> None:
    refused = run_tocsin("run", "--data", tmp_path / "data", "--http", address)
    assert refused.returncode == 2
    assert "Tocsin cannot yet tell who is there" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "data").exists()


def test_a_taken_address_of_the_pages_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        refused = run_tocsin("run", "--data", tmp_path / "data", "--http", address)
    assert refused.returncode == 2
    assert f"--http {address}: Address already in use" in refused.stderr
