"""A function passing from one shift to the next: begun by one side, signed by both."""

from datetime import timedelta
from typing import Literal

from tocsin.access import condition_of, shipped_roles
from tocsin.contract.times import from_text, to_text
from tocsin.engine.commands.registry import Act, Command, Giver, command
from tocsin.engine.commands.words import Moment, Note, happened, made_later
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandRefused
from tocsin.situation.record_folds import records_about
from tocsin.situation.records import Handover

SHIFT = timedelta(hours=12)  # where nobody says since when, and there was no hand-over before
LONGEST = timedelta(days=7)


class BeginHandover(Command):
    """The shift log covers `period_from` until now: without it, since the last hand-over."""

    command: Literal["begin_handover"]
    function: str
    period_from: Moment | None = None


class SignHandover(Command):
    """The outgoing side signs first. `remarks` are the words of that side."""

    command: Literal["sign_handover"]
    handover: str
    side: Literal["out", "in"]
    remarks: Note | None = None


@command(BeginHandover)
def begin_handover(d: Deliberation, told: BeginHandover, giver: Giver) -> Act:
    _check_function(giver, told.function)
    known: list[Handover] = records_about(d.draft, "handovers", told.function)
    if known and not is_done(known[-1]):
        raise CommandRefused(f"{known[-1].id} is not signed by both sides yet", "function")
    period_from = _period_from(d, told.period_from, known)

    def write() -> None:
        handover = {
            "id": d.next_id("H"),
            "function": told.function,
            "opened_at": d.at,
            "period_from": period_from,
            "log_until_n": d.draft.n + 1,
            "remarks": {"out": None, "in": None},
            "signed": {"out": None, "in": None},
        }
        d.enter("handover_begun", {"handover": handover, "by": giver.by})

    return Act(write, touches={"handovers": made_later(d, "H")})


@command(SignHandover)
def sign_handover(d: Deliberation, told: SignHandover, giver: Giver) -> Act:
    handover = d.draft.handovers.get(told.handover)
    if handover is None:
        raise CommandRefused(f"there is no hand-over {told.handover}", "handover")
    _check_function(giver, handover.function)
    if handover.signed[told.side] is not None:
        raise CommandRefused(f"{handover.id} is signed on that side already", "side")
    if told.side == "in" and handover.signed["out"] is None:
        raise CommandRefused("the outgoing side signs first", "side")

    def write() -> None:
        changes = {
            "signed": {**handover.signed, told.side: {"by": giver.by, "at": d.at}},
            "remarks": {**handover.remarks, told.side: told.remarks or None},
        }
        if told.side == "out":
            changes["log_until_n"] = d.draft.n + 1
        d.enter("handover_signed", {"handover": handover.id, "changes": changes})

    return Act(write, touches={"handovers": [handover.id]})


def is_done(handover: Handover) -> bool:
    return all(handover.signed.values())


def _check_function(giver: Giver, function: str) -> None:
    if function not in shipped_roles().capacities:
        raise CommandRefused(f"there is no function {function}", "function")
    if condition_of(giver.capacity, "hand_over") == "own_function" and function != giver.capacity:
        raise CommandRefused(f"{giver.capacity} hands over its own function", "function")


def _period_from(d: Deliberation, told: Moment | None, known: list[Handover]) -> str:
    now = from_text(d.at)
    if told is None:
        return known[-1].opened_at if known else to_text(now - SHIFT)
    if now - told > LONGEST:
        raise CommandRefused("the log of a shift reaches back a week at most", "period_from")
    return happened(d, told, "period_from")
