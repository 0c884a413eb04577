"""What a supervisor gives a group of cameras to watch: one line of JSON on its standard input.

It may hold a password, so it stands neither on a command line nor in the environment. The end of
the input means that the supervisor is gone. Each second the watcher writes a line on its output:
one that stays silent for long hangs and is started anew.

The entry point `camera` in the group `tocsin.watchers` names the watcher's module, which is run as
a program (`python -m MODULE --group NAME`).
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.camera import Camera, GroupName
from tocsin.contract.realm import LIVE, Realm

ENTRY_POINT_GROUP = "tocsin.watchers"
BEAT = b".\n"
BEAT_S = 1.0


class WatchOrder(BaseModel):
    """One group; `memory` is the folder in which it keeps what its cameras usually show."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: GroupName
    realm: Realm = LIVE
    broker: BrokerAddress
    cameras: tuple[Camera, ...] = Field(min_length=1)
    memory: Path | None = None

    @property
    def source(self) -> str:
        return f"camera:{self.group}"
