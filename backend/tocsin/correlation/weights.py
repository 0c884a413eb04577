"""The weights table: data, loaded once."""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict


class Surface(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    code: str
    against: str


class Terms(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    distance: float
    time: float
    family: float
    untyped: float
    place_name: float
    shared_id: float
    other_source_class: float
    other_level: float
    chain: float


class Weights(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int
    join: float
    suggest: float
    terms: Terms
    shared_id_kinds: frozenset[str]
    surface: Surface


@cache
def weights() -> Weights:
    text = files("tocsin.correlation").joinpath("weights.yaml").read_text("utf-8")
    return Weights.model_validate(yaml.safe_load(text))
