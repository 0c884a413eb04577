"""What the core and its adapters agree on. Imports nothing else of ours."""

from tocsin.contract.adapter import Adapter, Finding, Receipt, Translation
from tocsin.contract.envelope import OBSERVATION_TYPE, CloudEvent, envelope_for
from tocsin.contract.observation import (
    KINDS,
    Action,
    Geometry,
    Kind,
    MediaReference,
    Mode,
    Observation,
)
from tocsin.contract.realm import LIVE, is_realm
from tocsin.contract.source_status import SourceStatus

__all__ = [
    "KINDS",
    "LIVE",
    "OBSERVATION_TYPE",
    "Action",
    "Adapter",
    "CloudEvent",
    "Finding",
    "Geometry",
    "Kind",
    "MediaReference",
    "Mode",
    "Observation",
    "Receipt",
    "SourceStatus",
    "Translation",
    "envelope_for",
    "is_realm",
]
