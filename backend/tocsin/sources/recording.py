"""Topics kept in a file, and played back: a line of JSON for each message."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from tocsin.contract import is_realm, topics


class NotARecording(ValueError):
    """The message names the line that cannot be read."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One message as it came; `at` is aware UTC."""

    at: datetime
    topic: str
    payload: bytes
    qos: int = 0
    retained: bool = False


def line_of(message: Recorded) -> str:
    return json.dumps(
        {
            "at": message.at.isoformat(),
            "topic": message.topic,
            "payload": b64encode(message.payload).decode(),
            "qos": message.qos,
            "retained": message.retained,
        },
        ensure_ascii=False,
    )


def read_recording(lines: Iterable[str]) -> Iterator[Recorded]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            at = datetime.fromisoformat(said["at"])
            if at.tzinfo is None:
                raise ValueError("a time without an offset")
            yield Recorded(
                at,
                str(said["topic"]),
                b64decode(said["payload"], validate=True),
                1 if said.get("qos") else 0,
                said.get("retained") is True,
            )
        except (ValueError, KeyError, TypeError) as trouble:
            raise NotARecording(f"line {number} is no recorded message: {trouble}") from None


def played_back(
    messages: Iterable[Recorded], speed: float, begin: Mapping[str, str], realm: str | None
) -> Iterator[tuple[float, str, Recorded]]:
    """When (seconds after the start), on which topic, and what.

    `speed` 0: all at once. `begin` exchanges the beginnings of topics, the longest first. Our own
    topics need a `realm`: what was recorded in the room must not fall back into it unasked.
    Raises `NotARecording`.
    """
    first: datetime | None = None
    for number, message in enumerate(messages, 1):
        first = first or message.at
        after_s = max(0.0, (message.at - first).total_seconds())
        topic = _in_realm(_with_other_beginning(message.topic, begin), realm)
        if topic is None:
            raise NotARecording(
                f"message {number} was on {message.topic}: say into which realm, --realm NAME"
            )
        yield (after_s / speed if speed else 0.0), topic, message


def _with_other_beginning(topic: str, begin: Mapping[str, str]) -> str:
    for old in sorted(begin, key=len, reverse=True):
        if topic == old or topic.startswith(f"{old.rstrip('/')}/"):
            return begin[old].rstrip("/") + topic[len(old.rstrip("/")) :]
    return topic


def _in_realm(topic: str, realm: str | None) -> str | None:
    parts = topic.split("/")
    if parts[:2] != topics.ROOT.split("/") or len(parts) < 4 or not is_realm(parts[2]):
        return topic
    return None if realm is None else "/".join([*parts[:2], realm, *parts[3:]])
