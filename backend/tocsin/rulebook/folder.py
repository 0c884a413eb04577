"""A set of rules as a folder: a file for each table that differs from the shipped ones."""

from collections.abc import Mapping
from pathlib import Path

from tocsin.rulebook.rulebook import TABLES
from tocsin.tables import TableError

BYTES_MAX = 240 * 1024  # of all tables together: what a command may carry


def file_of(table: str) -> str:
    return f"{table}.yaml"


def read_folder(folder: Path) -> dict[str, str]:
    """The tables' texts by name, unread; TableError for what is no table, too large or no text."""
    tables: dict[str, str] = {}
    problems: list[str] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.suffix not in (".yaml", ".yml"):
            continue
        if path.stem not in TABLES or path.suffix != ".yaml":
            names = ", ".join(map(file_of, TABLES))
            problems.append(f"{path.name}: is no table; a folder of rules may have {names}")
            continue
        try:
            tables[path.stem] = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            problems.append(f"{path.name}: is no UTF-8 text: byte {error.start}")
    size = sum(len(text.encode()) for text in tables.values())
    if size > BYTES_MAX:
        problems.append(f"{folder.name}: {size} bytes, at most {BYTES_MAX} can be armed")
    if not tables and not problems:
        problems.append(f"{folder.name}: holds no table; `tocsin rules show` writes them out")
    if problems:
        raise TableError(problems)
    return tables


def write_folder(folder: Path, tables: Mapping[str, str]) -> list[Path]:
    """Writes each table's file; a file that is there already is never written over."""
    paths = [folder / file_of(name) for name in tables]
    for path in paths:
        if path.exists():
            raise FileExistsError(17, "is there already; name another folder", str(path))
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in zip(paths, tables.values(), strict=True):
        path.write_bytes(text.encode("utf-8"))
    return paths
