"""HTTP push: 200 only once it is on disk, and nobody can hold the door."""

import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from services import Clock, free_port, wait_until
from source_bench import Bench, LinesAdapter
from tocsin.contract import Observation, Receipt, Translation
from tocsin.sources import Outbox, SourceConfig, push
from tocsin.sources.outbox import Message
from tocsin.sources.push import PushIntake


class EchoAdapter:
    """Shows how the bytes arrived."""

    name: ClassVar[str] = "echo"
    max_bytes: ClassVar[int] = 100_000

    def __init__(self) -> None:
        self.payloads: list[bytes] = []

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        self.payloads.append(payload)
        return Translation(
            [
                Observation(
                    source=receipt.source,
                    external_id=f"{receipt.origin} {receipt.content_type} {len(payload)}",
                    kind="event",
                )
            ]
        )


Listen = Callable[..., tuple[Bench, str]]


@pytest.fixture
def listen(tmp_path: Path, clock: Clock) -> Iterator[Listen]:
    """A listening source and its address."""
    made: list[Bench] = []

    def begin(adapter: Any = None, **settings: Any) -> tuple[Bench, str]:
        port = free_port()
        config = SourceConfig.model_validate(
            {
                "adapter": "echo",
                "source": "lines:x",
                "listen": f"127.0.0.1:{port}",
                **settings,
            }
        )
        outbox = Outbox(tmp_path / f"{port}.sqlite", config.outbox_bytes)
        bench = Bench(outbox, clock, adapter or EchoAdapter(), config)
        made.append(bench)
        bench.run(PushIntake(config))
        wait_until(lambda: _answers(port))
        return bench, f"http://127.0.0.1:{port}"

    yield begin
    for one in made:
        one.close()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def raw(address: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), 5)


def test_any_path_is_an_origin_and_the_body_comes_untouched(listen: Listen) -> None:
    bench, address = listen()
    body = b"--x\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\x00\r\n--x--\r\n"
    kind = 'multipart/form-data; boundary="x"'
    posted = httpx.post(f"{address}/camera%207?key=1", content=body, headers={"Content-Type": kind})
    assert (posted.status_code, posted.text) == (200, "")
    put = httpx.put(f"{address}/", content=b"{}")
    assert put.status_code == 200
    assert bench.facts() == [f"/camera 7 {kind} {len(body)}", "/  2"]
    assert isinstance(bench.adapter, EchoAdapter)
    assert bench.adapter.payloads[0] == body


def test_an_answer_of_200_means_that_the_outbox_has_it(listen: Listen) -> None:
    bench, address = listen(LinesAdapter())
    for number in range(5):
        assert httpx.post(address, content=str(number).encode()).status_code == 200
        assert bench.facts()[-1] == str(number)


def test_a_full_outbox_answers_503_and_200_when_there_is_room(listen: Listen) -> None:
    bench, address = listen(outbox_bytes=64 * 1024)
    bench.outbox.put([Message("other", b"x" * 65_530, bench.clock.now())])
    answer = httpx.post(address, content=b"{}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "reading has stopped" in (bench.troubles.first() or "")
    bench.outbox.remove_up_to(bench.outbox.newest_seq())
    assert httpx.post(address, content=b"{}").status_code == 200
    assert bench.troubles.first() is None
    assert len(bench.facts()) == 1


@pytest.mark.parametrize("announced", [True, False])
def test_a_message_that_is_too_large_is_refused_while_it_is_read(
    listen: Listen, announced: bool
) -> None:
    bench, address = listen()
    body = b"x" * 150_000

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    answer = httpx.post(f"{address}/big", content=body if announced else chunks())
    assert answer.status_code == 413
    assert "100000 bytes" in answer.text
    (report,) = bench.reports()
    assert (report["rule"], report["origin"]) == ("too_large", "big")
    assert bench.tally.rejected == 1


@pytest.mark.parametrize(
    ("method", "more", "status"),
    [
        ("GET", {}, 405),
        ("DELETE", {}, 405),
        ("POST", {"headers": {"Content-Encoding": "gzip"}}, 415),
    ],
)
def test_other_requests_are_told_why_not(
    listen: Listen, method: str, more: dict[str, Any], status: int
) -> None:
    bench, address = listen()
    assert httpx.request(method, address, **more).status_code == status
    assert bench.messages() == []


def test_a_secret_first_part_of_the_path_opens_and_is_not_shown(
    listen: Listen, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    bench, address = listen(listen_token_file=tmp_path / "token")
    for path in ("", "/", "/wrong/cam", "/s3cre", "/s3cret2/cam", "/cam/s3cret"):
        assert httpx.post(f"{address}{path}", content=b"{}").status_code == 404
    assert httpx.post(f"{address}/s3cret/cam/7", content=b"{}").status_code == 200
    assert httpx.post(f"{address}/s3cret", content=b"{}").status_code == 200
    assert bench.facts() == ["/cam/7  2", "/  2"]


def test_an_account_opens(listen: Listen, tmp_path: Path) -> None:
    (tmp_path / "account").write_text("cam:pass:word\n")
    bench, address = listen(listen_account_file=tmp_path / "account")
    asked = httpx.post(address, content=b"{}")
    assert (asked.status_code, asked.headers["www-authenticate"]) == (401, 'Basic realm="tocsin"')
    for given in ("Basic !!!", "Bearer x", f"Basic {b64encode(b'cam:no').decode()}", "Basic"):
        answer = httpx.post(address, content=b"{}", headers={"Authorization": given})
        assert answer.status_code == 401
    assert httpx.post(address, content=b"{}", auth=("cam", "pass:word")).status_code == 200
    assert len(bench.facts()) == 1


def test_only_the_senders_that_are_named_are_heard(listen: Listen) -> None:
    _, elsewhere = listen(senders=["192.0.2.0/24", "2001:db8::/32"])
    assert httpx.post(elsewhere, content=b"{}").status_code == 403
    _, here = listen(senders=["127.0.0.0/8"])
    assert httpx.post(here, content=b"{}").status_code == 200


def test_a_secret_that_is_missing_or_empty_opens_nothing(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "empty").write_text("\n")
    for file, trouble in (("empty", ValueError), ("missing", FileNotFoundError)):
        config = SourceConfig(
            adapter="echo",
            source="lines:x",
            listen=f"127.0.0.1:{free_port()}",
            listen_token_file=tmp_path / file,
        )
        bench = Bench(Outbox(tmp_path / f"{file}.sqlite", 10**6), clock, EchoAdapter(), config)
        with pytest.raises(trouble):
            PushIntake(config).run(bench.desk, bench.stop)
        bench.close()


def test_who_begins_a_request_and_goes_quiet_is_sent_away(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "HEAD_S", 0.2)
    monkeypatch.setattr(push, "BODY_S", 0.3)
    bench, address = listen()
    said = {
        "nothing": b"",
        "half a head": b"POST / HTTP/1.1\r\nHo",
        "half a body": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
    }
    for words in said.values():
        with raw(address) as slow:
            slow.sendall(words)
            answer = b""
            with_end = time.monotonic() + 5
            while time.monotonic() < with_end:
                try:
                    piece = slow.recv(1000)
                except ConnectionResetError:
                    break
                if not piece:
                    break
                answer += piece
            else:
                pytest.fail("still connected")
            assert answer == b"" or answer.startswith(b"HTTP/1.1 408")
    assert bench.messages() == []


def test_a_request_after_another_on_one_connection_is_watched_too(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "HEAD_S", 0.3)
    _, address = listen()
    whole = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    with raw(address) as slow:
        slow.sendall(whole + whole + b"POST /half")
        answers = b""
        try:
            while piece := slow.recv(1000):
                answers += piece
        except ConnectionResetError:
            pass
        assert answers.count(b"HTTP/1.1 200") == 2


def test_a_message_that_breaks_off_is_not_kept(listen: Listen) -> None:
    bench, address = listen()
    with raw(address) as broken:
        broken.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{")
    assert httpx.post(address, content=b"{}").status_code == 200
    assert bench.facts() == ["/  2"]


def test_more_than_may_be_held_at_once_is_sent_away_and_told_when_to_come_back(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "MIN_HELD_BYTES", 0)
    monkeypatch.setattr(push, "HELD_MESSAGES", 1)
    bench, address = listen()
    with raw(address) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" + b"x" * 80_000)
        wait_until(lambda: httpx.post(address, content=b"x" * 50_000).status_code == 503)
    wait_until(lambda: httpx.post(address, content=b"x" * 50_000).status_code == 200)
    assert all(fact.endswith(" 50000") for fact in bench.facts())


def test_many_cameras_push_at_once_and_each_is_answered_after_its_own(listen: Listen) -> None:
    bench, address = listen()
    statuses: list[int] = []

    def camera(number: int) -> None:
        with httpx.Client() as client:
            for _ in range(5):
                answer = client.post(f"{address}/{number}", content=b"x" * 1000)
                statuses.append(answer.status_code)

    threads = [threading.Thread(target=camera, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 40
    assert sorted(bench.facts()) == sorted(f"/{n}  1000" for n in range(8) for _ in range(5))


def test_a_listening_source_stops_while_somebody_is_still_talking(listen: Listen) -> None:
    bench, address = listen()
    with raw(address) as talking:
        talking.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
        bench.stop.set()
        bench.threads[0].join(8)
        assert not bench.threads[0].is_alive()
