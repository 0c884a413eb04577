"""The debriefing of an exercise: one model, one document in three languages, page and paper."""

from tocsin.exercises.debriefing.compose import compose
from tocsin.exercises.debriefing.document import plain
from tocsin.exercises.debriefing.html import page
from tocsin.exercises.debriefing.model import Debriefing, Run, debrief, is_earlier
from tocsin.exercises.debriefing.pdf import paper

__all__ = ["Debriefing", "Run", "compose", "debrief", "is_earlier", "page", "paper", "plain"]
