"""Untouched bytes on the bus, and the line before them that says how they arrived."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from tocsin.contract import Finding
from tocsin.contract.observation import Utc

MAGIC = b"TOCSIN-RAW/1 "
MAX_HEAD_BYTES = 16 * 1024
MAX_ORIGIN = 1000
MAX_CONTENT_TYPE = 300


class Head(BaseModel):
    """How bytes arrived at the half that took them in; what is unknown to a reader is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    received_at: Utc
    origin: Annotated[str, StringConstraints(max_length=MAX_ORIGIN)] = ""
    content_type: Annotated[str, StringConstraints(max_length=MAX_CONTENT_TYPE)] = ""
    topic: Annotated[str, StringConstraints(max_length=MAX_ORIGIN)] = ""


def with_head(
    payload: bytes, received_at: datetime, origin: str, content_type: str, topic: str
) -> bytes:
    """The bytes with their head before them. Texts that are too long are cut."""
    head = Head(
        received_at=received_at,
        origin=origin[:MAX_ORIGIN],
        content_type=content_type[:MAX_CONTENT_TYPE],
        topic=topic[:MAX_ORIGIN],
    )
    return MAGIC + head.model_dump_json(exclude_defaults=True).encode() + b"\n" + payload


def split_head(message: bytes) -> tuple[Head | None, bytes] | Finding:
    """The head, if there is one, and the untouched bytes: anybody may publish those alone."""
    if not message.startswith(MAGIC):
        return None, message
    end = message.find(b"\n", len(MAGIC), MAX_HEAD_BYTES)
    if end < 0:
        return Finding("raw_head", "the head before the bytes has no end", offset=len(MAGIC))
    try:
        return Head.model_validate_json(message[len(MAGIC) : end]), message[end + 1 :]
    except ValidationError as trouble:
        where = ".".join(str(part) for part in trouble.errors()[0]["loc"])
        return Finding("raw_head", "the head before the bytes cannot be read", where)
