"""Files that only their owner may read: keys and lists."""

import stat
from pathlib import Path

MAX_BYTES = 8 * 1024 * 1024
SHORTEST_KEY = 32


def private_bytes(path: Path) -> bytes:
    """The content, or ValueError when others may read it or it is too large."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise ValueError(f"{path} is no file")
        if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ValueError(f"{path} can be read by others; its mode must be 0600 or 0400")
        if found.st_size > MAX_BYTES:
            raise ValueError(f"{path} is larger than {MAX_BYTES} bytes")
        return path.read_bytes()
    except OSError as trouble:
        raise ValueError(f"{path} cannot be read: {trouble.strerror}") from None


def key_in(path: Path) -> bytes:
    """A secret of at least 32 characters, without the line end of its file."""
    key = private_bytes(path).rstrip(b"\r\n")
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"{path} holds {len(key)} characters; a key needs {SHORTEST_KEY}")
    return key
