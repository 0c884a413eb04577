"""The shapes of the live protocol, for the contract documents and the tests that hold us to them.

The hub assembles frames from bytes that were encoded once; these models say what comes out.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WireEntry(_Message):
    """One entry of the journal as screens are shown it."""

    n: int
    at: str
    kind: str
    cause: int
    body: dict[str, Any]


class Hello(_Message):
    """First message on every socket."""

    type: Literal["hello"]
    protocol: int
    realm: str
    n: int = Field(description="Number of the realm's last entry.")
    boot: str = Field(description="Changes when the server starts anew.")
    at: str = Field(description="The realm's clock: exercise time in an exercise.")
    version: str


class Snapshot(_Message):
    """The whole picture after entry `n`; sent when there is nothing to resume from."""

    type: Literal["snapshot"]
    n: int
    situation: dict[str, Any]


class Frame(_Message):
    """Entries `first` to `n`; positions that a later one supersedes are left out."""

    type: Literal["frame"]
    first: int
    n: int
    entry_at: str = Field(description="Time of entry `n`.")
    at: str
    entries: list[WireEntry]


class LinkHealth(_Message):
    state: Literal["connected", "lost", "ok", "stuck"]
    since: str | None
    trouble: str | None = Field(description="A word that screens say in their own language.")


class Counts(_Message):
    """Since the engine started; `rate_per_s` over the last seconds."""

    received: int
    recorded: int
    duplicates: int
    quarantined: int
    waiting: int
    rate_per_s: float


class Health(_Message):
    broker: LinkHealth
    journal: LinkHealth
    counts: Counts


class Beat(_Message):
    """Once a second, whatever happens; a screen without any message for 3 s says FROZEN."""

    type: Literal["beat"]
    at: str
    n: int
    health: Health


MESSAGES: tuple[type[BaseModel], ...] = (Hello, Snapshot, Frame, Beat)
