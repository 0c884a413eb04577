"""The conduct of one exercise: what its staff did, and how far its list of injects is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from tocsin.journal.entry import Entry

RunState = Literal["prepared", "running", "paused", "ended", "aborted", "called_off"]
InjectStatus = Literal["waiting", "issued", "skipped", "lapsed", "removed"]
How = Literal["clock", "condition", "hand"]
NoteTag = Literal["strength", "improve", "decision", "communication", "coordination", "safety"]
OVER: frozenset[RunState] = frozenset({"ended", "aborted", "called_off"})


@dataclass(frozen=True, slots=True)
class InjectRun:
    """What became of an inject; `at` is exercise time. `messages` are external ids it published."""

    inject: str
    status: InjectStatus
    at: str
    how: How | None = None
    by: str | None = None
    reason: str | None = None
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """An observer's note on the timeline: `at` exercise time, `wall` the time of day."""

    id: str
    at: str
    wall: str
    by: str
    capacity: str
    tag: NoteTag
    text: str
    inject: str | None = None
    objective: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """An evaluator's score for an objective, 0 to 4, with the reason."""

    objective: str
    score: int
    by: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Conduct:
    """`script` is the scenario as a document, with every change that was made while it ran.

    `at` is how far exercise time is known to have come; `speed` how many times faster than life.
    """

    realm: str = ""
    script: Mapping[str, Any] = field(default_factory=dict)
    state: RunState = "prepared"
    speed: float = 1.0
    at: str = ""
    prepared_wall: str = ""
    started_wall: str | None = None
    over_wall: str | None = None
    over_by: str | None = None
    over_reason: str | None = None
    runs: Mapping[str, InjectRun] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    scores: Mapping[str, Given] = field(default_factory=dict)
    n: int = 0

    def status_of(self, inject: str) -> InjectStatus:
        run = self.runs.get(inject)
        return run.status if run else "waiting"


def evolve(conduct: Conduct, entry: Entry) -> Conduct:
    """The conduct after one entry of its book."""
    changed = _FOLDS[entry.kind](conduct, entry)
    return replace(changed, at=max(changed.at, entry.at), n=entry.n)


def _prepared(conduct: Conduct, entry: Entry) -> Conduct:
    body = entry.body
    return Conduct(
        realm=body["realm"], script=body["script"], prepared_wall=body["wall"], at=entry.at
    )


def _steered(conduct: Conduct, entry: Entry) -> Conduct:
    body = entry.body
    state: RunState = body["state"]
    over = state in OVER
    return replace(
        conduct,
        state=state,
        speed=body["speed"],
        started_wall=conduct.started_wall or (body["wall"] if state == "running" else None),
        over_wall=body["wall"] if over else None,
        over_by=body["by"] if over else None,
        over_reason=body["reason"] if over else None,
    )


def _marked(conduct: Conduct, entry: Entry) -> Conduct:
    return conduct


def _inject_told(conduct: Conduct, entry: Entry) -> Conduct:
    body = entry.body
    run = InjectRun(
        body["inject"],
        body["status"],
        entry.at,
        body.get("how"),
        body.get("by"),
        body.get("reason"),
        tuple(body.get("messages", ())),
    )
    return replace(conduct, runs=MappingProxyType({**conduct.runs, run.inject: run}))


def _script_changed(conduct: Conduct, entry: Entry) -> Conduct:
    return replace(conduct, script=entry.body["script"])


def _noted(conduct: Conduct, entry: Entry) -> Conduct:
    body = {name: value for name, value in entry.body.items() if name != "id"}
    note = Note(id=f"N-{len(conduct.notes) + 1}", at=entry.at, **body)
    return replace(conduct, notes=(*conduct.notes, note))


def _scored(conduct: Conduct, entry: Entry) -> Conduct:
    given = Given(at=entry.at, **entry.body)
    return replace(conduct, scores=MappingProxyType({**conduct.scores, given.objective: given}))


_FOLDS: Mapping[str, Callable[[Conduct, Entry], Conduct]] = MappingProxyType(
    {
        "exercise_prepared": _prepared,
        "exercise_steered": _steered,
        "clock_marked": _marked,
        "inject_told": _inject_told,
        "script_changed": _script_changed,
        "note_written": _noted,
        "objective_scored": _scored,
    }
)
