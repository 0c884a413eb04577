"""Polling a real web server on this machine: politely, within bounds, and never led elsewhere."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from services import Clock
from source_bench import Bench
from tocsin.sources import Outbox
from tocsin.sources.polling import PollIntake, same_host


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    endless: bool = False


class Server:
    """Answers what a test laid down, and remembers what it was asked."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *_: Any) -> None: ...

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,))
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append((handler.path, dict(handler.headers.items())))
        reply = self.replies.get(handler.path, Reply(404))
        etag = reply.headers.get("ETag")
        unchanged = etag is not None and handler.headers.get("If-None-Match") == etag
        handler.send_response(304 if unchanged else reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if reply.endless:
            handler.end_headers()
            try:
                for _ in range(1000):
                    handler.wfile.write(b"x" * 10_000)
            except OSError:
                return
        body = b"" if unchanged else reply.body
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def close(self) -> None:
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "*")
    made = Server()
    yield made
    made.close()


@pytest.fixture
def bench(tmp_path: Path, clock: Clock) -> Iterator[Bench]:
    made = Bench(Outbox(tmp_path / "outbox.sqlite", 1_000_000), clock)
    yield made
    made.outbox.close()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=5, trust_env=False) as made:
        yield made


@dataclass
class Poll:
    """A feed at `/feed`, looked at once a call."""

    server: Server
    bench: Bench
    client: httpx.Client
    path: str = "/feed"

    def __post_init__(self) -> None:
        self.intake = PollIntake(self.server.url + self.path, 60)

    def __call__(self) -> float:
        return self.intake.round(self.client, self.bench.desk, self.bench.stop)


@pytest.fixture
def poll(server: Server, bench: Bench, client: httpx.Client) -> Poll:
    return Poll(server, bench, client)


def test_a_feed_is_read_and_then_asked_only_whether_it_changed(
    poll: Poll, server: Server, bench: Bench
) -> None:
    server.replies["/feed"] = Reply(body=b"a", headers={"ETag": '"1"', "Last-Modified": "then"})
    assert poll() == 60
    assert poll() == 60
    assert bench.facts() == ["a"]
    assert server.asked[1][1]["If-None-Match"] == '"1"'
    assert server.asked[1][1]["If-Modified-Since"] == "then"
    server.replies["/feed"] = Reply(body=b"b", headers={"ETag": '"2"'})
    poll()
    assert bench.facts() == ["a", "b"]


def test_the_same_content_without_validators_is_read_once(
    poll: Poll, server: Server, bench: Bench
) -> None:
    server.replies["/feed"] = Reply(body=b"a")
    poll()
    poll()
    assert len(server.asked) == 2
    assert bench.facts() == ["a"]
    assert bench.tally.received == 1


def test_what_was_read_before_a_restart_is_not_read_again(
    poll: Poll, server: Server, bench: Bench, client: httpx.Client
) -> None:
    server.replies["/feed"] = Reply(body=b"a", headers={"ETag": '"1"'})
    poll()
    Poll(server, bench, client)()
    assert bench.facts() == ["a"]
    assert server.asked[1][1]["If-None-Match"] == '"1"'


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_an_error_is_shown_and_waited_out_ever_longer(
    poll: Poll, server: Server, bench: Bench, status: int
) -> None:
    server.replies["/feed"] = Reply(status)
    waits = [poll() for _ in range(8)]
    assert all(wait >= 30 for wait in waits)
    assert 450 <= waits[-1] <= 900
    said = bench.troubles.first()
    assert said == f"127.0.0.1 answered {status} (8 times in a row)"
    server.replies["/feed"] = Reply(body=b"a")
    assert poll() == 60
    assert bench.troubles.first() is None
    assert bench.facts() == ["a"]


def test_a_server_may_say_when_to_come_back(poll: Poll, server: Server) -> None:
    server.replies["/feed"] = Reply(429, headers={"Retry-After": "1200"})
    assert poll() == 1200


def test_no_server_is_a_trouble_without_the_address_of_anybody(
    bench: Bench, server: Server, client: httpx.Client
) -> None:
    url = server.url.replace("127.0.0.1", "me:secret@127.0.0.1")
    server.http.server_close()  # the port is free now, nobody answers
    PollIntake(url + "/feed", 60).round(client, bench.desk, bench.stop)
    said = bench.troubles.first()
    assert said is not None
    assert said.startswith("127.0.0.1 does not answer: ")
    assert "secret" not in said


@pytest.mark.parametrize("endless", [False, True])
def test_an_answer_without_end_is_refused_once(
    poll: Poll, server: Server, bench: Bench, endless: bool
) -> None:
    server.replies["/feed"] = Reply(body=b"x" * 100_000, endless=endless)
    poll()
    poll()
    (report,) = bench.reports()
    assert report["rule"] == "too_large"
    assert bench.troubles.first() == "the answer is longer than 200 bytes"
    server.replies["/feed"] = Reply(body=b"a")
    poll()
    assert bench.facts() == ["a"]


# Links of an index


def test_links_on_the_feeds_own_host_are_read_once_each(
    poll: Poll, server: Server, bench: Bench
) -> None:
    server.replies["/feed"] = Reply(
        body=f"link {server.url}/1\nlink {server.url}/2".encode(), headers={"ETag": '"1"'}
    )
    server.replies["/1"] = Reply(body=b"one")
    server.replies["/2"] = Reply(body=b"two", headers={"ETag": '"x"'})
    poll()
    poll()
    assert bench.facts() == ["one", "two"]
    assert server.paths() == ["/feed", "/1", "/2", "/feed"]
    server.replies["/feed"] = Reply(
        body=f"link {server.url}/1\nlink {server.url}/2\nlink {server.url}/3".encode()
    )
    server.replies["/3"] = Reply(body=b"three")
    poll()
    assert bench.facts() == ["one", "two", "three"]
    # The second can be checked for nothing; the first cannot, and an alert keeps its address.
    assert server.paths()[4:] == ["/feed", "/2", "/3"]


def test_links_to_anywhere_else_are_never_fetched(
    poll: Poll, server: Server, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Server()
    try:
        port = server.url.rpartition(":")[2]
        links = [
            f"{other.url}/a",
            f"http://localhost:{port}/b",
            f"https://127.0.0.1:{port}/c",
            f"http://127.0.0.1:{port}.evil.example/d",
            f"http://127.0.0.1:{port}@127.0.0.1:{other.url.rpartition(':')[2]}/e",
        ]
        for link in links:
            server.replies["/feed"] = Reply(body=f"link {link}".encode())
            poll()
        assert other.asked == []
        assert set(server.paths()) == {"/feed"}
        assert {report["rule"] for report in bench.reports()} == {"link_elsewhere"}
        assert len(bench.reports()) == len(links)
    finally:
        other.close()


def test_links_elsewhere_are_told_once_not_with_every_change_of_the_feed(
    poll: Poll, server: Server, bench: Bench
) -> None:
    for text in ("a", "b", "c"):
        server.replies["/feed"] = Reply(body=f"{text}\nlink https://x.example/1".encode())
        poll()
    assert bench.facts() == ["a", "b", "c"]
    assert len(bench.reports()) == 1


def test_a_redirect_on_the_same_host_is_followed_and_one_elsewhere_is_not(
    poll: Poll, server: Server, bench: Bench
) -> None:
    other = Server()
    try:
        server.replies["/feed"] = Reply(301, headers={"Location": "/new"})
        server.replies["/new"] = Reply(body=b"a")
        poll()
        assert bench.facts() == ["a"]
        server.replies["/feed"] = Reply(302, headers={"Location": f"{other.url}/new"})
        poll()
        assert other.asked == []
        assert bench.reports()[0]["rule"] == "redirect_elsewhere"
        server.replies["/feed"] = Reply(302, headers={"Location": "/feed"})
        poll()
        assert bench.reports()[1]["rule"] == "too_many_redirects"
    finally:
        other.close()


def test_a_link_that_fails_is_tried_again_even_when_the_index_is_unchanged(
    poll: Poll, server: Server, bench: Bench
) -> None:
    server.replies["/feed"] = Reply(
        body=f"link {server.url}/1\nlink {server.url}/2".encode(), headers={"ETag": '"1"'}
    )
    server.replies["/1"] = Reply(503)
    server.replies["/2"] = Reply(body=b"two")
    poll()
    assert bench.facts() == ["two"]
    said = bench.troubles.first()
    assert said == "1 alerts of the index could not be fetched: 127.0.0.1 answered 503"
    server.replies["/1"] = Reply(body=b"one")
    poll()
    assert bench.facts() == ["two", "one"]
    assert bench.troubles.first() is None


def test_a_link_that_is_gone_is_told_and_left(poll: Poll, server: Server, bench: Bench) -> None:
    server.replies["/feed"] = Reply(body=f"link {server.url}/1".encode())
    poll()
    poll()
    assert server.paths() == ["/feed", "/1", "/feed"]
    assert [report["rule"] for report in bench.reports()] == ["link_gone"]


def test_what_a_feed_no_longer_names_is_forgotten(poll: Poll, server: Server, bench: Bench) -> None:
    server.replies["/feed"] = Reply(body=f"link {server.url}/1".encode())
    server.replies["/1"] = Reply(body=b"one")
    poll()
    assert len(bench.outbox.marks("http:")) == 2
    server.replies["/feed"] = Reply(body=b"nothing")
    poll()
    assert list(bench.outbox.marks("http:")) == [f"http:{server.url}/feed"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x", "https://a.example:443/y", True),
        ("https://a.example/x", "http://a.example/y", False),
        ("https://a.example/x", "https://b.a.example/y", False),
        ("https://a.example/x", "https://a.example:8443/y", False),
        ("https://a.example/x", "https://A.example/y", True),
        ("https://a.example/x", "https://a.example:nonsense/y", False),
        ("file:///x", "file:///x", False),
    ],
)
def test_the_same_host_means_scheme_name_and_port(one: str, other: str, same: bool) -> None:
    assert same_host(one, other) is same
