"""How partners speak in this run: for an exercise or a test, and under which number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from tocsin.tables import Words

Mode = Literal["exercise", "test"]
BRUSSELS = ZoneInfo("Europe/Brussels")


@dataclass(frozen=True, slots=True)
class Speech:
    """`run` keeps the ids of one run apart from those of another."""

    mode: Mode
    run: str

    @property
    def status(self) -> str:
        """As CAP and EDXL-DE write it."""
        return "Exercise" if self.mode == "exercise" else "Test"


def local(moment: datetime) -> str:
    """With the offset of Brussels, to the second."""
    return moment.astimezone(BRUSSELS).isoformat(timespec="seconds")


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def by_language(words: Words) -> Sequence[tuple[str, str]]:
    return (("fr", words.fr), ("nl", words.nl), ("en", words.en))
