"""REST: event dossiers, the calendar, and which measure was last exercised when (M10.2)."""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel

from tocsin.contract.realm import is_exercise, is_realm
from tocsin.contract.times import to_text
from tocsin.engine.inputs import CommandRefused
from tocsin.exercises.conduct import Conduct
from tocsin.exercises.conduct.views import ConductDesk
from tocsin.exercises.preparation import Preparation, preparation_book
from tocsin.exercises.preparation.calendar import Appointment, Dated, calendar
from tocsin.exercises.preparation.dossiers import (
    Check,
    Contact,
    Dossier,
    Threshold,
    seen_to,
    shipped_checklist,
    shipped_checks,
)
from tocsin.journal.entry import BookKind
from tocsin.journal.store import Journal
from tocsin.measures.board import MeasureShown, measure_board
from tocsin.web.asking import InCapacity, Proof, needs_any
from tocsin.web.measure_api import entries_of
from tocsin.web.preparation_forms import GivenAppointment, GivenDossier, Ticked
from tocsin.web.rooms import Rooms

RIGHT = "prepare"
LAST = "9"  # later than any time


class CheckWords(BaseModel):
    """A line of the shipped checklist."""

    check: str
    hours: int
    fr: str
    nl: str
    en: str


class DossierShown(BaseModel):
    """`late`: the checks that should have been seen to by now."""

    dossier: Dossier
    late: list[str]


class PreparationShown(BaseModel):
    checklist: list[CheckWords]
    dossiers: list[DossierShown]
    calendar: list[Dated]


@dataclass(frozen=True, slots=True)
class Exercised:
    """The last exercise that put a measure to the test; `held` is when, by the wall."""

    measure: str
    realm: str | None
    title: dict[str, str] | None
    held: str | None
    exercises: int


def preparation_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api")
    journal = rooms.journal
    desk = ConductDesk(journal)

    @router.get("/preparation", summary="Event dossiers, and the calendar.")
    async def get_preparation() -> PreparationShown:
        return await asyncio.to_thread(_shown, journal, desk, _now())

    @router.get("/preparation/measures", summary="Which measure was last exercised when.")
    async def get_exercised() -> list[Exercised]:
        return await asyncio.to_thread(_exercised, journal, desk)

    @router.post("/dossiers", status_code=201, summary="Begin the dossier of an event.")
    async def post_dossier(
        given: GivenDossier, x_tocsin: Proof, x_tocsin_capacity: InCapacity
    ) -> Dossier:
        _may_prepare(x_tocsin_capacity)
        now = _now()
        dossier = _dossier(given, shipped_checks(), by=x_tocsin_capacity, at=now)
        known = await asyncio.to_thread(_put, journal, now, "dossier_put", dossier)
        return list(known.dossiers.values())[-1]

    @router.post("/dossiers/{id}", summary="Write a dossier anew; what was ticked stays ticked.")
    async def change_dossier(
        id: Annotated[str, Path(max_length=20)],
        given: GivenDossier,
        x_tocsin: Proof,
        x_tocsin_capacity: InCapacity,
    ) -> Dossier:
        _may_prepare(x_tocsin_capacity)
        before = await asyncio.to_thread(_the_dossier, journal, id)
        shipped = tuple(c for c in before.checks if c.text is None)
        after = _dossier(given, shipped, by=before.by, at=before.at, known=before.checks)
        return await asyncio.to_thread(_replaced, journal, replace(after, id=id))

    @router.post("/dossiers/{id}/checks", summary="Tick a line of a dossier's checklist.")
    async def tick(
        id: Annotated[str, Path(max_length=20)],
        given: Ticked,
        x_tocsin: Proof,
        x_tocsin_capacity: InCapacity,
    ) -> Dossier:
        _may_prepare(x_tocsin_capacity)
        before = await asyncio.to_thread(_the_dossier, journal, id)
        try:
            after = seen_to(before, given.check, done=given.done, by=x_tocsin_capacity, at=_now())
        except KeyError:
            raise CommandRefused(f"{id} has no line {given.check}", "check") from None
        return await asyncio.to_thread(_replaced, journal, after)

    @router.post("/appointments", status_code=201, summary="Plan an exercise or a training.")
    async def post_appointment(
        given: GivenAppointment, x_tocsin: Proof, x_tocsin_capacity: InCapacity
    ) -> Appointment:
        _may_prepare(x_tocsin_capacity)
        now = _now()
        new = _appointment(given, "", by=x_tocsin_capacity, at=now)
        known = await asyncio.to_thread(_put, journal, now, "appointment_put", new)
        return list(known.appointments.values())[-1]

    @router.post("/appointments/{id}", summary="Move or cancel what was planned.")
    async def change_appointment(
        id: Annotated[str, Path(max_length=20)],
        given: GivenAppointment,
        x_tocsin: Proof,
        x_tocsin_capacity: InCapacity,
    ) -> Appointment:
        _may_prepare(x_tocsin_capacity)
        known = (await asyncio.to_thread(preparation_book, journal)).state.appointments
        if id not in known:
            raise HTTPException(404, f"there is no appointment {id}")
        after = _appointment(given, id, by=known[id].by, at=known[id].at)
        state = await asyncio.to_thread(_put, journal, _now(), "appointment_put", after)
        return state.appointments[id]

    return router


def _shown(journal: Journal, desk: ConductDesk, now: str) -> PreparationShown:
    known = preparation_book(journal).state
    dossiers = sorted(known.dossiers.values(), key=lambda d: d.starts)
    lines = calendar(known.appointments.values(), dossiers, desk.conducts())
    return PreparationShown(
        checklist=[
            CheckWords(check=row.check, hours=row.hours, **row.plain())
            for row in shipped_checklist()
        ],
        dossiers=[
            DossierShown(dossier=d, late=[check.check for check in d.late(now)]) for d in dossiers
        ],
        calendar=list(lines),
    )


def _exercised(journal: Journal, desk: ConductDesk) -> list[Exercised]:
    realms = [name for name in journal.realms() if is_realm(name) and is_exercise(name)]
    board = measure_board((realm, None, entries_of(journal, realm, LAST)) for realm in realms)
    held = {one.realm: one for one in desk.conducts() if one.started_wall is not None}
    return [_last(measure, held) for measure in board.measures]


def _last(measure: MeasureShown, held: dict[str, Conduct]) -> Exercised:
    """By the wall: exercise time says nothing about when people sat there."""
    conducted = [held[line.realm] for line in measure.exercised if line.realm in held]
    last = max(conducted, key=lambda one: one.started_wall or "", default=None)
    if last is None:
        return Exercised(measure.code, None, None, None, 0)
    title = last.script["title"]
    return Exercised(measure.code, last.realm, title, last.started_wall, len(conducted))


def _dossier(
    given: GivenDossier,
    shipped: Iterable[Check],
    *,
    by: str,
    at: str,
    known: Iterable[Check] = (),
) -> Dossier:
    plain = given.model_dump(exclude={"starts", "ends", "contacts", "thresholds", "checks"})
    ticked = {check.text: check for check in known if check.text is not None}
    own = [
        replace(ticked.get(line.text, Check("", 0, line.text)), check=f"own-{i}", hours=line.hours)
        for i, line in enumerate(given.checks, start=1)
    ]
    return Dossier(
        id="",
        **plain,
        starts=to_text(given.starts),
        ends=to_text(given.ends),
        by=by,
        at=at,
        contacts=tuple(Contact(**one.model_dump()) for one in given.contacts),
        thresholds=tuple(Threshold(**one.model_dump()) for one in given.thresholds),
        checks=(*shipped, *own),
    )


def _appointment(given: GivenAppointment, id: str, *, by: str, at: str) -> Appointment:
    plain = given.model_dump(exclude={"starts", "ends"})
    return Appointment(
        id=id, **plain, starts=to_text(given.starts), ends=to_text(given.ends), by=by, at=at
    )


def _the_dossier(journal: Journal, id: str) -> Dossier:
    dossier = preparation_book(journal).state.dossiers.get(id)
    if dossier is None:
        raise HTTPException(404, f"there is no dossier {id}")
    return dossier


def _replaced(journal: Journal, dossier: Dossier) -> Dossier:
    return _put(journal, _now(), "dossier_put", dossier).dossiers[dossier.id]


def _put(journal: Journal, at: str, kind: BookKind, record: Dossier | Appointment) -> Preparation:
    body: dict[str, Any] = asdict(record)
    if body["id"] == "":
        del body["id"]  # new: its place in the book names it
    return preparation_book(journal).write(at, (kind, body))


def _may_prepare(capacity: str) -> None:
    needs_any([RIGHT], capacity, "events are not prepared in this capacity", exercise=False)


def _now() -> str:
    return to_text(datetime.now(UTC))
