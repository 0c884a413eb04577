"""Tocsin: the real-time picture of a regional crisis communication centre."""

__version__ = "0.6.0"
