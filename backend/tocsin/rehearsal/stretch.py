"""What is rehearsed on: a stretch of a recorded journal, or a scenario on its own timeline."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from tocsin.contract import envelope_for, topics
from tocsin.contract.times import from_text, to_text
from tocsin.engine.commands.rules import RULE_COMMANDS
from tocsin.engine.inputs import ExerciseReported, Input
from tocsin.engine.replay import input_of
from tocsin.exercises.scenario import Scenario, timeline
from tocsin.ingest.checks import examine
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal
from tocsin.situation.load import situation_at
from tocsin.situation.picture import Situation

CHUNK = 5_000
AFTER_THE_LAST = timedelta(minutes=15)  # what a scenario's end still brings: escalations, quiet


@dataclass(frozen=True, slots=True)
class Step:
    """One input, and what it had led to when it was recorded: itself first."""

    given: Input
    recorded: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries `first` to `last` of a realm, between two times (UTC text)."""

    realm: str
    first: int
    last: int
    first_at: str
    last_at: str

    @property
    def entries(self) -> int:
        return self.last - self.first + 1


def find_stretch(journal: Journal, realm: str, first_at: str, last_at: str) -> Stretch:
    """The entries from `first_at` on and before `last_at`; none at all where nothing happened."""
    first = _first_from(journal, realm, first_at)
    return Stretch(realm, first, _first_from(journal, realm, last_at) - 1, first_at, last_at)


def _first_from(journal: Journal, realm: str, at: str) -> int:
    """Number of the first entry at or after a time; time never runs backwards in a journal."""
    low, high = 1, journal.head(realm).n + 1
    while low < high:
        middle = (low + high) // 2
        found = journal.read(realm, after=middle - 1, limit=1)
        if found and found[0].at < at:
            low = middle + 1
        else:
            high = middle
    return low


def read_stretch(journal: Journal, stretch: Stretch) -> tuple[Situation, Iterator[Step]]:
    """The situation before a stretch, and its inputs; what armed other rules is left out."""
    return situation_at(journal, stretch.realm, stretch.first - 1), _steps(journal, stretch)


def _steps(journal: Journal, stretch: Stretch) -> Iterator[Step]:
    return steps_of(_entries(journal, stretch))


def _entries(journal: Journal, stretch: Stretch) -> Iterator[Entry]:
    after = stretch.first - 1
    while after < stretch.last:
        page = journal.read(stretch.realm, after=after, limit=min(CHUNK, stretch.last - after))
        yield from page
        after = page[-1].n


def steps_of(entries: Iterable[Entry]) -> Iterator[Step]:
    led_to: list[Entry] = []
    for entry in entries:
        if entry.cause == entry.n and led_to:
            yield from _step(led_to)
            led_to = []
        led_to.append(entry)
    yield from _step(led_to)


def _step(led_to: list[Entry]) -> Iterator[Step]:
    if not led_to:
        return
    first = led_to[0]
    if first.kind != "command_received" or first.body["command"]["command"] not in RULE_COMMANDS:
        yield Step(input_of(first), tuple(led_to))


def play_scenario(scenario: Scenario) -> tuple[Situation, list[Step], str]:
    """An empty room, what the scenario's sources would have it hear, and when that is over.

    People's acts are no part of a scenario: nobody acknowledges, takes or closes anything.
    """
    realm = f"exercise-{scenario.scenario}"
    told = {"scenario": scenario.scenario, "title": scenario.title.plain(), "state": "running"}
    going = timeline(scenario)
    steps = [Step(ExerciseReported(to_text(going[0].at), told))]
    for one in going:
        if one.observation is None:
            continue
        observation = one.observation.model_copy(update={"received_at": one.at})
        payload = envelope_for(observation).model_dump_json(exclude_unset=True).encode()
        topic = topics.observations(realm, one.inject.source)
        steps.append(Step(examine(topic, payload, realm, one.at).given))
    return Situation(realm), steps, to_text(from_text(steps[-1].given.at) + AFTER_THE_LAST)
