"""A room without transport: inputs are decided and folded, nothing else happens."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tocsin.contract import Observation, SourceStatus
from tocsin.contract.times import to_text
from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import (
    ClockTicked,
    CommandGiven,
    CommandRefused,
    ExerciseReported,
    Input,
    MessageRefused,
    ObservationArrived,
    SourceReported,
)
from tocsin.journal.entry import Entry
from tocsin.situation.picture import OPEN_STATES, Incident, Shown, Situation

NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
HERE = (50.8597, 4.3478)
METRE_LAT = 1 / 111_195
OPERATOR = "operator on this machine"


def metres_north(metres: float) -> tuple[float, float]:
    """A place that many metres north of HERE."""
    return HERE[0] + metres * METRE_LAT, HERE[1]


def observation(external_id: str = "call-1", **given: Any) -> Observation:
    """A road accident HERE; `at=(lat, lon)`, `at=None` for no place, `codes`, `facts`."""
    at = given.pop("at", HERE)
    fields: dict[str, Any] = {
        "source": "cad:112",
        "external_id": external_id,
        "kind": "event",
        "type_hint": "TRA-ACC",
        "location_codes": given.pop("codes", {}),
        "attributes": given.pop("facts", {}),
    }
    if at is not None:
        fields["geometry"] = {"type": "Point", "coordinates": [at[1], at[0]]}
    return Observation.model_validate(fields | given)


class Room:
    """One realm and its clock; every input is decided where the one before left off."""

    def __init__(self, realm: str = "live", now: datetime = NOW) -> None:
        self.situation = Situation(realm)
        self.entries: list[Entry] = []
        self.now = now

    def decide(self, given: Input) -> list[Entry]:
        self.situation, entries = decide_all(self.situation, [given])
        self.entries += entries
        return entries

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @property
    def at(self) -> str:
        return to_text(self.now)

    def observe(
        self,
        external_id: str = "call-1",
        *,
        clock_suspect: bool = False,
        implausible: bool = False,
        **given: Any,
    ) -> list[Entry]:
        fact = observation(external_id, **given)
        return self.decide(ObservationArrived(self.at, fact, clock_suspect, implausible))

    def command(self, command: str, **given: Any) -> list[Entry]:
        return self.decide(CommandGiven(self.at, OPERATOR, {"command": command, **given}))

    def refusal(self, document: dict[str, Any]) -> CommandRefused:
        """Why a command does not fit; it must leave no trace."""
        before = self.situation
        try:
            self.decide(CommandGiven(self.at, OPERATOR, document))
        except CommandRefused as refused:
            assert self.situation is before
            return refused
        raise AssertionError(f"{document} was carried out")

    def tick(self, *silent: str) -> list[Entry]:
        return self.decide(ClockTicked(self.at, silent))

    def report(self, source: str = "cad:112", state: str = "online", **given: Any) -> list[Entry]:
        status = SourceStatus.model_validate({"source": source, "state": state, **given})
        return self.decide(SourceReported(self.at, status))

    def incident(self, number: int = 1) -> Incident:
        return self.situation.incidents[f"I-{number:04d}"]

    def shown(self, external_id: str) -> Shown:
        found = [s for s in self.situation.observations.values() if s.external_id == external_id]
        assert len(found) == 1, f"{external_id}: {found}"
        return found[0]

    @property
    def open_incidents(self) -> list[str]:
        return sorted(i.id for i in self.situation.incidents.values() if i.state in OPEN_STATES)


def kinds(entries: list[Entry]) -> list[str]:
    return [entry.kind for entry in entries]


def the(kind: str, entries: list[Entry]) -> dict[str, Any]:
    """The body of the only entry of a kind."""
    found = [entry.body for entry in entries if entry.kind == kind]
    assert len(found) == 1, f"{kind}: {found}"
    return found[0]


# --- a small world in which things happen near one another, so that rules have work

SOURCES = ("cad:112", "cad:siamu", "mobiris:events", "camera:cam-1")
PLACES = tuple(metres_north(m) for m in (0, 90, 200, 700, 5000))
TYPES = ("TRA-ACC", "TRA-TUN", "HAZ-ROA", "FIR-BLD", "WEA-STO", "UTL-PWR", None)
TEXTS = (None, "Tunnel Annie Cordy, côté Basilique", "Rue Haute / Hoogstraat")
CODES: tuple[dict[str, str], ...] = (
    {},
    {},
    {"tunnel": "annie-cordy"},
    {"level": "surface"},
    {"tunnel": "annie-cordy", "convoy": "P-EXO-7"},
)
FACTS: tuple[dict[str, Any], ...] = (
    {},
    {"fire": True, "smoke": True},
    {"fire": False},
    {"dangerous_goods": True, "kemler": "33", "un_number": "1203"},
    {"casualties_red": 2, "involved": 45, "evacuated": 45},
    {"camera_state": "no_image", "colour": "red"},
)
KINDS = ("event", "event", "event", "report", "social", "anpr_passage", "drone_track")

_identities = st.integers(1, 12).map("m-{}".format)


@st.composite
def small_world(draw: Any) -> dict[str, Any]:
    """What an observation of the small world says, as `observation` takes it."""
    kind = draw(st.sampled_from(KINDS))
    given: dict[str, Any] = {
        "external_id": draw(_identities),
        "source": draw(st.sampled_from(SOURCES)),
        "kind": kind,
        "type_hint": draw(st.sampled_from(TYPES)),
        "action": draw(
            st.sampled_from(("new", "new", "new", "update", "end", "cancel", "ack", "heartbeat"))
        ),
        "chain": draw(st.lists(_identities, max_size=2)),
        "at": draw(st.sampled_from((None, *PLACES))),
        "accuracy_m": draw(st.sampled_from((None, 10, 50, 300))),
        "location_text": draw(st.sampled_from(TEXTS)),
        "codes": draw(st.sampled_from(CODES)),
        "facts": draw(st.sampled_from(FACTS)),
        "mode": draw(st.sampled_from(("real", "real", "real", "test"))),
        "observed_at": draw(
            st.sampled_from((None, *(NOW + timedelta(minutes=m) for m in (-90, -20, 0, 3))))
        ),
    }
    if kind == "anpr_passage":
        given["legal_regime"] = "LFP_police"
    return given


def times(last_minute: int = 90) -> st.SearchStrategy[str]:
    """Text of a time; clocks may be set back between two inputs."""
    return st.integers(0, last_minute * 60).map(lambda s: to_text(NOW + timedelta(seconds=s)))


def arrivals() -> st.SearchStrategy[ObservationArrived]:
    return st.builds(
        lambda at, given, suspect, implausible: ObservationArrived(
            at, observation(**given), suspect, implausible and given["at"] is not None
        ),
        times(),
        small_world(),
        st.booleans(),
        st.sampled_from((False, False, False, True)),
    )


def other_inputs() -> st.SearchStrategy[Input]:
    """Everything but observations and commands."""
    states = st.sampled_from(("online", "catching_up", "offline"))
    statuses = st.builds(
        lambda source, state, outbox, trouble: SourceStatus(
            source=source,
            state=state,
            outbox=outbox,
            outbox_since=NOW if outbox else None,
            trouble=trouble,
        ),
        st.sampled_from(SOURCES),
        states,
        st.integers(0, 2),
        st.sampled_from((None, "no answer")),
    )
    return st.one_of(
        st.builds(SourceReported, times(), statuses),
        st.builds(
            ClockTicked,
            times(3 * 24 * 60),
            st.lists(st.sampled_from(SOURCES), max_size=2, unique=True).map(tuple),
        ),
        st.builds(
            lambda at, reason, count: MessageRefused(
                at, "cad:112", "tocsin/v1/live/x", reason, "data.kind", "no", 17, count
            ),
            times(),
            st.sampled_from(("schema", "clock")),
            st.integers(1, 3),
        ),
        st.builds(
            lambda at, state: ExerciseReported(at, {"scenario": "sc-01", "state": state}),
            times(),
            st.sampled_from(("running", "ended")),
        ),
    )


def commands_for(situation: Situation) -> st.SearchStrategy[dict[str, Any]]:
    """Commands that mostly fit the situation as it stands."""
    choices: list[dict[str, Any]] = [
        {"command": "undo", "entry": n} for n in range(1, situation.n + 2)
    ]
    for incident in situation.incidents.values():
        choices += [
            {"command": command, "incident": incident.id, "suggestion": suggestion.id}
            for suggestion in incident.suggestions
            for command in ("accept_suggestion", "dismiss_suggestion")
        ]
        choices += [
            {"command": command, "incident": incident.id, "tie": tie.id, "note": "seen"}
            for tie in incident.ties
            for command in ("confirm_tie", "reject_tie")
        ]
    return st.sampled_from(choices)
