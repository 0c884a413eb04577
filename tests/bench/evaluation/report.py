"""Figures as Markdown, ready for docs/performance.md."""

from collections.abc import Sequence

from bench.evaluation.intervals import Interval
from bench.evaluation.study import Row


def table(first: str, rows: Sequence[Row], *, worst: bool = True) -> str:
    """Means over seeds; the 95 % interval of F1, the worst seed beside the mean."""
    head = [first, "F1 (95 %)", *(["worst F1"] if worst else []), "P", "R", "B³ F1"]
    head += ["false merges %", *(["worst"] if worst else []), "missed links"]
    head += ["suggested right / wrong", "incidents / happenings", "alarms / 10 min (folded)"]
    lines = [head, ["---"] * len(head)]
    for r in rows:
        line = [r.name, spread(r.f1), *([f"{r.worst_f1:.3f}"] if worst else [])]
        line += [f"{part.mean:.3f}" for part in (r.precision, r.recall, r.b_cubed_f1)]
        line += [f"{100 * r.false_merges.mean:.2f}"]
        line += [f"{100 * r.worst_false_merges:.2f}"] if worst else []
        line += [f"{r.missed_links.mean:.1f}"]
        line += [f"{r.suggested_right.mean:.1f} / {r.suggested_wrong.mean:.1f}"]
        line += [
            f"{r.opened.mean:.1f} / {r.happenings.mean:.1f}",
            f"{r.alarms_per_10_min.mean:.1f} ({r.alarms_folded.mean:.1f})",
        ]
        lines.append(line)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def worth(rows: Sequence[Row]) -> str:
    """The ablation: what is lost without each term, the dearest first."""
    whole, *others = rows
    lines = [
        "| term | F1 | change of F1 | false merges % | missed links |",
        "| --- | --- | --- | --- | --- |",
        f"| {whole.name} | {whole.f1.mean:.3f} | | {100 * whole.false_merges.mean:.2f} "
        f"| {whole.missed_links.mean:.1f} |",
    ]
    lines += [
        f"| {r.name} | {r.f1.mean:.3f} | {r.f1.mean - whole.f1.mean:+.3f} "
        f"| {100 * r.false_merges.mean:.2f} | {r.missed_links.mean:.1f} |"
        for r in sorted(others, key=lambda r: r.f1.mean)
    ]
    return "\n".join(lines)


def spread(interval: Interval) -> str:
    return f"{interval.mean:.3f} ({interval.low:.3f}–{interval.high:.3f})"
