"""The clocks that run between two entries: their samples, and what they come to."""

from collections.abc import Iterator, Sequence
from statistics import fmean

from tocsin.contract.times import seconds_between
from tocsin.exercises.happened import Moment, inject_of
from tocsin.exercises.happened.course import Message
from tocsin.exercises.scenario.models import ClockName, ClockTarget, Inject
from tocsin.exercises.scoring.marks import mark, meets
from tocsin.exercises.scoring.moments import SPANS, Span, calls_about
from tocsin.exercises.scoring.run import Run
from tocsin.exercises.scoring.score import ClockScore, Sample
from tocsin.exercises.scoring.table import ClockRow, clock_table

LOST = ("offline", "silent")
BACK = ("up", "active")
EMERGENCY_NUMBER = "112"
FOUND_BY_PEOPLE = "by_people"
BANNER = "banner"


def time_clock(run: Run, name: ClockName, told: ClockTarget | None) -> ClockScore:
    """A clock in seconds, as the scenario has it or in its general definition."""
    row = clock_table()[name]
    target = told.target if told is not None else row.target
    if told is not None and (told.since is not None or told.done is not None):
        samples = list(_as_told(run, name, told))
    elif name == "TTC":
        samples = list(_arrivals(run, row, told))
    elif name == "TTF":
        samples = list(_losses(run, row, target))
    else:
        samples = list(_spans(run, name, row, told))
    return summed_up(name, row, target, samples)


def summed_up(
    name: ClockName, row: ClockRow, target: float, samples: Sequence[Sample]
) -> ClockScore:
    """The worst sample gives value and target, all of them the mark."""
    judged = [s.score for s in samples if s.score is not None]
    if not judged:
        return ClockScore(name, row.unit, target, None, None, None, tuple(samples))
    worst = min((s for s in samples if s.score is not None), key=_badness)
    met = all(meets(row.unit, s.value, s.target) for s in samples if s.score is not None)
    score = round(fmean(judged), 2)
    return ClockScore(name, row.unit, worst.target, worst.value, score, met, tuple(samples))


def _badness(sample: Sample) -> tuple[float, float]:
    ratio = -1e9 if sample.value is None else -sample.value / max(sample.target, 1)
    return sample.score or 0.0, ratio


def sample(
    run: Run,
    label: str | None,
    inject: str | None,
    begin: Moment,
    end: Moment | None,
    target: float,
) -> Sample:
    """What still runs in an exercise that runs has no mark yet."""
    value = seconds_between(begin.at, end.at) if end is not None else None
    return Sample(
        incident=run.main(label) if label is not None else None,
        inject=inject,
        from_n=begin.n,
        from_at=begin.at,
        to_n=end.n if end is not None else None,
        to_at=end.at if end is not None else None,
        value=value,
        target=target,
        score=mark("s", value, target) if value is not None or run.over else None,
    )


def _spans(run: Run, name: ClockName, row: ClockRow, told: ClockTarget | None) -> Iterator[Sample]:
    span = SPANS[name]
    for label in run.labels:
        begin = span.begins(run, label)
        if begin is not None:
            target = _target(run, name, row, told, label)
            yield sample(run, label, None, begin, span.ends(run, label, begin), target)


def _target(
    run: Run, name: ClockName, row: ClockRow, told: ClockTarget | None, label: str
) -> float:
    """How soon an alarm must be heard hangs on its priority, unless the scenario says it."""
    if _is_own(row, told) or name != "TTA":
        return told.target if told is not None else row.target
    return row.others[f"priority_{calls_about(run, label)[0].priority}"]


def _is_own(row: ClockRow, told: ClockTarget | None) -> bool:
    """The scenario has a target of its own; the usual one stands for all the usual ones."""
    return told is not None and told.target != row.target


def _as_told(run: Run, name: ClockName, told: ClockTarget) -> Iterator[Sample]:
    """From that inject, or to that act, where the general definition looks at another pair."""
    span = SPANS.get(name)
    inject = run.injects.get(told.since) if told.since is not None else None
    label = inject.incident if inject is not None else None
    begin = run.issue(inject.id) if inject is not None else None
    if inject is None and span is not None:
        label, begin = _earliest(run, span)
    if begin is None:
        return
    end = None
    if told.done is not None:
        end = run.first_held(told.done, told.since)
    elif span is not None and label is not None:
        end = span.ends(run, label, begin)
    yield sample(run, label, told.since, begin, end, told.target)


def _earliest(run: Run, span: Span) -> tuple[str | None, Moment | None]:
    begun = [(span.begins(run, label), label) for label in run.labels]
    first = min(((m, label) for m, label in begun if m is not None), default=None)
    return (None, None) if first is None else (first[1], first[0])


def _arrivals(run: Run, row: ClockRow, told: ClockTarget | None) -> Iterator[Sample]:
    """Each further observation of a true incident, until the right incident has it."""
    for label in run.labels:
        main = run.main(label)
        for external_id, message in run.of_label(label)[1:]:
            if message.shown.get("track") is not None:
                continue
            end, by_people = _linked(run, message, main)
            target = told.target if told is not None else row.target
            if by_people and not _is_own(row, told):
                target = row.others[FOUND_BY_PEOPLE]
            yield sample(run, label, inject_of(external_id), message.moment, end, target)


def _linked(run: Run, message: Message, main: str | None) -> tuple[Moment | None, bool]:
    """When the incident that is the right one now came to hold it for good; a rule is no person."""
    course = run.seen.holding.get(message.id, [])
    since = None
    for step in course:
        held = step.value is not None and run.seen.master(step.value) == main
        since = (since or step) if held else None
    if since is None:
        return None, bool(course)
    acts = {carried.moment.n for carried in run.commands()}
    return since.moment, since.cause in acts


def _losses(run: Run, row: ClockRow, target: float) -> Iterator[Sample]:
    """What was lost, until it was on screen; a channel, until somebody opened a card for it."""
    for source, course in sorted(run.seen.sources.items()):
        for before, step in zip([None, *course], course, strict=False):
            if step.value in LOST and (before is None or before.value not in LOST):
                begin = _told_at(run, source, step.moment)
                yield sample(run, None, None, begin, step.moment, row.others[BANNER])
    cards = [c.moment for c in run.commands("use_reflex_card")]
    for inject, message in _channels_lost(run):
        begin = message.moment
        yield sample(run, None, inject.id, begin, _alarm_on(run, message), row.others[BANNER])
        if not inject.background:
            opened = min((m for m in cards if m.at >= begin.at), default=None)
            yield sample(run, None, inject.id, begin, opened, target)


def _channels_lost(run: Run) -> Iterator[tuple[Inject, Message]]:
    """Each time a channel goes; that it is still gone is no new loss."""
    lost: set[str] = set()
    told = [
        (message, run.injects[inject])
        for inject, messages in run.messages.items()
        for _, message in messages
    ]
    for message, inject in sorted(told, key=lambda one: one[0].moment):
        facts = message.shown["facts"]
        gone = facts.get("channel_state") == "down" or facts.get("emergency_number_lost")
        channel = str(facts.get("channel") or EMERGENCY_NUMBER)
        if gone and channel not in lost:
            lost.add(channel)
            yield inject, message
        elif facts.get("channel_state") in BACK:
            lost.discard(channel)


def _told_at(run: Run, source: str, shown: Moment) -> Moment:
    """When the exercise had the source fall silent, if it was the exercise that did."""
    lost = (
        run.issue(inject.id)
        for inject in run.scenario.injects
        if inject.source == source
        and inject.tells_of_source is not None
        and inject.tells_of_source.state in LOST
    )
    return max((m for m in lost if m is not None and m.at <= shown.at), default=shown)


def _alarm_on(run: Run, message: Message) -> Moment | None:
    """The first alarm or notice that rests on this message."""
    found = [
        step.moment
        for course in run.seen.records.get("alarms", {}).values()
        for step in course
        if step.value is not None and message.id in step.value["evidence"]
    ]
    return min(found, default=None)
