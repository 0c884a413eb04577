"""Correlation: from observations to incidents, explained."""

from tocsin.correlation.correlate import Correlation, correlate, opened_beside

__all__ = ["Correlation", "correlate", "opened_beside"]
