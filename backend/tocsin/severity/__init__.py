"""Severity: what holds a grade down, and what a person is advised to reconsider. Pure functions."""

from tocsin.severity.advice import AdviceDraft, advise
from tocsin.severity.caps import Cap, bears, cap_of, cap_on
from tocsin.severity.table import SeverityTable, read_severity, shipped_severity
from tocsin.severity.view import IncidentView, Named, Witness

__all__ = [
    "AdviceDraft",
    "Cap",
    "IncidentView",
    "Named",
    "SeverityTable",
    "Witness",
    "advise",
    "bears",
    "cap_of",
    "cap_on",
    "read_severity",
    "shipped_severity",
]
