"""The bytes of pictures kept to incidents: a file a picture, named by its hash."""

import hashlib
import os
import re
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{64}")


class Altered(Exception):
    """What lies under a hash is not what was kept."""


class EvidenceFolder:
    """Content-addressed: the same bytes are kept once, and no file is ever written twice.

    A gateway beside others needs the same folder as they.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> str:
        """The hash of the bytes, which are on disk when this returns."""
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        if path.exists():
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{name}.{os.getpid()}.new")
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
        return name

    def get(self, name: str) -> bytes | None:
        """Raises Altered where the bytes no longer give their hash."""
        if _NAME.fullmatch(name) is None:
            return None
        try:
            content = self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        if hashlib.sha256(content).hexdigest() != name:
            raise Altered(f"the bytes kept as {name[:12]}… are not those that were kept")
        return content

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name}.jpg"
