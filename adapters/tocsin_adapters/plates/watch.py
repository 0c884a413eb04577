"""Our watch list: which plates are looked for, by what right, and until when.

Only what is on it may match. An entry that lacks its owner, legal basis, requester or another
person as validator never matches, nor does one before its start or after its end.
"""

import hashlib
import hmac
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from tocsin_adapters.plates.private_files import private_bytes
from tocsin_adapters.plates.words import looks_belgian, misreadings, normalised

MAX_ENTRIES = 50_000
DEFAULT_TIME = timedelta(hours=72)
_EXERCISE = re.compile(r"XEXE[0-9A-Z]{1,8}")

ListKind = Literal["live", "exercise"]
MatchKind = Literal["exact", "confusable"]
ActionCard = Literal["observe", "control", "do_not_stop"]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
Shown = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]


class Description(BaseModel):
    """What operators see instead of the plate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fr: Shown
    nl: Shown
    en: Shown | None = None

    def in_first(self, languages: Iterable[str]) -> str:
        written = {"fr": self.fr, "nl": self.nl, "en": self.en}
        return next((text for text in map(written.get, languages) if text), self.fr)


class Entry(BaseModel):
    """One line of the list. The plate stands in clear or as HMAC-SHA256 under the list's key."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    ref: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9-]{0,29}$")]
    plate: Annotated[str, StringConstraints(max_length=32)] | None = Field(None, repr=False)
    plate_hmac: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    description: Description
    action: ActionCard
    owner: Said
    legal_basis: Said
    requester: Said
    validator: Said
    starts: AwareDatetime
    expires: AwareDatetime | None = None
    review: AwareDatetime | None = None
    type_hint: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[A-Z]{3}$")] | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> "Entry":
        if (self.plate is None) == (self.plate_hmac is None):
            raise ValueError("plate: write the plate or its plate_hmac, one of the two")
        if self.plate is not None and normalised(self.plate) is None:
            raise ValueError("plate: this is no plate")
        if self.requester.casefold() == self.validator.casefold():
            raise ValueError("validator: must be another than the requester")
        if self.until <= self.starts:
            raise ValueError("expires: lies before starts")
        for text in (self.ref, self.description.fr, self.description.nl, self.description.en or ""):
            if self._tells_the_plate(text):
                raise ValueError("description: a plate stands in what operators see")
        return self

    @property
    def until(self) -> datetime:
        return self.expires or self.starts + DEFAULT_TIME

    def is_active(self, at: datetime) -> bool:
        return self.starts <= at < self.until

    def _tells_the_plate(self, text: str) -> bool:
        plain = "".join(filter(str.isalnum, text)).upper()
        plate = normalised(self.plate)
        return looks_belgian(text) or (plate is not None and plate in plain)


@dataclass(frozen=True, slots=True)
class Match:
    """The entry, and how surely the reading is its plate."""

    entry: Entry
    kind: MatchKind


@dataclass(frozen=True, slots=True)
class WatchList:
    """`refused`: what was wrong with entries that therefore never match, without any plate."""

    kind: ListKind
    by_plate: Mapping[str, tuple[Entry, ...]] = field(repr=False)
    by_hmac: Mapping[str, tuple[Entry, ...]] = field(repr=False)
    key: bytes | None = field(default=None, repr=False)
    refused: tuple[str, ...] = ()

    def match(self, plate: str, at: datetime, *, confusable: bool = True) -> Match | None:
        """The same plate, or one that readers take for it. Never any other likeness."""
        found = self._active(plate, at)
        if found is not None:
            return Match(found, "exact")
        if not confusable:
            return None
        likely = (self._active(meant, at) for meant in misreadings(plate))
        found = next(filter(None, likely), None)
        return None if found is None else Match(found, "confusable")

    def _active(self, plate: str, at: datetime) -> Entry | None:
        for entry in self._entries(plate):
            if entry.is_active(at):
                return entry
        return None

    def _entries(self, plate: str) -> tuple[Entry, ...]:
        clear = self.by_plate.get(plate, ())
        if not self.by_hmac or self.key is None:
            return clear
        digest = hmac.digest(self.key, plate.encode(), "sha256").hex()
        return clear + self.by_hmac.get(digest, ())


def read_list(path: Path, *, key: bytes | None, longest: timedelta) -> WatchList:
    """The list in a YAML or TOML file; ValueError when the file as a whole cannot be used."""
    document = _document(path)
    kind = document.get("list")
    if kind not in ("live", "exercise"):
        raise ValueError(f"{path}: `list` says live or exercise")
    rows = document.get("entries") or []
    if set(document) - {"list", "entries"} or not isinstance(rows, list):
        raise ValueError(f"{path}: the file holds `list` and `entries`, nothing else")
    if len(rows) > MAX_ENTRIES:
        raise ValueError(f"{path}: more than {MAX_ENTRIES} entries")
    if kind == "exercise":
        _refuse_real_plates(path, rows)
    entries: list[Entry] = []
    refused: list[str] = []
    for nth, row in enumerate(rows):
        try:
            entries.append(_entry(row, kind, key, longest))
        except ValueError as trouble:
            refused.append(f"entry {_ref(row, nth)}: {_first(trouble)}")
    twice = _twice(entries)
    refused += [f"entry {ref}: the ref stands twice" for ref in sorted(twice)]
    usable = [entry for entry in entries if entry.ref not in twice]
    clear = ((normalised(entry.plate) or "", entry) for entry in usable if entry.plate)
    hashed = ((entry.plate_hmac, entry) for entry in usable if entry.plate_hmac)
    return WatchList(kind, _grouped(clear), _grouped(hashed), key, tuple(refused))


def listed_hmac(key: bytes, plate: str) -> str:
    """What stands in `plate_hmac` for a plate."""
    return hmac.new(key, (normalised(plate) or "").encode(), hashlib.sha256).hexdigest()


def _document(path: Path) -> dict[str, Any]:
    content = private_bytes(path)
    try:
        text = content.decode("utf-8")
        document = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, yaml.YAMLError, RecursionError) as trouble:
        mark = getattr(trouble, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        raise ValueError(f"{path} is no valid {path.suffix or 'YAML'} file{where}") from None
    if not isinstance(document, dict):
        raise ValueError(f"{path}: the file holds `list` and `entries`")  # noqa: TRY004 as above
    return document


def _refuse_real_plates(path: Path, rows: list[Any]) -> None:
    """One plate that could be somebody's makes the whole exercise list unusable."""
    for nth, row in enumerate(rows):
        if not isinstance(row, dict):
            continue
        plate = normalised(row.get("plate"))
        if "plate_hmac" in row or (plate is not None and not is_exercise_plate(plate)):
            raise ValueError(
                f"{path}: entry {_ref(row, nth)} is no exercise plate; write one like X-EXE-101"
            )


def is_exercise_plate(plate: str) -> bool:
    return _EXERCISE.fullmatch(plate) is not None


def _entry(row: Any, kind: ListKind, key: bytes | None, longest: timedelta) -> Entry:
    if not isinstance(row, dict):
        raise ValueError("an entry is a table of fields")  # noqa: TRY004 told as one of its faults
    entry = Entry.model_validate(row)
    if entry.plate_hmac is not None and key is None:
        raise ValueError("plate_hmac: needs the option watch_key_file")
    if entry.until - entry.starts > longest:
        raise ValueError(f"expires: more than {longest} after starts")
    plate = normalised(entry.plate)
    if kind == "live" and plate is not None and is_exercise_plate(plate):
        raise ValueError("plate: an exercise plate belongs on an exercise list")
    return entry


def _first(trouble: ValueError) -> str:
    if not isinstance(trouble, ValidationError):
        return str(trouble)
    first = trouble.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}".removeprefix(": ").replace("Value error, ", "")


def _ref(row: Any, nth: int) -> str:
    ref = row.get("ref") if isinstance(row, dict) else None
    known = isinstance(ref, str) and len(ref) <= 30 and not looks_belgian(ref)
    return str(ref) if known else f"number {nth + 1}"


def _twice(entries: Iterable[Entry]) -> set[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for entry in entries:
        (twice if entry.ref in seen else seen).add(entry.ref)
    return twice


def _grouped(pairs: Iterator[tuple[str, Entry]]) -> dict[str, tuple[Entry, ...]]:
    groups: dict[str, tuple[Entry, ...]] = {}
    for plate, entry in pairs:
        groups[plate] = (*groups.get(plate, ()), entry)
    return groups
