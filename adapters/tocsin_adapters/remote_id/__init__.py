"""Remote ID: drones that receivers hear, as DragonSync tells them; and aircraft beside them."""

from tocsin_adapters.remote_id.adapter import RemoteIdAdapter
from tocsin_adapters.remote_id.settings import RemoteIdSettings

__all__ = ["RemoteIdAdapter", "RemoteIdSettings"]
