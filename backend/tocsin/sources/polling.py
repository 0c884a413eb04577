"""A feed over HTTP: asked again and again, politely, and never led elsewhere."""

import json
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx

from tocsin.contract import Finding
from tocsin.sources.backoff import Backoff
from tocsin.sources.desk import Desk
from tocsin.sources.intake import digest_of

TIMEOUT = httpx.Timeout(10.0, read=20.0)
WHOLE_S = 60.0
MAX_REDIRECTS = 3
MAX_LINKS = 500
FAILED_LINKS = 3
LONGEST_WAIT_S = 900.0
LONGEST_ASKED_S = 3600.0
_GONE = frozenset({401, 403, 404, 410})

# At INFO it writes whole addresses, with whatever account or key is in them.
logging.getLogger("httpx").setLevel(logging.WARNING)


class Refused(Exception):
    """An answer that will not be used however often it is asked for; carries the finding."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.finding = Finding(rule, message)


class Unanswered(Exception):
    """No usable answer this time; the next try may bring one."""

    def __init__(self, message: str, status: int = 0, wait_s: float = 0.0) -> None:
        super().__init__(message)
        self.status = status
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an address: its validators and the digest of what was read there."""

    etag: str = ""
    modified: str = ""
    digest: str = ""

    def headers(self) -> dict[str, str]:
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class Answer:
    """`payload` is None when the server says: unchanged."""

    payload: bytes | None
    content_type: str = ""
    seen: Seen = Seen()


class PollIntake:
    """Fetches an address and, of the links its index names, those on the address's own host."""

    def __init__(self, url: str, every_s: float) -> None:
        self._url = url
        self._every_s = every_s
        self._backoff = Backoff(every_s, max(LONGEST_WAIT_S, every_s))
        self._failures = 0

    def run(self, desk: Desk, stop: threading.Event) -> None:
        with httpx.Client(timeout=TIMEOUT, headers={"User-Agent": "tocsin"}) as client:
            while not stop.is_set():
                stop.wait(self.round(client, desk, stop))

    def round(self, client: httpx.Client, desk: Desk, stop: threading.Event) -> float:
        """One look at the feed; gives back how long to wait for the next."""
        try:
            trouble = self._look(client, desk, stop)
        except Unanswered as unanswered:
            self._failures += 1
            desk.troubles.say("intake", f"{unanswered} ({self._failures} times in a row)")
            return max(self._backoff.next_s(), min(unanswered.wait_s, LONGEST_ASKED_S))
        desk.troubles.say("intake", trouble)
        self._failures = 0
        self._backoff.reset()
        return self._every_s

    def _look(self, client: httpx.Client, desk: Desk, stop: threading.Event) -> str | None:
        before = _recall(desk, self._url)
        try:
            answer = fetch(client, self._url, before, desk.max_bytes)
        except Refused as refused:
            _refuse_once(desk, self._url, before, refused)
            return str(refused)
        if answer.payload is not None and answer.seen.digest != before.digest:
            links = desk.take(answer.payload, without_account(self._url), answer.content_type)
            here = [link for link in dict.fromkeys(links) if same_host(link, self._url)]
            self._tell_of_others(desk, [link for link in links if link not in set(here)])
            self._forget_gone(desk, here)
            # Validators and open links are noted together: no 304 may hide a link not yet read.
            desk.outbox.mark(
                {
                    f"http:{self._url}": json.dumps(asdict(answer.seen)),
                    f"open:{self._url}": json.dumps(_to_read(desk, here)[:MAX_LINKS]),
                }
            )
        return self._read_open_links(client, desk, stop)

    def _read_open_links(
        self, client: httpx.Client, desk: Desk, stop: threading.Event
    ) -> str | None:
        name = f"open:{self._url}"
        links: list[str] = json.loads(desk.outbox.marks(name).get(name, "[]"))
        left: list[str] = []
        said = ""
        for link in links:
            if stop.is_set() or len(left) >= FAILED_LINKS:
                left.append(link)
                continue
            try:
                _read_link(client, desk, link)
            except Unanswered as unanswered:
                left.append(link)
                said = str(unanswered)
        if left != links:
            desk.outbox.mark({name: json.dumps(left)})
        return f"{len(left)} alerts of the index could not be fetched: {said}" if said else None

    def _tell_of_others(self, desk: Desk, links: Sequence[str]) -> None:
        name = f"elsewhere:{self._url}"
        mark = {name: digest_of("\n".join(sorted(links)).encode())}
        if not links or desk.outbox.marks(name).get(name) == mark[name]:
            return
        said = f"{len(links)} links lead to another host than the feed's; they are never fetched"
        desk.refuse(Finding("link_elsewhere", said), without_account(self._url), mark)

    def _forget_gone(self, desk: Desk, links: Sequence[str]) -> None:
        named = {f"http:{link}" for link in (*links, self._url)}
        gone = [name for name in desk.outbox.marks("http:") if name not in named]
        if gone:
            desk.outbox.forget(gone)


def fetch(client: httpx.Client, url: str, seen: Seen, max_bytes: int) -> Answer:
    """GET with the validators known; redirects only on the same host; at most `max_bytes`."""
    target = url
    try:
        for _ in range(MAX_REDIRECTS + 1):
            with client.stream("GET", target, headers=seen.headers()) as response:
                if not response.has_redirect_location:
                    return _answer(response, max_bytes)
                target = urljoin(target, response.headers["location"])
                if not same_host(target, url):
                    raise Refused(
                        "redirect_elsewhere",
                        "the server sends us to another host; write that address if it is right",
                    )
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as trouble:
        said = str(trouble) or type(trouble).__name__
        raise Unanswered(f"{_host_of(url)} does not answer: {said}") from trouble
    raise Refused("too_many_redirects", f"more than {MAX_REDIRECTS} redirects")


def same_host(one: str, other: str) -> bool:
    """The same scheme, host and port."""
    return _place(one) is not None and _place(one) == _place(other)


def without_account(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _answer(response: httpx.Response, max_bytes: int) -> Answer:
    if response.status_code == httpx.codes.NOT_MODIFIED:
        return Answer(None)
    if response.status_code != httpx.codes.OK:
        wait = response.headers.get("retry-after", "")
        raise Unanswered(
            f"{response.url.host} answered {response.status_code}",
            response.status_code,
            float(wait) if wait.isdecimal() else 0.0,
        )
    payload = _body(response, max_bytes)
    seen = Seen(
        response.headers.get("etag", "")[:500],
        response.headers.get("last-modified", "")[:100],
        digest_of(payload),
    )
    return Answer(payload, response.headers.get("content-type", "")[:200], seen)


def _body(response: httpx.Response, max_bytes: int) -> bytes:
    """Stops reading at the limit, whatever length was announced."""
    deadline = time.monotonic() + WHOLE_S
    body = bytearray()
    for chunk in response.iter_bytes(64 * 1024):
        body += chunk
        if len(body) > max_bytes:
            raise Refused("too_large", f"the answer is longer than {max_bytes} bytes")
        if time.monotonic() > deadline:
            raise Unanswered(f"{response.url.host} needs more than {WHOLE_S:.0f} s for one answer")
    return bytes(body)


def _read_link(client: httpx.Client, desk: Desk, link: str) -> None:
    before = _recall(desk, link)
    try:
        answer = fetch(client, link, before, desk.max_bytes)
    except Refused as refused:
        _refuse_once(desk, link, before, refused)
        return
    except Unanswered as unanswered:
        if unanswered.status not in _GONE:
            raise
        _refuse_once(desk, link, before, Refused("link_gone", str(unanswered)))
        return
    if answer.payload is not None and answer.seen.digest != before.digest:
        mark = {f"http:{link}": json.dumps(asdict(answer.seen))}
        desk.take(answer.payload, without_account(link), answer.content_type, mark)


def _to_read(desk: Desk, links: Sequence[str]) -> list[str]:
    """New links, and old ones that the server lets us check without sending them again."""
    known = {name: Seen(**json.loads(value)) for name, value in desk.outbox.marks("http:").items()}
    before = ((link, known.get(f"http:{link}")) for link in links)
    return [link for link, seen in before if seen is None or seen.headers()]


def _refuse_once(desk: Desk, url: str, before: Seen, refused: Refused) -> None:
    verdict = f"refused: {refused.finding.rule}"
    if before.digest != verdict:
        mark = {f"http:{url}": json.dumps(asdict(Seen(digest=verdict)))}
        desk.refuse(refused.finding, without_account(url), mark)


def _recall(desk: Desk, url: str) -> Seen:
    name = f"http:{url}"
    written = desk.outbox.marks(name).get(name)
    return Seen(**json.loads(written)) if written else Seen()


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or "the server"


def _place(url: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return None if parts.hostname is None else (parts.scheme, parts.hostname, port)
