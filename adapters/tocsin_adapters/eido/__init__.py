"""EIDO (NENA-STA-021): incidents of next-generation emergency call centres, in JSON."""

from tocsin_adapters.eido.adapter import EidoAdapter

__all__ = ["EidoAdapter"]
