"""Whether what belongs together lies together: false merges, missed links, traps."""

from collections.abc import Iterable, Iterator

from tocsin.exercises.happened import inject_of
from tocsin.exercises.scenario.models import Inject
from tocsin.exercises.scoring.marks import mark
from tocsin.exercises.scoring.run import Run
from tocsin.exercises.scoring.score import FalseMerge, Joins, MissedLink, Sample, TrapScore

FALSE_MERGE = -2
MISSED_LINK = -1


def joins(run: Run) -> Joins:
    """As the room has it at the end; background is judged only where it lies with something."""
    merges = tuple(_false_merges(run))
    missed = tuple(_missed_links(run))
    points = sum(FALSE_MERGE * (len(merge.labels) - 1) for merge in merges)
    points += sum(MISSED_LINK * (len(link.incidents) - 1) for link in missed)
    traps = (_trap(run, inject) for inject in run.scenario.injects if inject.trap)
    return Joins(merges, missed, tuple(traps), points)


def join_samples(run: Run, found: Joins, target: float) -> Iterator[Sample]:
    """Each error with the entry that made it; together they are the figure."""
    for merge in found.false_merges:
        for key in merge.labels[1:]:
            yield _error(run, merge.incident, run.keys[merge.incident][key][0], FALSE_MERGE, target)
    for link in found.missed_links:
        for room in link.incidents[1:]:
            yield _error(run, room, run.keys[room][link.label][0], MISSED_LINK, target)


def _error(run: Run, room: str, message: str, points: int, target: float) -> Sample:
    moment = run.seen.holding[run.seen.messages[message].id][-1].moment
    n, at, value = moment.n, moment.at, float(-points)
    marked = mark("count", value, target)
    return Sample(room, inject_of(message), n, at, n, at, value, target, marked)


def _false_merges(run: Run) -> Iterator[FalseMerge]:
    for room, keys in sorted(run.keys.items()):
        if len(keys) < 2:
            continue
        main = run.thing(room)
        others = sorted(key for key in keys if key != main)
        strangers = [message for key in others for message in keys[key]]
        yield FalseMerge(room, (main, *others), tuple(strangers), _entries(run, strangers))


def _missed_links(run: Run) -> Iterator[MissedLink]:
    """An incident that is mostly another one is a false merge there, and not counted twice."""
    for label, rooms in run.rooms.items():
        own = [room for room in rooms if run.thing(room) == label]
        if len(own) > 1:
            apart = [message for room in own[1:] for message in run.keys[room][label]]
            yield MissedLink(label, tuple(own), _entries(run, apart))


def _entries(run: Run, messages: Iterable[str]) -> tuple[int, ...]:
    """The entries that put them where they are."""
    courses = (run.seen.holding[run.seen.messages[message].id] for message in messages)
    return tuple(sorted(course[-1].moment.n for course in courses))


def _trap(run: Run, inject: Inject) -> TrapScore:
    """Right: with nothing but its own; a true incident must be one of the room, noise need not."""
    messages = run.messages.get(inject.id, ())
    if not messages:
        return TrapScore(inject.id, None, None)
    rooms = {run.seen.holder(external_id) for external_id, _ in messages}
    held = sorted(run.seen.master(room) for room in rooms if room is not None)
    key = run.key(inject)
    apart = all(set(run.keys[room]) == {key} for room in held)
    kept = inject.incident is None or None not in rooms
    return TrapScore(inject.id, apart and kept, held[0] if held else None)
