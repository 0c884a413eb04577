"""Genetec AutoVu and SharpV: a template of the site, read by a table."""

from typing import ClassVar

from tocsin_adapters.plates.table import TableAdapter

__all__ = ["GenetecAdapter"]


class GenetecAdapter(TableAdapter):
    name: ClassVar[str] = "genetec"
    package: ClassVar[str] = __package__
