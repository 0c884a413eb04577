"""What a debriefing tells, out of the conduct, the score and the journal of one exercise. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tocsin.contract.times import to_text
from tocsin.exercises.conduct import Conduct
from tocsin.exercises.debriefing.document import Link
from tocsin.exercises.preparation import Recommendation
from tocsin.exercises.scenario import Scenario
from tocsin.exercises.scoring.score import Score
from tocsin.journal.entry import Entry
from tocsin.situation.evolve import evolve
from tocsin.situation.picture import Situation, is_open
from tocsin.situation.records import Decision
from tocsin.tables import Language

GRAVE = 3
NO_BREAK = "\u00a0"
WhenStill = Literal["grave", "most", "end"]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, or a phase that was recorded (`phase`), with its author, function and basis."""

    n: int
    at: str
    text: str
    by: str
    function: str | None
    capacity: str | None
    basis: str | None
    incident: str | None
    phase: str | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """An incident on a still; `number` stands in the list beside it."""

    number: int
    incident: str
    type: str
    severity: int
    is_open: bool
    lat: float
    lon: float
    headline: str | None


@dataclass(frozen=True, slots=True)
class Still:
    """The map as it was after entry `n`: at the first grave incident, at the most, at the end."""

    when: WhenStill
    n: int
    at: str
    pins: tuple[Pin, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the same scenario, for comparison."""

    realm: str
    over_wall: str | None
    score: Score


@dataclass(frozen=True, slots=True)
class Debriefing:
    """`times`: of the realm's entries, the first at index 0; `runs`: earlier ones, oldest first."""

    conduct: Conduct
    scenario: Scenario
    score: Score
    times: tuple[str, ...]
    decisions: tuple[Decided, ...]
    stills: tuple[Still, ...]
    recommendations: tuple[Recommendation, ...]
    runs: tuple[Run, ...]

    @property
    def starts(self) -> str:
        return to_text(self.scenario.starts)

    def entry(self, n: int) -> Link:
        """An entry of the realm, where it can be looked at in the room as it was."""
        at = self.times[n - 1] if 0 < n <= len(self.times) else self.conduct.at
        return Link(f"n{NO_BREAK}{n}", f"/realms/{self.conduct.realm}?at={at}")

    def inject_title(self, name: str, language: Language) -> str:
        """What an inject says: its headline, the words read aloud, or its id."""
        inject = next((one for one in self.scenario.injects if one.id == name), None)
        if inject is None:
            return name
        if inject.headline is not None:
            return f"{name} · {inject.headline}"
        words = inject.say or inject.expect
        return f"{name} · {words.plain()[language]}" if words is not None else name


def debrief(
    conduct: Conduct,
    score: Score,
    entries: Iterable[Entry],
    recommendations: Iterable[Recommendation],
    runs: Iterable[Run],
) -> Debriefing:
    """`entries`: all of the realm; `recommendations`: all that are known."""
    scenario = Scenario.model_validate(dict(conduct.script))
    seen = _Seen(conduct.realm)
    for entry in entries:
        seen.take(entry)
    return Debriefing(
        conduct=conduct,
        scenario=scenario,
        score=score,
        times=tuple(seen.times),
        decisions=seen.decisions(),
        stills=seen.stills(),
        recommendations=tuple(
            one
            for one in recommendations
            if conduct.realm in (one.realm, one.verified_in)
            or (one.scenario == scenario.scenario and one.state in ("open", "done"))
        ),
        runs=tuple(runs),
    )


def is_earlier(run: Conduct, than: Conduct) -> bool:
    """Whether it is a run of the same scenario, begun before."""
    same = run.script.get("scenario") == than.script.get("scenario")
    begun = run.started_wall or ""
    return same and run.realm != than.realm and "" < begun < (than.started_wall or "9")


class _Seen:
    """The journal, read once."""

    def __init__(self, realm: str) -> None:
        self.times: list[str] = []
        self._now = Situation(realm)
        self._grave: Situation | None = None
        self._most: tuple[int, Situation] = (0, self._now)
        self._decided: list[tuple[Entry, Mapping[str, Any]]] = []
        self._phases: list[Entry] = []
        self._archived: set[str] = set()

    def take(self, entry: Entry) -> None:
        self.times.append(entry.at)
        self._now = evolve(self._now, entry)
        match entry.kind:
            case "decision_recorded":
                self._decided.append((entry, entry.body["decision"]))
            case "phase_recorded":
                self._phases.append(entry)
            case "records_dropped":
                self._archived |= set(entry.body["tables"].get("decisions", ()))
            case "incident_opened" | "incident_regraded":
                self._look()

    def _look(self) -> None:
        shown = [i for i in self._now.incidents.values() if is_open(i)]
        if self._grave is None and any(i.severity >= GRAVE for i in shown):
            self._grave = self._now
        if len(shown) > self._most[0]:
            self._most = len(shown), self._now

    def decisions(self) -> tuple[Decided, ...]:
        """By their time; one that was taken back was none."""
        stood = [
            _decided(entry, Decision(**told))
            for entry, told in self._decided
            if told["id"] in self._now.decisions or told["id"] in self._archived
        ]
        return tuple(sorted([*stood, *map(_phase, self._phases)], key=lambda one: (one.at, one.n)))

    def stills(self) -> tuple[Still, ...]:
        moments: list[tuple[WhenStill, Situation | None]] = [
            ("grave", self._grave),
            ("most", self._most[1]),
            ("end", self._now),
        ]
        numbers: dict[str, int] = {}
        stills: dict[int, Still] = {}
        for when, situation in moments:
            if situation is None or situation.at is None or situation.n in stills:
                continue
            pins = tuple(_pins(situation, numbers))
            if pins:
                stills[situation.n] = Still(when, situation.n, situation.at, pins)
        return tuple(sorted(stills.values(), key=lambda still: still.n))


def _decided(entry: Entry, told: Decision) -> Decided:
    return Decided(
        n=entry.n,
        at=told.decided_at,
        text=told.text,
        by=told.by,
        function=told.function,
        capacity=told.capacity,
        basis=told.basis,
        incident=told.incident,
    )


def _phase(entry: Entry) -> Decided:
    phase = entry.body["phase"]
    return Decided(
        n=entry.n,
        at=phase["declared_at"],
        text="",
        by=phase["by"],
        function=phase["authority"],
        capacity=None,
        basis=phase["document"],
        incident=entry.body["incident"],
        phase=phase["value"],
    )


def _pins(situation: Situation, numbers: dict[str, int]) -> Sequence[Pin]:
    """An incident keeps its number from still to still; the gravest come first."""
    placed = [
        (incident, incident.lat, incident.lon)
        for incident in situation.incidents.values()
        if incident.alias_of is None and incident.lat is not None and incident.lon is not None
    ]
    placed.sort(key=lambda one: (-one[0].severity, one[0].opened_at, one[0].id))
    return [
        Pin(
            number=numbers.setdefault(incident.id, len(numbers) + 1),
            incident=incident.id,
            type=incident.type,
            severity=incident.severity,
            is_open=is_open(incident),
            lat=lat,
            lon=lon,
            headline=incident.headline,
        )
        for incident, lat, lon in placed
    ]
