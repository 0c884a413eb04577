"""The matrix of capacities and rights, read out of roles.yaml."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from pydantic import model_validator

from tocsin.tables import Document, Row, Words, package_text, refuse

May = Literal["yes", "propose", "no"]
FILE = "roles.yaml"
EXERCISE = "exercise"  # the one condition that is asked here; the others are for who serves them


class Cell(Row):
    """`may` under a condition, written `yes with_reason`."""

    may: May
    condition: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        word, _, condition = value.partition(" ")
        return {"may": word, "condition": condition or None}


class Capacity(Words):
    discipline: Literal["D1", "D2", "D3", "D4", "D5"] | None = None


class Right(Words):
    who: dict[str, Cell]


class ByField(Row):
    """A right that hangs on what one field of the command says."""

    by: str
    rights: dict[str, str]


class Roles(Row):
    capacities: dict[str, Capacity]
    conditions: dict[str, Words]
    rights: dict[str, Right]
    commands: dict[str, str | ByField]


def read_roles(text: str, file: str = FILE) -> Roles:
    """Raises TableError where a row names a capacity, condition or right that is not there."""
    roles = Document(text, file).checked(Roles)
    problems: list[str] = []
    for name, right in roles.rights.items():
        for capacity, cell in right.who.items():
            where = f"rights: {name}: who: {capacity}"
            if capacity not in roles.capacities:
                problems.append(f"{where}: no such capacity")
            if cell.condition is not None and cell.condition not in roles.conditions:
                problems.append(f"{where}: no condition {cell.condition}")
    for command, entry in roles.commands.items():
        named = [entry] if isinstance(entry, str) else list(entry.rights.values())
        problems += [f"commands: {command}: no right {r}" for r in named if r not in roles.rights]
    refuse(file, problems)
    return roles


@cache
def shipped_roles() -> Roles:
    return read_roles(package_text(__package__, FILE))


def may(capacity: str, right: str, *, exercise: bool = False, roles: Roles | None = None) -> May:
    """What a capacity may do; an unknown capacity or right may nothing.

    `exercise`: the realm is an exercise, where some may do what they may not in earnest.
    """
    cell = _cell(roles or shipped_roles(), capacity, right)
    if cell is None or (cell.condition == EXERCISE and not exercise):
        return "no"
    return cell.may


def condition(capacity: str, right: str, roles: Roles | None = None) -> Words | None:
    """Under which condition a capacity has a right, for those who show or serve it."""
    table = roles or shipped_roles()
    cell = _cell(table, capacity, right)
    return table.conditions[cell.condition] if cell and cell.condition else None


def condition_of(capacity: str, right: str, roles: Roles | None = None) -> str | None:
    """The name of that condition, for those who can see to it."""
    cell = _cell(roles or shipped_roles(), capacity, right)
    return cell.condition if cell else None


def right_of(command: Mapping[str, Any], roles: Roles | None = None) -> str | None:
    """The right that a command document needs; None when the table has none: nobody may."""
    entry = (roles or shipped_roles()).commands.get(str(command.get("command")))
    if isinstance(entry, ByField):
        return entry.rights.get(str(command.get(entry.by)))
    return entry


def roles_for_api() -> dict[str, Any]:
    """Capacities, rights with their cells, and the right of each command, for screens."""
    return shipped_roles().model_dump(mode="json")


def _cell(roles: Roles, capacity: str, right: str) -> Cell | None:
    row = roles.rights.get(right)
    return row.who.get(capacity) if row else None
