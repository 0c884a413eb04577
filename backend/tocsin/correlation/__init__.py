"""Correlation: from observations to incidents, explained."""

from tocsin.correlation.correlate import Correlation, answered_by, correlate, opened_beside

__all__ = ["Correlation", "answered_by", "correlate", "opened_beside"]
