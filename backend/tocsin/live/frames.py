"""What travels to a screen: entries as they are shown, and the frames that carry them."""

from collections.abc import Iterable
from typing import Any

import orjson

from tocsin.journal.entry import Entry

PROTOCOL = 1
# What stays in the journal: screens never get the attributes behind the shown facts.
_NOT_SHOWN = {"observation_recorded": ("observation", "id"), "message_quarantined": ("topic",)}


def shown_body(entry: Entry) -> dict[str, Any]:
    hidden = _NOT_SHOWN.get(entry.kind)
    if hidden is None:
        return entry.body
    return {name: value for name, value in entry.body.items() if name not in hidden}


def shown_entry(entry: Entry) -> Entry:
    return Entry(entry.n, entry.at, entry.kind, entry.cause, shown_body(entry))


def encode_entry(entry: Entry) -> bytes:
    return orjson.dumps(
        {
            "n": entry.n,
            "at": entry.at,
            "kind": entry.kind,
            "cause": entry.cause,
            "body": shown_body(entry),
        }
    )


def track_of(entry: Entry) -> str | None:
    """The moving object whose last place this entry is; older places of it need not be sent."""
    if entry.kind != "observation_recorded":
        return None
    track: str | None = entry.body["shown"].get("track")
    return track


def hello(*, realm: str, n: int, boot: str, at: str, version: str) -> bytes:
    return orjson.dumps(
        {
            "type": "hello",
            "protocol": PROTOCOL,
            "realm": realm,
            "n": n,
            "boot": boot,
            "at": at,
            "version": version,
        }
    )


def snapshot(n: int, picture: bytes) -> bytes:
    return b'{"type":"snapshot","n":%d,"situation":%s}' % (n, picture)


def frame(*, first: int, n: int, entry_at: str, at: str, entries: Iterable[bytes]) -> bytes:
    """Covers the entries `first` to `n`; superseded positions among them may be missing."""
    head = orjson.dumps({"type": "frame", "first": first, "n": n, "entry_at": entry_at, "at": at})
    return head[:-1] + b',"entries":[' + b",".join(entries) + b"]}"


def beat(*, at: str, n: int, health: dict[str, Any]) -> bytes:
    return orjson.dumps({"type": "beat", "at": at, "n": n, "health": health})
