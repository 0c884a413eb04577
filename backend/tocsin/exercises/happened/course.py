"""What happened in a realm as plain data: the whole course of things, each step with its entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from tocsin.journal.entry import Entry

T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """`at` is UTC text, `n` the entry of the realm; 0 where only time has passed."""

    at: str
    n: int = 0


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """From here on it was so. `cause` is the input that led to it."""

    moment: Moment
    cause: int
    value: T


Course = list[Step[T]]


@dataclass(slots=True)
class Carried:
    """A command that was carried out; `about` are the incidents it concerned, by their id then.

    What was only proposed counts from its acceptance, under the name and fields of the proposal.
    """

    moment: Moment
    name: str
    fields: dict[str, Any]
    by: str
    capacity: str
    about: tuple[str, ...]
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """An observation as it was recorded; `shown` is what screens know of it."""

    moment: Moment
    id: str
    shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Grade:
    type: str
    severity: int


@dataclass(frozen=True, slots=True)
class TieSeen:
    measure: str
    relation: str
    strength: str
    status: str


@dataclass(slots=True)
class Life:
    """One incident. `alias` says into which other one it went."""

    id: str
    opened: Moment
    states: Course[str] = field(default_factory=list)
    grades: Course[Grade] = field(default_factory=list)
    alias: Course[str | None] = field(default_factory=list)
    phases: Course[dict[str, Any]] = field(default_factory=list)
    ties: dict[str, Course[TieSeen]] = field(default_factory=dict)


@dataclass(slots=True)
class Happened:
    """Nothing ages here, and an act that was undone leaves no step: as if it had never been.

    `records`: table → id → its course, None where it was taken away. `messages` are by their
    external id; `brought` says which came of an inject, `holding` which incident had an
    observation. What comes after the end of the exercise waits in `afterwards`.
    """

    n: int = 0
    at: str = ""
    commands: list[Carried] = field(default_factory=list)
    incidents: dict[str, Life] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    brought: dict[str, list[str]] = field(default_factory=dict)
    holding: dict[str, Course[str | None]] = field(default_factory=dict)
    records: dict[str, dict[str, Course[dict[str, Any] | None]]] = field(default_factory=dict)
    sources: dict[str, Course[str]] = field(default_factory=dict)
    undoable: dict[int, dict[str, list[str]]] = field(default_factory=dict)
    over: bool = False
    afterwards: list[Entry] = field(default_factory=list)

    def master(self, incident: str) -> str:
        """The incident that stands for this id now."""
        life = self.incidents.get(incident)
        while life is not None and life.alias and life.alias[-1].value is not None:
            incident = life.alias[-1].value
            life = self.incidents.get(incident)
        return incident

    def holder(self, external_id: str) -> str | None:
        """The incident that holds this message now."""
        message = self.messages.get(external_id)
        course = self.holding.get(message.id) if message else None
        return course[-1].value if course else None

    def now(self, table: str) -> dict[str, dict[str, Any]]:
        """The records of a table that stand now."""
        courses = self.records.get(table, {}).items()
        return {key: course[-1].value for key, course in courses if course[-1].value is not None}

    def course(self, table: str, key: str) -> Course[dict[str, Any] | None]:
        return self.records.setdefault(table, {}).setdefault(key, [])


def inject_of(external_id: str) -> str:
    """The inject that a message comes from: what repeats is numbered `.001` and so on."""
    inject, dot, number = external_id.rpartition(".")
    return inject if dot and number.isdigit() else external_id
