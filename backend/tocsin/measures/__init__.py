"""The measures of the plan, the rules that tie incidents to them, and what came of it."""

from tocsin.measures.catalogue import (
    Catalogue,
    Measure,
    catalogue,
    catalogue_for_api,
    measure,
    measures,
)
from tocsin.measures.rules import Rule
from tocsin.measures.ties import (
    TieDraft,
    TieRules,
    read_rules,
    shipped_rules,
    tie_id,
    ties_for,
    times_to_review,
)
from tocsin.measures.view import IncidentView, NearSite, Trial
from tocsin.measures.wall import wall_ties

__all__ = [
    "Catalogue",
    "IncidentView",
    "Measure",
    "NearSite",
    "Rule",
    "TieDraft",
    "TieRules",
    "Trial",
    "catalogue",
    "catalogue_for_api",
    "measure",
    "measures",
    "read_rules",
    "shipped_rules",
    "tie_id",
    "ties_for",
    "times_to_review",
    "wall_ties",
]
