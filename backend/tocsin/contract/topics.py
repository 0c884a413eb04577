"""The MQTT topics, in one place. A topic carries no personal data."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tocsin.contract.observation import SOURCE_PATTERN
from tocsin.contract.realm import is_realm

ROOT = "tocsin/v1"
Channel = Literal["observations", "status", "raw", "errors"]

ALL_OBSERVATIONS = f"{ROOT}/+/observations/#"
ALL_SOURCE_STATUS = f"{ROOT}/+/sources/#"
ALL_FRAMES = f"{ROOT}/+/cameras/+/frame"
ALL_DEMANDS = f"{ROOT}/+/cameras/+/demand"
_source = re.compile(SOURCE_PATTERN)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message was published: its realm, its channel, its source."""

    realm: str
    channel: Channel
    source: str


def observations(realm: str, source: str) -> str:
    return f"{ROOT}/{realm}/observations/{source}"


def source_status(realm: str, source: str) -> str:
    return f"{ROOT}/{realm}/sources/{source}/status"


def raw(realm: str, source: str) -> str:
    """Untouched bytes for an adapter that reads from the bus."""
    return f"{ROOT}/{realm}/raw/{source}"


def errors(realm: str, source: str) -> str:
    """What an adapter could not read: a clear report, one message a rejection."""
    return f"{ROOT}/{realm}/sources/{source}/errors"


def camera_frame(realm: str, camera: str) -> str:
    """The newest picture: JPEG, at most 64 KiB, QoS 0, not retained."""
    return f"{ROOT}/{realm}/cameras/{camera}/frame"


def camera_demand(realm: str, camera: str) -> str:
    """How many pictures a second somebody wants, and until when: JSON, QoS 0, not retained."""
    return f"{ROOT}/{realm}/cameras/{camera}/demand"


@lru_cache(maxsize=4096)
def parse(topic: str) -> Address | str:
    """The address a topic names, or a sentence saying why it names none."""
    parts = topic.split("/")
    if parts[:2] != ROOT.split("/"):
        return f"the topic does not start with {ROOT}/"
    match parts[2:]:
        case [realm, "observations", source]:
            channel: Channel = "observations"
        case [realm, "raw", source]:
            channel = "raw"
        case [realm, "sources", source, "status"]:
            channel = "status"
        case [realm, "sources", source, "errors"]:
            channel = "errors"
        case _:
            return f"no such topic; observations go to {ROOT}/REALM/observations/SOURCE"
    if not is_realm(realm):
        return f"{realm!r} is no realm: write live or exercise-NAME"
    if not _source.fullmatch(source):
        return f"{source!r} is no source name: lower case letters, digits and : . _ -"
    return Address(realm, channel, source)
