"""Correlation: from observations to incidents, and between incidents, explained."""

from tocsin.correlation.correlate import Correlation, answered_by, correlate, opened_beside
from tocsin.correlation.early import early_facts
from tocsin.correlation.naming import places_said
from tocsin.correlation.relations import Relations, read_relations, shipped_relations
from tocsin.correlation.weights import Weights, read_weights, shipped_weights

__all__ = [
    "Correlation",
    "Relations",
    "Weights",
    "answered_by",
    "correlate",
    "early_facts",
    "opened_beside",
    "places_said",
    "read_relations",
    "read_weights",
    "shipped_relations",
    "shipped_weights",
]
