"""evolve.js is the twin of evolve.py: one journal, one picture, in both."""

import functools
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any, get_args

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from journals import REALM, journals
from tocsin.journal.entry import Entry, EntryKind
from tocsin.live.frames import encode_entry, track_of
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation, picture
from tocsin_frontend.page import STATIC_ROOT

# Folds in the browser; returns its picture and Python's, both written by one hand.
FOLD = """
async ({start, frames, expected}) => {
  const {evolveAll} = await import("/app/evolve.js");
  const canonical = (value) => JSON.stringify(value, (_, v) =>
    v !== null && typeof v === "object" && !Array.isArray(v)
      ? Object.fromEntries(Object.keys(v).sort().map((k) => [k, v[k]])) : v);
  const first = JSON.parse(start);
  const untouched = canonical(first);
  let now = first;
  for (const frame of JSON.parse(frames)) {
    now = evolveAll(now, frame.entries);
    now.n = frame.n;
    now.at = frame.entry_at;
  }
  return [canonical(now), canonical(JSON.parse(expected)), untouched === canonical(first)];
}
"""


class _Quiet(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # the browser asks by itself
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        """Requests of a test are no news."""


@contextmanager
def served() -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(STATIC_ROOT))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def modules(servers: ExitStack, screen: Page) -> Page:
    """A page of the static tree's own origin, from where modules can be imported."""
    screen.goto(servers.enter_context(served()) + "/locales/")
    return screen


def frames_of(entries: list[Entry], cuts: list[int]) -> bytes:
    """Cut into frames as the hub does: of a moving object only its last place in each."""
    bounds = sorted({0, len(entries), *(cut % (len(entries) + 1) for cut in cuts)})
    frames = []
    for start, end in pairwise(bounds):
        part = entries[start:end]
        last = {track_of(e): e.n for e in part}
        told = [e for e in part if track_of(e) is None or last[track_of(e)] == e.n]
        head = orjson.dumps({"n": part[-1].n, "entry_at": part[-1].at})
        frames.append(
            head[:-1] + b',"entries":[' + b",".join(encode_entry(e) for e in told) + b"]}"
        )
    return b"[" + b",".join(frames) + b"]"


def test_the_twin_knows_every_kind_of_entry(modules: Page) -> None:
    kinds = modules.evaluate("import('/app/evolve.js').then((m) => m.ENTRY_KINDS)")
    assert sorted(kinds) == sorted(get_args(EntryKind))


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(entries=journals(), cuts=st.lists(st.integers(0, 1000), max_size=6), joined=st.integers(0))
def test_both_folds_lead_to_the_same_picture(
    modules: Page, entries: list[Entry], cuts: list[int], joined: int
) -> None:
    """A screen that came in at any moment and got any frames holds the server's picture."""
    start = joined % (len(entries) + 1)
    told = {
        "start": picture(evolve_all(Situation(REALM), entries[:start])).decode(),
        "frames": frames_of(entries[start:], cuts).decode(),
        "expected": picture(evolve_all(Situation(REALM), entries)).decode(),
    }
    here, there, untouched = modules.evaluate(FOLD, told)
    assert here == there
    assert untouched
