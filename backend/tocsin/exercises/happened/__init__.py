"""What happened in a realm, and whether a scenario's conditions hold in it."""

from tocsin.exercises.happened.conditions import (
    first_held,
    holds,
    incident_of,
    issue_of,
)
from tocsin.exercises.happened.course import Happened, Moment, inject_of
from tocsin.exercises.happened.folds import fold, happened

__all__ = [
    "Happened",
    "Moment",
    "first_held",
    "fold",
    "happened",
    "holds",
    "incident_of",
    "inject_of",
    "issue_of",
]
