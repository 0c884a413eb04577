"""Cursor on Target: XML, TAK protocol version 1, and the GeoJSON that CloudTAK makes of it."""

from tocsin_adapters.cot.adapter import CotAdapter
from tocsin_adapters.cot.settings import CotSettings

__all__ = ["CotAdapter", "CotSettings"]
