"""The words of the debriefing, and how times and figures are written in each language."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from tocsin.access import shipped_roles
from tocsin.contract.times import from_text, seconds_between
from tocsin.exercises.conduct import InjectStatus, NoteTag, RunState
from tocsin.exercises.preparation import RecommendationState
from tocsin.tables import Language, Row, Words, load

BRUSSELS = ZoneInfo("Europe/Brussels")
NO_BREAK = "\u00a0"
DATES: Mapping[Language, str] = {"fr": "%d/%m/%Y", "nl": "%d/%m/%Y", "en": "%Y-%m-%d"}


class _Table(Row):
    words: dict[str, Words]
    hour: Words
    states: dict[RunState, Words]
    injects: dict[InjectStatus, Words]
    tags: dict[NoteTag, Words]
    phases: dict[str, Words]
    follow_ups: dict[RecommendationState, Words]


@cache
def table() -> _Table:
    return load(_Table, __package__, "words.yaml")


class Speaker:
    """Says things in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str) -> str:
        return self.of(table().words[key])

    def of(self, words: Words | Mapping[str, str]) -> str:
        plain = words.plain() if isinstance(words, Words) else words
        return plain[self.language]

    def local(self, at: str) -> datetime:
        return from_text(at).astimezone(BRUSSELS)

    def clock(self, at: str) -> str:
        """`16:47:12`, in Brussels."""
        return f"{self.local(at):%H:%M:%S}"

    def moment(self, at: str) -> str:
        return f"{self.local(at):{DATES[self.language]} %H:%M}"

    def day(self, day: str) -> str:
        """Of a date such as `2027-03-01`."""
        return f"{datetime.fromisoformat(day):{DATES[self.language]}}"

    def offset(self, start: str, at: str) -> str:
        """`T+00:07:12`, counted from the scenario's start."""
        seconds = round(seconds_between(start, at))
        hours, rest = divmod(abs(seconds), 3600)
        return f"T{'−' if seconds < 0 else '+'}{hours:02}:{rest // 60:02}:{rest % 60:02}"

    def length(self, seconds: float) -> str:
        """`45 s`, `7 min 12 s`, `1 h 05 min`."""
        whole = round(abs(seconds))
        sign = "−" if seconds < 0 and whole else ""
        hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
        if hours:
            parts = [f"{hours} {self.of(table().hour)}", f"{minutes:02} min"]
        elif minutes:
            parts = [f"{minutes} min"] + ([f"{rest:02} s"] if rest else [])
        else:
            parts = [f"{self.number(abs(seconds), 1) if whole < 10 else whole} s"]
        return sign + " ".join(parts).replace(" ", NO_BREAK)

    def number(self, value: float, decimals: int = 1) -> str:
        text = f"{value:.{decimals}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        text = text.replace("-", "−")
        return text if self.language == "en" else text.replace(".", ",")

    def share(self, value: float | None) -> str:
        if value is None:
            return "–"
        percent = f"{value * 100:.0f}"
        return f"{percent}%" if self.language == "en" else f"{percent}{NO_BREAK}%"


def role(capacity: str, say: Speaker) -> str:
    known = shipped_roles().capacities.get(capacity)
    return say.of(known) if known else capacity


def who(by: str, say: Speaker) -> str:
    """Who has no name yet goes by the capacity in which they acted."""
    return role(by.removesuffix(" on this machine"), say)
