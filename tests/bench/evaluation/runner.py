"""Feeds a generated hour to the room, as the engine would be fed: checks, duplicates, decide."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import orjson

from bench.evaluation.outcome import Key, Outcome
from bench.evaluation.stage import Told
from tocsin.contract import Observation, topics
from tocsin.contract.realm import LIVE
from tocsin.contract.times import from_text, to_text
from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import ClockTicked, Input
from tocsin.ingest.checks import examine
from tocsin.journal.entry import Entry
from tocsin.situation.picture import Situation
from tocsin.situation.records import ArmedRules

TICK = timedelta(seconds=30)


def run(hour: Iterable[Told], rules: ArmedRules | None = None) -> Outcome:
    """The hour decided from an empty picture, a tick of the clock every half minute."""
    told = list(hour)
    _, entries = decide_all(Situation(LIVE, rulebook=rules), inputs(told))
    return outcome_of(told, entries)


def inputs(told: Iterable[Told]) -> Iterator[Input]:
    known: set[bytes | None] = set()
    ticked: datetime | None = None
    for arrives, observation, _ in told:
        while ticked is not None and ticked + TICK < arrives:
            ticked += TICK
            yield ClockTicked(to_text(ticked))
        ticked = ticked or arrives
        examined = examine(
            topics.observations(LIVE, observation.source), _packet(observation), LIVE, arrives
        )
        if examined.key in known:
            continue
        known.add(examined.key)
        yield examined.given


def _packet(observation: Observation) -> bytes:
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": observation.external_id,
            "source": observation.source,
            "type": "brussels.tocsin.observation.v1",
            "datacontenttype": "application/json",
            "data": observation.model_dump(mode="json", exclude_none=True),
        }
    )


def outcome_of(told: Iterable[Told], entries: Iterable[Entry]) -> Outcome:
    """Where each observation ended, read from the journal alone."""
    keys: dict[str, Key] = {}
    placed: dict[Key, str] = {}
    openers: dict[str, Key] = {}
    suggested: list[tuple[Key, str]] = []
    called: list[tuple[str, str]] = []
    role_of: dict[str, str] = {}
    folded = 0
    for entry in entries:
        body = entry.body
        if entry.kind == "observation_recorded":
            keys[body["id"]] = (body["shown"]["source"], body["shown"]["external_id"])
        elif entry.kind == "incident_opened":
            openers[body["incident"]] = keys[body["observation"]]
            placed[keys[body["observation"]]] = body["incident"]
        elif entry.kind == "observation_joined":
            placed[keys[body["observation"]]] = body["incident"]
        elif entry.kind == "join_suggested":
            suggested.append((keys[body["observation"]], body["incident"]))
        elif entry.kind == "alarm_raised" and body["alarm"]["kind"] == "alarm":
            alarm = body["alarm"]
            role_of[alarm["id"]] = alarm["role"]
            if alarm["folded"]:
                folded += 1
            else:
                called.append((alarm["role"], entry.at))
        elif entry.kind == "alarm_rearmed" and body["alarm"] in role_of:
            called.append((role_of[body["alarm"]], entry.at))
    truths = {(t.observation.source, t.observation.external_id): t.truth for t in told}
    alarms: dict[str, list[float]] = {}
    for role, at in called:
        alarms.setdefault(role, []).append(from_text(at).timestamp())
    return Outcome(truths, placed, openers, suggested, alarms, folded)
