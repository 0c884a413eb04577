"""The shift log: what the next shift has to know, each line with the record it comes from.

Pure: it reads one situation and the entries of the shift. Its times are UTC text; it holds no
words of its own but those the rules and people gave.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tocsin.journal.entry import Entry, EntryKind
from tocsin.lifecycle.life import stale_incidents
from tocsin.lifecycle.queries import (
    awaited_decisions,
    overdue_decisions,
    overdue_tasks,
    reviews_due,
    unseen_by,
)
from tocsin.situation.picture import Incident, Shown, Situation, is_open, observed_or_recorded
from tocsin.situation.records import (
    Activation,
    Alarm,
    CameraState,
    Decision,
    Drawing,
    Flood,
    Handover,
    Mark,
    Task,
)

LOG_KINDS: frozenset[EntryKind] = frozenset(
    {
        "command_received",
        "incident_opened",
        "alarm_raised",
        "decision_recorded",
        "records_dropped",
    }
)
USABLE = ("up", "active")  # of the states of a channel
ZONES = ("zone_red", "zone_orange", "zone_yellow", "wedge")


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is awaited next: a task or a decision, by its id."""

    due_at: str
    kind: str
    id: str
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Followed:
    """An incident as it is handed over. `stale`: why people should look at it again."""

    id: str
    type: str
    severity: int
    state: str
    state_since: str
    opened_at: str
    is_new: bool
    headline: str | None
    text: str | None
    commune: dict[str, str] | None
    codes: tuple[str, ...]
    lead: str | None
    disciplines: tuple[str, ...]
    phase: dict[str, Any] | None
    open_tasks: int
    last_decision: Decision | None
    next_deadline: Deadline | None
    stale: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Channel:
    """The last word on a means of alerting or communication that is not as it should be."""

    channel: str
    state: str
    source: str
    since: str
    observation: str


@dataclass(frozen=True, slots=True)
class SilentSource:
    source: str
    state: str
    since: str
    outbox: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit that nobody verified yet; of the vehicle nothing is said here."""

    observation: str
    observed_at: str
    incident: str | None


@dataclass(frozen=True, slots=True)
class Acted:
    """A function that acted during the shift."""

    capacity: str
    acts: int
    last_at: str


@dataclass(frozen=True, slots=True)
class ShiftLog:
    """`calls`: alarms of this function by priority. `unseen`: ids of decisions it has not seen.

    `shift_hours` is how long a shift lasts here.
    """

    realm: str
    function: str
    n: int
    since: str
    until: str
    shift_hours: float
    handover: Handover | None
    activation: Activation | None
    opened: int
    calls: dict[str, int]
    incidents: tuple[Followed, ...]
    ended: tuple[Followed, ...]
    unacknowledged: tuple[Alarm, ...]
    shelved: tuple[Alarm, ...]
    to_review: tuple[Alarm, ...]
    floods: tuple[Flood, ...]
    decisions: tuple[Decision, ...]
    unseen: tuple[str, ...]
    late_decisions: tuple[Decision, ...]
    late_tasks: tuple[Task, ...]
    channels: tuple[Channel, ...]
    sources: tuple[SilentSource, ...]
    unreliable: tuple[Mark, ...]
    cameras: tuple[CameraState, ...]
    hits: tuple[Hit, ...]
    zones: tuple[Drawing, ...]
    reviews: tuple[Followed, ...]
    functions: tuple[Acted, ...]


def shift_log(
    situation: Situation,
    entries: Iterable[Entry],
    function: str,
    since: str,
    until: str,
    *,
    shift_hours: float = 12,
    handover: Handover | None = None,
) -> ShiftLog:
    """What `function` hands over at `until`; `entries` are those of LOG_KINDS since `since`."""
    shift = [entry for entry in entries if since <= entry.at <= until]
    followed = _Followed(situation, since, until)
    incidents = situation.incidents.values()
    alarms = sorted(
        (a for a in situation.alarms.values() if a.kind == "alarm" and a.cleared_at is None),
        key=lambda alarm: (alarm.priority, alarm.raised_at, alarm.id),
    )
    return ShiftLog(
        realm=situation.realm,
        function=function,
        n=situation.n,
        since=since,
        until=until,
        shift_hours=shift_hours,
        handover=handover,
        activation=situation.activation,
        opened=sum(entry.kind == "incident_opened" for entry in shift),
        calls=_calls(shift, function),
        incidents=followed.of(i for i in incidents if is_open(i)),
        ended=followed.of(
            i for i in incidents if not is_open(i) and i.alias_of is None and i.state_since >= since
        ),
        unacknowledged=tuple(
            a for a in alarms if a.role not in a.acknowledged and a.shelved is None
        ),
        shelved=tuple(a for a in alarms if a.shelved is not None),
        to_review=tuple(a for a in alarms if a.review_due),
        floods=tuple(sorted(situation.floods.values(), key=lambda flood: flood.role)),
        decisions=_decisions(situation, shift),
        unseen=tuple(decision.id for decision in unseen_by(situation, function)),
        late_decisions=tuple(overdue_decisions(situation, until)),
        late_tasks=tuple(overdue_tasks(situation, until)),
        channels=_channels(situation),
        sources=tuple(
            SilentSource(view.source, view.state, view.since, view.outbox)
            for view in sorted(situation.sources.values(), key=lambda view: view.source)
            if view.state != "online"
        ),
        unreliable=tuple(
            mark
            for mark in sorted(situation.marks.values(), key=lambda mark: mark.source)
            if mark.trust == "unreliable"
        ),
        cameras=tuple(
            camera
            for camera in sorted(situation.cameras.values(), key=lambda c: (c.camera, c.source))
            if camera.state != "working"
        ),
        hits=_hits(situation),
        zones=tuple(
            drawing
            for drawing in sorted(situation.drawings.values(), key=lambda drawing: drawing.n)
            if drawing.kind in ZONES
        ),
        reviews=followed.of(reviews_due(situation)),
        functions=_functions(shift),
    )


class _Followed:
    """Incidents with what people decided and await about each."""

    def __init__(self, situation: Situation, since: str, until: str) -> None:
        self._since = since
        self._stale = {key: fate.reason for key, fate in stale_incidents(situation, until)}
        self._decided: dict[str, Decision] = {}
        self._deadlines: dict[str, Deadline] = {}
        self._tasks: Counter[str] = Counter()
        for decision in sorted(situation.decisions.values(), key=lambda d: (d.decided_at, d.id)):
            if decision.incident is not None:
                self._decided[decision.incident] = decision
        for task in situation.tasks.values():
            if task.state == "open" and task.incident is not None:
                self._tasks[task.incident] += 1
                self._await(task.incident, task.due_at, "task", task.id, task.title)
        for decision in awaited_decisions(situation):
            words = {decision.language: decision.text}
            if decision.incident is not None:
                self._await(decision.incident, decision.due_at, "decision", decision.id, words)

    def _await(
        self, incident: str, due_at: str | None, kind: str, key: str, words: dict[str, str]
    ) -> None:
        known = self._deadlines.get(incident)
        if due_at is not None and (known is None or (due_at, key) < (known.due_at, known.id)):
            self._deadlines[incident] = Deadline(due_at, kind, key, words)

    def of(self, incidents: Iterable[Incident]) -> tuple[Followed, ...]:
        """The gravest first."""
        ordered = sorted(incidents, key=lambda i: (-i.severity, i.opened_at, i.id))
        return tuple(self._one(incident) for incident in ordered)

    def _one(self, incident: Incident) -> Followed:
        return Followed(
            id=incident.id,
            type=incident.type,
            severity=incident.severity,
            state=incident.state,
            state_since=incident.state_since,
            opened_at=incident.opened_at,
            is_new=incident.opened_at >= self._since,
            headline=incident.headline,
            text=incident.text,
            commune=incident.commune,
            codes=incident.codes,
            lead=incident.lead,
            disciplines=incident.disciplines,
            phase=incident.phase,
            open_tasks=self._tasks[incident.id],
            last_decision=self._decided.get(incident.id),
            next_deadline=self._deadlines.get(incident.id),
            stale=self._stale.get(incident.id),
        )


def _calls(shift: list[Entry], function: str) -> dict[str, int]:
    raised = (entry.body["alarm"] for entry in shift if entry.kind == "alarm_raised")
    counted = Counter(
        f"P{alarm['priority']}"
        for alarm in raised
        if alarm["kind"] == "alarm" and alarm["role"] == function
    )
    return dict(sorted(counted.items()))


def _decisions(situation: Situation, shift: list[Entry]) -> tuple[Decision, ...]:
    """Those recorded in the shift, archived ones too; one that was taken back was none."""
    archived = {
        key
        for entry in shift
        if entry.kind == "records_dropped"
        for key in entry.body["tables"].get("decisions", ())
    }
    found = []
    for entry in shift:
        if entry.kind != "decision_recorded":
            continue
        key = entry.body["decision"]["id"]
        known = situation.decisions.get(key)
        if known is not None:
            found.append(known)
        elif key in archived:
            found.append(Decision(**entry.body["decision"]))
    return tuple(found)


def _channels(situation: Situation) -> tuple[Channel, ...]:
    latest: dict[str, Shown] = {}
    told = (s for s in situation.observations.values() if "channel_state" in s.facts)
    for shown in sorted(told, key=lambda s: (observed_or_recorded(s), s.id)):
        latest[str(shown.facts.get("channel") or shown.source)] = shown
    return tuple(
        Channel(
            channel=name,
            state=str(shown.facts["channel_state"]),
            source=shown.source,
            since=observed_or_recorded(shown),
            observation=shown.id,
        )
        for name, shown in sorted(latest.items())
        if shown.facts["channel_state"] not in USABLE
    )


def _hits(situation: Situation) -> tuple[Hit, ...]:
    waiting = (
        Hit(shown.id, observed_or_recorded(shown), shown.incident)
        for shown in situation.observations.values()
        if shown.kind == "anpr_hit" and "verified" not in shown.facts
    )
    return tuple(sorted(waiting, key=lambda hit: (hit.observed_at, hit.observation)))


def _functions(shift: list[Entry]) -> tuple[Acted, ...]:
    acts: Counter[str] = Counter()
    last: dict[str, str] = {}
    for entry in shift:
        if entry.kind == "command_received":
            capacity = str(entry.body["capacity"])
            acts[capacity] += 1
            last[capacity] = entry.at
    return tuple(Acted(capacity, acts[capacity], last[capacity]) for capacity in sorted(acts))
