"""The orders of an exercise's staff: pure, from the conduct as it stands to what the book gets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, get_args

from tocsin.access import may
from tocsin.contract.times import from_text, to_text
from tocsin.engine.inputs import CommandForbidden, CommandRefused
from tocsin.exercises.conduct.agenda import STEP_S, Agenda
from tocsin.exercises.conduct.script import checked, script_of
from tocsin.exercises.conduct.state import OVER, Conduct, NoteTag, RunState
from tocsin.exercises.scenario import Inject, Scenario
from tocsin.journal.entry import BookKind

SLOWEST, FASTEST = 0.25, 60.0
GOING: frozenset[RunState] = frozenset({"running", "paused"})
OBSERVING = ("note", "score")
TEXT_MAX = 2_000

Told = tuple[BookKind, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Order:
    """An order, by whom, and when: `at` exercise time, `wall` time of day, both UTC text."""

    order: Mapping[str, Any]
    by: str
    capacity: str
    at: str
    wall: str


@dataclass(frozen=True, slots=True)
class Written:
    """What goes into the book, at which exercise time."""

    told: tuple[Told, ...]
    at: str


def check_right(order: Mapping[str, Any], capacity: str) -> None:
    """Raises CommandForbidden."""
    name = order.get("order")
    right = "observe" if name in OBSERVING else "call_off" if name == "call_off" else "conduct"
    if may(capacity, right, exercise=True) != "yes":
        raise CommandForbidden(f"{capacity}: this is not for this capacity")


def decide(conduct: Conduct, agenda: Agenda, given: Order) -> Written:
    """Raises CommandRefused where the order does not fit."""
    name = given.order.get("order")
    ordered = _ORDERS.get(name) if isinstance(name, str) else None
    if ordered is None:
        raise CommandRefused(f"there is no order {str(name)[:40]!r}", "order")
    return ordered(conduct, agenda, given)


def checked_speed(speed: object) -> float:
    """How many times faster than life; raises CommandRefused."""
    if not isinstance(speed, (int, float)) or not SLOWEST <= speed <= FASTEST:
        raise CommandRefused(f"a speed from {SLOWEST:g} to {FASTEST:g}", "speed")
    return float(speed)


def jump_target(conduct: Conduct, agenda: Agenda, order: Mapping[str, Any], now: str) -> datetime:
    """How far a jump goes; to an inject: where it is about to come."""
    _must_be(conduct, GOING)
    if "inject" in order:
        due = agenda.due(_waiting(conduct, agenda, order))
        if due is None:
            raise CommandRefused("this inject has no time of its own", "inject")
        target = due - timedelta(seconds=STEP_S)
    else:
        try:
            target = from_text(_text(order, "to"))
        except ValueError:
            raise CommandRefused("a time such as 2026-01-15T15:41:07Z", "to") from None
        if target.tzinfo is None:
            raise CommandRefused("a time needs its zone, such as Z", "to")
    if target <= from_text(now):
        raise CommandRefused("exercise time never runs backwards", "to")
    return min(target, agenda.ends())


def steered(state: RunState, speed: float, by: str, wall: str, reason: str | None = None) -> Told:
    body = {"state": state, "speed": speed, "wall": wall, "by": by, "reason": reason}
    return "exercise_steered", body


def _steer(
    frm: frozenset[RunState], to: RunState, *, reason: bool = False
) -> Callable[[Conduct, Agenda, Order], Written]:
    def order(conduct: Conduct, agenda: Agenda, given: Order) -> Written:
        _must_be(conduct, frm)
        why = _text(given.order, "reason") if reason else None
        return Written((steered(to, conduct.speed, given.by, given.wall, why),), given.at)

    return order


def _call_off(conduct: Conduct, agenda: Agenda, given: Order) -> Written:
    """The reason may follow when there is time for it."""
    _must_be(conduct, GOING | {"called_off"})
    why = given.order.get("reason")
    reason = why[:TEXT_MAX] if isinstance(why, str) and why else conduct.over_reason
    return Written((steered("called_off", conduct.speed, given.by, given.wall, reason),), given.at)


def _speed(conduct: Conduct, agenda: Agenda, given: Order) -> Written:
    if conduct.state in OVER:
        raise CommandRefused("the exercise is over", "order")
    speed = checked_speed(given.order.get("speed"))
    return Written((steered(conduct.state, speed, given.by, given.wall),), given.at)


def _trigger(conduct: Conduct, agenda: Agenda, given: Order) -> Written:
    _must_be(conduct, GOING)
    inject = _waiting(conduct, agenda, given.order)
    return Written(issue(conduct, agenda, inject, given.at, "hand", given.by), given.at)


def issue(
    conduct: Conduct, agenda: Agenda, inject: Inject, at: str, how: str, by: str | None = None
) -> tuple[Told, ...]:
    """It goes out now; what it comes instead of will not come."""
    messages = [one.id for one in agenda.messages(inject, at)]
    told: dict[str, Any] = {"inject": inject.id, "status": "issued", "how": how, "by": by}
    others: list[Told] = [
        ("inject_told", {"inject": name, "status": "lapsed", "reason": f"instead: {inject.id}"})
        for name in agenda.replaced(conduct, inject)
    ]
    return (("inject_told", told | {"messages": messages}), *others)


def _skip(conduct: Conduct, agenda: Agenda, given: Order) -> Written:
    """What waits does not come; of what repeats or moves, no more."""
    reason = _text(given.order, "reason")
    inject = _inject(agenda, given.order)
    run = conduct.runs.get(inject.id)
    if run is not None and run.status == "issued":
        now = from_text(given.at)
        going = [one for one in agenda.messages(inject, run.at) if one.id in run.messages]
        kept = [one.id for one in going if one.at <= now]
        if len(kept) == len(going):
            raise CommandRefused(f"{inject.id} is out already", "inject")
        told = {"inject": inject.id, "status": "issued", "how": run.how, "by": run.by}
        return Written((("inject_told", told | {"reason": reason, "messages": kept}),), run.at)
    _waiting(conduct, agenda, given.order)
    skipped = {"inject": inject.id, "status": "skipped", "by": given.by, "reason": reason}
    return Written((("inject_told", skipped),), given.at)


def _remove(conduct: Conduct, agenda: Agenda, given: Order) -> Written:
    inject = _waiting(conduct, agenda, given.order)
    removed = {"inject": inject.id, "status": "removed", "by": given.by}
    return Written((("inject_told", removed),), given.at)


def _change(conduct: Conduct, agenda: Agenda, given: Order) -> Written:
    old = _waiting(conduct, agenda, given.order)
    document = _document(given.order)
    if document.get("id", old.id) != old.id:
        raise CommandRefused("an inject keeps its id", "document.id")
    injects = [
        document | {"id": old.id} if one["id"] == old.id else one
        for one in conduct.script["injects"]
    ]
    return _scripted(conduct, injects, old.id, given)


def _add(conduct: Conduct, agenda: Agenda, given: Order) -> Written:
    document = _document(given.order)
    name = _text(document, "id")
    if agenda.inject(name) is not None:
        raise CommandRefused(f"there is already an inject {name}", "document.id")
    return _scripted(conduct, [*conduct.script["injects"], document], name, given)


def _scripted(conduct: Conduct, injects: list[dict[str, Any]], name: str, given: Order) -> Written:
    if conduct.state in OVER:
        raise CommandRefused("the exercise is over", "order")
    scenario = checked({**conduct.script, "injects": injects})
    due = Agenda(scenario).due(next(one for one in scenario.injects if one.id == name))
    if due is not None and due <= from_text(given.at):
        raise CommandRefused("this time has passed; trigger the inject instead", "document.at")
    return Written((("script_changed", {"script": script_of(scenario)}),), given.at)


def _note(conduct: Conduct, agenda: Agenda, given: Order) -> Written:
    order = given.order
    tag = _text(order, "tag")
    if tag not in get_args(NoteTag):
        raise CommandRefused(f"one of {', '.join(get_args(NoteTag))}", "tag")
    inject, objective = order.get("inject"), order.get("objective")
    if inject is not None:
        _inject(agenda, order)
    if objective is not None:
        _objective(agenda.scenario, order)
    body = {
        "wall": given.wall,
        "by": given.by,
        "capacity": given.capacity,
        "tag": tag,
        "text": _text(order, "text"),
        "inject": inject,
        "objective": objective,
    }
    return Written((("note_written", body),), _written_at(order, given.at))


def _written_at(order: Mapping[str, Any], now: str) -> str:
    """A note that comes late lies where it was written, never in the time to come."""
    told = order.get("at")
    try:
        return min(to_text(from_text(told)), now) if isinstance(told, str) else now
    except ValueError:
        raise CommandRefused("a time such as 2026-01-15T15:41:07Z", "at") from None


def _score(conduct: Conduct, agenda: Agenda, given: Order) -> Written:
    score = given.order.get("score")
    if not isinstance(score, int) or isinstance(score, bool) or not 0 <= score <= 4:
        raise CommandRefused("a score from 0 to 4", "score")
    body = {
        "objective": _objective(agenda.scenario, given.order),
        "score": score,
        "by": given.by,
        "reason": _text(given.order, "reason"),
    }
    return Written((("objective_scored", body),), given.at)


def _must_be(conduct: Conduct, states: frozenset[RunState]) -> None:
    if conduct.state not in states:
        raise CommandRefused(f"the exercise is {conduct.state.replace('_', ' ')}", "order")


def _inject(agenda: Agenda, order: Mapping[str, Any]) -> Inject:
    name = _text(order, "inject")
    inject = agenda.inject(name)
    if inject is None:
        raise CommandRefused(f"there is no inject {name}", "inject")
    return inject


def _waiting(conduct: Conduct, agenda: Agenda, order: Mapping[str, Any]) -> Inject:
    inject = _inject(agenda, order)
    if conduct.state in OVER:
        raise CommandRefused("the exercise is over", "order")
    status = conduct.status_of(inject.id)
    if status != "waiting":
        raise CommandRefused(f"{inject.id} does not wait any more: {status}", "inject")
    return inject


def _objective(scenario: Scenario, order: Mapping[str, Any]) -> str:
    name = _text(order, "objective")
    if all(one.id != name for one in scenario.objectives):
        raise CommandRefused(f"there is no objective {name}", "objective")
    return name


def _text(order: Mapping[str, Any], field: str) -> str:
    value = order.get(field)
    if not isinstance(value, str) or not value.strip():
        raise CommandRefused(f"{field} is missing", field)
    if len(value) > TEXT_MAX:
        raise CommandRefused(f"at most {TEXT_MAX} characters", field)
    return value.strip()


def _document(order: Mapping[str, Any]) -> dict[str, Any]:
    document = order.get("document")
    if not isinstance(document, dict):
        raise CommandRefused("the inject as a document is missing", "document")
    return document


_ORDERS: Mapping[str, Callable[[Conduct, Agenda, Order], Written]] = MappingProxyType(
    {
        "start": _steer(frozenset({"prepared"}), "running"),
        "pause": _steer(frozenset({"running"}), "paused"),
        "resume": _steer(frozenset({"paused", "called_off"}), "running"),
        "end": _steer(GOING, "ended"),
        "abort": _steer(GOING | {"prepared"}, "aborted", reason=True),
        "call_off": _call_off,
        "speed": _speed,
        "trigger": _trigger,
        "skip": _skip,
        "remove": _remove,
        "change": _change,
        "add": _add,
        "note": _note,
        "score": _score,
    }
)
