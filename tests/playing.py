"""A scenario decided without a broker: everything by the clock, a tick every five seconds."""

from dataclasses import dataclass
from datetime import UTC, timedelta

from tocsin.contract.times import to_text
from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import ClockTicked, ExerciseReported, Input, ObservationArrived
from tocsin.exercises.scenario import Scenario, timeline
from tocsin.journal.entry import Entry
from tocsin.situation.picture import Situation

STEP = timedelta(seconds=5)
AFTERWARDS = timedelta(minutes=5)


@dataclass(frozen=True)
class Played:
    """What an unattended run of a scenario left."""

    scenario: Scenario
    situation: Situation
    entries: tuple[Entry, ...]


def play(scenario: Scenario) -> Played:
    """Everything timed, in its order, with the passing of time between."""
    realm = f"exercise-{scenario.scenario}"
    going = timeline(scenario)
    now = going[0].at
    end = (scenario.moment(scenario.ends) if scenario.ends else going[-1].at) + AFTERWARDS
    told = {"scenario": scenario.scenario, "title": scenario.title.plain(), "state": "running"}
    inputs: list[Input] = [ExerciseReported(to_text(now), told)]
    waiting = list(going)
    given: set[tuple[str, str]] = set()  # what comes again is folded before it is decided
    while now <= end:
        while waiting and waiting[0].at <= now:
            one = waiting.pop(0)
            if one.observation is not None and (one.observation.source, one.id) not in given:
                given.add((one.observation.source, one.id))
                received = {"received_at": one.at.astimezone(UTC)}
                observation = one.observation.model_copy(update=received)
                inputs.append(ObservationArrived(to_text(one.at), observation))
        inputs.append(ClockTicked(to_text(now)))
        following = now + STEP
        now = min(following, waiting[0].at) if waiting and waiting[0].at > now else following
    situation, entries = decide_all(Situation(realm), inputs)
    return Played(scenario, situation, tuple(entries))
