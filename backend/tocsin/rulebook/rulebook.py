"""The tables of judgement, shipped or armed by the room."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from tocsin.alarms.types import AlarmTypes, read_alarm_types
from tocsin.correlation import Weights, read_weights
from tocsin.correlation.relations import Relations, read_relations
from tocsin.measures import TieRules, read_rules
from tocsin.severity import SeverityTable, read_severity
from tocsin.situation.records import ArmedRules
from tocsin.tables import TableError, package_text

TableName = Literal["weights", "relations", "tie_rules", "severity", "alarm_types"]

# Where the shipped text of each table lies.
TABLES: Mapping[TableName, tuple[str, str]] = {
    "weights": ("tocsin.correlation", "weights.yaml"),
    "relations": ("tocsin.correlation", "relations.yaml"),
    "tie_rules": ("tocsin.measures", "rules.yaml"),
    "severity": ("tocsin.severity", "escalators.yaml"),
    "alarm_types": ("tocsin.alarms", "types.yaml"),
}
_READERS: Mapping[TableName, Callable[[str], Any]] = {
    "weights": read_weights,
    "relations": read_relations,
    "tie_rules": read_rules,
    "severity": read_severity,
    "alarm_types": read_alarm_types,
}

KEPT = (
    16  # sets of rules that are read already: one for each realm that has its own, and rehearsals
)


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """`version` is a short hash over the text of all tables: it names what was in force."""

    version: str
    weights: Weights
    relations: Relations
    tie_rules: TieRules
    severity: SeverityTable
    alarm_types: AlarmTypes


@cache
def shipped() -> Rulebook:
    return _read(())


def armed(rules: ArmedRules | None) -> Rulebook:
    """The rules in force; a journal that never armed any runs on the shipped ones.

    Raises TableError where tables were armed that this version of Tocsin cannot use.
    """
    if rules is None or not rules.tables:
        return shipped()
    known = _armed.get(rules.version)
    if known is None or known[0] != rules.tables:  # nearly always the very same: a glance
        if len(_armed) >= KEPT:
            _armed.clear()
        known = _armed[rules.version] = (rules.tables, read_rulebook(rules.tables))
    return known[1]


_armed: dict[str, tuple[Mapping[str, str], Rulebook]] = {}


def read_rulebook(tables: Mapping[str, str]) -> Rulebook:
    """A rulebook whose named tables have these texts, the others being the shipped ones.

    Raises TableError with every line that does not fit; a table `x` is spoken of as `x.yaml`.
    """
    unknown = [f"there is no table {name!r}" for name in tables if name not in TABLES]
    if unknown:
        raise TableError([f"{problem}; there are {', '.join(TABLES)}" for problem in unknown])
    return _read(tuple(sorted(changed_tables(tables).items())))


def changed_tables(tables: Mapping[str, str]) -> dict[str, str]:
    """Those that say something else than the shipped ones."""
    return {name: text for name, text in tables.items() if text != shipped_texts().get(name)}


@cache
def shipped_texts() -> Mapping[str, str]:
    return {name: package_text(*where) for name, where in TABLES.items()}


@lru_cache(maxsize=KEPT)
def _read(changes: tuple[tuple[str, str], ...]) -> Rulebook:
    changed = dict(changes)
    text = {name: changed.get(name, shipped_texts()[name]) for name in TABLES}
    read: dict[str, Any] = {}
    problems: list[str] = []
    for name, reader in _READERS.items():
        if name not in changed and changed:
            read[name] = getattr(shipped(), name)
            continue
        try:
            read[name] = reader(text[name])
        except TableError as error:
            problems += [_spoken_of(name, problem) for problem in error.problems]
    if problems:
        raise TableError(problems)
    return Rulebook(version=version_of(text), **read)


def _spoken_of(name: TableName, problem: str) -> str:
    """The table's readers know the name of the file that is shipped."""
    return f"{name}.yaml{problem.removeprefix(TABLES[name][1])}"


def version_of(tables: Mapping[TableName, str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tables):
        digest.update(f"{name}\n{len(tables[name])}\n{tables[name]}".encode())
    return digest.hexdigest()[:8]
