"""Lines as receivers write them: sentences, with the times that receivers put around them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import xor

from tocsin_adapters.reading.findings import Unreadable
from tocsin_adapters.reading.moments import moment_of_epoch

MAX_LINE = 1024
_LINE = re.compile(
    rb"(?:\\(?P<tag>[^\\]{0,200})\\)?"  # a tag block of NMEA 4.0
    rb"(?P<start>[!$])(?P<body>[A-Za-z]{3,8},[^*\\]{0,500})\*(?P<sum>[0-9A-Fa-f]{2})"
    rb"(?P<tail>(?:,[^,]{0,60}){0,8})\s*",  # what coast guards' receivers append, the time last
)
_TAG_TIME = re.compile(rb"(?:^|,)c:(\d{9,13})(?:,|$)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`said_at` by the receiver of this very sentence."""

    tag: str
    fields: tuple[str, ...]
    text: bytes
    said_at: datetime | None

    @property
    def is_ais(self) -> bool:
        return self.tag[-3:] in ("VDM", "VDO") and self.text.startswith(b"!")


def sentence_of(line: bytes, where: str, number: int) -> Sentence | None:
    """None for a blank and for a comment."""
    line = line.strip()
    if not line or line.startswith(b"#"):
        return None
    if len(line) > MAX_LINE:
        raise Unreadable("line_too_long", f"{len(line)} bytes in a line", where, number)
    found = _LINE.fullmatch(line)
    if found is None or not line.isascii():
        raise Unreadable("not_nmea", "this is no sentence of NMEA 0183", where, number)
    body = found["body"]
    if reduce(xor, body) != int(found["sum"], 16):
        raise Unreadable("bad_checksum", "the sentence was damaged on its way", where, number)
    fields = body.decode("ascii").split(",")
    text = found["start"] + body + b"*" + found["sum"]
    return Sentence(fields[0].upper(), tuple(fields[1:]), text, _said_at(found))


def time_of(sentence: Sentence) -> datetime | None:
    """The time that a `$PGHP` gives to the sentence behind it."""
    try:
        year, month, day, hour, minute, second, thousandth = map(int, sentence.fields[1:8])
        return datetime(year, month, day, hour, minute, second, thousandth * 1000, UTC)
    except (ValueError, OverflowError):
        return None


def _said_at(found: re.Match[bytes]) -> datetime | None:
    tag = _TAG_TIME.search((found["tag"] or b"").partition(b"*")[0])
    written = tag[1] if tag else found["tail"].rpartition(b",")[2]
    if not written.isdigit() or len(written) < 9:
        return None
    moment = moment_of_epoch(written.decode("ascii"), 0.001 if len(written) > 10 else 1.0)
    return moment.at if moment else None
