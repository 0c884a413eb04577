"""Scenarios: the script of an exercise, read from YAML and checked before anyone plays it."""

from tocsin.exercises.scenario.checks import problems
from tocsin.exercises.scenario.models import Inject, Scenario, offset_of
from tocsin.exercises.scenario.occurrences import Occurrence, occurrences, timeline
from tocsin.exercises.scenario.reading import load_scenario, read_scenario

__all__ = [
    "Inject",
    "Occurrence",
    "Scenario",
    "load_scenario",
    "occurrences",
    "offset_of",
    "problems",
    "read_scenario",
    "timeline",
]
