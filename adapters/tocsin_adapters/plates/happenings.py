"""The table of what cameras notice besides plates."""

from functools import cache
from importlib.resources import files
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class HappeningRow(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    fr: str
    nl: str
    en: str
    type_hint: str | None = None
    facts: dict[str, bool] = Field(default_factory=dict)
    figures: tuple[str, ...] = ()
    pictures: bool = True
    repeat_s: Annotated[int, Field(gt=0)] = 60


@cache
def happenings() -> dict[str, HappeningRow]:
    written = files(__package__).joinpath("happenings.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return TypeAdapter(dict[str, HappeningRow]).validate_python(table)
