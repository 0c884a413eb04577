"""From a figure to a mark: 0 not done, 1 late or wrong, 2 partial, 3 achieved, 4 exemplary."""

from tocsin.exercises.scoring.score import Unit

BEST = 4.0
ACHIEVED = 3.0
LATE = 1.0
PASS_SHARE = 0.6
CRITICAL_LEAST = 2.0


def mark(unit: Unit, value: float | None, target: float) -> float:
    """None is: not done."""
    if value is None:
        return 0.0
    return share_mark(value, target) if unit == "share" else low_mark(value, target)


def low_mark(value: float, target: float) -> float:
    """Of what should be low: the target is 3, half of it 4, the double 1, a straight line between.

    Where nothing at all is the target, each one more costs a point.
    """
    points = BEST - value if target == 0 else 5.0 - 2.0 * value / target
    return min(BEST, max(LATE, points))


def share_mark(value: float, target: float) -> float:
    """Of what should be all: nothing is 0, the target 3, all of it 4."""
    if value >= 1:
        return BEST
    if value < target:
        return ACHIEVED * value / target
    return ACHIEVED + (value - target) / (1 - target)


def meets(unit: Unit, value: float | None, target: float) -> bool:
    if value is None:
        return False
    return value >= target if unit == "share" else value <= target
