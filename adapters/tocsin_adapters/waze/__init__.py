"""Waze for Cities: what drivers report, and where traffic stands still."""

from tocsin_adapters.waze.adapter import WazeAdapter
from tocsin_adapters.waze.settings import WazeSettings

__all__ = ["WazeAdapter", "WazeSettings"]
