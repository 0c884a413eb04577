"""Taking an act out of what happened, as undoing takes it out of the picture."""

from typing import Any

from tocsin.exercises.happened.course import Happened, Step
from tocsin.journal.entry import Entry


def act_undoable(seen: Happened, entry: Entry) -> None:
    seen.undoable[entry.body["act"]] = entry.body["tables"]


def act_undone(seen: Happened, entry: Entry) -> None:
    """What the act touched is as it was before it, and nothing tells of what lay between."""
    act = entry.body["undoes"]
    tables = seen.undoable.pop(act)
    for carried in seen.commands:
        carried.undone = carried.undone or carried.moment.n == act
    for course in seen.holding.values():
        course[:] = [step for step in course if step.cause != act]
    seen.holding = {key: course for key, course in seen.holding.items() if course}
    for incident in tables.get("incidents", ()):
        _take_back(seen, incident, act)
    for table, courses in seen.records.items():
        for key in tables.get(table, ()):
            if key in courses:
                _cut(courses[key], act)
                if not courses[key]:
                    del courses[key]


def _take_back(seen: Happened, incident: str, act: int) -> None:
    life = seen.incidents.get(incident)
    if life is None:
        return
    if life.opened.n > act:
        del seen.incidents[incident]
        return
    courses: tuple[list[Step[Any]], ...] = (
        life.states,
        life.grades,
        life.alias,
        life.phases,
        *life.ties.values(),
    )
    for course in courses:
        _cut(course, act)
    life.ties = {key: course for key, course in life.ties.items() if course}


def _cut(course: list[Step[Any]], act: int) -> None:
    course[:] = [step for step in course if step.moment.n <= act]
