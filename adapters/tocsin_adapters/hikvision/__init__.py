"""Hikvision cameras: ISAPI EventNotificationAlert, pushed or streamed."""

from tocsin_adapters.hikvision.adapter import HikvisionAdapter, HikvisionSettings

__all__ = ["HikvisionAdapter", "HikvisionSettings"]
