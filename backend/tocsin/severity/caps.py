"""What holds a grade down: an incident that rests on doubtful observations alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tocsin.severity.table import Doubt, SeverityTable
from tocsin.severity.view import IncidentView, Witness


@dataclass(frozen=True, slots=True)
class Cap:
    """`at_most`: as high as rules may grade; `advice`: whether they may advise beyond it."""

    rule: str
    at_most: int
    advice: bool
    why: dict[str, str]

    def told(self, severity: int) -> dict[str, Any]:
        """What the incident shows of it; `severity` is what it would be graded without."""
        return {"rule": self.rule, "at_most": self.at_most, "from": severity, "why": self.why}


def cap_of(view: IncidentView, table: SeverityTable) -> Cap | None:
    """The cap on this incident; None when an observation that bears weight is part of it."""
    return cap_on(view.witnesses, table)


def cap_on(witnesses: Iterable[Witness], table: SeverityTable) -> Cap | None:
    found: list[Doubt] = []
    for witness in witnesses:
        if bears(witness, table):
            return None
        found += [doubt for doubt in table.doubts if _is_doubtful(witness, doubt)]
    strictest = min(found, key=lambda doubt: (doubt.at_most, doubt.rule), default=None)
    if strictest is None:
        return None
    return Cap(strictest.name, strictest.at_most, strictest.advice, strictest.why.plain())


def bears(witness: Witness, table: SeverityTable) -> bool:
    """Whether an incident may be graded on the word of this observation."""
    return (
        witness.believed
        and witness.kind in table.bearing_kinds
        and not any(_is_doubtful(witness, doubt) for doubt in table.doubts)
    )


def _is_doubtful(witness: Witness, doubt: Doubt) -> bool:
    if doubt.doubt == "trial":
        return witness.maturity == "trial"
    return witness.kind == "anpr_hit" and not witness.verified
