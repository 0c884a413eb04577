"""REST: incidents of the room in the formats of others."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Response

from tocsin.contract.realm import is_exercise
from tocsin.outward.cap import MEDIA_TYPE, cap_alert
from tocsin.web.api import RealmName
from tocsin.web.rooms import Rooms

IncidentId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")]


def outward_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter(prefix="/api/realms/{realm}/incidents/{incident}")

    @router.get(
        "/cap",
        summary="One incident as a CAP 1.2 alert, for partners; never a public alert.",
        response_class=Response,
        responses={
            200: {"content": {MEDIA_TYPE: {}}},
            403: {"description": "Nothing of an exercise goes out."},
            404: {"description": "No such incident."},
        },
    )
    async def get_cap(realm: RealmName, incident: IncidentId) -> Response:
        hub = rooms.hubs.get(realm)
        if hub is None:
            raise HTTPException(404, f"there is no realm {realm}")
        if is_exercise(realm):
            raise HTTPException(403, "nothing of an exercise goes out to partners")
        found = hub.situation.incidents.get(incident)
        if found is None:
            raise HTTPException(404, f"there is no incident {incident} in {realm}")
        return Response(cap_alert(hub.situation, found, rooms.sender), media_type=MEDIA_TYPE)

    return router
