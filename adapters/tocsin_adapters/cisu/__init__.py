"""CISU (the French 15-18-112 exchange), in XML and JSON: cases, resources, positions."""

from tocsin_adapters.cisu.adapter import CisuAdapter

__all__ = ["CisuAdapter"]
