"""A new adapter as a package of its own, from the template beside this module."""

import re
from importlib import resources
from pathlib import Path
from string import Template

TEMPLATE = "template"
_name = re.compile(r"^[a-z][a-z0-9_]{0,39}$")


class NotStarted(ValueError):
    """A sentence for the person who asked."""


def start_adapter(name: str, folder: Path) -> list[Path]:
    """Writes the package into an empty or missing folder; gives back what it wrote.

    Raises `NotStarted`, OSError.
    """
    if not _name.fullmatch(name):
        raise NotStarted(f"{name!r} is no name: lower case letters, digits and _, a letter first")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotStarted(f"{folder} is there already and not empty")
    package = f"tocsin_adapter_{name}"
    words = {
        "name": name,
        "dashed": name.replace("_", "-"),
        "package": package,
        "adapter": f"{''.join(part.capitalize() for part in name.split('_'))}Adapter",
    }
    places = {
        "pyproject.toml": folder / "pyproject.toml",
        "README.md": folder / "README.md",
        "adapter.py": folder / package / "__init__.py",
        "test_adapter.py": folder / "tests" / f"test_{name}.py",
        "example.json": folder / "tests" / "example.json",
    }
    for kind, path in places.items():
        shipped = resources.files("tocsin.sources") / TEMPLATE / f"{kind}.tmpl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(shipped.read_text("utf-8")).substitute(words), "utf-8")
    return list(places.values())
