"""The adapter contract: bytes of one source in, observations and findings out.

An adapter is a pure translator. How its bytes arrive (a file, a watched folder, a polled feed,
an MQTT topic) and how observations leave (outbox, broker) is the runner's work, the same for all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from tocsin.contract.observation import LegalRegime, Observation

ENTRY_POINT_GROUP = "tocsin.adapters"
MAX_MEMORY_KEYS = 20_000
MAX_MEMORY_VALUE = 4 * 1024


@dataclass(frozen=True, slots=True)
class Receipt:
    """How some bytes arrived.

    `source` is configured; `realm` is where the observations will go; `received_at` is aware UTC;
    `origin` is a path, an address or a topic, for people to read; `content_type` may be empty.
    `topic` is the MQTT topic of a format that is born there, `legal_regime` what the source's
    configuration says of its cameras, `memory` what the adapter asked to remember.
    """

    source: str
    realm: str
    received_at: datetime
    origin: str = ""
    content_type: str = ""
    topic: str = ""
    legal_regime: LegalRegime | None = None
    memory: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell about a message: which rule, where, and in words.

    `field` is a path in the source's own terms (`info[0]/area[1]/polygon`), `offset` a byte
    offset or line where the parser knows one.
    """

    rule: str
    message: str
    field: str = ""
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """What became of some bytes. A rejection never costs the observations beside it.

    `remember` changes the memory that the next receipt brings, and is on disk together with the
    observations; None forgets a key.
    """

    observations: Sequence[Observation] = ()
    warnings: Sequence[Finding] = ()
    rejections: Sequence[Finding] = field(default=())
    links: Sequence[str] = ()  # addresses an index names; fetched only on the feed's own host
    remember: Mapping[str, str | None] = field(default_factory=dict)


class Adapter(Protocol):
    """One source format. What one message must tell the next goes through the memory."""

    name: ClassVar[str]
    max_bytes: ClassVar[int]

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        """Never raises: what cannot be read becomes a rejection that says field and rule."""
        ...
