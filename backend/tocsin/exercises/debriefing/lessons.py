"""The part of a debriefing that looks on: recommendations, and the runs before."""

from collections.abc import Callable, Iterator

from tocsin.exercises.debriefing.document import Block, Cell, Paragraph, Table
from tocsin.exercises.debriefing.model import Debriefing, Run
from tocsin.exercises.debriefing.results import figure, heading, result
from tocsin.exercises.debriefing.words import Speaker, table
from tocsin.exercises.preparation import Recommendation
from tocsin.exercises.scoring.score import Score

RUNS_MOST = 4  # beside this one


def lessons(told: Debriefing, say: Speaker) -> Iterator[Block]:
    yield heading("lessons", say)
    if not told.recommendations:
        yield Paragraph(say("no_lessons"))
        return
    yield Table(
        say("lessons_caption"),
        tuple(map(say, ("finding", "recommendation", "owner", "due", "follow_up"))),
        (0.23, 0.31, 0.17, 0.11, 0.18),
        tuple(_lesson(one, told, say) for one in told.recommendations),
    )


def _lesson(one: Recommendation, told: Debriefing, say: Speaker) -> tuple[Cell, ...]:
    said = " → ".join(part for part in (one.text, one.action) if part)
    state = say.of(table().follow_ups[one.state])
    if one.verified_in is not None:
        state = f"{say('verified_in')} {one.verified_in}"
    if one.realm != told.conduct.realm and one.realm is not None:
        state = f"{state} · {say('from_earlier')} ({one.realm})"
    if one.note:
        state = f"{state} · {one.note}"
    return (
        Cell(" · ".join(part for part in (one.id, one.measure, one.finding) if part)),
        Cell(said),
        Cell(one.owner),
        Cell("–" if one.due is None else say.day(one.due)),
        Cell(state, "open" if one.state == "open" else "good" if one.state == "verified" else None),
    )


def comparison(told: Debriefing, say: Speaker) -> Iterator[Block]:
    yield heading("comparison", say)
    if not told.runs:
        yield Paragraph(say("first_run"))
        return
    runs = (*told.runs[-RUNS_MOST:], Run(told.conduct.realm, told.conduct.over_wall, told.score))
    here = told.conduct.realm
    names = tuple(
        run.realm.rpartition("-run-")[2] + (f" ({say('this_run')})" if run.realm == here else "")
        for run in runs
    )
    share = 0.7 / len(runs)
    yield Table(
        say("comparison_caption"),
        (say("metric"), *names),
        (0.3, *(share for _ in runs)),
        tuple(
            (Cell(name), *(cell(run.score) for run in runs)) for name, cell in _metrics(told, say)
        ),
    )


def _metrics(told: Debriefing, say: Speaker) -> Iterator[tuple[str, Callable[[Score], Cell]]]:
    yield say("total"), lambda score: result(score.total, say)
    for clock in told.score.clocks:
        yield clock.clock, lambda score, name=clock.clock: _clock(score, name, say)  # type: ignore[misc]
    yield say("recall"), lambda score: Cell(say.share(score.ties.recall))
    yield say("precision"), lambda score: Cell(say.share(score.ties.precision))
    yield say("traps_right"), _traps
    yield say("load_worst"), lambda score: Cell(str(score.load.worst_per_10_min))


def _clock(score: Score, name: str, say: Speaker) -> Cell:
    found = next((clock for clock in score.clocks if clock.clock == name), None)
    if found is None or found.score is None:
        return Cell("–")
    if found.value is None:
        return Cell(say("not_done"), "bad")
    sign = None if found.met is None else "good" if found.met else "bad"
    return Cell(figure(found, found.value, say), sign)  # type: ignore[arg-type]


def _traps(score: Score) -> Cell:
    played = [trap for trap in score.joins.traps if trap.right is not None]
    return Cell(f"{sum(bool(trap.right) for trap in played)} / {len(played)}" if played else "–")
