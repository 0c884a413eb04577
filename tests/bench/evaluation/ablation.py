"""The correlator without one of its terms: what that term is worth."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import yaml

from bench.evaluation.stage import Told
from tocsin.rulebook import read_rulebook
from tocsin.situation.records import ArmedRules

SAID = "chain"  # no weight to take away: what a sender says outright is believed as it is
GROUPS = ("shared_ids", "place_names")  # terms whose weight hangs on what is shared


def without_each_term() -> Iterator[tuple[str, ArmedRules]]:
    """For every term of the shipped weights: its name, and rules in which it weighs nothing."""
    shipped: dict[str, Any] = yaml.safe_load(
        files("tocsin.correlation").joinpath("weights.yaml").read_text("utf-8")
    )
    for term in sorted(shipped["terms"].keys() - {SAID}):
        yield term, _rules(shipped | {"terms": shipped["terms"] | {term: 0.0}})
    for group in GROUPS:
        yield group, _rules(shipped | {group: dict.fromkeys(shipped[group], 0.0)})


def without_chains(hour: list[Told]) -> list[Told]:
    """The same hour, in which no sender says which of its messages belong together."""
    return [
        told._replace(observation=told.observation.model_copy(update={"chain": []}))
        for told in hour
    ]


def _rules(weights: Mapping[str, Any]) -> ArmedRules:
    tables = {"weights": yaml.safe_dump(dict(weights), sort_keys=False)}
    return ArmedRules(
        version=read_rulebook(tables).version,
        tables=tables,
        armed_by=0,
        at="2026-01-01T00:00:00.000Z",
        by="evaluation",
    )
