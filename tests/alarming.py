"""A room with people in it: alarms are looked at, acknowledged, counted."""

from datetime import timedelta
from typing import Any

from deciding import METRE_LAT, Room, observation
from tocsin.alarms.types import shipped_alarm_types
from tocsin.contract.times import to_text
from tocsin.engine.inputs import CommandGiven, MessageRefused, ObservationArrived
from tocsin.journal.entry import Entry
from tocsin.situation.records import Alarm

ADVICE = frozenset({"phase", "medical_plan", "advice", "relation", "ties"})  # of other rules
FAR_M = 3_000  # nothing joins over this distance


def far(number: int) -> tuple[float, float]:
    """Places so far apart that no two of them are one incident."""
    return 50.80 + (number % 5) * FAR_M * METRE_LAT, 4.30 + (number // 5) * 0.05


class Watch(Room):
    @property
    def records(self) -> list[Alarm]:
        return sorted(self.situation.alarms.values(), key=lambda a: int(a.id[2:]))

    @property
    def seen(self) -> list[Alarm]:
        """Alarms and notices, oldest first, but for what other rules advise."""
        about = shipped_alarm_types().about
        return [a for a in self.records if about(a.type) not in ADVICE]

    @property
    def alarms(self) -> list[Alarm]:
        return [a for a in self.seen if a.kind == "alarm"]

    @property
    def notices(self) -> list[Alarm]:
        return [a for a in self.seen if a.kind == "notice"]

    @property
    def alarm(self) -> Alarm:
        (alarm,) = self.alarms
        return alarm

    @property
    def notice(self) -> Alarm:
        (notice,) = self.notices
        return notice

    def calls(self, role: str = "operator") -> list[Entry]:
        """Every time a role was called: what was folded or a notice called nobody."""
        return [entry for entry in self.entries if is_call(entry, role)]

    def of(self, incident: str) -> list[Alarm]:
        return [a for a in self.records if a.incident == incident]

    def act(self, capacity: str, command: str, **given: Any) -> list[Entry]:
        document = {"command": command, **given}
        return self.decide(CommandGiven(self.at, f"{capacity} 1", document, capacity))

    def limited(self, **given: Any) -> list[Entry]:
        return self.decide(ObservationArrived(self.at, observation(**given), limited=True))

    def refuse(self, source: str = "cad:112") -> list[Entry]:
        topic = "tocsin/v1/live/x"
        return self.decide(
            MessageRefused(self.at, source, topic, "schema", "data.kind", "not a kind", 17)
        )

    def minutes_ago(self, minutes: float) -> str:
        return to_text(self.now - timedelta(minutes=minutes))


def is_call(entry: Entry, role: str) -> bool:
    if entry.kind == "alarm_raised":
        alarm = entry.body["alarm"]
        return alarm["kind"] == "alarm" and not alarm["folded"] and alarm["role"] == role
    if entry.kind == "alarm_rearmed":
        changes = entry.body["changes"]
        return not changes["folded"] and changes["role"] == role
    return False
