"""The adapter: bytes to observations and findings, never an exception."""

from collections.abc import Iterator
from typing import ClassVar

from lxml import etree

from tocsin.contract import Finding, Observation, Receipt, Translation
from tocsin_adapters.cap.alert import AlertReader
from tocsin_adapters.cap.index import as_alert, is_flat, is_index, read_index
from tocsin_adapters.cap.settings import CapSettings
from tocsin_adapters.cap.signature import certificates_in
from tocsin_adapters.reading.elements import local_name
from tocsin_adapters.reading.envelope import envelopes_in, inherited, opened_xml
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.xml import MIB, tree_of

MAX_ALERTS = 60
MAX_ELEMENTS = 20_000

Alerts = Iterator[tuple[str, etree._Element]]


class CapAdapter:
    """CAP 1.1 and 1.2. Opens no connection and no file but its certificates; keeps no state."""

    name: ClassVar[str] = "cap"
    max_bytes: ClassVar[int] = 2 * MIB
    Settings: ClassVar[type[CapSettings]] = CapSettings
    follows_links: ClassVar[bool] = True

    def __init__(self, settings: CapSettings | None = None) -> None:
        self._settings = settings or CapSettings()
        self._trusted = [
            certificate
            for path in self._settings.certificates
            for certificate in certificates_in(path.read_bytes())
        ]

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        try:
            root = tree_of(payload, findings, max_elements=MAX_ELEMENTS)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
            return _translation([], [], findings)
        reader = self.reader(receipt, findings)
        if is_index(root):
            index = read_index(root, receipt.origin, findings)
            return _translation(reader.read_all(iter(index.alerts)), index.links, findings)
        if envelopes := envelopes_in(root):
            observations = self._enclosed(envelopes, reader, receipt, findings)
        else:
            observations = reader.read_all(alerts_in(root))
        if not observations and not findings.rejections:
            said = f"<{local_name(root)[:60]}> holds no alert"
            findings.reject(Finding("not_cap", said, "", root.sourceline))
        return _translation(observations, [], findings)

    def reader(self, receipt: Receipt, findings: Findings) -> "AlertsReader":
        """For one message, whose alerts share what reading them may cost."""
        return AlertsReader(AlertReader(receipt, self._settings, self._trusted, findings), findings)

    def _enclosed(
        self,
        envelopes: list[etree._Element],
        reader: "AlertsReader",
        receipt: Receipt,
        findings: Findings,
    ) -> list[Observation]:
        """The envelope may make an alert an exercise, or confidential, or late; never real."""
        read: list[Observation] = []
        for root in envelopes:
            opened = opened_xml(root, self._settings.zone, findings)
            if opened.envelope is None:
                continue
            for content in opened.contents:
                if content.element is None:
                    continue
                read += [
                    inherited(observation, opened.envelope, content, receipt.received_at)
                    for observation in reader.read_all(alerts_in(content.element, content.where))
                ]
        return read


class AlertsReader:
    """Reads the alerts of one message, each of them once."""

    def __init__(self, reader: AlertReader, findings: Findings) -> None:
        self._reader = reader
        self._findings = findings
        self._read: set[str] = set()
        self._left = MAX_ALERTS

    def read_all(self, alerts: Alerts) -> list[Observation]:
        read: list[Observation] = []
        for where, alert in alerts:
            self._left -= 1
            if self._left < 0:
                said = f"the first {MAX_ALERTS} alerts are read, the others are not"
                self._findings.reject(Finding("too_many_alerts", said, where, alert.sourceline))
                break
            try:
                for observation in self._reader.read(alert, where):
                    if observation.external_id in self._read:
                        said = "the same alert stands twice in the message"
                        self._findings.warn("repeated_alert", said, where, alert)
                        continue
                    self._read.add(observation.external_id)
                    read.append(observation)
            except Unreadable as trouble:
                self._findings.reject(trouble.finding)
        return read


def alerts_in(root: etree._Element, where: str = "") -> Alerts:
    """The root itself, or every alert inside a wrapper of any name."""
    path = f"{where}/" if where else ""
    if local_name(root) == "alert":
        yield f"{path}alert", as_alert(root) if is_flat(root) else root
        return
    for nth, element in enumerate(root.iterdescendants("{*}alert")):
        yield f"{path}alert[{nth}]", as_alert(element) if is_flat(element) else element


def _translation(
    observations: list[Observation], links: list[str], findings: Findings
) -> Translation:
    return Translation(
        observations=tuple(observations),
        warnings=findings.all_warnings(),
        rejections=tuple(findings.rejections),
        links=tuple(links),
    )
