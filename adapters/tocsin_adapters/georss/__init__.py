"""RSS and Atom feeds with positions: GeoRSS in its three spellings, and GDACS."""

from tocsin_adapters.georss.adapter import GeorssAdapter
from tocsin_adapters.georss.settings import GeorssSettings

__all__ = ["GeorssAdapter", "GeorssSettings"]
