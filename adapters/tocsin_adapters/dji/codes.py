"""The manufacturer's numbers as words."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tocsin_adapters.reading.numbers import whole


@cache
def table(name: str) -> Any:
    return _all()[name]


def word(name: str, value: object) -> Any:
    """None for a number that the table does not have."""
    code = whole(value, 0, 1000)
    return None if code is None else table(name).get(code)


@cache
def _all() -> dict[str, Any]:
    text = files(__package__).joinpath("codes.yaml").read_text("utf-8")
    return yaml.safe_load(text)  # type: ignore[no-any-return]
