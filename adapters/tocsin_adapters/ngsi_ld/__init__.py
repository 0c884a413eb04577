"""NGSI-LD and NGSI v2 entities of city platforms: alerts, anomalies, measurements."""

from tocsin_adapters.ngsi_ld.adapter import NgsiLdAdapter
from tocsin_adapters.ngsi_ld.settings import NgsiLdSettings

__all__ = ["NgsiLdAdapter", "NgsiLdSettings"]
