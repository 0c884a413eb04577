"""Survision sensors: JSON or XML, read by a table."""

from typing import ClassVar

from tocsin_adapters.plates.table import TableAdapter

__all__ = ["SurvisionAdapter"]


class SurvisionAdapter(TableAdapter):
    name: ClassVar[str] = "survision"
    package: ClassVar[str] = __package__
