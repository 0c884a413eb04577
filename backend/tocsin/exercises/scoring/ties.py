"""The ties to measures that stand, beside those that the scenario expects."""

from collections.abc import Iterator
from dataclasses import dataclass

from tocsin.exercises.scoring.run import Run
from tocsin.exercises.scoring.score import ExpectedTieScore, Ties, UnexpectedTie

STANDING = ("proposed", "confirmed")
REJECTED = "rejected"
BY_HAND = "manual"


@dataclass(frozen=True, slots=True)
class _Found:
    incident: str
    id: str
    measure: str
    relation: str
    by_rules: bool
    stands: bool
    n: int


def ties(run: Run) -> Ties:
    """Of all incidents of the room that hold something labelled.

    An expected tie is found if it was proposed and nobody rejected it: one that its rule withdrew
    when its ground was gone was right while it stood. Unexpected is only what stands.
    """
    found = [one for room in _rooms(run) for one in _proposed(run, room)]
    wanted = {
        (room, tie.measure, tie.relation): tie.by
        for tie in run.scenario.ties
        for room in run.rooms.get(tie.incident, ())
    }
    expected = []
    for tie in run.scenario.ties:
        rooms = run.rooms.get(tie.incident, ())
        hit = next(
            (
                one
                for one in found
                if (one.measure, one.relation) == (tie.measure, tie.relation)
                and one.incident in rooms
            ),
            None,
        )
        expected.append(
            ExpectedTieScore(
                measure=tie.measure,
                relation=tie.relation,
                incident=tie.incident,
                by=tie.by,
                found=hit is not None,
                n=hit.n if hit else None,
                tie=hit.id if hit else None,
            )
        )
    strange = [o for o in found if o.stands and (o.incident, o.measure, o.relation) not in wanted]
    by_rules = [one for one in expected if one.by == "rules"]
    hits = sum(one.found for one in expected)
    hits_of_rules = sum(one.found for one in by_rules)
    return Ties(
        expected=tuple(expected),
        unexpected=tuple(UnexpectedTie(o.measure, o.relation, o.incident, o.n) for o in strange),
        precision=_share(hits, hits + len(strange)),
        recall=_share(hits, len(expected)),
        precision_rules=_share(hits_of_rules, hits_of_rules + sum(o.by_rules for o in strange)),
        recall_rules=_share(hits_of_rules, len(by_rules)),
    )


def _rooms(run: Run) -> list[str]:
    return sorted({room for rooms in run.rooms.values() for room in rooms})


def _proposed(run: Run, room: str) -> Iterator[_Found]:
    for tie, course in sorted(run.seen.incidents[room].ties.items()):
        now = course[-1].value
        if now.status != REJECTED:
            yield _Found(
                incident=room,
                id=tie,
                measure=now.measure,
                relation=now.relation,
                by_rules=now.strength != BY_HAND,
                stands=now.status in STANDING,
                n=course[0].moment.n,
            )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
