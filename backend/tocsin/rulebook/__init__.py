"""The rules in force: every table of judgement that can be rehearsed and armed, as one value."""

from tocsin.rulebook.history import armings, rules_in_force
from tocsin.rulebook.rulebook import (
    TABLES,
    Rulebook,
    TableName,
    armed,
    changed_tables,
    read_rulebook,
    shipped,
    shipped_texts,
)

__all__ = [
    "TABLES",
    "Rulebook",
    "TableName",
    "armed",
    "armings",
    "changed_tables",
    "read_rulebook",
    "rules_in_force",
    "shipped",
    "shipped_texts",
]
