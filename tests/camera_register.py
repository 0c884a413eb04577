"""Cameras of a register, and pictures of theirs, for tests that need no real ones."""

from datetime import UTC, datetime
from typing import Any

import cv2
import numpy as np

from tocsin.contract.camera import Camera
from tocsin.contract.frame import FrameStamp, stamped
from tocsin.contract.realm import LIVE

NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)


def camera(name: str = "cam-1", /, **given: Any) -> Camera:
    """A traffic camera with an agreement, HERE of tests/deciding.py unless told otherwise."""
    fields: dict[str, Any] = {
        "id": name,
        "name": {"fr": f"Caméra {name}", "nl": f"Camera {name}"},
        "lat": 50.8597,
        "lon": 4.3478,
        "legal_regime": "trafic_non_surveillance",
        "agreement": True,
    }
    return Camera.model_validate(fields | given)


def picture(shade: int = 90, *, width: int = 64, height: int = 36) -> bytes:
    """A grey JPEG without a stamp."""
    grey = np.full((height, width, 3), shade, np.uint8)
    done, jpeg = cv2.imencode(".jpg", grey)
    assert done
    return jpeg.tobytes()


def frame(
    name: str = "cam-1", *, n: int = 1, at: datetime = NOW, shade: int = 90, realm: str = LIVE
) -> bytes:
    return stamped(picture(shade), FrameStamp(name, at, n, 64, 36, realm))
