"""AIS: ships on the canal and in the port, from NMEA 0183 sentences."""

from tocsin_adapters.ais.adapter import AisAdapter

__all__ = ["AisAdapter"]
