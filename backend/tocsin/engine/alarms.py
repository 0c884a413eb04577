"""Calling people: what an input gives reason for, and what a tick brings."""

from collections.abc import Iterable

from tocsin.alarms.calls import Reaction, heard_by, hushed, reactions
from tocsin.alarms.passing import Due
from tocsin.alarms.passing import due as due_at_tick
from tocsin.alarms.placing import is_call, later, place
from tocsin.alarms.types import AlarmTypes
from tocsin.engine.deliberation import Deliberation
from tocsin.lifecycle.queries import overdue_tasks, unseen_decisions
from tocsin.situation.picture import Situation


def raise_alarms(d: Deliberation, first: int = 0) -> None:
    """After everything else that an input led to; `first` is where in `d.entries` it begins."""
    entries = d.entries[first:]
    if not entries:
        return
    _answer(d, reactions(d.draft, entries, d.rulebook.alarm_types))


def _answer(d: Deliberation, found: Iterable[Reaction]) -> None:
    """One input calls a role once about one incident, unless it is critical."""
    spoken = set[tuple[str | None, str]]()
    for reaction in found:
        drafts = place(d.draft, hushed(reaction, spoken), d.at, d.rulebook.alarm_types)
        hearer = heard_by(reaction)
        if hearer is not None and any(is_call(*draft) for draft in drafts):
            spoken.add(hearer)
        for kind, body in drafts:
            d.enter(kind, body)


def due(situation: Situation, at: str, table: AlarmTypes) -> Due:
    """What a tick at `at` will bring; false when there is nothing to enter a tick for."""
    unseen = unseen_decisions(situation, later(at, -_unseen_after_s(table)))
    return due_at_tick(
        situation,
        at,
        table,
        tasks=[task.id for task in overdue_tasks(situation, at)],
        decisions=[decision.id for decision in unseen],
    )


def _unseen_after_s(table: AlarmTypes) -> int:
    return min((row.after_s or 0 for _, row in table.by_occasion["decision_unseen"]), default=0)


def carry_out(d: Deliberation, found: Due) -> None:
    """Enter what was due, after the tick itself."""
    for kind, body in found.drafts:
        d.enter(kind, body)
    _answer(d, found.calls)
