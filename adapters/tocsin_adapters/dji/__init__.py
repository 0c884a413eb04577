"""DJI Cloud API: drones, docks and remote controls, on their native topics."""

from tocsin_adapters.dji.adapter import DjiAdapter
from tocsin_adapters.dji.settings import DjiSettings

__all__ = ["DjiAdapter", "DjiSettings"]
