"""Rule rehearsal: what a changed set of rules would have done, beside what today's do."""

from tocsin.rehearsal.comparison import Comparison
from tocsin.rehearsal.rehearse import rehearse
from tocsin.rehearsal.report import report
from tocsin.rehearsal.same import SameDecisions, same_decisions
from tocsin.rehearsal.stretch import Stretch, find_stretch, play_scenario, read_stretch

__all__ = [
    "Comparison",
    "SameDecisions",
    "Stretch",
    "find_stretch",
    "play_scenario",
    "read_stretch",
    "rehearse",
    "report",
    "same_decisions",
]
