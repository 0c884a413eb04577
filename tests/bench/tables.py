"""Small tables on the terminal, and the load of the machine they were taken under."""

import os
from collections.abc import Callable, Sequence
from statistics import median
from time import thread_time_ns


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table; the first column to the left, figures to the right."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    wide = [max(len(row[i]) for row in cells) for i in range(len(head))]
    one, five, _ = os.getloadavg()
    print(f"\n{title}\n  ({os.cpu_count()} cores; load {one:.1f}, five minutes {five:.1f})")
    for row in cells:
        told = [
            row[0].ljust(wide[0]),
            *(c.rjust(w) for c, w in zip(row[1:], wide[1:], strict=True)),
        ]
        print("  " + "   ".join(told))


def microseconds(act: Callable[[], object], number: int, rounds: int = 5) -> float:
    """Processor time of one act on this thread, the median of rounds: others on the machine
    do not count in it."""
    found = []
    for _ in range(rounds):
        start = thread_time_ns()
        for _ in range(number):
            act()
        found.append((thread_time_ns() - start) / number / 1000)
    return median(found)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
