"""From when to when a record counts, and whether it counts now."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from tocsin_adapters.datex.node import Node
from tocsin_adapters.reading.clock import Clock
from tocsin_adapters.reading.findings import Findings

MAX_PERIODS = 400
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Validity:
    """`status` in the sender's word; times in UTC; `in_force` at the time of receipt."""

    status: str
    starts: datetime | None
    ends: datetime | None
    in_force: bool
    over: bool


def validity_of(
    record: Node, now: datetime, clock: Clock, findings: Findings, where: str
) -> Validity:
    node = record.first("validity")
    if node is None:
        return Validity("", None, None, in_force=True, over=False)
    status = node.say("validityStatus")
    times = node.first("validityTimeSpecification") or Node("validityTimeSpecification")
    starts = clock.read(times.say("overallStartTime"), f"{where}/validity/overallStartTime")
    ends = clock.read(times.say("overallEndTime"), f"{where}/validity/overallEndTime")
    if starts is not None and ends is not None and ends < starts:
        said = "it ends before it starts; the start was left out"
        findings.warn("ends_before_start", said, f"{where}/validity")
        starts = None
    if status in ("suspended", "planned"):
        return Validity(status, starts, ends, in_force=False, over=False)
    overrun = status == "active" or node.say("overrunning") == "true"
    if ends is not None and ends < now and not overrun:
        return Validity(status, starts, ends, in_force=False, over=True)
    if status == "active":
        return Validity(status, starts, ends, in_force=True, over=False)
    in_force = (starts is None or starts <= now) and _in_a_period(times, now, clock, where)
    return Validity(status, starts, ends, in_force=in_force, over=False)


def _in_a_period(times: Node, now: datetime, clock: Clock, where: str) -> bool:
    """A closure of every night is none by day."""
    periods = list(times.all("validPeriod"))[:MAX_PERIODS]
    excepted = list(times.all("exceptionPeriod"))[:MAX_PERIODS]
    if any(_covers(period, now, clock, where) for period in excepted):
        return False
    return not periods or any(_covers(period, now, clock, where) for period in periods)


def _covers(period: Node, now: datetime, clock: Clock, where: str) -> bool:
    starts = clock.read(period.say("startOfPeriod"), f"{where}/validity/startOfPeriod")
    ends = clock.read(period.say("endOfPeriod"), f"{where}/validity/endOfPeriod")
    if (starts is not None and now < starts) or (ends is not None and now > ends):
        return False
    days = {
        said.text.lower()
        for week in period.all("recurringDayWeekMonthPeriod")
        for said in week.walk()
        if said.name == "applicableDay"
    }
    local = now.astimezone(clock.zone)
    hours = list(period.all("recurringTimePeriodOfDay"))
    if not hours:
        return not days or _DAYS[local.weekday()] in days
    return any(_in_hours(span, local, days) for span in hours)


def _in_hours(span: Node, local: datetime, days: set[str]) -> bool:
    """A night that began on a Friday is still Friday's after midnight."""
    starts, ends = _hour(span.say("startTimeOfPeriod")), _hour(span.say("endTimeOfPeriod"))
    now, day = local.time(), local.weekday()
    if starts is not None and ends is not None:
        over_midnight = ends < starts
        if over_midnight and now <= ends:
            day = (day - 1) % 7
        elif not (starts <= now and (over_midnight or now <= ends)):
            return False
    return not days or _DAYS[day] in days


def _hour(written: str) -> time | None:
    """A time of day as it is written there: no zone, or the zone of the place."""
    try:
        return time.fromisoformat(written[:8])
    except ValueError:
        return None


def not_ahead(
    at: datetime | None, now: datetime, slack_s: float, findings: Findings, where: str
) -> datetime | None:
    """What is said to have been seen in the future was seen at a time unknown."""
    if at is None or (at - now).total_seconds() <= slack_s:
        return at
    said = f"{at.astimezone(UTC).isoformat()} lies ahead of our clock; taken as unknown"
    findings.warn("clock_suspect", said, where)
    return None
