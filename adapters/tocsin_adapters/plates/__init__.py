"""Plates and cameras of all makers: one normalised reading, one watch list, one law.

Makers' packages give a reader; what leaves of a reading is decided here.
"""

from tocsin_adapters.plates.camera_adapter import CameraAdapter
from tocsin_adapters.plates.reads import (
    UNKNOWN_VEHICLE,
    CameraState,
    Direction,
    Happening,
    PlateRead,
    StateOfCamera,
    StateOfRecorder,
    Told,
    Vehicle,
)
from tocsin_adapters.plates.settings import PlateSettings

__all__ = [
    "UNKNOWN_VEHICLE",
    "CameraAdapter",
    "CameraState",
    "Direction",
    "Happening",
    "PlateRead",
    "PlateSettings",
    "StateOfCamera",
    "StateOfRecorder",
    "Told",
    "Vehicle",
]
