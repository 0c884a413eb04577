"""AXIS License Plate Verifier and its relatives (FF Group, CAMMRA): JSON."""

from tocsin_adapters.axis.adapter import AxisAdapter

__all__ = ["AxisAdapter"]
