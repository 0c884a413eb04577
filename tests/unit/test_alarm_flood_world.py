"""Generated hours of many facts: few alarms, and nothing unique lost among them."""

from functools import cache
from typing import NamedTuple

import pytest

from bench.evaluation.runner import inputs
from bench.evaluation.stage import Told
from bench.evaluation.worlds import generate
from tocsin.engine.decide import decide_all
from tocsin.journal.entry import Entry
from tocsin.situation.picture import Situation

SEEDS = range(1, 4)


class Decided(NamedTuple):
    hour: list[Told]
    situation: Situation
    entries: list[Entry]

    @property
    def called(self) -> list[str]:
        """The id of the alarm at each call: raised or re-armed, notices left out."""
        found = []
        for entry in self.entries:
            if entry.kind == "alarm_raised":
                found.append(entry.body["alarm"]["id"])
            elif entry.kind == "alarm_rearmed":
                found.append(entry.body["alarm"])
        return [alarm for alarm in found if self.raised[alarm]["kind"] == "alarm"]

    @property
    def raised(self) -> dict[str, dict[str, object]]:
        return {e.body["alarm"]["id"]: e.body["alarm"] for e in self.entries if "raised" in e.kind}


@cache
def decided(world: str, seed: int) -> Decided:
    hour = generate(world, seed)
    situation, entries = decide_all(Situation("live"), inputs(hour))
    return Decided(hour, situation, entries)


@pytest.mark.parametrize("seed", SEEDS)
def test_seventy_hits_of_eight_vehicles_become_at_most_eight_alarms(seed: int) -> None:
    world = decided("plates", seed)
    hits = [t.observation for t in world.hour if t.observation.kind == "anpr_hit"]
    vehicles = {hit.location_codes["vehicle"] for hit in hits}
    assert len(hits) >= 70
    assert len(vehicles) == 8

    assert len(world.called) <= 8

    about = {str(alarm["incident"]) for alarm in world.raised.values() if alarm["incident"]}
    called_about = {code for i in about for code in world.situation.incidents[i].codes}
    assert {f"vehicle:{token}" for token in vehicles} <= called_about


@pytest.mark.parametrize("seed", SEEDS)
def test_a_storm_of_calls_goes_to_flood_mode_and_every_incident_keeps_its_alarm(seed: int) -> None:
    world = decided("storm", seed)

    floods = [e.body for e in world.entries if e.kind == "flood_changed"]
    assert any(flood["role"] == "operator" and flood["flood"] is not None for flood in floods)
    opened = {e.body["incident"] for e in world.entries if e.kind == "incident_opened"}
    about = {alarm["incident"] for alarm in world.raised.values()}
    grave = {i for i in opened if world.situation.incidents[i].severity >= 2}
    assert grave <= about
    dropped = {
        i
        for e in world.entries
        if e.kind == "records_dropped"
        for i in e.body["tables"].get("alarms", ())
    }
    assert set(world.raised) <= set(world.situation.alarms) | dropped


@pytest.mark.parametrize("seed", SEEDS)
def test_in_flood_mode_only_what_is_critical_makes_a_sound(seed: int) -> None:
    world = decided("storm", seed)
    flooding = False
    for entry in world.entries:
        if entry.kind == "flood_changed" and entry.body["role"] == "operator":
            flooding = entry.body["flood"] is not None
        if entry.kind == "alarm_raised" and entry.body["alarm"]["role"] == "operator":
            alarm = entry.body["alarm"]
            if flooding and alarm["priority"] > 1 and alarm["kind"] == "alarm":
                assert alarm["folded"], f"{alarm['id']} would sound in the flood"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quiet_night_never_floods(seed: int) -> None:
    world = decided("night", seed)

    assert not [e for e in world.entries if e.kind == "flood_changed"]
