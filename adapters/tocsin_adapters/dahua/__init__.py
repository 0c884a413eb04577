"""Dahua cameras and recorders: ITSAPI JSON, eventManager and snapManager streams, RPC events."""

from tocsin_adapters.dahua.adapter import DahuaAdapter

__all__ = ["DahuaAdapter"]
