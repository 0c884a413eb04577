"""Random legal journals: what any engine may write, whatever its rules.

`journals()` gives the entries of one realm, numbered from 1. Legal means that each entry names
only what is there at that moment; the situation folded so far is asked, as `decide` would ask it.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from hypothesis import strategies as st

from tocsin.journal.entry import Entry, EntryKind
from tocsin.situation.evolve import evolve
from tocsin.situation.picture import Incident, Situation

REALM = "live"
TYPES = ("FIR-BLD", "TRA-ACC", "TUN-INC", "CBR-HAZ")
SOURCES = ("cap:feed-one", "cap:feed-two", "cad:fire", "sensors:tunnels")
# few of each, so that places share cells, and incidents share codes
LATITUDES = (50.8467, 50.8469, 50.8503, -0.0001)
LONGITUDES = (4.3525, 4.3527, 4.3702, 4.35)
ACCURACIES = (None, 5.0, 50.0, 500.0)
CODES = ("leopold-ii", "montgomery", "schuman")
NAMED = ("commune:ixelles", "station:schuman", "street:rue-haute", "tunnel:montgomery")
TRACKS = ("drone-1", "drone-2", "bus-71")
CAMERAS = ("cam-1", "cam-2", "cam-3")
CONDITIONS = ("working", "frozen", "no_picture")
BURSTS = (1, 1, 1, 3, 60, 210)  # past what an incident and the loose list keep

STATES = (
    "reported",
    "acknowledged",
    "qualified",
    "responding",
    "closed",
    "review",
    "false_alarm",
    "transferred",
)
OPEN = ("reported", "acknowledged", "qualified", "responding")
FOLLOWED = (*OPEN, "closed")
TABLES = (
    *("advice", "alarms", "decisions", "tasks", "reports", "counts", "relations", "evidence"),
    *("walls", "drawings", "handovers", "undoable"),
)

words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
RARE_BURSTS = (1, 1, 1, 1, 1, 1, 210)
texts = st.fixed_dictionaries({"fr": words, "nl": words, "en": words})
whys = st.fixed_dictionaries(
    {"rule": st.sampled_from(("R-NEAR@1", "R-CHAIN@1")), "score": st.floats(0, 1, width=32)},
    optional={"runner_up": words, "metres": st.integers(0, 5000)},
)
facts = st.dictionaries(
    st.sampled_from(("persons", "smoke", "substance")),
    st.one_of(st.booleans(), st.integers(0, 40), words, st.floats(-9, 9, width=32)),
    max_size=3,
)
codes = st.dictionaries(st.sampled_from(("tunnel", "station")), st.sampled_from(CODES), max_size=2)
NO_PLACE = {"lat": None, "lon": None, "accuracy_m": None, "text": None}  # a grade taken back
regraded_places = st.fixed_dictionaries(
    {
        "lat": st.sampled_from(LATITUDES),
        "lon": st.sampled_from(LONGITUDES),
        "accuracy_m": st.sampled_from(ACCURACIES),
        "text": st.none() | words,
    }
)
outlines = st.one_of(
    st.none(),
    st.just({"type": "LineString", "coordinates": [[4.35, 50.84], [4.36, 50.85]]}),
)


@dataclass(slots=True)
class _Room:
    """The journal under way, and what it has led to."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    situation: Situation = field(default_factory=lambda: Situation(REALM))
    entries: list[Entry] = field(default_factory=list)
    named: int = 0
    undoable: int | None = None  # an act upon which nothing has been built

    def enter(self, kind: EntryKind, body: dict[str, Any], cause: int | None = None) -> int:
        n = self.situation.n + 1
        seconds, milliseconds = divmod(n * 137, 1000)
        at = (
            f"2026-01-15T{15 + seconds // 3600:02}:{seconds // 60 % 60:02}:"
            f"{seconds % 60:02}.{milliseconds:03}Z"
        )
        entry = Entry(n, at, kind, cause or n, body)
        self.situation = evolve(self.situation, entry)
        self.entries.append(entry)
        if kind.startswith(("incident", "observation", "act_undone", "records_dropped")):
            self.undoable = None
        return n

    def name(self, letter: str) -> str:
        self.named += 1
        return f"{letter}-{self.named}"

    def pick(self, choices: list[str]) -> str:
        return str(self.draw(st.sampled_from(choices)))

    def incidents(self, *states: str) -> list[str]:
        return sorted(i.id for i in self.situation.incidents.values() if i.state in states)

    def incident(self, *states: str) -> Incident | None:
        choices = self.incidents(*states)
        return self.situation.incidents[self.pick(choices)] if choices else None


def _shown(room: _Room, track: str | None = None) -> dict[str, Any]:
    draw = room.draw
    placed = draw(st.booleans())
    shown = {
        "kind": draw(st.sampled_from(("event", "sensor", "report"))),
        "source": draw(st.sampled_from(SOURCES)),
        "action": draw(st.sampled_from(("new", "update", "end"))),
        "mode": draw(st.sampled_from(("real", "exercise", "test"))),
        "headline": draw(st.one_of(st.none(), words)),
        "text": draw(st.one_of(st.none(), words)),
        "lat": draw(st.sampled_from(LATITUDES)) if placed else None,
        "lon": draw(st.sampled_from(LONGITUDES)) if placed else None,
        "accuracy_m": draw(st.sampled_from(ACCURACIES)),
        "outline": draw(outlines),
        "severity": draw(st.one_of(st.none(), st.integers(0, 4))),
        "observed_at": draw(
            st.sampled_from((None, "2026-01-15T14:59:00Z", "2026-01-15T15:00:30Z"))
        ),
        "clock_suspect": draw(st.booleans()),
        "unreliable": draw(st.booleans()),
        "doubtful": draw(st.booleans()),
        "limited": draw(st.booleans()),
        "named": sorted(draw(st.sets(st.sampled_from(NAMED)))),
        "codes": draw(codes),
        "facts": draw(facts),
        "track": track,
    }
    # the fold takes what is left out for the default
    return {k: v for k, v in shown.items() if v is not None or draw(st.booleans())}


def _record(room: _Room, like: dict[str, Any]) -> tuple[str, int]:
    n = room.situation.n + 1
    observation = f"O-{n}"
    shown = {
        **like,
        "id": observation,
        "external_id": f"message {n}",
        "recorded_at": f"2026-01-15T15:00:00.{n % 1000:03}Z",
    }
    body = {"id": observation, "shown": shown, "observation": {"attributes": {"raw": n}}}
    return observation, room.enter("observation_recorded", body)


def _observe(room: _Room) -> None:
    like = _shown(room)
    for _ in range(room.draw(st.sampled_from(BURSTS))):
        _record(room, like)


def _track(room: _Room) -> None:
    _record(room, _shown(room, room.pick(list(TRACKS))))


def _camera_status(room: _Room) -> None:
    """A camera speaks of itself, sometimes late; now and then an incident takes it in."""
    draw = room.draw
    said = draw(
        st.fixed_dictionaries(
            {"camera": st.sampled_from(CAMERAS), "state": st.sampled_from(CONDITIONS)},
            optional={
                "since": st.just("2026-01-15T14:30:00.000Z"),
                "figure": st.floats(0, 99, width=32),
                "limit": st.integers(0, 99),
                "motion": st.integers(0, 100),
            },
        )
    )
    like = {**_shown(room), "kind": "camera_status", "camera": said}
    incident = room.incident(*FOLLOWED)
    for _ in range(draw(st.sampled_from((1, 1, 2, 5)))):
        observation, cause = _record(room, like)
        if incident is not None and draw(st.booleans()):
            body = {"incident": incident.id, "observation": observation, "why": draw(whys)}
            room.enter("observation_joined", body, cause)


def _drop_tracks(room: _Room) -> None:
    tracks = room.draw(st.lists(st.sampled_from(TRACKS), unique=True))
    room.enter("tracks_dropped", {"tracks": tracks})


def _open(room: _Room) -> None:
    observation, cause = _record(room, _shown(room))
    _open_with(room, observation, cause)


def _open_for_a_loose_one(room: _Room) -> None:
    if room.situation.loose:
        _open_with(room, room.pick(list(room.situation.loose)))


def _open_with(room: _Room, observation: str, cause: int | None = None) -> None:
    body = {
        "incident": room.name("I"),
        "type": room.pick(list(TYPES)),
        "severity": room.draw(st.integers(0, 4)),
        "observation": observation,
        "commune": room.draw(st.sampled_from((None, {"fr": "Bruxelles", "nl": "Brussel"}))),
        "why": room.draw(whys),
    }
    room.enter("incident_opened", body, cause)


def _join(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    if incident is None:
        return
    like, why = _shown(room), room.draw(whys)
    for _ in range(room.draw(st.sampled_from(BURSTS))):
        observation, cause = _record(room, like)
        body = {"incident": incident.id, "observation": observation, "why": why}
        room.enter("observation_joined", body, cause)


def _join_a_loose_one(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    if incident is not None and room.situation.loose:
        observation = room.pick(list(room.situation.loose))
        body = {"incident": incident.id, "observation": observation, "why": room.draw(whys)}
        room.enter("observation_joined", body)


def _detach(room: _Room) -> None:
    incident = room.incident(*FOLLOWED, "duplicate")
    if incident is not None and incident.observations:
        observation = room.pick(list(incident.observations))
        room.enter("observation_detached", {"incident": incident.id, "observation": observation})


def _suggest(room: _Room) -> None:
    incident, other = room.incident(*OPEN), room.incident(*FOLLOWED)
    if incident is None or other is None or incident.id == other.id or not incident.observations:
        return
    body = {
        "suggestion": room.name("S"),
        "from": incident.id,
        "incident": other.id,
        "observation": room.pick(list(incident.observations)),
        "why": room.draw(whys),
    }
    room.enter("join_suggested", body)


def _settle_suggestion(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    if incident is not None and incident.suggestions:
        suggestion = room.pick([s.id for s in incident.suggestions])
        body = {"from": incident.id, "suggestion": suggestion, "outcome": "dismissed", "by": "C"}
        room.enter("suggestion_settled", body)


def _regrade(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    if incident is not None:
        body = {
            "incident": incident.id,
            "type": room.pick(list(TYPES)),
            "severity": room.draw(st.integers(0, 4)),
            "place": room.draw(st.none() | regraded_places | st.just(NO_PLACE)),
            "why": room.draw(whys),
        }
        room.enter("incident_regraded", body)


def _alias(room: _Room) -> None:
    incident, other = room.incident(*FOLLOWED), room.incident(*FOLLOWED)
    if incident is not None and other is not None and incident.id != other.id:
        room.enter("incident_aliased", {"incident": incident.id, "alias_of": other.id})


def _end(room: _Room) -> None:
    incident = room.incident(*OPEN)
    if incident is not None:
        room.enter("incident_ended", {"incident": incident.id, "why": room.draw(whys)})


def _archive(room: _Room) -> None:
    incident = room.incident("closed", "duplicate")
    if incident is not None:
        room.enter("incident_archived", {"incident": incident.id})


def _change_state(room: _Room) -> None:
    incident = room.incident(*STATES)
    if incident is not None:
        body = {
            "incident": incident.id,
            "state": room.pick(list(STATES)),
            "reason": room.draw(st.none() | words),
            "by": "operator",
            "why": None,
        }
        room.enter("incident_state_changed", body)


def _amend(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    if incident is None:
        return
    changes = room.draw(
        st.fixed_dictionaries(
            {},
            optional={
                "lead": st.none() | words,
                "disciplines": st.lists(st.sampled_from(("D1", "D2", "D3")), unique=True),
                "review": st.sampled_from((None, "required", "done")),
                "lat": st.just(LATITUDES[2]),
                "accuracy_m": st.sampled_from(ACCURACIES),
            },
        )
    )
    if "lat" in changes:
        changes["lon"] = LONGITUDES[2]
    room.enter("incident_amended", {"incident": incident.id, "changes": changes, "by": "operator"})


def _record_phase(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    if incident is not None:
        phase = {
            "value": room.pick(["communale", "provinciale", "none"]),
            "authority": room.draw(words),
            "declared_at": "2026-01-15T15:02:00.000Z",
            "informed_at": "2026-01-15T15:03:00.000Z",
            "document": None,
            "by": "supervisor",
        }
        room.enter("phase_recorded", {"incident": incident.id, "phase": phase})


def _merge(room: _Room) -> None:
    incident, other = room.incident(*OPEN), room.incident(*OPEN)
    if incident is None or other is None or incident.id == other.id:
        return
    act = _undoably(room, incident, other) if room.draw(st.booleans()) else None
    body = {"incident": incident.id, "into": other.id, "by": "operator", "note": None}
    room.enter("incidents_merged", body)
    room.undoable = act


def _undoably(room: _Room, *incidents: Incident) -> int:
    act = room.situation.n
    tables = {
        "incidents": [*(i.id for i in incidents), "I-none-yet"],
        "observations": [o for i in incidents for o in i.observations],
        "tasks": [*room.situation.tasks, "K-none-yet"],
        "drawings": [*room.situation.drawings, "D-none-yet"],
        "walls": ["a"],
    }
    body = {"act": act, "until": "2026-01-15T23:00:00.000Z", "command": "merge_incidents"}
    room.enter("act_undoable", {**body, "by": "operator", "tables": tables, "home": None})
    return act


def _undo(room: _Room) -> None:
    """Acts are taken back in the opposite order: only one that nothing has built upon."""
    if room.undoable is not None:
        room.enter("act_undone", {"undoes": room.undoable})


def _set_aside(room: _Room) -> None:
    if room.situation.loose:
        observation = room.pick(list(room.situation.loose))
        room.enter("observation_set_aside", {"observation": observation, "why": room.draw(whys)})


def _vote(room: _Room) -> None:
    if room.situation.observations:
        observation = room.pick(sorted(room.situation.observations.keys()))
        vote = room.pick(["useful", "noise"])
        room.enter("observation_voted", {"observation": observation, "vote": vote, "by": "d1"})


def _verify_hit(room: _Room) -> None:
    if room.situation.observations:
        body = {
            "observation": room.pick(sorted(room.situation.observations.keys())),
            "verified": room.draw(st.booleans()),
            "by": "police",
            "note": None,
        }
        room.enter("hit_verified", body)


def _advise(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    advice = {
        "id": room.name("V"),
        "incident": incident.id if incident else None,
        "kind": room.pick(["severity", "phase", "proposal"]),
        "rule": "R-SEV@1",
        "criterion": room.draw(texts),
        "evidence": room.draw(st.lists(words, max_size=2)),
        "given_by": room.situation.n + 1,
    }
    room.enter("advice_given", {"advice": advice})


def _alarm(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    alarm = {
        "id": room.name("A"),
        "type": "new_incident",
        "kind": room.pick(["alarm", "alarm", "notice"]),
        "priority": room.draw(st.integers(1, 3)),
        "role": room.pick(["operator", "police"]),
        "rule": "R-ALARM@1",
        "reason": room.draw(texts),
        "raised_at": "2026-01-15T15:00:00.000Z",
        "last_at": "2026-01-15T15:00:00.000Z",
        "incident": incident.id if incident else None,
        "subject": room.draw(st.none() | st.sampled_from(SOURCES)),
        "folded": room.draw(st.booleans()),
    }
    for _ in range(room.draw(st.sampled_from(RARE_BURSTS))):
        room.enter("alarm_raised", {"alarm": {**alarm, "id": room.name("A")}})


ALARM_CHANGES: tuple[tuple[EntryKind, dict[str, Any]], ...] = (
    ("alarm_repeated", {"count": 4, "last_at": "2026-01-15T15:05:00.000Z"}),
    ("alarm_rearmed", {"priority": 1, "rearmed_at": "2026-01-15T15:05:00.000Z"}),
    ("alarm_acknowledged", {"acknowledged": {"operator": {"at": "now", "by": "operator"}}}),
    ("alarm_escalated", {"escalated_at": "2026-01-15T15:05:00.000Z"}),
    ("alarm_shelved", {"shelved": {"until": "later", "reason": "noise", "by": "x", "at": "now"}}),
    ("alarm_unshelved", {"shelved": None}),
    ("alarm_cleared", {"cleared_at": "2026-01-15T15:05:00.000Z", "incident": None}),
    ("alarm_stale", {"review_due": True, "evidence": ["O-1"]}),
)


def _change_alarm(room: _Room) -> None:
    if room.situation.alarms:
        kind, changes = room.draw(st.sampled_from(ALARM_CHANGES))
        alarm = room.pick(sorted(room.situation.alarms.keys()))
        room.enter(kind, {"alarm": alarm, "changes": changes})


def _flood(room: _Room) -> None:
    flood = room.draw(st.sampled_from((None, {"since": "2026-01-15T15:00:00.000Z", "folded": 3})))
    room.enter("flood_changed", {"role": room.pick(["operator", "police"]), "flood": flood})


def _decide(room: _Room) -> None:
    decision = {
        "id": room.name("D"),
        "text": room.draw(words),
        "language": "nl",
        "function": "Hoge ambtenaar",
        "capacity": "supervisor",
        "decided_at": "2026-01-15T15:00:00.000Z",
        "known_at": "2026-01-15T15:01:00.000Z",
        "recorded_at": "2026-01-15T15:02:00.000Z",
        "by": "supervisor",
    }
    room.enter("decision_recorded", {"decision": decision})
    changes = {"seen_by": {"police": "2026-01-15T15:03:00.000Z"}}
    room.enter("decision_seen", {"decision": decision["id"], "changes": changes})


def _task(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    task = {
        "id": room.name("K"),
        "title": room.draw(texts),
        "opened_at": "2026-01-15T15:00:00.000Z",
        "changed_at": "2026-01-15T15:00:00.000Z",
        "by": "operator",
        "incident": incident.id if incident else None,
    }
    room.enter("task_opened", {"task": task})
    if room.draw(st.booleans()):
        room.enter("task_changed", {"task": task["id"], "changes": {"state": "done"}})


def _report(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    if incident is None:
        return
    report = {
        "id": room.name("R"),
        "incident": incident.id,
        "form": "methane",
        "fields": {"hazards": room.draw(st.none() | words)},
        "reported_at": "2026-01-15T15:00:00.000Z",
        "recorded_at": "2026-01-15T15:00:00.000Z",
        "by": "operator",
    }
    room.enter("report_filed", {"report": report, "facts": room.draw(facts)})
    count = {
        "id": room.name("C"),
        "incident": incident.id,
        "category": "t1",
        "value": room.draw(st.none() | st.integers(0, 9)),
        "certainty": "estimated",
        "source": "D2",
        "counted_at": "2026-01-15T15:00:00.000Z",
        "recorded_at": "2026-01-15T15:00:00.000Z",
    }
    for _ in range(room.draw(st.integers(1, 5))):
        room.enter("count_reported", {"count": {**count, "id": room.name("C")}})


def _relate(room: _Room) -> None:
    incident, other = room.incident(*FOLLOWED), room.incident(*FOLLOWED)
    if incident is None or other is None:
        return
    relation = {
        "id": room.name("L"),
        "kind": "series",
        "origin": incident.id,
        "target": other.id,
        "rule": "R-SERIES@1",
        "reason": room.draw(texts),
        "proposed_by": room.situation.n + 1,
    }
    room.enter("relation_proposed", {"relation": relation})
    if room.draw(st.booleans()):
        changes = {"status": "confirmed", "by": "operator"}
        room.enter("relation_settled", {"relation": relation["id"], "changes": changes})


def _keep_evidence(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    if incident is None:
        return
    evidence = {
        "id": room.name("E"),
        "incident": incident.id,
        "camera": room.pick(list(CAMERAS)),
        "sha256": "0" * 64,
        "size": 12_000,
        "captured_at": "2026-01-15T15:00:00.000Z",
        "kept_at": "2026-01-15T15:00:01.000Z",
        "by": "operator",
    }
    note = room.draw(st.none() | words)
    told = evidence if note is None else {**evidence, "note": note}
    room.enter("evidence_kept", {"evidence": told})


def _write_log(room: _Room) -> None:
    line = {
        "book": room.pick(["room", "D1"]),
        "text": room.draw(words),
        "language": "fr",
        "at": "2026-01-15T15:00:00.000Z",
        "by": "operator",
    }
    for _ in range(room.draw(st.sampled_from(RARE_BURSTS))):
        room.enter("log_written", {"line": {**line, "id": room.name("N")}})


def _mark(room: _Room) -> None:
    mark = {
        "source": room.pick(list(SOURCES)),
        "trust": room.pick(["trusted", "unreliable"]),
        "reason": room.draw(words),
        "by": "supervisor",
        "since": "2026-01-15T15:00:00.000Z",
    }
    room.enter("source_marked", {"mark": mark})


def _direct_wall(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    wall = {
        "layout": room.pick(["a", "b"]),
        "incident": incident.id if incident else None,
        "view": room.draw(st.none() | st.just([50.85, 4.35, 14.5])),
        "cameras": sorted(room.draw(st.sets(st.sampled_from(CAMERAS)))),
        "note": room.draw(st.none() | words),
        "by": "supervisor",
        "since": "2026-01-15T15:00:00.000Z",
        "n": room.situation.n + 1,
    }
    room.enter("wall_directed", {"wall": wall})
    if room.draw(st.booleans()):
        room.enter("wall_released", {"layout": wall["layout"], "by": "supervisor"})


def _draw_on_the_map(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    drawing = {
        "id": room.name("D"),
        "layer": room.pick(["room", "d1"]),
        "kind": "wedge",
        "geometry": {"type": "Point", "coordinates": [4.35, 50.85]},
        "text": room.draw(st.none() | words),
        "wind_from_deg": 225.0,
        "radius_m": room.draw(st.integers(1, 900)),
        "incident": incident.id if incident else None,
        "by": "operator",
        "drawn_at": "2026-01-15T15:00:00.000Z",
        "changed_at": "2026-01-15T15:00:00.000Z",
        "n": room.situation.n + 1,
    }
    room.enter("drawing_put", {"drawing": drawing})


def _redraw_or_erase(room: _Room) -> None:
    if not room.situation.drawings:
        return
    drawing = room.situation.drawings[room.pick(sorted(room.situation.drawings.keys()))]
    if room.draw(st.booleans()):
        changed = {**asdict(drawing), "incident": None, "n": room.situation.n + 1}
        room.enter("drawing_put", {"drawing": changed})
    else:
        room.enter("drawing_erased", {"drawing": drawing.id, "by": "operator"})


def _hand_over(room: _Room) -> None:
    function = room.pick(["operator", "supervisor"])
    for _ in range(room.draw(st.sampled_from((1, 1, 12)))):
        n = room.situation.n + 1
        handover = {
            "id": room.name("H"),
            "function": function,
            "opened_at": "2026-01-15T15:00:00.000Z",
            "period_from": "2026-01-15T03:00:00.000Z",
            "log_until_n": n,
            "remarks": {"out": None, "in": None},
            "signed": {"out": None, "in": None},
        }
        room.enter("handover_begun", {"handover": handover, "by": function})
    signature = {"by": function, "at": "2026-01-15T15:05:00.000Z"}
    changes = {
        "signed": {"out": signature, "in": None},
        "remarks": {"out": room.draw(st.none() | words), "in": None},
        "log_until_n": room.situation.n + 1,
    }
    room.enter("handover_signed", {"handover": handover["id"], "changes": changes})


def _activate(room: _Room) -> None:
    activation = {"level": "alert", "since": "now", "by": "supervisor", "reason": ""}
    room.enter("activation_changed", {"activation": activation})


def _arm(room: _Room) -> None:
    rulebook = {"version": "0a1b2c3d", "by": "admin", "tables": {"weights": "version: 3"}}
    room.enter("rules_armed", {"rulebook": rulebook})


def _drop_records(room: _Room) -> None:
    tables = {table: sorted(getattr(room.situation, table).keys())[:2] for table in TABLES}
    room.enter("records_dropped", {"tables": tables})


def _propose_tie(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    if incident is None:
        return
    known = [tie.id for tie in incident.ties]
    tie = {
        "id": room.pick([*known, room.name("T")]),
        "measure": {"plan": "PGSP-2017-2020", "code": "M10.4"},
        "relation": room.pick(["concerns", "activates"]),
        "strength": room.pick(["certain", "suggested"]),
        "rule": "T-TUNNEL@1",
        "evidence": room.draw(st.lists(words, max_size=3)),
        "reason": {"fr": "un tunnel", "nl": "een tunnel", "en": "a tunnel"},
        "status": "proposed",
    }
    room.enter("tie_proposed", {"incident": incident.id, "tie": tie})


def _settle_tie(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    if incident is not None and incident.ties:
        body = {
            "incident": incident.id,
            "tie": room.pick([tie.id for tie in incident.ties]),
            "status": room.pick(["confirmed", "rejected"]),
            "by": "coordinator",
            "note": room.draw(st.one_of(st.none(), words)),
        }
        room.enter("tie_settled", body)


def _withdraw_tie(room: _Room) -> None:
    incident = room.incident(*FOLLOWED)
    if incident is not None and incident.ties:
        tie = room.pick([tie.id for tie in incident.ties])
        room.enter("tie_withdrawn", {"incident": incident.id, "tie": tie, "rule": "T-TUNNEL@1"})


def _change_source(room: _Room) -> None:
    source = {
        "source": room.pick(list(SOURCES)),
        "state": room.pick(["online", "catching_up", "offline", "silent"]),
        "since": "2026-01-15T15:00:00.000Z",
        "outbox": room.draw(st.integers(0, 9)),
        "trouble": room.draw(st.one_of(st.none(), words)),
    }
    room.enter("source_changed", {"source": source})


def _quarantine(room: _Room) -> None:
    body = {
        "source": room.pick(list(SOURCES)),
        "topic": "tocsin/v1/live/observations/cap:feed-one",
        "reason": room.pick(["schema", "clock", "size"]),
        "field": "data.kind",
        "detail": room.draw(words),
        "size": 17,
        "count": room.draw(st.integers(1, 5)),
    }
    room.enter("message_quarantined", body)


def _command(room: _Room) -> None:
    room.enter(
        "command_received", {"by": "coordinator", "command": {"command": "undo", "entry": 1}}
    )


def _tick(room: _Room) -> None:
    room.enter("clock_ticked", {"silent": room.draw(st.lists(st.sampled_from(SOURCES)))})


def _exercise(room: _Room) -> None:
    exercise = {"name": room.draw(words), "running": room.draw(st.booleans())}
    room.enter("exercise_changed", {"exercise": exercise})


STEPS: tuple[Callable[[_Room], None], ...] = (
    *(_open, _join) * 4,  # the rest needs incidents to happen to
    _observe,
    _detach,
    _join_a_loose_one,
    _open_for_a_loose_one,
    _regrade,
    _alias,
    _end,
    _archive,
    _suggest,
    _settle_suggestion,
    _propose_tie,
    _settle_tie,
    _withdraw_tie,
    _track,
    _drop_tracks,
    *(_camera_status,) * 2,
    _change_source,
    _quarantine,
    _command,
    _tick,
    _exercise,
    *(_merge, _undo) * 2,
    _change_state,
    _amend,
    _record_phase,
    _set_aside,
    _vote,
    _verify_hit,
    _advise,
    _alarm,
    _change_alarm,
    _flood,
    _decide,
    _task,
    _report,
    _relate,
    _keep_evidence,
    _write_log,
    _mark,
    _direct_wall,
    *(_draw_on_the_map, _redraw_or_erase),
    _hand_over,
    _activate,
    _arm,
    _drop_records,
)


@st.composite
def journals(draw: Callable[[st.SearchStrategy[Any]], Any], max_steps: int = 45) -> list[Entry]:
    """The entries of one realm; some journals hold hundreds, past every bound of the fold."""
    room = _Room(draw)
    few = st.lists(st.sampled_from(STEPS), max_size=max_steps)
    many = st.lists(st.sampled_from(STEPS), min_size=max_steps // 2, max_size=max_steps)
    for step in draw(st.one_of(few, many)):
        step(room)
    return room.entries
