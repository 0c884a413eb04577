"""What differs between two sides of a rehearsal, as plain data."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tocsin.contract.times import seconds_between
from tocsin.rehearsal.outcome import Anchor, Call, Made, Outcome
from tocsin.tables import Row

LISTED = 200  # of each kind of difference; the numbers count them all
WINDOW_S = 600


class Told(Row):
    """An observation by what its sender calls it: ids of the room differ from side to side."""

    source: str
    external_id: str
    at: str
    type: str | None
    headline: str | None


class Decided(Row):
    """What one side made of an observation. `incident`: whose first word was this observation."""

    outcome: Made
    incident: Told | str | None
    why: dict[str, Any] | None


class DecidedOtherwise(Row):
    observation: Told
    today: Decided
    changed: Decided


class OnlyHere(Row):
    """An incident that one side opens; `elsewhere` is what the other made of its first word."""

    first: Told
    type: str
    severity: int
    observations: int
    elsewhere: Decided | None


class Grade(Row):
    type: str
    severity: int


class GradedOtherwise(Row):
    first: Told | str
    today: Grade
    changed: Grade


class Regrouped(Row):
    """Incidents that share observations but are not the same: how they fall apart or together."""

    today: tuple[tuple[Told | str, int], ...]
    changed: tuple[tuple[Told | str, int], ...]


class Shift(Row):
    """A count on either side; `gained` and `lost` tell of the same incidents."""

    name: str
    today: int
    changed: int
    gained: int
    lost: int


class AlarmFigures(Row):
    """`per_hour` and `worst_10_min` count what called somebody; folded alarms called nobody."""

    alarms: int
    folded: int
    notices: int
    priorities: dict[int, int]
    per_hour: float
    worst_10_min: int


class Figures(Row):
    opened: int
    joined: int
    suggested: int
    set_aside: int
    regraded: int
    ties: int
    measures: int
    advice: dict[str, int]
    relations: dict[str, int]
    alarms: AlarmFigures
    roles: dict[str, AlarmFigures]
    floods: int
    commands_not_fitting: int
    broken: int


class SideView(Row):
    """A set of rules and what it did; `trouble` is the first rule that broke."""

    version: str
    by: str | None
    figures: Figures
    trouble: str | None


class Comparison(Row):
    """Two sets of rules over the same inputs. Lists hold the first 200; the numbers count all.

    `now_together`, `now_apart`: pairs of observations in one incident under the changed rules
    only, or under today's only. `regrouped`: observations whose companions are others.
    """

    on: str
    first_at: str
    last_at: str
    hours: float
    steps: int
    observations: int
    today: SideView
    changed: SideView
    decided_otherwise: int
    regrouped: int
    now_together: int
    now_apart: int
    only_today: tuple[OnlyHere, ...]
    only_changed: tuple[OnlyHere, ...]
    graded_otherwise: tuple[GradedOtherwise, ...]
    ties: tuple[Shift, ...]
    alarms: tuple[Shift, ...]
    observations_otherwise: tuple[DecidedOtherwise, ...]
    groups: tuple[Regrouped, ...]

    @property
    def differs(self) -> bool:
        found = (self.decided_otherwise, self.regrouped, self.ties, self.alarms, self.groups)
        return any(found) or self.today.figures != self.changed.figures


def figures_of(side: Outcome, hours: float) -> Figures:
    counts = side.counts
    roles = sorted({call.role for call in side.calls})
    return Figures(
        opened=counts["opened"],
        joined=counts["joined"],
        suggested=counts["suggested"],
        set_aside=counts["set_aside"],
        regraded=counts["regraded"],
        ties=sum(map(len, side.ties.values())),
        measures=len(side.ties),
        advice=dict(sorted(side.advice.items())),
        relations=dict(sorted(side.relations.items())),
        alarms=_alarm_figures(side.calls, hours),
        roles={r: _alarm_figures([c for c in side.calls if c.role == r], hours) for r in roles},
        floods=len(side.floods),
        commands_not_fitting=counts["commands_not_fitting"],
        broken=counts["broken"],
    )


def _alarm_figures(calls: Sequence[Call], hours: float) -> AlarmFigures:
    alarms = [call for call in calls if call.kind == "alarm"]
    heard = [call for call in alarms if not call.folded]
    return AlarmFigures(
        alarms=len(heard),
        folded=len(alarms) - len(heard),
        notices=len(calls) - len(alarms),
        priorities={p: sum(call.priority == p for call in heard) for p in (1, 2, 3)},
        per_hour=round(len(heard) / hours, 2) if hours else 0.0,
        worst_10_min=_worst([call.at for call in heard]),
    )


def _worst(times: Sequence[str]) -> int:
    """The most calls in any ten minutes, wherever they begin."""
    worst = first = 0
    for last, at in enumerate(times):
        while seconds_between(times[first], at) >= WINDOW_S:
            first += 1
        worst = max(worst, last - first + 1)
    return worst


def shifts(today: Mapping[str, Counter[Any]], changed: Mapping[str, Counter[Any]]) -> list[Shift]:
    """What came and what went, by name; names with neither are left out."""
    found = []
    for name in sorted({*today, *changed}):
        before, after = today.get(name, Counter()), changed.get(name, Counter())
        gained, lost = (after - before).total(), (before - after).total()
        if gained or lost:
            row = Shift(
                name=name, today=before.total(), changed=after.total(), gained=gained, lost=lost
            )
            found.append(row)
    return found


def ties_by_measure(side: Outcome) -> dict[str, Counter[Anchor]]:
    return {measure: Counter(anchors) for measure, anchors in side.ties.items()}


def alarms_by_type(side: Outcome) -> dict[str, Counter[Anchor | None]]:
    """Notices and what a flood folded under names of their own: neither called anybody."""
    found: dict[str, Counter[Anchor | None]] = defaultdict(Counter)
    for call in side.calls:
        hushed = "notice" if call.kind == "notice" else "folded" if call.folded else None
        found[f"{call.type} ({hushed})" if hushed else call.type][call.about] += 1
    return found


class Grouping:
    """Which observations stand together on either side, and where the two disagree.

    An incident from before the stretch counts as one more observation of its own.
    """

    def __init__(self, today: Outcome, changed: Outcome) -> None:
        self.sizes: tuple[Counter[Anchor], Counter[Anchor]] = (Counter(), Counter())
        self.both: Counter[tuple[Anchor, Anchor]] = Counter()
        for anchor in _from_before(today) | _from_before(changed):
            self._add(anchor, anchor)
        for number in today.placed.keys() | changed.placed.keys():
            self._add(_anchor(today, number), _anchor(changed, number))
        self.unlike = [
            (pair, n)
            for pair, n in self.both.items()
            if not self.sizes[0][pair[0]] == n == self.sizes[1][pair[1]]
        ]

    def _add(self, one: Anchor, other: Anchor) -> None:
        self.sizes[0][one] += 1
        self.sizes[1][other] += 1
        self.both[one, other] += 1

    @property
    def regrouped(self) -> int:
        return sum(n for _, n in self.unlike)

    @property
    def pairs(self) -> tuple[int, int]:
        """Pairs that are together only under the changed rules, and only under today's."""
        both = _pairs(self.both.values())
        return _pairs(self.sizes[1].values()) - both, _pairs(self.sizes[0].values()) - both

    def groups(self) -> list[tuple[list[Anchor], list[Anchor]]]:
        """Groups of either side that overlap without being the same, as connected wholes."""
        of_today: dict[Anchor, list[Anchor]] = defaultdict(list)
        of_changed: dict[Anchor, list[Anchor]] = defaultdict(list)
        for (one, other), _ in self.unlike:
            of_today[one].append(other)
            of_changed[other].append(one)
        found, seen = [], set[Anchor]()
        for start in of_today:
            if start in seen:
                continue
            todays, changeds, left = [start], list[Anchor](), [start]
            seen.add(start)
            known = set[Anchor]()
            while left:
                for other in of_today[left.pop()]:
                    if other in known:
                        continue
                    known.add(other)
                    changeds.append(other)
                    fresh = [one for one in of_changed[other] if one not in seen]
                    seen.update(fresh)
                    todays += fresh
                    left += fresh
            found.append((todays, changeds))
        return found


def _anchor(side: Outcome, number: int) -> Anchor:
    """Where an observation stands; in no incident it is alone under a name that nobody has."""
    incident = side.placed.get(number)
    return alone(number) if incident is None else side.anchor(incident)


def alone(number: int) -> int:
    return -1 - number


def _from_before(side: Outcome) -> set[Anchor]:
    anchors = (side.anchor(incident) for incident in side.placed.values() if incident is not None)
    return {anchor for anchor in anchors if isinstance(anchor, str)}


def _pairs(sizes: Iterable[int]) -> int:
    return sum(n * (n - 1) // 2 for n in sizes)
