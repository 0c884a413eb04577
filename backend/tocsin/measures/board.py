"""The measure board: where each measure is in use, was used, exercised, lacking or fed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tocsin.contract.realm import is_exercise
from tocsin.journal.entry import Entry
from tocsin.measures.catalogue import catalogue, measures
from tocsin.measures.ledger import IncidentRecord, TieRecord, read_ledger

RealmEntries = tuple[str, dict[str, Any] | None, Iterable[Entry]]
_EXERCISING = ("eprouve", "mobilise")
_USES_TOLD = 50


@dataclass(frozen=True, slots=True)
class TieShown:
    """One tie with all that it rests on; `entries` are numbers in the journal of its realm."""

    realm: str
    incident: str
    type: str
    severity: int
    state: str
    tie: str
    relation: str
    strength: str
    status: str
    rule: str
    reason: dict[str, str]
    since: str
    entries: tuple[int, ...]
    evidence: tuple[str, ...]
    by: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ExerciseShown:
    """An exercise in which a measure was put to the test; `tie` is the last that says so."""

    realm: str
    scenario: str | None
    title: dict[str, str] | None
    at: str
    ties: int
    tie: TieShown


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """One measure: `in_use` now on open incidents, and what the period showed, newest first.

    `used` are the latest of all `uses`; `exercised` has one line for each exercise.
    """

    code: str
    in_use: tuple[TieShown, ...]
    uses: int
    last_use: TieShown | None
    used: tuple[TieShown, ...]
    exercises: int
    last_exercise: ExerciseShown | None
    exercised: tuple[ExerciseShown, ...]
    never_exercised: bool
    gaps: tuple[TieShown, ...]
    feeding: tuple[TieShown, ...]


@dataclass(frozen=True, slots=True)
class MeasureBoard:
    """`since`, `until`: the period asked for (UTC text), null where it has no end."""

    plan: str
    since: str | None
    until: str | None
    incidents: int
    measures: tuple[MeasureShown, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """A standing tie, and whether its incident is still open."""

    shown: TieShown
    code: str
    is_open: bool
    is_sure: bool


def measure_board(
    realms: Iterable[RealmEntries], since: str | None = None, until: str | None = None
) -> MeasureBoard:
    """Fold the journals of (realm, exercise, entries of LEDGER_KINDS) into the board.

    What is in use is told as of `until`; uses, exercises, gaps and feeding are those that began
    between the two. Incidents that were merged or were false alarms do not count.
    """
    real: list[_Known] = []
    tested: dict[str, list[tuple[_Known, dict[str, Any] | None]]] = {}
    incidents = 0
    for realm, exercise, entries in realms:
        ledger = read_ledger(e for e in entries if until is None or e.at <= until)
        about = ledger.exercise or exercise
        counted = [incident for incident in ledger.incidents.values() if incident.counts]
        for incident in counted:
            known = [_known(realm, incident, tie) for tie in incident.ties.values() if tie.stands]
            if not is_exercise(realm):
                real += known
                continue
            for one in known:
                if one.is_sure and one.shown.relation in _EXERCISING:
                    tested.setdefault(one.code, []).append((one, about))
        if not is_exercise(realm):
            incidents += sum(since is None or i.opened_at >= since for i in counted)
    by_code: dict[str, list[_Known]] = {}
    for one in sorted(real, key=_newest_first, reverse=True):
        by_code.setdefault(one.code, []).append(one)
    return MeasureBoard(
        plan=catalogue().plan,
        since=since,
        until=until,
        incidents=incidents,
        measures=tuple(
            _line(code, by_code.get(code, []), tested.get(code, []), since) for code in measures()
        ),
    )


def _newest_first(one: _Known) -> tuple[str, int]:
    return one.shown.since, one.shown.entries[-1]


def _known(realm: str, incident: IncidentRecord, tie: TieRecord) -> _Known:
    shown = TieShown(
        realm=realm,
        incident=incident.id,
        type=incident.type,
        severity=incident.severity,
        state=incident.state,
        tie=tie.id,
        relation=tie.relation,
        strength=tie.strength,
        status=tie.status,
        rule=tie.rule,
        reason=tie.reason,
        since=tie.since,
        entries=tie.entries,
        evidence=tie.evidence,
        by=tie.by,
        note=tie.note,
    )
    return _Known(shown, tie.code, incident.is_open, tie.is_sure)


def _line(
    code: str,
    real: list[_Known],
    tested: list[tuple[_Known, dict[str, Any] | None]],
    since: str | None,
) -> MeasureShown:
    sure = [one for one in real if one.shown.relation == "mobilise" and one.is_sure]
    used = [one.shown for one in sure if _within(one, since)]
    within = [one.shown for one in real if _within(one, since)]
    recent = [(one, about) for one, about in tested if _within(one, since)]
    exercises = _exercises(recent)
    return MeasureShown(
        code=code,
        in_use=tuple(one.shown for one in sure if one.is_open),
        uses=len(used),
        last_use=used[0] if used else None,
        used=tuple(used[:_USES_TOLD]),
        exercises=len(exercises),
        last_exercise=exercises[0] if exercises else None,
        exercised=exercises,
        never_exercised=not tested,
        gaps=tuple(shown for shown in within if shown.relation == "revele"),
        feeding=tuple(shown for shown in within if shown.relation == "alimente"),
    )


def _within(one: _Known, since: str | None) -> bool:
    return since is None or one.shown.since >= since


def _exercises(
    tested: list[tuple[_Known, dict[str, Any] | None]],
) -> tuple[ExerciseShown, ...]:
    """Each with the last tie that says so, the latest exercise first."""
    by_realm: dict[str, list[tuple[_Known, dict[str, Any] | None]]] = {}
    for one, about in sorted(tested, key=lambda pair: _newest_first(pair[0]), reverse=True):
        by_realm.setdefault(one.shown.realm, []).append((one, about))
    return tuple(_exercise(*ties[0], len(ties)) for ties in by_realm.values())


def _exercise(last: _Known, about: dict[str, Any] | None, ties: int) -> ExerciseShown:
    about = about or {}
    return ExerciseShown(
        realm=last.shown.realm,
        scenario=about.get("scenario"),
        title=about.get("title"),
        at=last.shown.since,
        ties=ties,
        tie=last.shown,
    )
