"""What the staff of an exercise is shown: plain data out of its book."""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from tocsin.contract.times import to_text
from tocsin.exercises.book import Book, exercises_of
from tocsin.exercises.conduct import conduct_book
from tocsin.exercises.conduct.agenda import Agenda
from tocsin.exercises.conduct.state import Conduct
from tocsin.exercises.scenario import Inject, Scenario
from tocsin.journal.store import Journal

FRESH_S = 1.0  # many screens ask at once


def exercise_line(conduct: Conduct, scenario: Scenario) -> dict[str, Any]:
    """One exercise in the list of all."""
    return {
        "realm": conduct.realm,
        "scenario": scenario.scenario,
        "title": scenario.title.plain(),
        "state": conduct.state,
        "speed": conduct.speed,
        "at": conduct.at,
        "starts": to_text(scenario.starts),
        "ends": _ends(scenario),
        "prepared_wall": conduct.prepared_wall,
        "started_wall": conduct.started_wall,
        "over_wall": conduct.over_wall,
    }


def conduct_view(conduct: Conduct, agenda: Agenda, at: str, wall: datetime) -> dict[str, Any]:
    """All that the coordinator's and the evaluators' pages show."""
    scenario = agenda.scenario
    return {
        "realm": conduct.realm,
        "state": conduct.state,
        "speed": conduct.speed,
        "at": at,
        "wall": to_text(wall),
        "over_by": conduct.over_by,
        "over_reason": conduct.over_reason,
        "scenario": {
            "scenario": scenario.scenario,
            "title": scenario.title.plain(),
            "brief": scenario.brief.plain(),
            "starts": to_text(scenario.starts),
            "ends": _ends(scenario),
            "roles": list(scenario.roles),
            "objectives": [one.model_dump(mode="json") for one in scenario.objectives],
        },
        "injects": [_inject(conduct, agenda, inject) for inject in scenario.injects],
        "notes": [asdict(note) for note in conduct.notes],
        "scores": {name: asdict(given) for name, given in conduct.scores.items()},
        "n": conduct.n,
    }


def _inject(conduct: Conduct, agenda: Agenda, inject: Inject) -> dict[str, Any]:
    due, run = agenda.due(inject), conduct.runs.get(inject.id)
    say = inject.say.plain() if inject.say else None
    return {
        "id": inject.id,
        "kind": inject.kind,
        "source": inject.source,
        "at": inject.at,
        "due": to_text(due) if due is not None else None,
        "manual": inject.manual,
        "trap": inject.trap,
        "background": inject.background,
        "incident": inject.incident,
        "title": inject.headline or say,
        "say": say,
        "expect": inject.expect.plain() if inject.expect else None,
        "expect_of": list(inject.expect_of),
        "status": conduct.status_of(inject.id),
        "run": asdict(run) if run is not None else None,
        "document": inject.model_dump(mode="json", exclude_unset=True),
    }


def _ends(scenario: Scenario) -> str | None:
    return to_text(scenario.moment(scenario.ends)) if scenario.ends is not None else None


class ConductDesk:
    """The conducts of all exercises, for those who look again and again; any thread may ask."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._books: dict[str, Book[Conduct]] = {}
        self._agendas: dict[str, tuple[Any, Agenda]] = {}
        self._lines: tuple[float, list[dict[str, Any]]] = (float("-inf"), [])

    def shown(
        self, realm: str, now: Callable[[str, str], str], wall: datetime
    ) -> dict[str, Any] | None:
        """`now(realm, at least)` tells exercise time; None where no exercise was ever prepared."""
        with self._lock:
            found = self._conduct(realm)
            if found is None:
                return None
            conduct, agenda = found
            return conduct_view(conduct, agenda, now(realm, conduct.at), wall)

    def lines(self) -> list[dict[str, Any]]:
        """All exercises, the newest first; at most a second old."""
        with self._lock:
            looked, lines = self._lines
            if time.monotonic() - looked < FRESH_S:
                return lines
            found = [self._conduct(realm) for realm in exercises_of(self._journal)]
            lines = [exercise_line(one, agenda.scenario) for one, agenda in filter(None, found)]
            lines.sort(key=lambda line: str(line["prepared_wall"]), reverse=True)
            self._lines = (time.monotonic(), lines)
            return lines

    def conducts(self) -> list[Conduct]:
        """Of every exercise that was ever prepared here."""
        with self._lock:
            return [self._read(realm) for realm in exercises_of(self._journal)]

    def _read(self, realm: str) -> Conduct:
        book = self._books.get(realm)
        if book is None:
            book = conduct_book(self._journal, realm)
        conduct = book.refresh()
        if conduct.script:
            self._books[realm] = book
        return conduct

    def _conduct(self, realm: str) -> tuple[Conduct, Agenda] | None:
        conduct = self._read(realm)
        if not conduct.script:
            return None
        script, agenda = self._agendas.get(realm, (None, None))
        if agenda is None or script is not conduct.script:
            agenda = Agenda(Scenario.model_validate(conduct.script))
            self._agendas[realm] = (conduct.script, agenda)
        return conduct, agenda
