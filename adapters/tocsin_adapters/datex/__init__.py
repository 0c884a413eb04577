"""DATEX II situations, versions 2 and 3, in XML and JSON, however they are wrapped."""

from tocsin_adapters.datex.adapter import DatexAdapter
from tocsin_adapters.datex.settings import DatexSettings

__all__ = ["DatexAdapter", "DatexSettings"]
