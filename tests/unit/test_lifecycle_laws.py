"""Whatever people do in whatever order: the laws of an incident's life hold, and it replays."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deciding import small_world
from desk import Desk
from tocsin.engine.inputs import CommandRefused
from tocsin.engine.replay import replay
from tocsin.journal.entry import Entry
from tocsin.lifecycle.states import shipped_states
from tocsin.situation.evolve import evolve
from tocsin.situation.picture import Incident, Situation

CAPACITIES = (*("supervisor",) * 9, "operator", "police", "coordinator")
INCIDENTS = ("I-0001", "I-0001", "I-0001", "I-0002")
MOMENTS = ("2026-01-15T15:30:00Z", "2026-01-15T15:40:00Z", "2026-01-15T17:00:00+01:00")

reasons = st.sampled_from((None, None, "because they say so"))
moments = st.sampled_from(MOMENTS)
disciplines = st.sampled_from(("D1", "D2"))
figures = st.none() | st.integers(0, 3)

ACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "take": {},
    "qualify": {
        "type": st.sampled_from(("TRA-ACC", "TRA-TUN", "HAZ-ROA")),
        "severity": st.integers(0, 4),
    },
    "reopen": {"reason": st.just("it began again")},
    "settle_review": {
        "outcome": st.sampled_from(("required", "waived", "done")),
        "reason": st.just("agreed with all"),
    },
    "set_lead": {"lead": st.sampled_from(("D1", "D3"))},
    "engage_discipline": {"discipline": disciplines},
    "stand_down_discipline": {"discipline": disciplines},
    "record_phase": {
        "value": st.sampled_from(("pc_ops", "communale", "provinciale")),
        "authority": st.just("Bourgmestre"),
        "declared_at": moments,
        "informed_at": moments,
    },
    "lift_phase": {"authority": st.just("Bourgmestre"), "lifted_at": moments},
    "use_reflex_card": {"card": st.sampled_from(("tunnel", "flood"))},
    "open_task": {"title": st.just("Fermer la rue"), "language": st.just("fr")},
    "file_report": {
        "casualties": st.fixed_dictionaries({"t1": figures, "deceased": figures}),
        "hazards": st.none() | st.just(["fire"]),
    },
    "report_count": {
        "category": st.sampled_from(("t1", "missing")),
        "value": figures,
        "certainty": st.just("confirmed"),
        "source": st.just("D2"),
    },
}
ENDS = ("closed", "false_alarm", "transferred", "duplicate")
PAUSES = (*(1,) * 10, *(60,) * 10, 3600, 30 * 3600)


@st.composite
def lives(draw: Any) -> tuple[str, list[Entry]]:
    """The journal of a realm in which much is tried and what is refused leaves no trace."""
    realm = draw(st.sampled_from(("live", "exercise-one")))
    desk = Desk(realm)
    if draw(st.booleans()):
        desk.observe("first")
    else:
        desk.responding()
    desk.observe("second", at=(50.80, 4.30), facts={"casualties_red": 1})
    for _ in range(draw(st.integers(12, 40))):
        desk.wait(draw(st.sampled_from(PAUSES)))
        choice = draw(st.integers(0, 11))
        incident = draw(st.sampled_from(INCIDENTS))
        capacity = draw(st.sampled_from(CAPACITIES))
        if choice == 0:
            desk.tick()
        elif choice == 1:
            desk.observe(**{**draw(small_world()), "observed_at": None})
        elif choice == 2:
            _try(desk, "undo", "supervisor", entry=_last_command(desk))
        elif choice < 7:
            to = draw(st.sampled_from(_next_states(desk, incident)))
            given = {"incident": incident, "to": to, "reason": draw(reasons)}
            _try(desk, "change_state", capacity, **given)
        else:
            command = draw(st.sampled_from(tuple(ACTS)))
            given = {name: draw(values) for name, values in ACTS[command].items()}
            _try(desk, command, capacity, incident=incident, **given)
    return realm, desk.entries


def _next_states(desk: Desk, incident: str) -> list[str]:
    """Mostly where a way leads, now and then where none does."""
    known = desk.situation.incidents.get(incident)
    ways = [way.to for way in shipped_states().ways if known and known.state in way.from_]
    onward = [to for to in ways if to not in ENDS]
    return [*onward * 3, *ways, "closed"]


def _last_command(desk: Desk) -> int:
    return max((e.n for e in desk.entries if e.kind == "command_received"), default=1)


def _try(desk: Desk, command: str, capacity: str, **given: Any) -> None:
    try:
        desk.act(command, capacity=capacity, **given)
    except CommandRefused:
        return


def steps(realm: str, entries: list[Entry]) -> list[tuple[Situation, Entry, Situation]]:
    situation, found = Situation(realm), []
    for entry in entries:
        after = evolve(situation, entry)
        found.append((situation, entry, after))
        situation = after
    return found


thorough = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@thorough
@given(lives())
def test_the_laws_of_an_incidents_life(story: tuple[str, list[Entry]]) -> None:
    realm, entries = story
    table = shipped_states()
    for before, entry, after in steps(realm, entries):
        if entry.kind == "incident_state_changed":
            old, new = _both(before, entry, after)
            way = table.way(old.state, new.state)
            assert way is not None, f"{old.state} to {new.state} is no way"
            if way.reason:
                assert entry.body["reason"], f"{old.state} to {new.state} without a reason"
            assert (old.phase, old.phases, old.severity) == (new.phase, new.phases, new.severity)
            assert new.segment == old.segment + (way.by == "reopen")
            assert new.opened_at == old.opened_at
        elif entry.kind == "phase_recorded":
            old, new = _both(before, entry, after)
            assert (old.state, old.severity) == (new.state, new.severity)
            assert len(new.phases) == len(old.phases) + (old.phase is not None)
        elif entry.kind == "incident_archived":
            gone = before.incidents[entry.body["incident"]]
            assert table.group(gone.state) != "open"
            assert gone.review != "required"


@thorough
@given(lives())
def test_no_figure_is_made_up_and_none_is_added(story: tuple[str, list[Entry]]) -> None:
    """Each count that stands is one that somebody gave: by command, report or observation."""
    entries = story[1]
    given_figures: set[tuple[str, int | None]] = set()
    for entry in entries:
        if entry.kind == "command_received":
            told = entry.body["command"]
            given_figures |= {(k, v) for k, v in (told.get("casualties") or {}).items()}
            given_figures.add((told.get("category", ""), told.get("value")))
        elif entry.kind == "observation_recorded":
            facts = entry.body["shown"]["facts"]
            given_figures |= {("t1", facts.get("casualties_red", 0))}
            given_figures |= {(k, v) for k, v in facts.items() if k in ("involved", "evacuated")}
        elif entry.kind == "count_reported":
            count = entry.body["count"]
            assert (count["category"], count["value"]) in given_figures


@thorough
@given(lives())
def test_what_people_did_replays_byte_for_byte(story: tuple[str, list[Entry]]) -> None:
    realm, entries = story

    assert replay(Situation(realm), entries) is None


def _both(before: Situation, entry: Entry, after: Situation) -> tuple[Incident, Incident]:
    incident = entry.body["incident"]
    return before.incidents[incident], after.incidents[incident]
