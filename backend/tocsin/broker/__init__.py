"""The embedded broker: nothing to install for a first look and for small rooms."""

from tocsin.broker.embedded import EmbeddedBroker

__all__ = ["EmbeddedBroker"]
