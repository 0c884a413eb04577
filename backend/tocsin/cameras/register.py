"""The register of cameras: what stands where, and by which right it may be shown."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from tocsin.contract.camera import Camera
from tocsin.contract.realm import is_exercise

Cameras = Mapping[str, Camera]  # of one realm, by id
Register = Mapping[str, Cameras]  # by realm: real and exercise cameras never meet
OfExercise = Callable[[str], Iterable[Camera] | None]
NONE: Cameras = MappingProxyType({})
ASK_AGAIN_S = 2.0


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


class OpenRegister(Register):
    """The configured cameras, and those that exercises bring along while the house runs.

    `of_exercise` gives the cameras of an exercise realm, None while it is not prepared; a realm
    that is known is not asked for again, another one every two seconds at most.
    """

    def __init__(
        self,
        configured: Register,
        of_exercise: OfExercise,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._configured = configured
        self._of_exercise = of_exercise
        self._monotonic = monotonic
        self._brought: dict[str, Cameras] = {}
        self._ask_at: dict[str, float] = {}

    def __getitem__(self, realm: str) -> Cameras:
        if is_exercise(realm) and realm not in self._brought:
            self._look(realm)
        found = self._brought.get(realm) or self._configured.get(realm)
        if found is None:
            raise KeyError(realm)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter({**self._configured, **self._brought})

    def __len__(self) -> int:
        return len({**self._configured, **self._brought})

    def _look(self, realm: str) -> None:
        now = self._monotonic()
        if now < self._ask_at.get(realm, now):
            return
        self._ask_at[realm] = now + ASK_AGAIN_S
        cameras = self._of_exercise(realm)
        if cameras is None:
            return
        own = {camera.id: camera for camera in cameras}
        self._brought[realm] = {**self._configured.get(realm, NONE), **own}
