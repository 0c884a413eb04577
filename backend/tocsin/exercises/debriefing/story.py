"""The part of a debriefing that tells: timeline, decisions, notes, the map."""

from collections.abc import Iterator

from tocsin.contract.times import seconds_between
from tocsin.exercises.debriefing.document import (
    Block,
    Cell,
    Figure,
    Link,
    Paragraph,
    Table,
)
from tocsin.exercises.debriefing.figures import frame_of, still_map, ways
from tocsin.exercises.debriefing.model import Debriefing, Decided, Still
from tocsin.exercises.debriefing.results import heading
from tocsin.exercises.debriefing.words import Speaker, role, table, who
from tocsin.exercises.happened import Moment
from tocsin.exercises.scoring.score import Act, InjectLine
from tocsin.taxonomy.types import incident_type

SHORT = 140


def timeline(told: Debriefing, say: Speaker) -> Iterator[Block]:
    lines = _lines(told)
    if not lines:
        return
    yield heading("timeline", say)
    issued = [line for line in lines if line.issued_at is not None]
    if issued:
        yield Figure(ways(issued, told.starts, told.conduct.at, say), say("timeline_figure"))
    yield Table(
        say("timeline_caption"),
        ("T", *map(say, ("inject", "seen", "acknowledged", "decided", "done"))),
        (0.1, 0.38, 0.13, 0.13, 0.13, 0.13),
        tuple(_line(line, told, say) for line in lines),
    )


def _lines(told: Debriefing) -> list[InjectLine]:
    """In the order of their issue; background noise is left out."""
    background = {inject.id for inject in told.scenario.injects if inject.background}
    shown = [line for line in told.score.timeline if line.inject not in background or line.trap]
    return sorted(shown, key=lambda line: (line.issued_at is None, line.issued_at or ""))


def _line(line: InjectLine, told: Debriefing, say: Speaker) -> tuple[Cell, ...]:
    title = _cut(told.inject_title(line.inject, say.language))
    if line.trap:
        title = f"{say('trap')} · {title}"
    if line.issued_at is None:
        state = Cell(say.of(table().injects[line.status]), "open")
        return (state, Cell(title, strong=line.trap), *(Cell("") for _ in range(4)))
    since = line.issued_at
    return (
        Cell(say.offset(told.starts, since)),
        Cell(title, strong=line.trap),
        *(
            _reached(step, since, told, say)
            for step in (line.seen, line.acknowledged, line.decided, line.done)
        ),
    )


def _reached(step: Moment | Act | None, since: str, told: Debriefing, say: Speaker) -> Cell:
    if step is None:
        return Cell("–")
    text = f"+{say.length(max(seconds_between(since, step.at), 0))}"
    if isinstance(step, Act):
        text = f"{text} {who(step.by, say)}"
    return Cell(text, links=(told.entry(step.n),))


def decisions(told: Debriefing, say: Speaker) -> Iterator[Block]:
    yield heading("decisions", say)
    if not told.decisions:
        yield Paragraph(say("no_decisions"))
        return
    yield Table(
        say("decisions_caption"),
        tuple(map(say, ("when", "what", "author", "basis"))),
        (0.14, 0.4, 0.22, 0.24),
        tuple(_decision(one, told, say) for one in told.decisions),
    )


def _decision(one: Decided, told: Debriefing, say: Speaker) -> tuple[Cell, ...]:
    phases = table().phases
    what = one.text
    if one.phase is not None:
        what = say.of(phases[one.phase]) if one.phase in phases else one.phase
    about = () if one.incident is None else (_incident(one.incident, told),)
    author = " · ".join(part for part in (one.function, who(one.by, say)) if part)
    return (
        Cell(f"{say.clock(one.at)} {say.offset(told.starts, one.at)}", links=(told.entry(one.n),)),
        Cell(what, strong=one.phase is not None, links=about),
        Cell(author),
        Cell(one.basis or "–"),
    )


def _incident(incident: str, told: Debriefing) -> Link:
    return Link(incident, f"/realms/{told.conduct.realm}?incident={incident}")


def notes(told: Debriefing, say: Speaker) -> Iterator[Block]:
    yield heading("notes", say)
    if not told.conduct.notes:
        yield Paragraph(say("no_notes"))
        return
    tags = table().tags
    yield Table(
        say("notes_caption"),
        tuple(map(say, ("when", "tag", "note", "author"))),
        (0.14, 0.16, 0.5, 0.2),
        tuple(
            (
                Cell(say.offset(told.starts, note.at)),
                Cell(say.of(tags[note.tag])),
                Cell(" · ".join(part for part in (note.text, note.inject) if part)),
                Cell(author(note.by, note.capacity, say)),
            )
            for note in sorted(told.conduct.notes, key=lambda note: note.at)
        ),
    )


def author(by: str, capacity: str, say: Speaker) -> str:
    """By name and capacity, each once."""
    return " · ".join(dict.fromkeys((who(by, say), role(capacity, say))))


def maps(told: Debriefing, say: Speaker) -> Iterator[Block]:
    if not told.stills:
        return
    yield heading("map", say)
    frame = frame_of(told)
    for still in told.stills:
        yield Figure(still_map(still, frame, say), _caption(still, told, say))


def _caption(still: Still, told: Debriefing, say: Speaker) -> str:
    head = f"{say('still_' + still.when)} · {say.offset(told.starts, still.at)}"
    pins = (
        f"({pin.number}) {say.of(incident_type(pin.type))} S{pin.severity}"
        for pin in sorted(still.pins, key=lambda pin: pin.number)
    )
    return f"{head} – {'; '.join(pins)}"


def _cut(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
