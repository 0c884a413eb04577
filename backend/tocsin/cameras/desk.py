"""What a process that serves screens has of the cameras."""

from collections.abc import Callable, Container, Iterable
from datetime import datetime
from pathlib import Path

from tocsin.cameras.evidence import EvidenceFolder
from tocsin.cameras.live_video import LiveVideo
from tocsin.cameras.register import OfExercise, OpenRegister, register_of
from tocsin.cameras.relay import FrameRelay
from tocsin.cameras.relay_link import RelayLink
from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.camera import Camera
from tocsin.contract.realm import LIVE

EVIDENCE = "evidence"  # below the folder of data


def _brings_none(realm: str) -> None:
    """An exercise without cameras of its own."""


class CameraDesk:
    """Register, pictures, live video and evidence.

    `realms` holds those that are open, `clock` gives the time of each, `of_exercise` the cameras
    that an exercise brings along. Where there can be no camera nothing is connected. Raises
    TwoCamerasOfOneName.
    """

    def __init__(
        self,
        cameras: Iterable[Camera],
        data: Path,
        realms: Callable[[], Container[str]],
        clock: Callable[[str], datetime],
        address: BrokerAddress | None = None,
        *,
        of_exercise: OfExercise = _brings_none,
    ) -> None:
        configured = register_of(cameras)
        self.register = OpenRegister(configured, of_exercise)
        self.relay = FrameRelay(self.register, realms, clock)
        self.live = LiveVideo(self.register)
        self.evidence = EvidenceFolder(data / EVIDENCE)
        self._link: RelayLink | None = None
        if address is not None and (configured or of_exercise is not _brings_none):
            self._link = RelayLink(self.relay, address, lambda: clock(LIVE))

    def start(self) -> None:
        """On the event loop."""
        if self._link is not None:
            self._link.start()

    def stop(self) -> None:
        """From another thread than the event loop's, which must still run."""
        self.live.stop()
        if self._link is not None:
            self._link.stop()
