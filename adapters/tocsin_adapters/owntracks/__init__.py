"""OwnTracks: places of telephones, over MQTT or HTTP."""

from tocsin_adapters.owntracks.adapter import OwntracksAdapter
from tocsin_adapters.owntracks.settings import OwntracksSettings

__all__ = ["OwntracksAdapter", "OwntracksSettings"]
