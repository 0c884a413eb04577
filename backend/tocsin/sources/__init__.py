"""Runs adapters: bytes in, however they come; observations out."""

from tocsin.sources.config import SettingsRefused, SourceConfig
from tocsin.sources.outbox import Outbox, OutboxFull, OutboxUnusable
from tocsin.sources.registry import (
    AdapterFactory,
    AdapterMissing,
    installed_adapters,
    load_adapters,
)
from tocsin.sources.runner import AdapterRunner, Half, halves_of, run_source
from tocsin.sources.together import check_sources, start_sources

__all__ = [
    "AdapterFactory",
    "AdapterMissing",
    "AdapterRunner",
    "Half",
    "Outbox",
    "OutboxFull",
    "OutboxUnusable",
    "SettingsRefused",
    "SourceConfig",
    "check_sources",
    "halves_of",
    "installed_adapters",
    "load_adapters",
    "run_source",
    "start_sources",
]
