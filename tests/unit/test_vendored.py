"""Vendored libraries are what was pinned, to the byte."""

import hashlib
import json
from typing import Any

import pytest

from tocsin_frontend import page

VENDOR = page.STATIC_ROOT / "vendor"
LISTED: list[dict[str, Any]] = json.loads((VENDOR / "VENDORED.json").read_text("utf-8"))


@pytest.mark.parametrize("library", LISTED, ids=[library["folder"] for library in LISTED])
def test_a_vendored_library_has_the_listed_bytes(library: dict[str, Any]) -> None:
    folder = VENDOR / library["folder"]
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert found == library["sha256"]
    assert library["folder"].endswith(f"-{library['version']}")


def test_every_vendored_library_comes_with_its_licence() -> None:
    for library in LISTED:
        assert library["licence"]
        assert (VENDOR / library["folder"] / "LICENSE").stat().st_size > 500


def test_nothing_is_vendored_that_is_not_listed() -> None:
    listed = {library["folder"] for library in LISTED} | {"VENDORED.json"}
    assert {path.name for path in VENDOR.iterdir()} == listed
