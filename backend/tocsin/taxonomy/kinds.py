"""What observations of each kind may do to incidents."""

from collections.abc import Mapping
from functools import cache

from pydantic import model_validator

from tocsin.contract.observation import KINDS, Action, Kind
from tocsin.tables import Row, load, refuse
from tocsin.taxonomy.types import TypeCode, types


class KindRules(Row):
    """`opens` and `joins` still need what any incident needs: a type, a place or a shared code.

    `is_track`: without a type hint it is a moving thing's position, kept as one latest value;
    `track_needs_code`: only when it says which thing, by a `track` code.
    """

    opens: bool
    joins: bool
    default_type: TypeCode | None
    is_track: bool = False
    track_needs_code: bool = False

    @model_validator(mode="after")
    def _hold_together(self) -> "KindRules":
        if self.track_needs_code and not self.is_track:
            raise ValueError("track_needs_code: only what is a track")
        return self


class _KindTable(Row):
    idle_actions: frozenset[Action]
    kinds: dict[Kind, KindRules]


@cache
def _table() -> _KindTable:
    table = load(_KindTable, __package__, "kinds.yaml")
    problems = [f"kinds: {kind} is missing" for kind in KINDS if kind not in table.kinds]
    problems += [
        f"kinds: {kind}: default_type: there is no type {rules.default_type}"
        for kind, rules in table.kinds.items()
        if rules.default_type is not None and rules.default_type not in types()
    ]
    refuse("kinds.yaml", problems)
    return table


@cache
def kind_rules(kind: Kind) -> KindRules:
    return _table().kinds[kind]


@cache
def is_idle(action: Action) -> bool:
    """A sign of life: it neither opens nor joins anything."""
    return action in _table().idle_actions


def all_kind_rules() -> Mapping[Kind, KindRules]:
    return _table().kinds
