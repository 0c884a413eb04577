"""REST: which rules are in force and were, their tables, and a rehearsal of others."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from tocsin.access import may
from tocsin.contract.realm import is_exercise
from tocsin.contract.times import from_text, to_text
from tocsin.engine.inputs import CommandForbidden, CommandRefused
from tocsin.journal.store import Journal
from tocsin.live.hub import Hub
from tocsin.rehearsal import Comparison, find_stretch, read_stretch, rehearse
from tocsin.rulebook import (
    TABLES,
    TableName,
    armed,
    armings,
    changed_tables,
    read_rulebook,
    rules_in_force,
    shipped,
    shipped_texts,
)
from tocsin.rulebook.folder import BYTES_MAX
from tocsin.situation.records import ArmedRules
from tocsin.tables import TableError
from tocsin.web.asking import InCapacity, Proof
from tocsin.web.rooms import Rooms

LONGEST = timedelta(days=1)
ENTRIES_MAX = 20_000  # up to a minute of one core, beside the engine's work
NUMBER_MAX = 2**53
RealmName = Annotated[str, Path(description="`live` or `exercise-NAME`.", max_length=60)]


class Arming(BaseModel):
    """`tables`: those that differed from the shipped ones. In force from entry `since` on."""

    version: str
    since: int
    at: str
    by: str
    note: str | None
    tables: list[str]


class RulesView(BaseModel):
    """`since` is null where the journal has never told of rules: the shipped ones held."""

    version: str
    since: int | None
    at: str | None
    by: str | None
    note: str | None
    tables: list[str]
    shipped: str
    history: list[Arming]


class TableTexts(BaseModel):
    version: str
    tables: dict[str, str]


class RehearsalAsked(BaseModel):
    """Tables as texts; those not given are the shipped. Without times: the last hour."""

    model_config = ConfigDict(extra="forbid")

    tables: dict[TableName, Annotated[str, StringConstraints(max_length=BYTES_MAX)]] = Field(
        default_factory=dict
    )
    first: AwareDatetime | None = Field(None, alias="from")
    last: AwareDatetime | None = Field(None, alias="to")


def rules_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api/realms/{realm}/rules")
    rehearsing = asyncio.Semaphore(1)  # it takes a core

    def hub_of(realm: str) -> Hub:
        hub = rooms.hubs.get(realm)
        if hub is None:
            raise HTTPException(404, f"there is no realm {realm}")
        return hub

    @router.get("", summary="The rules in force now, or by which entry `at` was decided.")
    async def get_rules(
        realm: RealmName,
        at: Annotated[int | None, Query(ge=1, le=NUMBER_MAX)] = None,
    ) -> RulesView:
        hub_of(realm)
        rules = await asyncio.to_thread(rules_in_force, rooms.journal, realm, at)
        history = await asyncio.to_thread(armings, rooms.journal, realm)
        return RulesView(
            version=rules.version if rules is not None else shipped().version,
            since=rules.armed_by + 1 if rules is not None else None,
            at=rules.at if rules is not None else None,
            by=rules.by if rules is not None else None,
            note=rules.note if rules is not None else None,
            tables=sorted(rules.tables) if rules is not None else [],
            shipped=shipped().version,
            history=[_arming(one) for one in history],
        )

    @router.get("/tables", summary="The text of every table in force, to change and rehearse it.")
    async def get_tables(realm: RealmName) -> TableTexts:
        rules = hub_of(realm).situation.rulebook
        texts = {**shipped_texts(), **(rules.tables if rules is not None else {})}
        version = await asyncio.to_thread(lambda: armed(rules).version)
        return TableTexts(version=version, tables={name: texts[name] for name in TABLES})

    @router.post("/rehearse", summary="What other tables would have done, beside those in force.")
    async def post_rehearse(
        realm: RealmName,
        asked: RehearsalAsked,
        x_tocsin: Proof,
        x_tocsin_capacity: InCapacity = "operator",
    ) -> Comparison:
        situation = hub_of(realm).situation
        if may(x_tocsin_capacity, "rules", exercise=is_exercise(realm)) == "no":
            raise CommandForbidden(f"{x_tocsin_capacity}: rules are not for this capacity")
        if situation.at is None:
            raise HTTPException(422, "nothing happened in this realm yet")
        last = asked.last or from_text(situation.at) + timedelta(milliseconds=1)
        first = asked.first or last - timedelta(hours=1)
        if first >= last:
            raise HTTPException(422, "`from` comes before `to`")
        if last - first > LONGEST:
            raise HTTPException(413, f"a day at most; {_on_the_command_line(realm, first, last)}")
        async with rehearsing:
            tables = {str(name): text for name, text in asked.tables.items()}
            times = to_text(first), to_text(last)
            return await asyncio.to_thread(
                _rehearsed, rooms.journal, realm, situation.rulebook, tables, *times
            )

    return router


def _rehearsed(
    journal: Journal,
    realm: str,
    today: ArmedRules | None,
    tables: dict[str, str],
    first_at: str,
    last_at: str,
) -> Comparison:
    try:
        version = read_rulebook(tables).version
    except TableError as error:
        raise CommandRefused("\n".join(error.problems), "tables") from None
    stretch = find_stretch(journal, realm, first_at, last_at)
    if stretch.entries > ENTRIES_MAX:
        instead = _on_the_command_line(realm, from_text(first_at), from_text(last_at))
        told = f"{stretch.entries} entries, at most {ENTRIES_MAX} here; {instead}"
        raise HTTPException(413, told)
    changed = ArmedRules(
        version=version, at=last_at, by="rehearsal", armed_by=0, tables=changed_tables(tables)
    )
    before, steps = read_stretch(journal, stretch)
    return rehearse(realm, before, steps, today, changed, first_at, last_at)


def _on_the_command_line(realm: str, first: datetime, last: datetime) -> str:
    times = f"--from {to_text(first)} --to {to_text(last)}"
    return f"use `tocsin rules rehearse FOLDER --realm {realm} {times}`"


def _arming(rules: ArmedRules) -> Arming:
    return Arming(
        version=rules.version,
        since=rules.armed_by + 1,
        at=rules.at,
        by=rules.by,
        note=rules.note,
        tables=sorted(rules.tables),
    )
