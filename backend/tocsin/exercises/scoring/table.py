"""The fifteen clocks as data: unit, target and words."""

from collections.abc import Mapping
from functools import cache
from typing import get_args

from pydantic import Field, model_validator

from tocsin.exercises.scenario.models import ClockName
from tocsin.exercises.scoring.score import Unit
from tocsin.tables import Row, Words, load


class ClockRow(Row):
    """`target` scores 3; `others` holds for samples of another kind."""

    unit: Unit
    target: float
    others: dict[str, float] = Field(default_factory=dict)
    name: Words
    measures: Words


class _Table(Row):
    clocks: dict[ClockName, ClockRow]

    @model_validator(mode="after")
    def _has_all(self) -> "_Table":
        missing = set(get_args(ClockName)) - set(self.clocks)
        if missing:
            raise ValueError(f"clocks: {', '.join(sorted(missing))} missing")
        return self


@cache
def clock_table() -> Mapping[ClockName, ClockRow]:
    return load(_Table, "tocsin.exercises.scoring", "clocks.yaml").clocks
