"""ONVIF Profile M: events of cameras over MQTT, and the same as XML."""

from tocsin_adapters.onvif.adapter import OnvifAdapter

__all__ = ["OnvifAdapter"]
