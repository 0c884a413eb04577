"""Makers' words read by the table in `words.yaml`; plates in one spelling."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tocsin_adapters.plates.reads import Direction
from tocsin_adapters.reading.texts import one_line

MAX_PLATE = 16
_APART = re.compile(r"[\W_]+")
_BELGIAN = re.compile(r"(?<![0-9A-Za-z-])[0-9][-. ]?[A-Z]{3}[-. ]?[0-9]{3}(?![0-9A-Za-z-])")


def normalised(written: object) -> str | None:
    """Upper case, letters and digits only, in any script; None when that is no plate."""
    if isinstance(written, bool) or not isinstance(written, str | int):
        return None
    text = str(written)
    if len(text) > 4 * MAX_PLATE or _key(text) in _no_plate():
        return None
    if text.isascii():
        plate = "".join(filter(str.isalnum, text)).upper()
    else:
        plain = unicodedata.normalize("NFKC", text).upper()
        plate = "".join(filter(str.isalnum, plain))
    return plate if 1 < len(plate) <= MAX_PLATE else None


def looks_belgian(text: str) -> bool:
    return _BELGIAN.search(text.upper()) is not None


def misreadings(plate: str) -> Iterator[str]:
    """Every plate of which `plate` may be a reading with one confused character."""
    written = _misread_as()
    for at, character in enumerate(plate):
        for meant in written.get(character, ""):
            yield f"{plate[:at]}{meant}{plate[at + 1 :]}"


def country_of(*written: object) -> str | None:
    """ISO 3166 alpha-2 of the first that names a country."""
    return next((found for found in map(_country, written) if found), None)


def direction_of(written: object) -> Direction | None:
    word = _key(written)
    if word in _words("approach"):
        return "approach"
    return "leave" if word in _words("leave") else None


def colour_of(written: object) -> str | None:
    return _meanings("colours").get(_key(written))


def class_of(written: object) -> str | None:
    return _meanings("classes").get(_key(written))


def vendor_list_of(written: object) -> str | None:
    return _meanings("vendor_lists").get(_key(written))


def make_of(written: object) -> str | None:
    """A make as people write it; None for codes and for "unknown"."""
    make = one_line(written, 40)
    if make is None or _key(make) in _NO_MAKE or not any(map(str.isalpha, make)):
        return None
    return make


_NO_MAKE = frozenset({"", "unknown", "other", "generic", "none", "null", "invalid"})


def _country(written: object) -> str | None:
    if not isinstance(written, str):
        return None
    code = written.strip().upper()[:8]
    if not (code.isascii() and code.isalpha()) or code in _table()["no_country"]:
        return None
    known = _countries().get(code)
    if known is not None:
        return known
    return code if len(code) == 2 else None


def _key(written: object) -> str:
    if not isinstance(written, str) or len(written) > 60:
        return ""
    return _APART.sub("", written).lower()


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(_key(str(word)) for word in _table()[name])


@cache
def _no_plate() -> frozenset[str]:
    return _words("no_plate") | {""}


@cache
def _meanings(name: str) -> dict[str, str]:
    return {_key(word): ours for ours, theirs in _table()[name].items() for word in theirs}


@cache
def _countries() -> dict[str, str]:
    table = {code: alpha2 for alpha2, codes in _table()["countries"].items() for code in codes}
    return table | {alpha2: alpha2 for alpha2 in _table()["countries"]}


@cache
def _misread_as() -> dict[str, str]:
    read: dict[str, str] = {}
    for meant, readings in _table()["confusions"].items():
        for character in readings:
            read[character] = read.get(character, "") + meant
    return read


@cache
def _table() -> dict[str, Any]:
    written = files(__package__).joinpath("words.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return table
