"""REST: the register of cameras, an incident's strip, and pictures kept as evidence."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Path, Query, Response
from pydantic import BaseModel, ConfigDict

from tocsin.access import may, shipped_roles
from tocsin.access.roles import May
from tocsin.cameras.condition import conditions
from tocsin.cameras.evidence import Altered
from tocsin.cameras.gate import Verdict, may_watch
from tocsin.cameras.live_video import has_video
from tocsin.cameras.register import NONE, Cameras
from tocsin.cameras.strip import Situated, Strip, strip_of
from tocsin.contract.camera import Camera, CameraId, CameraName
from tocsin.contract.observation import LegalRegime
from tocsin.contract.realm import is_exercise
from tocsin.contract.times import to_text
from tocsin.engine.commands.evidence import Sha256
from tocsin.engine.commands.words import Line
from tocsin.engine.inputs import CommandForbidden, CommandRefused
from tocsin.journal.entry import EntryKind
from tocsin.journal.store import Journal
from tocsin.live.hub import Hub
from tocsin.situation.picture import is_open
from tocsin.web.api import CommandTaken, RealmName, Refusal, carried_out
from tocsin.web.asking import Proof
from tocsin.web.rooms import Rooms

AT_ONCE = 500
KEPT: tuple[EntryKind, ...] = ("evidence_kept",)
APART = {
    "realm",
    "url",
    "account_file",
    "device_refs",
    "codes",
    "clock",
}  # what no screen needs to know
Capacity = Annotated[str, Query(description="In which capacity one looks; see `/api/roles`.")]
IncidentId = Annotated[str, Path(pattern=r"^I-\d{4,15}$")]


class CameraView(BaseModel):
    """A camera as screens know it: never its address.

    `may`, `reason` and `condition` are about its pictures; `frame_at` is when the newest one was
    captured.
    """

    id: str
    name: CameraName
    lat: float
    lon: float
    heading_deg: float | None
    field_of_view_deg: float | None
    range_m: float | None
    turns: bool
    group: str
    legal_regime: LegalRegime
    controller: str | None
    agreement: bool
    may: May
    reason: str | None
    condition: dict[str, str] | None
    live: bool
    frame_at: str | None


class CamerasView(BaseModel):
    cameras: list[CameraView]


class KeepRequest(BaseModel):
    """Keep the newest picture of a camera."""

    model_config = ConfigDict(extra="forbid")

    camera: CameraId
    note: Line | None = None


class Kept(CommandTaken):
    sha256: str
    captured_at: str


def camera_routes(rooms: Rooms) -> APIRouter:  # noqa: C901 a table of routes reads best in one piece
    router = APIRouter(prefix="/api/realms/{realm}")
    desk = rooms.cameras

    def hub_of(realm: str) -> Hub:
        hub = rooms.hubs.get(realm)
        if hub is None:
            raise HTTPException(404, f"there is no realm {realm}")
        return hub

    def cameras_in(realm: str) -> Cameras:
        return desk.register.get(realm, NONE)

    @router.get("/cameras", summary="The register of cameras, and what this capacity may see.")
    async def get_cameras(realm: RealmName, capacity: Capacity = "operator") -> CamerasView:
        hub_of(realm)
        known_capacity(capacity)
        return CamerasView(cameras=[view(c, realm, capacity) for c in cameras_in(realm).values()])

    def view(camera: Camera, realm: str, capacity: str) -> CameraView:
        verdict = may_watch(capacity, camera, exercise=is_exercise(realm))
        newest = desk.relay.newest(realm, camera.id)
        return CameraView(
            **camera.model_dump(exclude=APART),
            may=verdict.may,
            reason=verdict.reason,
            condition=verdict.condition,
            live=verdict.may == "yes" and has_video(camera),
            frame_at=to_text(newest.stamp.captured_at) if newest is not None else None,
        )

    @router.get(
        "/incidents/{incident}/cameras", summary="The best six cameras of an incident, with why."
    )
    async def get_strip(realm: RealmName, incident: IncidentId) -> Strip:
        situation = hub_of(realm).situation
        found = situation.incidents.get(incident)
        if found is None:
            raise HTTPException(404, f"there is no incident {incident} in {realm}")
        seen = [situation.observations[o] for o in found.observations]
        states = conditions(situation.cameras.values(), situation.sources)
        about = Situated(found, seen, states, desk.relay.ages(realm))
        return strip_of(cameras_in(realm), about)

    @router.post(
        "/incidents/{incident}/evidence",
        status_code=201,
        summary="Keep the newest picture of a camera to an incident.",
        responses={status: {"model": Refusal} for status in (403, 409, 503)},
    )
    async def keep(
        realm: RealmName,
        incident: IncidentId,
        asked: KeepRequest,
        x_tocsin: Proof,
        x_tocsin_capacity: Annotated[
            str, Header(description="In which capacity it is kept; see `/api/roles`.")
        ] = "operator",
    ) -> Kept:
        hub = hub_of(realm)
        capacity = known_capacity(x_tocsin_capacity)
        camera = cameras_in(realm).get(asked.camera)
        if camera is None:
            raise CommandRefused(f"there is no camera {asked.camera}", "camera")
        _check_right_to_keep(hub, incident, camera, capacity)
        frame = desk.relay.newest(realm, camera.id)
        if frame is None:
            raise CommandRefused(f"no picture of {camera.id} has come so far", "camera")
        sha256 = await asyncio.to_thread(desk.evidence.keep, frame.jpeg)
        captured_at = to_text(frame.stamp.captured_at)
        document = {
            "command": "keep_frame",
            "incident": incident,
            "camera": camera.id,
            "sha256": sha256,
            "size": len(frame.jpeg),
            "captured_at": captured_at,
            "note": asked.note,
        }
        taken = await carried_out(rooms, realm, document, capacity)
        return Kept(n=taken.n, sha256=sha256, captured_at=captured_at)

    @router.get(
        "/evidence/{sha256}",
        summary="The bytes of a picture that was kept, checked against their hash.",
        response_class=Response,
        responses={200: {"content": {"image/jpeg": {}}}, 409: {"model": Refusal}},
    )
    async def get_evidence(
        realm: RealmName, sha256: Annotated[Sha256, Path()], capacity: Capacity = "operator"
    ) -> Response:
        hub_of(realm)
        known_capacity(capacity)
        camera = await asyncio.to_thread(camera_of_evidence, rooms.journal, realm, sha256)
        if camera is None:
            raise HTTPException(404, f"no picture was kept under this hash in {realm}")
        verdict = _verdict_on(cameras_in(realm).get(camera), capacity, realm)
        if verdict.may != "yes":
            raise CommandForbidden(f"{capacity} may not see pictures of {camera}")
        try:
            content = await asyncio.to_thread(desk.evidence.get, sha256)
        except Altered as altered:
            raise HTTPException(409, str(altered)) from None
        if content is None:
            raise HTTPException(404, "the bytes of this picture are not in this folder of evidence")
        headers = {"Cache-Control": "private, no-store"}
        return Response(content, media_type="image/jpeg", headers=headers)

    return router


def known_capacity(capacity: str) -> str:
    if capacity not in shipped_roles().capacities:
        raise CommandRefused(f"there is no capacity {capacity[:40]!r}", "capacity")
    return capacity


def camera_of_evidence(journal: Journal, realm: str, sha256: str) -> str | None:
    """Of which camera a picture was kept in this realm, as its journal has it."""
    before: int | None = None
    while True:
        page = journal.read_kinds(realm, KEPT, before=before, newest_first=True, limit=AT_ONCE)
        for entry in page:
            evidence: dict[str, Any] = entry.body["evidence"]
            if evidence["sha256"] == sha256:
                return str(evidence["camera"])
        if len(page) < AT_ONCE:
            return None
        before = page[-1].n


def _verdict_on(camera: Camera | None, capacity: str, realm: str) -> Verdict:
    """A camera that left the register is treated like one of an open place."""
    exercise = is_exercise(realm)
    if camera is not None:
        return may_watch(capacity, camera.model_copy(update={"agreement": True}), exercise=exercise)
    return Verdict(may(capacity, "live_video", exercise=exercise))


def _check_right_to_keep(hub: Hub, incident: str, camera: Camera, capacity: str) -> None:
    """Before any byte is stored; the command itself checks again."""
    exercise = is_exercise(hub.realm)
    found = hub.situation.incidents.get(incident)
    if found is None or not is_open(found):
        raise CommandRefused(f"{incident} is no open incident", "incident")
    allowed = may(capacity, "keep_picture", exercise=exercise) == "yes"
    if not allowed or may_watch(capacity, camera, exercise=exercise).may != "yes":
        raise CommandForbidden(f"{capacity} may not keep pictures of {camera.id}")
