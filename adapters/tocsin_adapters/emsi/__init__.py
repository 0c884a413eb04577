"""EMSI (ISO/TR 22351), in XML and JSON: events, missions, resources, casualties."""

from tocsin_adapters.emsi.adapter import EmsiAdapter

__all__ = ["EmsiAdapter"]
