"""The adapter: bytes to observations and findings, never an exception."""

from collections.abc import Iterator
from typing import ClassVar

from lxml import etree

from tocsin.contract import Finding, Observation, Receipt, Translation
from tocsin_adapters.cap.alert import AlertReader
from tocsin_adapters.cap.index import as_alert, is_flat, is_index, read_index
from tocsin_adapters.cap.settings import CapSettings
from tocsin_adapters.reading.elements import local_name
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.xml import MIB, tree_of

MAX_ALERTS = 1000


class CapAdapter:
    """CAP 1.1 and 1.2. Opens no file and no connection; keeps no state."""

    name: ClassVar[str] = "cap"
    max_bytes: ClassVar[int] = 2 * MIB
    Settings: ClassVar[type[CapSettings]] = CapSettings

    def __init__(self, settings: CapSettings | None = None) -> None:
        self._settings = settings or CapSettings()

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        try:
            root = tree_of(payload, findings)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
            return _translation([], [], findings)
        if is_index(root):
            index = read_index(root, receipt.origin, findings)
            observations = self._read(iter(index.alerts), receipt, findings)
            return _translation(observations, index.links, findings)
        observations = self._read(_alerts_in(root), receipt, findings)
        if not observations and not findings.rejections:
            said = f"<{local_name(root)[:60]}> holds no alert"
            findings.reject(Finding("not_cap", said, "", root.sourceline))
        return _translation(observations, [], findings)

    def _read(
        self, alerts: Iterator[tuple[str, etree._Element]], receipt: Receipt, findings: Findings
    ) -> list[Observation]:
        reader = AlertReader(receipt, self._settings, findings)
        read: dict[str, Observation] = {}
        for nth, (where, alert) in enumerate(alerts):
            if nth == MAX_ALERTS:
                findings.warn("too_many_alerts", f"the first {MAX_ALERTS} alerts are read")
                break
            try:
                for observation in reader.read(alert, where):
                    if read.setdefault(observation.external_id, observation) is not observation:
                        said = "the same alert stands twice in the message"
                        findings.warn("repeated_alert", said, where, alert)
            except Unreadable as trouble:
                findings.reject(trouble.finding)
        return list(read.values())


def _alerts_in(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """The root itself, or every alert inside a wrapper of any name."""
    if local_name(root) == "alert":
        yield "alert", as_alert(root) if is_flat(root) else root
        return
    nth = 0
    for element in root.iterdescendants():
        if local_name(element) == "alert":
            yield f"alert[{nth}]", as_alert(element) if is_flat(element) else element
            nth += 1


def _translation(
    observations: list[Observation], links: list[str], findings: Findings
) -> Translation:
    return Translation(
        observations=tuple(observations),
        warnings=findings.all_warnings(),
        rejections=tuple(findings.rejections),
        links=tuple(links),
    )
