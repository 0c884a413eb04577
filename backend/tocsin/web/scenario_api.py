"""REST: the scenarios that can be played, and their main events lists out and in."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.responses import Response

from tocsin.exercises.library import Library, NoSuchScenario
from tocsin.exercises.scenario import Scenario, read_scenario, timeline
from tocsin.exercises.scenario.main_list import rows_of, scenario_of
from tocsin.exercises.scenario.spreadsheets import read_rows, to_csv, to_xlsx
from tocsin.exercises.scenario.writing import plain, to_yaml
from tocsin.tables import Language, TableError
from tocsin.web.asking import AskedInCapacity, InCapacity, Proof, needs_any
from tocsin.web.rooms import Rooms

RIGHTS = ("conduct", "observe", "prepare")
MOST_BYTES = 2_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Name = Annotated[str, Path(description="As in `/api/scenarios`, e.g. `sc-01`.", max_length=30)]
Lang = Annotated[Language, Query(alias="lang", description="Language of the column's names.")]


class ObjectiveShown(BaseModel):
    id: str
    text: dict[str, str]
    critical: bool


class ScenarioShown(BaseModel):
    """`duration_s`: from the first inject to the end; `own`: the house's, not shipped."""

    scenario: str
    title: dict[str, str]
    brief: dict[str, str]
    starts: str
    duration_s: float
    injects: int
    roles: list[str]
    measures: list[str]
    objectives: list[ObjectiveShown]
    own: bool


class Imported(BaseModel):
    """A checked list as the YAML to keep in the folder of one's own scenarios."""

    scenario: str
    title: dict[str, str]
    injects: int
    yaml: str


def scenario_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api")
    library = Library(rooms.scenarios)

    @router.get("/scenarios", summary="The library: what can be played.")
    async def get_scenarios() -> list[ScenarioShown]:
        return await asyncio.to_thread(lambda: list(_shelf(library)))

    @router.get(
        "/scenarios/{name}",
        summary="A scenario as it is written, what is expected included: for the staff only.",
    )
    async def get_scenario(
        name: Name, x_tocsin_capacity: InCapacity = "operator"
    ) -> dict[str, Any]:
        _staff_only(x_tocsin_capacity)
        return plain(await asyncio.to_thread(_found, library, name))

    @router.get(
        "/scenarios/{name}/list.{form}",
        summary="Its main events list, as a spreadsheet: for the staff only.",
        response_class=Response,
        responses={200: {"content": {"text/csv": {}, XLSX: {}}}},
    )
    async def get_list(
        name: Name,
        form: Literal["csv", "xlsx"],
        language: Lang = "fr",
        capacity: AskedInCapacity = "operator",
    ) -> Response:
        _staff_only(capacity)
        scenario = await asyncio.to_thread(_found, library, name)
        write = to_csv if form == "csv" else to_xlsx
        made = await asyncio.to_thread(lambda: write(rows_of(scenario, language)))
        kept = f'attachment; filename="EXERCICE-OEFENING-EXERCISE-{name}-{language}.{form}"'
        headers = {"Content-Disposition": kept, "Cache-Control": "no-store"}
        media = "text/csv; charset=utf-8" if form == "csv" else XLSX
        return Response(made, media_type=media, headers=headers)

    @router.post(
        "/scenarios/import",
        summary="Check a main events list (CSV, XLSX) or a scenario (YAML); nothing is kept.",
        response_model=Imported,
        responses={400: {"description": "`problems`: file, row and column of each mistake."}},
    )
    async def post_import(
        request: Request,
        x_tocsin: Proof,
        x_tocsin_capacity: InCapacity = "operator",
        file: Annotated[str, Query(max_length=200, description="The file's name.")] = "list.csv",
        head: Annotated[
            str | None, Query(max_length=30, description="Scenario whose head it takes.")
        ] = None,
    ) -> Any:
        needs_any(
            ["prepare"], x_tocsin_capacity, "importing is not for this capacity", exercise=False
        )
        data = await _body(request)
        try:
            base = await asyncio.to_thread(_found, library, head) if head else None
            scenario = await asyncio.to_thread(_imported, data, file, base)
        except TableError as error:
            told = {"detail": error.problems[0], "field": "", "problems": error.problems}
            return JSONResponse(told, status_code=400)
        return Imported(
            scenario=scenario.scenario,
            title=scenario.title.plain(),
            injects=len(scenario.injects),
            yaml=to_yaml(scenario),
        )

    return router


def _imported(data: bytes, file: str, head: Scenario | None) -> Scenario:
    if file.endswith((".yaml", ".yml")):
        try:
            return read_scenario(data.decode("utf-8-sig"), file)
        except UnicodeDecodeError:
            raise TableError([f"{file}:1: is not text in UTF-8"]) from None
    return scenario_of(read_rows(data, file), file, head)


async def _body(request: Request) -> bytes:
    found = b""
    async for part in request.stream():
        found += part
        if len(found) > MOST_BYTES:
            raise HTTPException(413, f"more than {MOST_BYTES // 1_000_000} MB")
    return found


def _staff_only(capacity: str) -> None:
    """Whoever plays must not read what waits for them."""
    needs_any(RIGHTS, capacity, "a scenario is not for this capacity", exercise=True)


def _shelf(library: Library) -> Iterator[ScenarioShown]:
    for one in library.all():
        if one.scenario is not None:
            yield _shown(one.scenario, own=one.own)


def _found(library: Library, name: str) -> Scenario:
    try:
        return library.find(name)
    except NoSuchScenario as error:
        raise HTTPException(404, str(error)) from None


def _shown(scenario: Scenario, *, own: bool) -> ScenarioShown:
    going = timeline(scenario)
    begins = going[0].at if going else scenario.starts
    last = going[-1].at if going else scenario.starts
    ends = scenario.moment(scenario.ends) if scenario.ends else last
    return ScenarioShown(
        scenario=scenario.scenario,
        title=scenario.title.plain(),
        brief=scenario.brief.plain(),
        starts=scenario.starts.isoformat(),
        duration_s=(ends - begins).total_seconds(),
        injects=len(scenario.injects),
        roles=list(scenario.roles),
        measures=list(dict.fromkeys(tie.measure for tie in scenario.ties)),
        objectives=[
            ObjectiveShown(id=one.id, text=one.text.plain(), critical=one.critical)
            for one in scenario.objectives
        ],
        own=own,
    )
