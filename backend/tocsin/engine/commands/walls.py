"""Directing the walls: what the room has them show, until it lets them choose by themselves."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from tocsin.contract.camera import CameraId
from tocsin.engine.commands.drawings import Lat, Lon
from tocsin.engine.commands.registry import Act, Command, Giver, command
from tocsin.engine.commands.subjects import the_incident
from tocsin.engine.commands.words import OneLine
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandRefused
from tocsin.situation.records import WallLayout

CAMERAS_ON_A_WALL = 6

Zoom = Annotated[float, Field(ge=8, le=19, allow_inf_nan=False)]


class DirectWall(Command):
    """The whole of what a wall shall show; `view` is latitude, longitude and zoom."""

    command: Literal["direct_wall"]
    layout: WallLayout
    incident: str | None = None
    view: tuple[Lat, Lon, Zoom] | None = None
    cameras: Annotated[list[CameraId], Field(max_length=CAMERAS_ON_A_WALL)] = Field(
        default_factory=list
    )
    note: OneLine | None = None

    @model_validator(mode="after")
    def _show_something(self) -> "DirectWall":
        if self.incident is None and self.view is None and not self.cameras and self.note is None:
            raise ValueError("nothing to show; release the wall to let it choose by itself")
        if len(set(self.cameras)) < len(self.cameras):
            raise ValueError("a camera is named twice")
        return self


class ReleaseWall(Command):
    """The wall chooses by itself again."""

    command: Literal["release_wall"]
    layout: WallLayout


@command(DirectWall)
def direct_wall(d: Deliberation, told: DirectWall, giver: Giver) -> Act:
    if told.incident is not None:
        the_incident(d, told.incident)

    def write() -> None:
        wall = {
            "layout": told.layout,
            "incident": told.incident,
            "view": told.view,
            "cameras": told.cameras,
            "note": told.note,
            "by": giver.by,
            "since": d.at,
            "n": d.draft.n + 1,
        }
        d.enter("wall_directed", {"wall": wall})

    return Act(write, touches={"walls": [told.layout]})


@command(ReleaseWall)
def release_wall(d: Deliberation, told: ReleaseWall, giver: Giver) -> Act:
    if told.layout not in d.draft.walls:
        raise CommandRefused(f"wall {told.layout} chooses by itself already", "layout")

    def write() -> None:
        d.enter("wall_released", {"layout": told.layout, "by": giver.by})

    return Act(write, touches={"walls": [told.layout]})
