"""Frigate, the open-source recorder, on its own MQTT topics."""

from tocsin_adapters.frigate.adapter import FrigateAdapter, FrigateSettings

__all__ = ["FrigateAdapter", "FrigateSettings"]
