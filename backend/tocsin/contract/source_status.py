"""What a source says of itself: retained, and left as its last will."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tocsin.contract.observation import SourceName, Utc


class SourceCounts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    received: int = Field(default=0, ge=0, description="Messages read from the source.")
    published: int = Field(default=0, ge=0, description="Observations the broker took.")
    rejected: int = Field(default=0, ge=0, description="Messages that could not be read.")
    warnings: int = Field(default=0, ge=0)


SourceState = Literal["online", "catching_up", "offline"]


class SourceStatus(BaseModel):
    """Heartbeat of one source. Silence of three heartbeats makes it `silent` on the screens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: SourceName
    state: SourceState
    at: Utc | None = Field(default=None, description="When it was written; absent in a last will.")
    adapter: Annotated[str, StringConstraints(max_length=60)] | None = None
    heartbeat_s: Annotated[float, Field(gt=0, le=3600)] = 10.0
    outbox: int = Field(
        default=0,
        ge=0,
        le=1_000_000_000,
        description="Observations kept on disk until the broker is back.",
    )
    outbox_since: Utc | None = Field(
        default=None, description="The oldest of them was received then."
    )
    trouble: Annotated[str, StringConstraints(max_length=300)] | None = Field(
        default=None, description="What is wrong at the source's side, in a sentence."
    )
    counts: SourceCounts = SourceCounts()
