"""Whether the rules can be believed: what people accept of them, and how often they speak."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tocsin.journal.entry import Entry
from tocsin.measures.catalogue import natural
from tocsin.measures.ledger import IncidentRecord, TieRecord, read_ledger

ACCEPTED_AT_LEAST = 0.8
TIES_AT_MOST = 4.0
SHARE_AT_MOST = 0.4


@dataclass(frozen=True, slots=True)
class RuleHealth:
    """One rule (`R-…@1`) on real incidents.

    accepted    confirmed, or automatic and not rejected
    waiting     suggested on an open incident, nobody has said anything
    unanswered  suggested, and the incident was closed without an answer: not accepted
    withdrawn   the evidence went; counts neither way
    acceptance  accepted / (accepted + rejected + unanswered); null while there is none of these
    """

    rule: str
    proposed: int
    accepted: int
    rejected: int
    unanswered: int
    waiting: int
    withdrawn: int
    acceptance: float | None
    is_healthy: bool


@dataclass(frozen=True, slots=True)
class MeasureShare:
    """On how many of the real incidents a measure stands."""

    measure: str
    incidents: int
    share: float
    is_healthy: bool


@dataclass(frozen=True, slots=True)
class TieHealth:
    """The rules as a whole; `acceptance` and `ties_per_incident` are null when there is nothing."""

    incidents: int
    proposed: int
    accepted: int
    rejected: int
    unanswered: int
    waiting: int
    withdrawn: int
    by_hand: int
    acceptance: float | None
    ties_per_incident: float | None
    is_healthy: bool
    rules: tuple[RuleHealth, ...]
    measures: tuple[MeasureShare, ...]


@dataclass(slots=True)
class _Tally:
    proposed: int = 0
    fates: dict[str, int] = field(default_factory=dict)

    def add(self, fate: str) -> None:
        self.proposed += 1
        self.fates[fate] = self.fates.get(fate, 0) + 1

    def of(self, fate: str) -> int:
        return self.fates.get(fate, 0)

    @property
    def acceptance(self) -> float | None:
        answered = self.of("accepted") + self.of("rejected") + self.of("unanswered")
        return round(self.of("accepted") / answered, 3) if answered else None


def rule_health(entries: Iterable[Entry]) -> TieHealth:
    """Fold the live realm's entries of LEDGER_KINDS; false alarms and merged ones do not count."""
    incidents = [i for i in read_ledger(entries).incidents.values() if i.counts]
    by_rule: dict[str, _Tally] = {}
    overall = _Tally()
    by_hand = 0
    on: dict[str, int] = {}
    standing = 0
    for incident in incidents:
        ties = incident.ties.values()
        standing += sum(tie.stands for tie in ties)
        for code in {tie.code for tie in ties if tie.stands}:
            on[code] = on.get(code, 0) + 1
        for tie in ties:
            if tie.strength == "manual":
                by_hand += 1
                continue
            fate = _fate(incident, tie)
            overall.add(fate)
            by_rule.setdefault(tie.rule, _Tally()).add(fate)
    number = len(incidents)
    shares = tuple(_share(code, on[code], number) for code in sorted(on, key=natural))
    mean = round(standing / number, 2) if number else None
    acceptance = overall.acceptance
    return TieHealth(
        incidents=number,
        proposed=overall.proposed,
        accepted=overall.of("accepted"),
        rejected=overall.of("rejected"),
        unanswered=overall.of("unanswered"),
        waiting=overall.of("waiting"),
        withdrawn=overall.of("withdrawn"),
        by_hand=by_hand,
        acceptance=acceptance,
        ties_per_incident=mean,
        is_healthy=_is_accepted(acceptance)
        and (mean is None or mean <= TIES_AT_MOST)
        and all(share.is_healthy for share in shares),
        rules=tuple(_rule(name, by_rule[name]) for name in sorted(by_rule)),
        measures=shares,
    )


def _fate(incident: IncidentRecord, tie: TieRecord) -> str:
    if tie.status in ("rejected", "withdrawn"):
        return tie.status
    if tie.is_sure:
        return "accepted"
    return "waiting" if incident.is_open else "unanswered"


def _rule(name: str, tally: _Tally) -> RuleHealth:
    return RuleHealth(
        rule=name,
        proposed=tally.proposed,
        accepted=tally.of("accepted"),
        rejected=tally.of("rejected"),
        unanswered=tally.of("unanswered"),
        waiting=tally.of("waiting"),
        withdrawn=tally.of("withdrawn"),
        acceptance=tally.acceptance,
        is_healthy=_is_accepted(tally.acceptance),
    )


def _share(code: str, incidents: int, of: int) -> MeasureShare:
    share = incidents / of
    return MeasureShare(code, incidents, round(share, 3), share <= SHARE_AT_MOST)


def _is_accepted(acceptance: float | None) -> bool:
    return acceptance is None or acceptance >= ACCEPTED_AT_LEAST
