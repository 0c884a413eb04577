"""The first scenario, played as soon as Tocsin starts, in an exercise realm of its own."""

from datetime import timedelta

from tocsin.exercises.collection import scenario_folder
from tocsin.exercises.conduct.state import OVER
from tocsin.exercises.house import ExerciseHouse
from tocsin.exercises.scenario import load_scenario

SCENARIO = "sc-01-convoy-annie-cordy.yaml"
LEAD_IN_S = 8  # of real life, before the first inject
BY = "tocsin"


def play_demo(exercises: ExerciseHouse, speed: float) -> str:
    """The realm of the run that goes on; where the last one is over, of a new run."""
    scenario = load_scenario(scenario_folder() / SCENARIO)
    for realm in exercises.conducted():
        conduct = exercises.conduct(realm)
        if conduct.script["scenario"] == scenario.scenario and conduct.state not in OVER:
            return realm
    realm = exercises.prepare(
        scenario, BY, speed=speed, lead_in=timedelta(seconds=LEAD_IN_S * speed)
    )
    exercises.director(realm).order({"order": "start"}, BY, BY)
    return realm
