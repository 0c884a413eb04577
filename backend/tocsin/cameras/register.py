"""The register of cameras: what stands where, and by which right it may be shown."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tocsin.contract.camera import Camera

Cameras = Mapping[str, Camera]  # of one realm, by id
Register = Mapping[str, Cameras]  # by realm: real and exercise cameras never meet
NONE: Cameras = MappingProxyType({})


class TwoCamerasOfOneName(ValueError):
    """A sentence for whoever wrote the configuration."""


def register_of(cameras: Iterable[Camera]) -> Register:
    found: dict[str, dict[str, Camera]] = {}
    for camera in cameras:
        some = found.setdefault(camera.realm, {})
        if camera.id in some:
            raise TwoCamerasOfOneName(f"two of them are called {camera.id} in {camera.realm}")
        some[camera.id] = camera
    return found
