"""Plate Recognizer's Stream and Snapshot, and ParkPow: webhooks and results."""

from tocsin_adapters.platerecognizer.adapter import PlateRecognizerAdapter

__all__ = ["PlateRecognizerAdapter"]
