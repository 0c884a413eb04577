"""EDXL-DE 1.0 and 2.0, in XML and JSON: envelopes around the messages of other formats."""

from tocsin_adapters.edxl.adapter import EdxlAdapter

__all__ = ["EdxlAdapter"]
