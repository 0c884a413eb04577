"""Between which two moments each clock of people runs, for one true incident."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.exercises.happened import Moment
from tocsin.exercises.happened.conditions import reached
from tocsin.exercises.scenario.models import ClockName
from tocsin.exercises.scoring.run import Run

HAZARDS = ("fire", "smoke", "leak", "explosion", "hazard_class")
ZONES = ("zone_red", "zone_orange", "zone_yellow")
HEARD = ("acknowledge_alarm", "acknowledge_incident_alarms", "take")
INFORMING_BOOK = "D5"
PUBLIC_LANGUAGES = ("fr", "nl")


@dataclass(frozen=True, slots=True)
class Span:
    """A clock that runs for an incident, if it begins at all."""

    begins: Callable[[Run, str], Moment | None]
    ends: Callable[[Run, str, Moment], Moment | None]


@dataclass(frozen=True, slots=True)
class Call:
    """An alarm as it was raised, and when somebody heard it."""

    raised: Moment
    priority: int
    heard: Moment | None


def calls_about(run: Run, label: str) -> list[Call]:
    """Alarms of a true incident, the earliest first, of several at once the most urgent.

    Left out: what its own role brought about, and so knew.
    """
    main = run.main(label)
    found: list[Call] = []
    for course in run.seen.records.get("alarms", {}).values():
        alarm = course[0].value
        if alarm is None or alarm["kind"] != "alarm" or alarm["incident"] is None:
            continue
        if run.seen.master(alarm["incident"]) != main or alarm["role"] in alarm["acknowledged"]:
            continue
        heard = (_heard(step.value, step.moment) for step in course[1:])
        first = next((moment for moment in heard if moment is not None), None)
        found.append(Call(course[0].moment, alarm["priority"], first))
    return sorted(found, key=lambda call: (call.raised.at, call.priority, call.raised.n))


def _heard(alarm: Mapping[str, Any] | None, moment: Moment) -> Moment | None:
    times = [by["at"] for by in alarm["acknowledged"].values()] if alarm is not None else []
    return Moment(min(times), moment.n) if times else None


def _first(moments: Iterable[Moment | None], since: Moment | None = None) -> Moment | None:
    """The earliest, of those not before `since`."""
    told = (m for m in moments if m is not None and (since is None or m.at >= since.at))
    return min(told, default=None)


def first_act(run: Run, label: str, since: Moment | None, *names: str) -> Moment | None:
    main = run.main(label)
    return _first((c.moment for c in run.commands(*names) if run.is_about(c, main)), since)


def _told(run: Run, label: str, *facts: str) -> Moment | None:
    """When the room was first told that one of these facts is so."""
    messages = run.of_label(label)
    return _first(m.moment for _, m in messages if any(m.shown["facts"].get(f) for f in facts))


def _opened(run: Run, label: str) -> Moment | None:
    life = run.life(label)
    return life.opened if life is not None else None


def _first_call(run: Run, label: str) -> Moment | None:
    calls = calls_about(run, label)
    return calls[0].raised if calls else None


def _call_heard(run: Run, label: str, begin: Moment) -> Moment | None:
    for call in calls_about(run, label):
        if call.raised.at >= begin.at:
            return call.heard
    return first_act(run, label, begin, *HEARD)


def _qualified(run: Run, label: str, begin: Moment) -> Moment | None:
    life = run.life(label)
    if life is None:
        return None
    ends = (reached(life, state) for state in ("qualified", "false_alarm", "transferred"))
    return _first(ends, begin)


def _reported(run: Run, label: str, begin: Moment) -> Moment | None:
    return first_act(run, label, begin, "file_report")


def _seen_by_camera(run: Run, label: str) -> Moment | None:
    has = run.scenario.cameras or any(
        inject.kind == "CAM" and inject.incident == label for inject in run.scenario.injects
    )
    return run.grave_from(label) if has else None


def _picture(run: Run, label: str, begin: Moment) -> Moment | None:
    """A wall shows cameras or the incident, or somebody kept a picture of it."""
    main = run.main(label)
    walls = (
        c.moment
        for c in run.commands("direct_wall")
        if run.is_about(c, main) or (c.fields.get("cameras") and not c.about)
    )
    return _first((*walls, first_act(run, label, begin, "keep_frame")), begin)


def _hazard(run: Run, label: str) -> Moment | None:
    return _told(run, label, *HAZARDS) if run.grave_from(label) else None


def _zone(run: Run, label: str, begin: Moment) -> Moment | None:
    """A zone that names no incident is drawn for whatever burns now."""
    main = run.main(label)
    drawn = (
        c.moment
        for c in run.commands("draw")
        if c.fields["kind"] in ZONES and (not c.about or run.is_about(c, main))
    )
    return _first(drawn, begin)


def _grave_and_qualified(run: Run, label: str) -> Moment | None:
    """What nobody qualifies is known to be grave all the same."""
    life, grave = run.life(label), run.grave_from(label)
    qualified = reached(life, "qualified") if life is not None else None
    return max(grave, qualified) if grave is not None and qualified is not None else grave


def _authority(run: Run, label: str, begin: Moment) -> Moment | None:
    """It may have been in it before the room had qualified anything: then at once."""
    life = run.life(label)
    coordinated = reached(life, "coordinating") if life is not None else None
    traces = (coordinated, first_act(run, label, None, "record_phase", "record_decision"))
    first = _first(traces)
    return max(first, begin) if first is not None else None


def _decided(run: Run, label: str) -> Moment | None:
    if run.grave_from(label) is None:
        return None
    told = _told(run, label, "protective_action")
    return _first((told, first_act(run, label, None, "record_decision")))


def _texts(run: Run, label: str, since: Moment | None) -> dict[str, Moment]:
    """D5's first text about it in each language of the public."""
    main = run.main(label)
    found: dict[str, Moment] = {}
    for carried in run.commands("write_log"):
        told, book = carried.fields["language"], carried.fields["book"]
        early = since is not None and carried.moment.at < since.at
        ours = book == INFORMING_BOOK and run.is_about(carried, main) and not early
        if ours and told in PUBLIC_LANGUAGES:
            found.setdefault(told, carried.moment)
    return found


def _informed(run: Run, label: str, begin: Moment) -> Moment | None:
    texts = _texts(run, label, begin)
    both = max(texts.values()) if len(texts) == len(PUBLIC_LANGUAGES) else None
    sent = (m.moment for _, m in run.of_label(label) if m.shown["kind"] == "alert_sent")
    return _first((both, *sent), begin)


def _first_text(run: Run, label: str) -> Moment | None:
    return _first(_texts(run, label, None).values())


def _other_text(run: Run, label: str, begin: Moment) -> Moment | None:
    texts = _texts(run, label, begin)
    return max(texts.values()) if len(texts) == len(PUBLIC_LANGUAGES) else None


SPANS: Mapping[ClockName, Span] = {
    "TTA": Span(_first_call, _call_heard),
    "TTQ": Span(_opened, _qualified),
    "TTR": Span(Run.grave_from, _reported),
    "TTV": Span(_seen_by_camera, _picture),
    "TTZ": Span(_hazard, _zone),
    "TTN": Span(_grave_and_qualified, _authority),
    "TTI": Span(_decided, _informed),
    "TTB": Span(_first_text, _other_text),
}
