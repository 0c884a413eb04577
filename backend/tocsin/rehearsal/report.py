"""A comparison as a person reads it on a terminal: figures side by side, then what differs."""

from collections.abc import Iterable, Iterator, Sequence

from tocsin.rehearsal.comparison import (
    AlarmFigures,
    Comparison,
    Decided,
    Figures,
    OnlyHere,
    Told,
)

SHOWN = 20  # of each list; the JSON form has more


def report(found: Comparison) -> str:
    lines = [
        f"{found.on}: {found.first_at} to {found.last_at} ({found.hours:g} h), "
        f"{found.observations} observations, {found.steps} inputs",
        f"today's rules {found.today.version}, changed rules {found.changed.version}",
        "",
        *_figures(found),
        "",
        *_differences(found),
    ]
    return "\n".join(lines)


def _figures(found: Comparison) -> Iterator[str]:
    rows = list(_rows(found.today.figures, found.changed.figures))
    wide = max(len(name) for name, _, _ in rows)
    yield f"  {'':<{wide}}{'today':>10}{'changed':>10}"
    for name, before, after in rows:
        shift = f"{after - before:+g}" if after != before else ""
        yield f"  {name:<{wide}}{before:>10g}{after:>10g}{shift:>10}".rstrip()


def _rows(today: Figures, changed: Figures) -> Iterator[tuple[str, float, float]]:
    yield "incidents opened", today.opened, changed.opened
    yield "observations joined", today.joined, changed.joined
    yield "joins suggested", today.suggested, changed.suggested
    yield "observations set aside", today.set_aside, changed.set_aside
    yield "grades changed", today.regraded, changed.regraded
    yield "ties proposed", today.ties, changed.ties
    yield "measures tied", today.measures, changed.measures
    for what, before, after in (
        ("advice", today.advice, changed.advice),
        ("relations", today.relations, changed.relations),
    ):
        for name in sorted({*before, *after}):
            yield f"{what}: {name}", before.get(name, 0), after.get(name, 0)
    yield from _alarm_rows("alarms", today.alarms, changed.alarms)
    silent = AlarmFigures(alarms=0, folded=0, notices=0, priorities={}, per_hour=0, worst_10_min=0)
    for role in sorted({*today.roles, *changed.roles}):
        before_it, after_it = today.roles.get(role, silent), changed.roles.get(role, silent)
        yield f"{role}: alarms", before_it.alarms, after_it.alarms
        yield f"{role}: alarms per hour", before_it.per_hour, after_it.per_hour
        yield f"{role}: worst 10 min", before_it.worst_10_min, after_it.worst_10_min
    yield "floods begun", today.floods, changed.floods
    yield "commands that did not fit", today.commands_not_fitting, changed.commands_not_fitting
    yield "inputs on which a rule broke", today.broken, changed.broken


def _alarm_rows(
    name: str, today: AlarmFigures, changed: AlarmFigures
) -> Iterator[tuple[str, float, float]]:
    yield name, today.alarms, changed.alarms
    for priority in sorted({*today.priorities, *changed.priorities}):
        before, after = today.priorities.get(priority, 0), changed.priorities.get(priority, 0)
        yield f"  priority {priority}", before, after
    yield "  folded in a flood", today.folded, changed.folded
    yield "  per hour", today.per_hour, changed.per_hour
    yield "  worst 10 min", today.worst_10_min, changed.worst_10_min
    yield "notices", today.notices, changed.notices


def _differences(found: Comparison) -> Iterator[str]:
    for side in (found.today, found.changed):
        if side.trouble is not None:
            yield f"A rule of {side.version} broke: {side.trouble}"
    if not found.differs:
        yield "No difference: the two decide alike on all of it."
        return
    yield (
        f"{found.decided_otherwise} observations decided otherwise; "
        f"{found.regrouped} have other companions: {found.now_together} pairs now together, "
        f"{found.now_apart} now apart"
    )
    yield from _listed("Incidents that only today's rules open", _only(found.only_today))
    yield from _listed("Incidents that only the changed rules open", _only(found.only_changed))
    yield from _listed(
        "Graded otherwise",
        [
            f"{_word(g.first)}: {g.today.type} S{g.today.severity} → "
            f"{g.changed.type} S{g.changed.severity}"
            for g in found.graded_otherwise
        ],
    )
    yield from _listed(
        "Observations decided otherwise",
        [
            f"{_word(o.observation)}\n"
            f"      today:   {_how(o.today)}\n"
            f"      changed: {_how(o.changed)}"
            for o in found.observations_otherwise
        ],
    )
    for title, shifts in (("Ties by measure", found.ties), ("Alarms by type", found.alarms)):
        yield from _listed(
            title,
            [f"{s.name}: {s.today} → {s.changed} (+{s.gained}, -{s.lost})" for s in shifts],
        )


def _listed(title: str, items: Sequence[str]) -> Iterator[str]:
    if not items:
        return
    yield ""
    yield f"{title}:"
    for item in items[:SHOWN]:
        yield f"    {item}"
    if len(items) > SHOWN:
        yield f"    … and {len(items) - SHOWN} more (--json lists them)"


def _only(incidents: Iterable[OnlyHere]) -> list[str]:
    return [
        f"{_word(one.first)}: {one.type} S{one.severity}, {one.observations} observations"
        + (f"; the other: {_how(one.elsewhere)}" if one.elsewhere is not None else "")
        for one in incidents
    ]


def _word(told: Told | str) -> str:
    if isinstance(told, str):
        return told
    said = f" “{told.headline}”" if told.headline else ""
    return f"{told.at[11:19]} {told.source} {told.external_id}{said}"


def _how(decided: Decided) -> str:
    what: str = decided.outcome
    if decided.outcome in ("joined", "suggested") and decided.incident is not None:
        where = decided.incident
        incident = where if isinstance(where, str) else f"{where.source} {where.external_id}"
        link = "to" if decided.outcome == "joined" else "for"
        what = f"{decided.outcome} {link} the incident of {incident}"
    why = decided.why or {}
    terms = [f"{name} {why[name]}" for name in ("rule", "score") if name in why]
    return f"{what} ({', '.join(terms)})" if terms else what
