"""Handing over to the next shift: the log that is built by itself, out of picture and journal."""

from tocsin.handover.shift_log import LOG_KINDS, ShiftLog, shift_log

__all__ = ["LOG_KINDS", "ShiftLog", "shift_log"]
