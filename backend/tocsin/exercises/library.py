"""The scenarios that can be played: those that Tocsin brings, and a house's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tocsin.exercises.collection import scenario_folder
from tocsin.exercises.scenario import Scenario, load_scenario
from tocsin.tables import TableError


class NoSuchScenario(LookupError):
    """A sentence: there is none of that name, or its file has mistakes."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A file of the library; without a `scenario` it cannot be played, and `problems` says why."""

    path: Path
    own: bool
    scenario: Scenario | None
    problems: tuple[str, ...] = ()


class Library:
    """Read anew whenever a file has changed; a house's own files stand behind those shipped."""

    def __init__(self, own: Path | None = None) -> None:
        self._own = own

    def all(self) -> tuple[Shelved, ...]:
        shelved = [
            _read(path, own=own) for folder, own in self._folders() for path in _files(folder)
        ]
        taken: dict[str, Path] = {}
        found = []
        for one in shelved:
            name = one.scenario.scenario if one.scenario else None
            if name is not None and name in taken:
                told = f"{one.path.name}: scenario: {taken[name].name} is called {name} already"
                found.append(Shelved(one.path, one.own, None, (told,)))
                continue
            if name is not None:
                taken[name] = one.path
            found.append(one)
        return tuple(found)

    def find(self, name: str) -> Scenario:
        """By its name, `sc-01`. Raises NoSuchScenario."""
        for one in self._likely(name):
            if one.scenario is not None and one.scenario.scenario == name:
                return one.scenario
        names = [one.scenario.scenario for one in self.all() if one.scenario is not None]
        raise NoSuchScenario(f"there is no scenario {name}; there are {', '.join(names)}")

    def _likely(self, name: str) -> Iterator[Shelved]:
        """Files that are called so first: reading the whole library takes seconds once."""
        for folder, own in self._folders():
            for path in _files(folder):
                if path.stem == name or path.stem.startswith(f"{name}-"):
                    yield _read(path, own=own)
        yield from self.all()

    def _folders(self) -> Iterator[tuple[Path, bool]]:
        yield scenario_folder(), False
        if self._own is not None:
            yield self._own, True


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def _read(path: Path, *, own: bool) -> Shelved:
    try:
        return _read_once(path, path.stat().st_mtime_ns, own)
    except OSError as error:
        return Shelved(path, own, None, (f"{path.name}: {error.strerror or error}",))


@lru_cache(maxsize=256)
def _read_once(path: Path, changed: int, own: bool) -> Shelved:
    try:
        return Shelved(path, own, load_scenario(path))
    except TableError as error:
        return Shelved(path, own, None, error.problems)
    except UnicodeDecodeError:
        return Shelved(path, own, None, (f"{path.name}: is not text in UTF-8",))
