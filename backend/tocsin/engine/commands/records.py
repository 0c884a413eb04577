"""The room's records about incidents: decisions, tasks, reflex cards, reports and counts."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from tocsin.contract.times import from_text, to_text
from tocsin.engine.commands.registry import Act, Command, Giver, command
from tocsin.engine.commands.subjects import the_incident, the_open_incident
from tocsin.engine.commands.words import (
    DisciplineCode,
    Language,
    Line,
    Moment,
    Short,
    happened,
    made_later,
)
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandRefused
from tocsin.engine.lifecycle import list_count
from tocsin.lifecycle.counts import Category, Certainty, Figure
from tocsin.lifecycle.methane import facts_of_report
from tocsin.lifecycle.reflexes import cards
from tocsin.situation.record_folds import records_about
from tocsin.situation.records import Decision, Task

Heads = Annotated[int, Field(ge=0, le=1_000_000)]
Items = Annotated[list[Short], Field(max_length=30)]


class RecordDecision(Command):
    """A decision that people took: who, in which function, when, on what basis."""

    command: Literal["record_decision"]
    incident: str | None = None
    text: Line
    language: Language
    function: Short
    decided_at: Moment
    known_at: Moment | None = None
    basis: Line
    owner: Short | None = None
    due_at: Moment | None = None


class SeeDecision(Command):
    """The giver's capacity has seen it."""

    command: Literal["see_decision"]
    decision: str


class OpenTask(Command):
    command: Literal["open_task"]
    incident: str | None = None
    title: Line
    language: Language
    discipline: DisciplineCode | None = None
    owner: Short | None = None
    due_at: Moment | None = None
    decision: str | None = None
    note: Line | None = None


class ChangeTask(Command):
    """Only what is named changes; a null owner or due time is taken away."""

    command: Literal["change_task"]
    task: str
    state: Literal["open", "done", "dropped"] | None = None
    discipline: DisciplineCode | None = None
    owner: Short | None = None
    due_at: Moment | None = None
    note: Line | None = None

    @model_validator(mode="after")
    def _change_something(self) -> "ChangeTask":
        if not self.model_fields_set - {"command", "task"}:
            raise ValueError("nothing is changed")
        if self.state is None and "state" in self.model_fields_set:
            raise ValueError("state: open, done or dropped")
        return self


class UseReflexCard(Command):
    """Open the steps of a card as tasks of an incident."""

    command: Literal["use_reflex_card"]
    incident: str
    card: str


class Casualties(Command):
    """A figure per category; None: not known."""

    t1: Heads | None = None
    t2: Heads | None = None
    t3: Heads | None = None
    t4: Heads | None = None
    deceased: Heads | None = None
    involved: Heads | None = None
    missing: Heads | None = None
    evacuated: Heads | None = None


class FileReport(Command):
    """METHANE: what is not said is unknown, and stays so."""

    command: Literal["file_report"]
    incident: str
    major_incident: bool | None = None
    exact_location: Line | None = None
    type: Line | None = None
    hazards: Items | None = None
    access: Line | None = None
    casualties: Casualties | None = None
    services_present: Items | None = None
    services_required: Items | None = None
    certainty: Certainty = "estimated"
    reported_at: Moment | None = None
    source: Short | None = None


class ReportCount(Command):
    """One figure from one source; `value` None: the source says that it does not know."""

    command: Literal["report_count"]
    incident: str
    category: Category
    value: Heads | None
    certainty: Certainty
    source: Short
    counted_at: Moment | None = None


@command(RecordDecision)
def record_decision(d: Deliberation, told: RecordDecision, giver: Giver) -> Act:
    if told.incident is not None:
        the_incident(d, told.incident)
    decided = happened(d, told.decided_at, "decided_at")
    known = happened(d, told.known_at, "known_at")
    if known < decided:
        raise CommandRefused("known before it was decided", "known_at")
    due_at = _later_than(told.due_at, decided)

    def write() -> None:
        d.enter(
            "decision_recorded",
            {
                "decision": {
                    "id": d.next_id("D"),
                    "incident": told.incident,
                    "text": told.text,
                    "language": told.language,
                    "function": told.function,
                    "capacity": giver.capacity,
                    "decided_at": decided,
                    "known_at": known,
                    "basis": told.basis,
                    "owner": told.owner,
                    "due_at": due_at,
                    "seen_by": {},
                    "recorded_at": d.at,
                    "by": giver.by,
                }
            },
        )

    return Act(write, touches={"decisions": made_later(d, "D")})


@command(SeeDecision)
def see_decision(d: Deliberation, told: SeeDecision, giver: Giver) -> Act:
    decision = _decision(d, told.decision, "decision")
    if giver.capacity in decision.seen_by:
        raise CommandRefused(f"{giver.capacity} has seen it already", "decision")
    seen = {**decision.seen_by, giver.capacity: d.at}

    def write() -> None:
        body = {"decision": decision.id, "changes": {"seen_by": seen}, "by": giver.by}
        d.enter("decision_seen", body)

    return Act(write, touches={"decisions": [decision.id]})  # so a decision seen is not undone


@command(OpenTask)
def open_task(d: Deliberation, told: OpenTask, giver: Giver) -> Act:
    incident = told.incident
    if told.decision is not None:
        decision = _decision(d, told.decision, "decision")
        incident = incident or decision.incident
        if incident != decision.incident:
            raise CommandRefused(f"{decision.id} is about another incident", "decision")
    if incident is not None:
        the_incident(d, incident)
    due_at = _later_than(told.due_at, d.at)

    def write() -> None:
        _open(
            d,
            giver,
            incident=incident,
            title={told.language: told.title},
            discipline=told.discipline,
            owner=told.owner,
            due_at=due_at,
            decision=told.decision,
            note=told.note,
        )

    return Act(write, touches={"tasks": made_later(d, "K")})


@command(ChangeTask)
def change_task(d: Deliberation, told: ChangeTask, giver: Giver) -> Act:
    task = _task(d, told.task)
    named = told.model_fields_set - {"command", "task"}
    changes: dict[str, Any] = {name: getattr(told, name) for name in sorted(named)}
    if "due_at" in changes:
        changes["due_at"] = _later_than(told.due_at, d.at)
    if all(getattr(task, name) == value for name, value in changes.items()):
        raise CommandRefused(f"{task.id} is like that already", "task")
    changes |= {"changed_at": d.at, "by": giver.by}

    def write() -> None:
        d.enter("task_changed", {"task": task.id, "changes": changes})

    return Act(write, touches={"tasks": [task.id]})


@command(UseReflexCard)
def use_reflex_card(d: Deliberation, told: UseReflexCard, giver: Giver) -> Act:
    incident = the_open_incident(d, told.incident)
    card = cards().get(told.card)
    if card is None:
        raise CommandRefused(f"there is no card {told.card}", "card")
    of_card = f"{told.card}/"
    used = [t for t in records_about(d.draft, "tasks", incident.id) if _is_of(t, of_card)]
    if any(task.state == "open" for task in used):
        raise CommandRefused(f"the card {told.card} is open on {incident.id} already", "card")

    def write() -> None:
        now = from_text(d.at)
        for step in card.steps:
            _open(
                d,
                giver,
                incident=incident.id,
                title={"fr": step.fr, "nl": step.nl, "en": step.en},
                card=of_card + step.code,
                discipline=step.discipline,
                due_at=to_text(now + timedelta(minutes=step.due_min)),
            )

    return Act(write, touches={"tasks": made_later(d, "K", len(card.steps))})


@command(FileReport)
def file_report(d: Deliberation, told: FileReport, giver: Giver) -> Act:
    incident = the_open_incident(d, told.incident)
    reported = happened(d, told.reported_at, "reported_at")
    fields = _report_fields(told)
    figures = {k: v for k, v in (fields["casualties"] or {}).items() if v is not None}
    source = told.source or giver.capacity

    def write() -> None:
        report = d.next_id("R")
        d.enter(
            "report_filed",
            {
                "report": {
                    "id": report,
                    "incident": incident.id,
                    "form": "methane",
                    "fields": fields,
                    "reported_at": reported,
                    "recorded_at": d.at,
                    "by": giver.by,
                    "source": told.source,
                },
                "facts": facts_of_report(fields),
            },
        )
        for category, value in figures.items():
            figure = Figure(category, value, told.certainty, source, reported, report)
            list_count(d, incident.id, figure)

    counts = made_later(d, "C", 1 + len(figures))[1:]  # they follow the report
    touches = {"incidents": [incident.id], "reports": made_later(d, "R"), "counts": counts}
    return Act(write, touches=touches)


@command(ReportCount)
def report_count(d: Deliberation, told: ReportCount, giver: Giver) -> Act:
    incident = the_open_incident(d, told.incident)
    counted = happened(d, told.counted_at, "counted_at")
    figure = Figure(told.category, told.value, told.certainty, told.source, counted)

    def write() -> None:
        list_count(d, incident.id, figure)

    touches = {"incidents": [incident.id], "counts": made_later(d, "C")}
    return Act(write, touches=touches)


def _report_fields(told: FileReport) -> dict[str, Any]:
    """The whole form, what was left out as unknown."""
    return {
        "major_incident": told.major_incident,
        "exact_location": told.exact_location,
        "type": told.type,
        "hazards": told.hazards,
        "access": told.access,
        "casualties": told.casualties.model_dump() if told.casualties else None,
        "services_present": told.services_present,
        "services_required": told.services_required,
    }


def _open(d: Deliberation, giver: Giver, **told: Any) -> None:
    record: dict[str, Any] = {
        "id": d.next_id("K"),
        "card": None,
        "owner": None,
        "decision": None,
        "note": None,
        "state": "open",
        "opened_at": d.at,
        "changed_at": d.at,
        "by": giver.by,
    }
    d.enter("task_opened", {"task": record | told})


def _is_of(task: Task, of_card: str) -> bool:
    return task.card is not None and task.card.startswith(of_card)


def _later_than(moment: Moment | None, start: str) -> str | None:
    if moment is None:
        return None
    told = to_text(moment)
    if told <= start:
        raise CommandRefused("due before it begins", "due_at")
    return told


def _decision(d: Deliberation, decision_id: str, field: str) -> Decision:
    decision = d.draft.decisions.get(decision_id)
    if decision is None:
        raise CommandRefused(f"there is no decision {decision_id}", field)
    return decision


def _task(d: Deliberation, task_id: str) -> Task:
    task = d.draft.tasks.get(task_id)
    if task is None:
        raise CommandRefused(f"there is no task {task_id}", "task")
    return task
