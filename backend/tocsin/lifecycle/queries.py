"""What the records ask of somebody now: pure looks at the situation, the oldest first."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tocsin.situation.picture import Incident, Situation
from tocsin.situation.records import Decision, Task

R = TypeVar("R", Task, Decision, Incident)


def overdue_tasks(situation: Situation, now: str) -> list[Task]:
    """Open tasks whose due time has passed; `now` is UTC text, as in all of these."""
    late = (t for t in situation.tasks.values() if t.state == "open" and _passed(t.due_at, now))
    return _sorted(late, lambda t: t.due_at or "")


def awaited_decisions(situation: Situation) -> list[Decision]:
    """Decisions with a due time and a task still open, or without any task to show for it."""
    states: dict[str, set[str]] = {}
    for task in situation.tasks.values():
        if task.decision is not None:
            states.setdefault(task.decision, set()).add(task.state)
    awaited = (
        decision
        for decision in situation.decisions.values()
        if decision.due_at is not None and "open" in states.get(decision.id, {"open"})
    )
    return _sorted(awaited, lambda decision: decision.due_at or "")


def overdue_decisions(situation: Situation, now: str) -> list[Decision]:
    """Awaited decisions whose due time has passed."""
    return [d for d in awaited_decisions(situation) if _passed(d.due_at, now)]


def unseen_decisions(situation: Situation, before: str) -> list[Decision]:
    """Decisions known since before that moment which nobody but their recorder has seen."""
    unseen = (
        decision
        for decision in situation.decisions.values()
        if decision.recorded_at < before and not decision.seen_by
    )
    return _sorted(unseen, lambda decision: decision.recorded_at)


def unseen_by(situation: Situation, capacity: str) -> list[Decision]:
    """Decisions that a capacity has not seen and did not record itself."""
    unseen = (
        decision
        for decision in situation.decisions.values()
        if decision.capacity != capacity and capacity not in decision.seen_by
    )
    return _sorted(unseen, lambda decision: decision.recorded_at)


def reviews_due(situation: Situation) -> list[Incident]:
    """Incidents that are over and wait for their review."""
    waiting = (i for i in situation.incidents.values() if i.review == "required")
    return _sorted((i for i in waiting if i.state in ("closed", "review")), lambda i: i.state_since)


def _passed(due_at: str | None, now: str) -> bool:
    return due_at is not None and due_at < now


def _sorted(found: Iterable[R], key: Callable[[R], str]) -> list[R]:
    return sorted(found, key=lambda record: (key(record), record.id))
