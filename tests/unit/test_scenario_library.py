"""Every exercise of the library, decided without a broker: what its author expects comes out."""

import re
from collections import defaultdict
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from playing import Played, play
from tocsin.access.roles import shipped_roles
from tocsin.exercises.collection import scenario_folder
from tocsin.exercises.scenario import Inject, Scenario, load_scenario, timeline
from tocsin.taxonomy import types
from tocsin.taxonomy.facts import is_personal

FILES = {path.name: path for path in sorted(scenario_folder().glob("sc-*.yaml"))}
EACH = pytest.mark.parametrize("file", FILES)
STANDING = ("proposed", "confirmed")
SHARE = 0.9
MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*")


@cache
def scenario(file: str) -> Scenario:
    return load_scenario(FILES[file])


@cache
def played(file: str) -> Played:
    return play(scenario(file))


@cache
def injects(file: str) -> dict[str, Inject]:
    return {inject.id: inject for inject in scenario(file).injects}


def inject_of(file: str, message: str) -> Inject:
    known = injects(file)
    return known.get(message) or known[message.rpartition(".")[0]]


@cache
def homes(file: str) -> dict[str, str | None]:
    """The incident of each message that was told; None for what belongs to none.

    Read from the journal: an incident shows the latest of its observations only.
    """
    messages: dict[str, str] = {}
    found: dict[str, str | None] = {}
    for entry in played(file).entries:
        if entry.kind == "observation_recorded":
            message = entry.body["observation"]["external_id"]
            messages[entry.body["id"]] = message
            found[message] = None
        elif entry.kind in ("incident_opened", "observation_joined"):
            found[messages[entry.body["observation"]]] = entry.body["incident"]
    return found


@cache
def labels_of(file: str) -> dict[str, set[str | None]]:
    """For each incident of the room the labels of what it holds; None is the background."""
    found: dict[str, set[str | None]] = defaultdict(set)
    for message, incident in homes(file).items():
        if incident is not None:
            found[incident].add(inject_of(file, message).incident)
    return found


@cache
def incidents_of(file: str) -> dict[str, set[str]]:
    """For each label the room's incidents that hold something of it."""
    found: dict[str, set[str]] = defaultdict(set)
    for incident, labels in labels_of(file).items():
        for label in labels - {None}:
            found[label or ""].add(incident)
    return found


def told_by_the_clock(file: str) -> set[str]:
    """Labels of which something goes out without people or conditions."""
    return {
        one.inject.incident
        for one in timeline(scenario(file))
        if one.observation is not None and one.inject.incident is not None
    }


Tie = tuple[str, str, str]


def expected_ties(file: str) -> set[Tie]:
    """(label, measure, relation) of what rules alone must find."""
    return {(t.incident, t.measure, t.relation) for t in scenario(file).ties if t.by == "rules"}


@cache
def found_ties(file: str) -> tuple[set[Tie], set[Tie]]:
    """What stood at any time (what was withdrawn later had its reason then), and what stands."""
    waiting = {(t.incident, t.measure, t.relation) for t in scenario(file).ties if t.by == "people"}
    label_of = {room: label for label, rooms in incidents_of(file).items() for room in rooms}
    ever = {
        (label_of[entry.body["incident"]], tie["measure"]["code"], tie["relation"])
        for entry in played(file).entries
        if entry.kind == "tie_proposed" and entry.body["incident"] in label_of
        for tie in [entry.body["tie"]]
    }
    standing = {
        (label, tie.measure["code"], tie.relation)
        for room, label in label_of.items()
        for tie in played(file).situation.incidents[room].ties
        if tie.status in STANDING
    }
    return ever - waiting, standing - waiting


@EACH
def test_nothing_that_happens_is_lost(file: str) -> None:
    """Each true incident is one incident of the room, and what tells of it is in there."""
    assert set(incidents_of(file)) == told_by_the_clock(file)
    assert {label: len(rooms) for label, rooms in incidents_of(file).items()} == dict.fromkeys(
        incidents_of(file), 1
    )
    lost = [
        message
        for message, incident in homes(file).items()
        if incident is None and inject_of(file, message).incident is not None
    ]
    assert not lost


@EACH
def test_nothing_is_falsely_merged(file: str) -> None:
    mixed = {room: labels for room, labels in labels_of(file).items() if len(labels) > 1}
    assert not mixed


@EACH
def test_every_trap_comes_out_right(file: str) -> None:
    """It is with its own kind and with nothing else; what belongs to nothing is with nothing."""
    traps = [one for one in timeline(scenario(file)) if one.inject.trap and one.observation]
    assert traps
    for trap in traps:
        room, label = homes(file)[trap.id], trap.inject.incident
        if label is not None:
            assert room is not None, trap.id
        if room is not None:
            assert labels_of(file)[room] == {label}, trap.id


@EACH
def test_the_rules_find_the_ties_that_its_author_expects(file: str) -> None:
    expected, (ever, _) = expected_ties(file), found_ties(file)
    assert len(expected & ever) / len(expected) >= SHARE, f"missed: {sorted(expected - ever)}"


@EACH
def test_the_rules_find_little_else(file: str) -> None:
    expected, (_, standing) = expected_ties(file), found_ties(file)
    strange = standing - expected
    assert 1 - len(strange) / len(standing) >= SHARE, f"too many: {sorted(strange)}"


@EACH
def test_its_incidents_are_what_they_truly_are(file: str) -> None:
    """The room calls each by its true type in the end."""
    told, situation = scenario(file), played(file).situation
    assert all(true.type in types() for true in told.incidents.values())
    called = {
        label: situation.incidents[room].type
        for label, rooms in incidents_of(file).items()
        for room in rooms
    }
    assert called == {label: told.incidents[label].type for label in called}


@EACH
def test_it_says_what_it_is_for(file: str) -> None:
    told = scenario(file)
    assert any(objective.critical for objective in told.objectives)
    assert told.clocks
    assert set(told.roles) <= set(shipped_roles().capacities)
    assert all(set(inject.expect_of) <= set(told.roles) for inject in told.injects)
    assert told.ends is not None


@EACH
def test_its_languages_are_written_as_they_should_be(file: str) -> None:
    """Three times the same words is no translation, and French has its spaces."""
    told = scenario(file)
    sentences = [told.brief, *(o.text for o in told.objectives)]
    sentences += [w for i in told.injects for w in (i.expect, i.say) if w is not None]
    for words in sentences:
        assert len({words.fr, words.nl, words.en}) == 3, words.en
        assert not re.search(r"\S [:;?!»]|« ", words.fr), words.fr
        assert not re.search(r"\w'\w", words.fr + words.nl + words.en), words.en


@EACH
def test_everything_in_it_is_fictitious(file: str) -> None:
    text = FILES[file].read_text(encoding="utf-8")
    assert all(found.endswith("@exercice.invalid") for found in MAILBOX.findall(text))
    for inject in scenario(file).injects:
        words = [w.plain().values() for w in (inject.say, inject.expect) if w is not None]
        assert not any(is_personal(one) for one in chain.from_iterable(words)), inject.id
    assert {s.mode for s in played(file).situation.observations.values()} == {"exercise"}


def test_the_library_is_there() -> None:
    assert all(Path(path).stem.startswith("sc-") for path in FILES)
    assert len({scenario(file).scenario for file in FILES}) == len(FILES)


def test_together_they_exercise_every_measure_of_the_theme() -> None:
    expected = {tie.measure for file in FILES for tie in scenario(file).ties}
    assert expected >= {f"M10.{number}" for number in range(1, 16)}
