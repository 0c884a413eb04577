"""The measures of the plan: data, never an enum, so that another plan is another table."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from tocsin.tables import Row, Text, Words, load, refuse
from tocsin.taxonomy.types import MeasureCode, types

Relation = Literal["mobilise", "eprouve", "revele", "alimente"]
Wording = Literal["plan", "shortened", "ours"]


class Theme(Words):
    code: int
    translation: Literal["ours"]


class Measure(Row):
    """One measure; `translation` tells whose words the Dutch and the English are."""

    code: MeasureCode
    axis: str | None = None
    spine: str | None = None
    partners: tuple[str, ...] | None = Field(default=None, description="null: not recorded here")
    partners_fr: Text | None = None
    wording: Wording
    title: Words
    translation: Literal["ours"]
    short: Words
    variants: dict[str, Words] = Field(default_factory=dict)

    @property
    def shortened(self) -> bool:
        return self.wording == "shortened"

    @model_validator(mode="after")
    def _hold_together(self) -> "Measure":
        if (self.partners is None) != (self.partners_fr is None):
            raise ValueError("partners: the codes and the plan's own words go together")
        return self


class Catalogue(Row):
    plan: Annotated[str, Field(pattern=r"^[A-Z0-9-]{3,30}$")]
    title: Words
    translation: Literal["ours"]
    theme: Theme
    axes: dict[str, Words]
    spines: dict[str, Words]
    relations: dict[Relation, Words]
    by_hand: Words
    partners: dict[str, Words]
    measures: tuple[Measure, ...]


@cache
def catalogue() -> Catalogue:
    found = load(Catalogue, __package__, "catalogue.yaml")
    problems: list[str] = []
    seen: set[str] = set()
    for row in found.measures:
        where = f"measures: {row.code}"
        if row.code in seen:
            problems.append(f"{where}: comes a second time")
        seen.add(row.code)
        if row.axis is not None and row.axis not in found.axes:
            problems.append(f"{where}: axis: there is no axis {row.axis!r}")
        if row.spine is not None and row.spine not in found.spines:
            problems.append(f"{where}: spine: there is no {row.spine!r}")
        problems += [
            f"{where}: partners: there is no partner {partner!r}"
            for partner in row.partners or ()
            if partner not in found.partners
        ]
    refuse("catalogue.yaml", problems)
    refuse(
        "types.yaml",
        [
            f"types: {kind.code}: there is no measure {code} in {found.plan}"
            for kind in types().values()
            for code in (*kind.measures_auto, *kind.measures_usual)
            if code not in seen
        ],
    )
    return found


@cache
def catalogue_for_api() -> dict[str, Any]:
    """The catalogue as plain data."""
    return catalogue().model_dump(mode="json")


@cache
def measures() -> Mapping[str, Measure]:
    return MappingProxyType({row.code: row for row in catalogue().measures})


def measure(code: str) -> Measure:
    """The measure of that code; KeyError when the plan has none."""
    return measures()[code]


def natural(code: str) -> tuple[int, int]:
    """M10.9 before M10.10."""
    theme, _, number = code[1:].partition(".")
    return int(theme), int(number)
