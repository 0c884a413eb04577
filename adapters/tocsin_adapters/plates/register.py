"""Which camera of the register a message comes from."""

from collections.abc import Iterable

from tocsin.contract import Receipt
from tocsin.contract.camera import Camera


class CameraRegister:
    """Finds a camera by any name its maker's messages use; case makes no difference."""

    def __init__(self, cameras: Iterable[Camera]) -> None:
        self._known: dict[str, Camera] = {}
        for camera in cameras:
            for ref in (camera.id, *camera.device_refs):
                self._known.setdefault(ref.casefold(), camera)

    def find(self, refs: Iterable[str], receipt: Receipt) -> Camera | None:
        """By what the device calls itself, else by where the message came in."""
        where = (receipt.origin, receipt.origin.rstrip("/").rpartition("/")[2], receipt.source)
        for ref in (*refs, *where):
            camera = self._known.get(ref.casefold()) if ref else None
            if camera is not None:
                return camera
        return None
