"""What a source is worth: its line in the register, and its value sheet (M10.13)."""

from tocsin.value.ledger import VALUE_KINDS, Heard, ValueLedger
from tocsin.value.register import Configured, SourceLine, register
from tocsin.value.sheet import ValueSheet, value_of, value_sheets

__all__ = [
    "VALUE_KINDS",
    "Configured",
    "Heard",
    "SourceLine",
    "ValueLedger",
    "ValueSheet",
    "register",
    "value_of",
    "value_sheets",
]
