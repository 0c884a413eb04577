"""TCP and UDP on loopback: nothing lost that came, nobody starved, strangers closed out."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from services import Clock, free_port, wait_until
from source_bench import Bench, LinesAdapter
from tocsin.sources import Outbox, SourceConfig, streams
from tocsin.sources.backoff import Backoff
from tocsin.sources.streams import TcpIntake, TcpListenIntake, UdpIntake, prepare

Make = Callable[..., tuple[Bench, SourceConfig]]


class LineAdapter(LinesAdapter):
    framing = "lines"


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Iterator[Make]:
    made: list[Bench] = []

    def begin(**settings: Any) -> tuple[Bench, SourceConfig]:
        config = SourceConfig.model_validate({"adapter": "lines", "source": "lines:x", **settings})
        outbox = Outbox(tmp_path / f"{len(made)}.sqlite", 10**7)
        made.append(Bench(outbox, clock, LineAdapter(), config))
        return made[-1], config

    yield begin
    for one in made:
        one.close()


def connected(port: int) -> socket.socket:
    def attempt() -> socket.socket | None:
        with contextlib.suppress(ConnectionRefusedError):
            return socket.create_connection(("127.0.0.1", port), 5)
        return None

    return wait_until(attempt)  # type: ignore[return-value]


# We connect


def test_a_stream_is_read_line_by_line_and_the_connection_is_made_again(make: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        bench, config = make(tcp=f"127.0.0.1:{server.getsockname()[1]}")
        bench.run(TcpIntake(config, "lines", Backoff(0.01, 0.02)))
        first, _ = server.accept()
        with first:
            first.sendall(b"1\r\n2\n3")
            wait_until(lambda: bench.facts() == ["1", "2"])
        wait_until(lambda: bench.facts() == ["1", "2", "3"])
        second, _ = server.accept()
        with second:
            wait_until(lambda: bench.troubles.first() is None)
            second.sendall(b"4\nbad\n5\n")
            wait_until(lambda: bench.facts()[-2:] == ["4", "5"])
        assert [report["rule"] for report in bench.reports()] == ["bad_line"]


def test_a_server_that_is_not_there_is_a_trouble_that_passes(make: Make) -> None:
    port = free_port()
    bench, config = make(tcp=f"127.0.0.1:{port}")
    bench.run(TcpIntake(config, "lines", Backoff(0.01, 0.02)))
    wait_until(lambda: "Connection refused" in (bench.troubles.first() or ""))
    with socket.create_server(("127.0.0.1", port)) as server:
        line, _ = server.accept()
        with line:
            wait_until(lambda: bench.troubles.first() is None)


def test_a_stream_of_which_nothing_more_can_be_made_is_opened_anew(make: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        bench, config = make(tcp=f"127.0.0.1:{server.getsockname()[1]}")
        bench.run(TcpIntake(config, "tak", Backoff(0.01, 0.02)))
        first, _ = server.accept()
        with first:
            first.sendall(b"\xbf\xff\xff\xff\xff\x7f" + b"x" * 100)
            second, _ = server.accept()
        with second:
            second.sendall(b"\xbf\x01a")
            wait_until(lambda: bench.tally.received == 2)
        assert next(report["rule"] for report in bench.reports()) == "too_large"


# Others connect


def listening(make: Make, **settings: Any) -> tuple[Bench, int]:
    port = free_port()
    bench, config = make(tcp_listen=f"127.0.0.1:{port}", **settings)
    bench.run(TcpListenIntake(config, "lines"))
    return bench, port


def test_several_senders_stay_connected_and_all_are_read(make: Make) -> None:
    bench, port = listening(make)
    with connected(port) as one, connected(port) as other:
        one.sendall(b"a\nb")
        other.sendall(b"c\n")
        wait_until(lambda: sorted(bench.facts()) == ["a", "c"])
        one.sendall(b"2\n")
        wait_until(lambda: bench.facts()[-1] == "b2")
        other.sendall(b"end")
    wait_until(lambda: bench.facts()[-1] == "end")


def test_one_who_talks_without_end_does_not_keep_another_waiting(make: Make) -> None:
    bench, port = listening(make, messages_per_s=1000)
    with connected(port) as loud, connected(port) as calm:
        loud.settimeout(0.01)
        with contextlib.suppress(TimeoutError):
            loud.sendall(b"x\n" * 1_000_000)
        calm.sendall(b"calm\n")
        wait_until(lambda: "calm" in bench.facts())
        assert bench.tally.received < 2_500


def test_who_is_not_among_the_senders_is_closed_out(make: Make) -> None:
    bench, port = listening(make, senders=["192.0.2.0/24"])
    with connected(port) as stranger:
        with contextlib.suppress(OSError):
            stranger.sendall(b"a\n")
        wait_until(lambda: "not among the senders" in (bench.troubles.first() or ""))
        with contextlib.suppress(ConnectionResetError):
            assert stranger.recv(10) == b""
    assert bench.facts() == []


def test_of_too_many_connections_the_quietest_is_closed(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MAX_CONNECTIONS", 2)
    bench, port = listening(make)
    with connected(port) as quiet, connected(port) as busy:
        busy.sendall(b"a\n")
        wait_until(lambda: bench.facts() == ["a"])
        with connected(port) as third:
            third.sendall(b"b\n")
            wait_until(lambda: bench.facts() == ["a", "b"])
            assert quiet.recv(10) == b""
            busy.sendall(b"c\n")
            wait_until(lambda: bench.facts() == ["a", "b", "c"])


# Datagrams


def test_a_datagram_is_a_message(make: Make) -> None:
    port = free_port()
    bench, config = make(udp=f"127.0.0.1:{port}")
    bench.run(UdpIntake(config))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:

        def sent() -> bool:
            sender.sendto(b"a\nb", ("127.0.0.1", port))
            return bench.facts()[:2] == ["a", "b"]

        wait_until(sent)
    assert bench.messages()[0][0].endswith("/observations/lines:x")


def test_datagrams_that_came_too_fast_are_counted_and_told(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That some are missing must not stay unsaid."""
    monkeypatch.setattr(streams, "MAX_WAITING", 5)
    port = free_port()
    bench, config = make(udp=f"127.0.0.1:{port}", messages_per_s=5)
    bench.run(UdpIntake(config))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:

        def flooded() -> bool:
            sender.sendto(b"a", ("127.0.0.1", port))
            return bool(bench.reports())

        wait_until(flooded)
    report = bench.reports()[0]
    assert report["rule"] == "flood"
    assert int(report["message"].split()[0]) > 0
    assert "are lost" in report["message"]


def test_datagrams_of_strangers_are_not_read(make: Make) -> None:
    port = free_port()
    bench, config = make(udp=f"127.0.0.1:{port}", senders=["192.0.2.0/24"])
    bench.run(UdpIntake(config))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:

        def told() -> bool:
            sender.sendto(b"a", ("127.0.0.1", port))
            return "not among the senders: 127.0.0.1" in (bench.troubles.first() or "")

        wait_until(told)
    assert bench.tally.received == 0


class Door:
    """A socket that only notes what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def settimeout(self, seconds: float) -> None:
        pass

    def setsockopt(self, *what: Any) -> None:
        self.asked.append(what)


@pytest.mark.parametrize(
    ("host", "option", "group"),
    [
        ("239.2.3.1", socket.IP_ADD_MEMBERSHIP, b"\xef\x02\x03\x01"),
        ("ff15::42", socket.IPV6_JOIN_GROUP, b"\xff\x15"),
    ],
)
def test_a_group_is_joined(host: str, option: int, group: bytes) -> None:
    door = Door()
    prepare(cast(socket.socket, door), host)
    _, joined, wanted = door.asked[-1]
    assert joined == option
    assert wanted.startswith(group)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_an_address_that_is_no_group_joins_none(host: str) -> None:
    door = Door()
    prepare(cast(socket.socket, door), host)
    assert len(door.asked) == 1
