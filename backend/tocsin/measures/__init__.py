"""The measures of the plan, and the rules that tie incidents to them."""

from tocsin.measures.catalogue import (
    Catalogue,
    Measure,
    catalogue,
    catalogue_for_api,
    measure,
    measures,
)
from tocsin.measures.rules import Rule, rules
from tocsin.measures.ties import IncidentView, TieDraft, relevant_facts, ties_for

__all__ = [
    "Catalogue",
    "IncidentView",
    "Measure",
    "Rule",
    "TieDraft",
    "catalogue",
    "catalogue_for_api",
    "measure",
    "measures",
    "relevant_facts",
    "rules",
    "ties_for",
]
