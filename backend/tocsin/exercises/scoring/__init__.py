"""Scoring an exercise from the journal of its realm and the book of its conduct."""

from tocsin.exercises.scoring.desk import ScoreDesk
from tocsin.exercises.scoring.score import Score
from tocsin.exercises.scoring.scoring import score, score_of_course
from tocsin.exercises.scoring.table import clock_table

__all__ = ["Score", "ScoreDesk", "clock_table", "score", "score_of_course"]
