"""Which modules a page's entry module needs, so that the browser asks for all of them at once."""

import re
from functools import cache
from pathlib import Path

_IMPORTED = re.compile(r"""^(?:import|export)\b[^;]*?\bfrom "(?P<there>\.[^"]+)";""", re.MULTILINE)


@cache
def modules_of(entry: Path) -> tuple[Path, ...]:
    """The module and all it imports, nearest first; a ValueError names an import of nothing."""
    found: dict[Path, None] = {entry.resolve(): None}
    waiting = list(found)
    while waiting:
        module = waiting.pop(0)
        for match in _IMPORTED.finditer(module.read_text("utf-8")):
            there = (module.parent / match["there"]).resolve()
            if not there.is_file():
                raise ValueError(f"{module.name} imports {match['there']}, which is not there")
            if there not in found:
                found[there] = None
                waiting.append(there)
    return tuple(found)
