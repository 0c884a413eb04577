"""Runs adapters: bytes in from a file, a folder, an address or the bus; observations out."""

from tocsin.sources.config import SettingsRefused, SourceConfig
from tocsin.sources.outbox import Outbox, OutboxFull, OutboxUnusable
from tocsin.sources.registry import (
    AdapterFactory,
    AdapterMissing,
    installed_adapters,
    load_adapters,
)
from tocsin.sources.runner import AdapterRunner, run_source

__all__ = [
    "AdapterFactory",
    "AdapterMissing",
    "AdapterRunner",
    "Outbox",
    "OutboxFull",
    "OutboxUnusable",
    "SettingsRefused",
    "SourceConfig",
    "installed_adapters",
    "load_adapters",
    "run_source",
]
