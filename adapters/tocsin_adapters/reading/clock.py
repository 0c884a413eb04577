"""The clock of one message: its times to UTC, and what there is to tell about them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.moments import moment_of


class Clock:
    """Reads times, and remembers whether a zone had to be assumed for any."""

    def __init__(self, zone: ZoneInfo, findings: Findings) -> None:
        self.zone = zone
        self._findings = findings
        self.zone_assumed = False

    def read(self, written: str, where: str) -> datetime | None:
        if not written:
            return None
        moment = moment_of(written, self.zone)
        if moment is None:
            self._findings.warn("bad_time", f"{written[:60]!r} is no time", where)
            return None
        if moment.zone_assumed:
            self.zone_assumed = True
            said = f"a time without offset was taken in {self.zone}"
            self._findings.warn("tz_assumed", said, where)
        return moment.at
