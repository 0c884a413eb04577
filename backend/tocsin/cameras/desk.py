"""What a process that serves screens has of the cameras."""

from collections.abc import Callable, Container, Iterable
from datetime import datetime
from pathlib import Path

from tocsin.cameras.evidence import EvidenceFolder
from tocsin.cameras.live_video import LiveVideo
from tocsin.cameras.register import register_of
from tocsin.cameras.relay import FrameRelay
from tocsin.cameras.relay_link import RelayLink
from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.camera import Camera

EVIDENCE = "evidence"  # below the folder of data


class CameraDesk:
    """Register, pictures, live video and evidence; without a camera nothing is connected.

    `realms` holds those that are open, `clock` is wall time. Raises TwoCamerasOfOneName.
    """

    def __init__(
        self,
        cameras: Iterable[Camera],
        data: Path,
        realms: Callable[[], Container[str]],
        clock: Callable[[], datetime],
        address: BrokerAddress | None = None,
    ) -> None:
        self.register = register_of(cameras)
        self.relay = FrameRelay(self.register, realms, clock)
        self.live = LiveVideo(self.register)
        self.evidence = EvidenceFolder(data / EVIDENCE)
        self._link: RelayLink | None = None
        if address is not None and self.register:
            self._link = RelayLink(self.relay, address, clock)

    def start(self) -> None:
        """On the event loop."""
        if self._link is not None:
            self._link.start()

    def stop(self) -> None:
        """From another thread than the event loop's, which must still run."""
        self.live.stop()
        if self._link is not None:
            self._link.stop()
