"""Traccar: what its server forwards of some two hundred kinds of trackers."""

from tocsin_adapters.traccar.adapter import TraccarAdapter
from tocsin_adapters.traccar.settings import TraccarSettings

__all__ = ["TraccarAdapter", "TraccarSettings"]
