"""The cameras of exercises: where they stand, what they show now, and their drawn pictures."""

from tocsin.exercises.cameras.register import brought_by

__all__ = ["brought_by"]
