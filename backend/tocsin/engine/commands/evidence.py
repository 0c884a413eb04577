"""Keeping a camera's picture to an incident. The bytes lie apart; the journal has their hash."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tocsin.contract.camera import CameraId
from tocsin.contract.frame import MAX_FRAME_BYTES
from tocsin.contract.times import to_text
from tocsin.engine.commands.registry import Act, Command, Giver, command
from tocsin.engine.commands.subjects import the_open_incident
from tocsin.engine.commands.words import Line, Moment, made_later
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandRefused
from tocsin.situation.record_folds import records_about

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class KeepFrame(Command):
    """Given by the door for evidence, which has stored the bytes first."""

    command: Literal["keep_frame"]
    incident: str
    camera: CameraId
    sha256: Sha256
    size: Annotated[int, Field(ge=1, le=MAX_FRAME_BYTES)]
    captured_at: Moment
    note: Line | None = None


@command(KeepFrame)
def keep_frame(d: Deliberation, told: KeepFrame, giver: Giver) -> Act:
    incident = the_open_incident(d, told.incident)
    for kept in records_about(d.draft, "evidence", incident.id):
        if kept.sha256 == told.sha256:
            raise CommandRefused(f"{incident.id} has this picture already ({kept.id})", "camera")

    def write() -> None:
        evidence = {
            "id": d.next_id("E"),
            "incident": incident.id,
            "camera": told.camera,
            "sha256": told.sha256,
            "size": told.size,
            "captured_at": to_text(told.captured_at),  # the camera's own clock, right or wrong
            "kept_at": d.at,
            "by": giver.by,
            "note": told.note,
        }
        d.enter("evidence_kept", {"evidence": evidence})

    return Act(write, touches={"evidence": made_later(d, "E")})
