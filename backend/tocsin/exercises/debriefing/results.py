"""The part of a debriefing that counts: result, clocks, objectives, ties, joins, load."""

from collections.abc import Iterator

from tocsin.exercises.debriefing.document import (
    Block,
    Cell,
    Facts,
    Figure,
    Heading,
    Link,
    Paragraph,
    Sign,
    Table,
)
from tocsin.exercises.debriefing.figures import load_curve
from tocsin.exercises.debriefing.model import Debriefing
from tocsin.exercises.debriefing.words import Speaker, role, table, who
from tocsin.exercises.scoring import clock_table
from tocsin.exercises.scoring.score import ClockScore, ObjectiveScore, Sample, Total
from tocsin.measures.catalogue import catalogue, measures

LINKS_MOST = 4  # of one figure on paper; the score itself has all


def heading(name: str, say: Speaker) -> Heading:
    return Heading(name, say(name))


def overview(told: Debriefing, say: Speaker) -> Iterator[Block]:
    conduct, score, scenario = told.conduct, told.score, told.scenario
    yield heading("overview", say)
    if conduct.over_wall is None:
        yield Paragraph(say("provisional"))
    rows = [
        (say("result"), result(score.total, say)),
        (say("scenario"), Cell(f"{scenario.scenario} · {say.of(scenario.title)}")),
        (say("realm"), Cell(conduct.realm)),
        (say("state"), Cell(say.of(table().states[conduct.state]))),
        (say("window"), Cell(f"{say.moment(told.starts)} → {say.clock(conduct.at)}")),
    ]
    if conduct.started_wall is not None:
        rows.append((say("started"), Cell(say.moment(conduct.started_wall))))
    if conduct.over_wall is not None:
        rows.append((say("over"), Cell(say.moment(conduct.over_wall))))
    if conduct.over_by is not None:
        reason = f" · {conduct.over_reason}" if conduct.over_reason else ""
        rows.append((say("over_by"), Cell(f"{who(conduct.over_by, say)}{reason}")))
    if scenario.roles:
        rows.append((say("roles"), Cell(", ".join(role(one, say) for one in scenario.roles))))
    rows += [
        (say("failed_critical"), _those(score.total.failed_critical, told, say, "bad")),
        (say("open_objectives"), _those(score.total.open, told, say, "open")),
        (say("recall"), Cell(say.share(score.ties.recall))),
        (say("precision"), Cell(say.share(score.ties.precision))),
        (say("entries"), Cell(str(len(told.times)))),
    ]
    yield Facts(tuple(rows))
    yield Paragraph(say("how_scored"), quiet=True)


def result(total: Total, say: Speaker) -> Cell:
    if total.passed is None:
        return Cell(f"{say.share(total.share)} · {say('undecided')}", "open", strong=True)
    word = say("passed" if total.passed else "failed")
    return Cell(f"{say.share(total.share)} · {word}", _sign(total.passed), strong=True)


def _those(ids: tuple[str, ...], told: Debriefing, say: Speaker, sign: Sign) -> Cell:
    texts = {one.id: say.of(one.text) for one in told.score.objectives}
    listed = " · ".join(texts.get(one, one) for one in ids)
    return Cell(listed, sign) if ids else Cell(say("none"))


def clocks(told: Debriefing, say: Speaker) -> Iterator[Block]:
    if not told.score.clocks:
        return
    yield heading("clocks", say)
    yield Table(
        say("clocks_caption"),
        tuple(map(say, ("clock", "what", "target", "measured", "score", "met"))),
        (0.09, 0.42, 0.12, 0.2, 0.07, 0.1),
        tuple(_clock(clock, told, say) for clock in told.score.clocks),
    )


def _clock(clock: ClockScore, told: Debriefing, say: Speaker) -> tuple[Cell, ...]:
    words = clock_table()[clock.clock]
    never = "not_measured" if clock.score is None else "not_done"
    value = Cell(
        say(never) if clock.value is None else figure(clock, clock.value, say),
        links=tuple(_samples(clock.samples, told)),
    )
    return (
        Cell(clock.clock, strong=True),
        Cell(say.of(words.measures)),
        Cell(figure(clock, clock.target, say)),
        value,
        _score(clock.score, say),
        _met(clock.met, say),
    )


def figure(clock: ClockScore, value: float, say: Speaker) -> str:
    match clock.unit:
        case "s":
            return say.length(value)
        case "share":
            return say.share(value)
        case _:
            return say.number(value, 0)


def _samples(samples: tuple[Sample, ...], told: Debriefing) -> Iterator[Link]:
    """The worst ones: these are looked up first."""
    worst = sorted(samples, key=lambda one: (one.score is not None, one.score or 0, one.from_n))
    for sample in worst[:LINKS_MOST]:
        yield told.entry(sample.to_n or sample.from_n)


def _score(score: float | None, say: Speaker) -> Cell:
    return Cell("–" if score is None else say.number(score))


def _met(met: bool | None, say: Speaker) -> Cell:
    if met is None:
        return Cell("–", "open")
    return Cell(say("yes" if met else "no"), _sign(met))


def _sign(good: bool) -> Sign:
    return "good" if good else "bad"


def objectives(told: Debriefing, say: Speaker) -> Iterator[Block]:
    if not told.score.objectives:
        return
    yield heading("objectives", say)
    yield Table(
        say("objectives_caption"),
        tuple(map(say, ("objective", "weight", "score", "how"))),
        (0.5, 0.09, 0.09, 0.32),
        tuple(_objective(one, told, say) for one in told.score.objectives),
    )


def _objective(one: ObjectiveScore, told: Debriefing, say: Speaker) -> tuple[Cell, ...]:
    how = say(f"how_{one.how}")
    if one.how == "observer" and one.by is not None:
        how = f"{how} {who(one.by, say)}"
    if one.reason:
        how = f"{how} · {one.reason}"
    sign: Sign = "open" if one.score is None else _sign(one.score >= 2)
    return (
        Cell(f"{'★ ' if one.critical else ''}{say.of(one.text)}", strong=one.critical),
        Cell(say.number(one.weight)),
        Cell("–" if one.score is None else say.number(one.score), sign),
        Cell(how, links=tuple(told.entry(n) for n in one.entries[:LINKS_MOST])),
    )


def ties(told: Debriefing, say: Speaker) -> Iterator[Block]:
    found = told.score.ties
    if not (found.expected or found.unexpected):
        return
    yield heading("ties", say)
    yield Facts(
        tuple(
            (
                say(name),
                Cell(f"{say.share(all_)} ({say('by_rules')}{_colon(say)} {say.share(rules)})"),
            )
            for name, all_, rules in (
                ("recall", found.recall, found.recall_rules),
                ("precision", found.precision, found.precision_rules),
            )
        )
    )
    labels = told.scenario.incidents
    yield Table(
        say("ties_caption"),
        tuple(map(say, ("measure", "relation", "incident", "found_by", "outcome"))),
        (0.38, 0.15, 0.21, 0.1, 0.16),
        tuple(
            (
                Cell(_measure(tie.measure, say)),
                Cell(_relation(tie.relation, say)),
                Cell(
                    say.of(labels[tie.incident].title) if tie.incident in labels else tie.incident
                ),
                Cell(say(tie.by)),
                Cell(
                    say("found" if tie.found else "missing"),
                    _sign(tie.found),
                    links=() if tie.n is None else (told.entry(tie.n),),
                ),
            )
            for tie in found.expected
        ),
    )
    if found.unexpected:
        yield Table(
            say("ties_unexpected"),
            tuple(map(say, ("measure", "relation", "incident"))),
            (0.5, 0.2, 0.3),
            tuple(
                (
                    Cell(_measure(tie.measure, say)),
                    Cell(_relation(tie.relation, say)),
                    Cell(tie.incident, links=(told.entry(tie.n),)),
                )
                for tie in found.unexpected
            ),
        )


def _colon(say: Speaker) -> str:
    return "\u00a0:" if say.language == "fr" else ":"


def _measure(code: str, say: Speaker) -> str:
    known = measures().get(code)
    return f"{code} {say.of(known.short)}" if known else code


def _relation(relation: str, say: Speaker) -> str:
    known = {str(name): words for name, words in catalogue().relations.items()}
    return say.of(known[relation]) if relation in known else relation


def joins(told: Debriefing, say: Speaker) -> Iterator[Block]:
    found = told.score.joins
    labels = told.scenario.incidents
    yield heading("joins", say)

    def name(label: str) -> str:
        return say.of(labels[label].title) if label in labels else label

    rows = [
        (
            Cell(say("false_merge"), "bad"),
            Cell(" + ".join(map(name, one.labels))),
            Cell(one.incident, links=tuple(map(told.entry, one.entries[:LINKS_MOST]))),
        )
        for one in found.false_merges
    ] + [
        (
            Cell(say("missed_link"), "bad"),
            Cell(name(one.label)),
            Cell(", ".join(one.incidents), links=tuple(map(told.entry, one.entries[:LINKS_MOST]))),
        )
        for one in found.missed_links
    ]
    if rows:
        head = tuple(map(say, ("what", "inject", "where_found")))
        yield Table(say("joins_caption"), head, (0.24, 0.42, 0.34), tuple(rows))
    else:
        yield Paragraph(say("joins_right"))
    if found.traps:
        yield Table(
            say("traps_caption"),
            tuple(map(say, ("trap", "outcome", "incident"))),
            (0.56, 0.24, 0.2),
            tuple(
                (
                    Cell(told.inject_title(trap.inject, say.language)),
                    Cell("–", "open")
                    if trap.right is None
                    else Cell(say("trap_right" if trap.right else "trap_wrong"), _sign(trap.right)),
                    Cell(trap.incident or "–"),
                )
                for trap in found.traps
            ),
        )


def load(told: Debriefing, say: Speaker) -> Iterator[Block]:
    found = told.score.load
    if not found.curve:
        return
    yield heading("load", say)
    yield Facts(
        (
            (
                say("load_worst"),
                Cell(str(found.worst_per_10_min), _sign(found.worst_per_10_min <= 10)),
            ),
            *(
                (role(name, say), Cell(str(worst)))
                for name, worst in sorted(found.by_capacity.items())
            ),
        )
    )
    yield Figure(load_curve(found, told.starts, say), say("load_figure"))
