"""What adapters could not read: a row for each kind of fault, and an entry now and then."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tocsin.engine.engine import Examined
from tocsin.engine.inputs import MessageRefused

TOLD_EVERY = timedelta(minutes=10)
RULES_KEPT = 100
FAULTS_KEPT = 500
OTHER = "other"
_RULE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_NUMBER = re.compile(r"\d+")


@dataclass(slots=True)
class _Told:
    at: datetime
    count: int = 0
    waiting: int = 0


@dataclass(slots=True)
class _Faults:
    """What one source's adapter has complained of since this process started."""

    rules: dict[str, _Told] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)


class Rejections:
    """A source can send rubbish for years; neither journal nor quarantine may grow with it.

    Every report is counted in the quarantine's row of its fault: the rule and the field, whatever
    numbers stand in its path. The journal hears of the first of a rule, then each time it has
    doubled, and otherwise every ten minutes.
    """

    def __init__(self) -> None:
        self._sources: dict[str, _Faults] = {}

    def fold(self, examined: Examined, now: datetime) -> Examined:
        given, row = examined.given, examined.quarantined
        if row is None or row.folds_by is None or not isinstance(given, MessageRefused):
            return examined
        faults = self._sources.setdefault(given.source, _Faults())
        rule = given.reason if _RULE.fullmatch(given.reason) else OTHER
        if rule not in faults.rules and len(faults.rules) >= RULES_KEPT:
            rule = OTHER
        kind = f"{rule} {_NUMBER.sub('*', given.field)}"
        if kind not in faults.kinds and len(faults.kinds) >= FAULTS_KEPT:
            kind = rule
        faults.kinds.add(kind)
        return replace(
            examined,
            given=replace(given, reason=rule, count=_due(faults.rules, rule, now)),
            quarantined=replace(row, reason=rule, folds_by=kind),
        )


def _due(rules: dict[str, _Told], rule: str, now: datetime) -> int:
    """How many the next entry tells of; 0 when the journal need not hear of it yet."""
    told = rules.setdefault(rule, _Told(now))
    told.waiting += 1
    if told.waiting < told.count and now - told.at < TOLD_EVERY:
        return 0
    due, told.waiting = told.waiting, 0
    told.count += due
    told.at = now
    return due
