"""Collects what there is to tell about a message, with a bound on how much."""

from dataclasses import dataclass, field

from lxml import etree

from tocsin.contract import Finding

MAX_FINDINGS = 100
MAX_WORDS = 300


class Unreadable(Exception):
    """A message, or one alert in it, that cannot be used; carries the finding to report."""

    def __init__(self, rule: str, message: str, where: str = "", line: int | None = None) -> None:
        super().__init__(message)
        self.finding = Finding(rule, message[:MAX_WORDS], where, line)


@dataclass(slots=True)
class Findings:
    """Warnings beyond the bound become one last line with their number."""

    warnings: list[Finding] = field(default_factory=list)
    rejections: list[Finding] = field(default_factory=list)
    unsaid: int = 0

    def warn(
        self, rule: str, message: str, where: str = "", element: etree._Element | None = None
    ) -> None:
        if len(self.warnings) >= MAX_FINDINGS:
            self.unsaid += 1
            return
        line = None if element is None else element.sourceline
        self.warnings.append(Finding(rule, message[:MAX_WORDS], where, line))

    def reject(self, finding: Finding) -> None:
        if len(self.rejections) < MAX_FINDINGS:
            self.rejections.append(finding)

    def all_warnings(self) -> tuple[Finding, ...]:
        if not self.unsaid:
            return tuple(self.warnings)
        return (*self.warnings, Finding("more_warnings", f"and {self.unsaid} more of the kind"))
