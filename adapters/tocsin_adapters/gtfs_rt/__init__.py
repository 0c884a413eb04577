"""GTFS-Realtime service alerts, in protobuf and in JSON."""

from tocsin_adapters.gtfs_rt.adapter import GtfsRtAdapter
from tocsin_adapters.gtfs_rt.settings import GtfsRtSettings

__all__ = ["GtfsRtAdapter", "GtfsRtSettings"]
