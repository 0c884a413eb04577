"""CAP 1.1 and 1.2 alerts, alone, wrapped, or named by an Atom or RSS index."""

from tocsin_adapters.cap.adapter import CapAdapter
from tocsin_adapters.cap.settings import CapSettings

__all__ = ["CapAdapter", "CapSettings"]
