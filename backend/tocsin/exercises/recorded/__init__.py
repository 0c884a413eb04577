"""From real to exercise: a recorded stretch of a journal as a pseudonymised scenario."""

from tocsin.exercises.recorded.scenario import Unplayable, recorded_scenario

__all__ = ["Unplayable", "recorded_scenario"]
