"""What all adapters of plates and cameras are: a reader of one maker's messages, and the law."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from tocsin.contract import Receipt, Translation
from tocsin_adapters.plates.law import Law
from tocsin_adapters.plates.reads import PlateRead, Told
from tocsin_adapters.plates.settings import PlateSettings
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.observations import translation

MIB = 1024 * 1024
MAX_PICTURES = 8 * MIB


class CameraAdapter(ABC):
    """Makers implement `read`; what leaves is decided by the law, the same for all of them."""

    name: ClassVar[str]
    max_bytes: ClassVar[int] = MAX_PICTURES
    needs_legal_regime: ClassVar[bool] = True
    Settings: ClassVar[type[PlateSettings]] = PlateSettings

    def __init__(self, settings: PlateSettings | None = None) -> None:
        self._settings = settings or self.Settings()
        self._law = Law.of(self._settings)

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        memory = Memory(receipt.memory)
        told: Sequence[Told] = ()
        try:
            if len(payload) > self.max_bytes:
                said = f"{len(payload)} bytes; at most {self.max_bytes} are read"
                raise Unreadable("too_large", said)
            told = self.read(payload, receipt, findings)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
        observations = self._law.apply(told, receipt, findings, memory)
        return translation(observations, findings, memory)

    def plates(self, payload: bytes, receipt: Receipt) -> list[PlateRead]:
        """The normalised readings before the law: for tests and for trying out a camera."""
        try:
            told = self.read(payload, receipt, Findings())
        except Unreadable:
            return []
        return [one for one in told if isinstance(one, PlateRead)]

    @abstractmethod
    def read(self, payload: bytes, receipt: Receipt, findings: Findings) -> Sequence[Told]:
        """What the message tells; `Unreadable` when it as a whole cannot be read."""
