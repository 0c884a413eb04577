"""A scenario file with each kind of mistake is refused with a message that names line and field."""

import pytest

from tocsin.exercises.scenario import occurrences, read_scenario
from tocsin.exercises.scenario.privacy import real_looking
from tocsin.tables import TableError

GOOD = """scenario: small
title: {fr: Essai, nl: Proef, en: Trial}
brief: {fr: Un essai, nl: Een proef, en: A trial}
starts: "2026-01-15T16:40:00+01:00"
ends: "+01:00:00"
place: street:avenue-du-port
roles: [operator, d5]
incidents:
  fire: {type: FIR-BLD, title: {fr: Feu, nl: Brand, en: Fire}}
  away: {type: FIR-BLD, outside: true, title: {fr: Loin, nl: Ver, en: Away}, caused_by: fire}
cameras:
  - {id: cam-01, name: {fr: Un, nl: Een}, place: tunnel:annie-cordy,
     legal_regime: trafic_non_surveillance, controller: Mobiris}
ties:
  - {measure: M10.6, relation: mobilise, incident: fire}
objectives:
  - {id: first, text: {fr: Vite, nl: Snel, en: Fast}, measured: {clock: TTA, since: one}}
injects:
  - id: one
    at: "-00:08:00"
    kind: EVT
    source: cad:112
    incident: fire
    expect: {fr: Ouvrir, nl: Starten, en: Open}
    expect_of: [operator]
    place: {of: "street:rue-antoine-dansaert", share: 0.5}
    observation: {kind: event, type_hint: FIR-BLD}
  - id: two
    when:
      all:
        - {fired: one}
        - {missing: file_report, incident: fire, lasting: "00:10:00"}
    until: "+00:40:00"
    kind: TEL
    source: phone:112
    incident: fire
    expect: {fr: Dire, nl: Zeggen, en: Tell}
    say: {fr: Allô, nl: Hallo, en: Hello}
  - id: three
    manual: true
    kind: EVT
    source: cad:112
    incident: away
    instead_of: [two]
    expect: {fr: Transmettre, nl: Doorgeven, en: Pass on}
    place: {lat: 51.2, lon: 4.4, because: Antwerp}
    observation: {kind: event, type_hint: FIR-BLD}
  - id: four
    at: "+00:50:00"
    kind: EVT
    source: be:patrol
    background: true
    move: {along: [street:avenue-louise, stop:cambre-etoile], speed_kmh: 20, every: "00:00:30"}
    observation: {kind: resource_status}
"""

AGAIN = """  - {id: five, manual: true, kind: EVT, source: cad:112, background: true, again: [one]}
"""


def line_of(text: str) -> int:
    return GOOD[: GOOD.index(text)].count("\n") + 1


def refused(text: str) -> str:
    with pytest.raises(TableError) as caught:
        read_scenario(text, "small.yaml")
    return str(caught.value)


def test_the_scenario_without_a_mistake_is_taken() -> None:
    scenario = read_scenario(GOOD, "small.yaml")
    assert [inject.id for inject in scenario.injects] == ["one", "two", "three", "four"]


MISTAKES = {
    "a language is missing": (", en: Trial", "", "title.en: Field required"),
    "unknown place": ("avenue-du-port", "avenu-du-port", "place.of: the layers have no place"),
    "unknown place of an inject": ("rue-antoine-dansaert", "rue-exo", "injects[0].place.of: the"),
    "name of several places": (
        '{of: "street:rue-antoine-dansaert", share: 0.5}',
        "street:digue-du-canal",
        "injects[0].place.of: several places bear the name",
    ),
    "a point has no share": (
        "street:rue-antoine-dansaert",
        "station:arts-loi",
        "injects[0].place.of: station:arts-loi is a point in the layers: it has no share",
    ),
    "unknown place on the way": ("stop:cambre-etoile", "stop:nowhere", "move.along[1]"),
    "a journey that tells too often": (
        '20, every: "00:00:30"',
        '2, every: "00:00:01"',
        "injects[3].move: the journey",
    ),
    "long before the start": ('"-00:08:00"', '"-25:00:00"', "injects[0].at: more than 24 hours"),
    "after the end": ('"+00:50:00"', '"+01:50:00"', "injects[3].at: after the exercise ends"),
    "until before what it waits for": (
        '"+00:40:00"',
        '"-00:01:00"',
        "injects[1].until: comes before what it waits for, +00:02:00 at the soonest",
    ),
    "waits in a circle": ("{fired: one}", "{fired: two}", "injects[1].when: waits for ever: two w"),
    "replaces what it waits for": (
        '    until: "+00:40:00"',
        "    instead_of: [one]",
        "injects[1].instead_of[0]: waits for one, which it replaces",
    ),
    "unknown inject": ("{fired: one}", "{fired: ones}", "all[0].fired: there is no inject ones"),
    "unknown inject replaced": ("[two]", "[twos]", "injects[2].instead_of[0]: there is no inject"),
    "unknown label": ("incident: fire\n    expect: {fr: O", "incident: fyre\n    expect: {fr: O",
                      "injects[0].incident: there is no incident fyre; there are away, fire"),
    "unknown cause": ("caused_by: fire", "caused_by: smoke", "incidents.away.caused_by: there is"),
    "unknown command": ("file_report", "file_raport", "all[1].missing: there is no command"),
    "unknown capacity": ("expect_of: [operator]", "expect_of: [boss]", "injects[0].expect_of[0]"),
    "unknown role": ("[operator, d5]", "[operator, d9]", "roles[1]: there is no capacity d9"),
    "unknown clock": ("clock: TTA", "clock: TTX", "objectives[0].measured.clock"),
    "unknown measure": ("M10.6", "M10.66", "ties[0].measure: the plan has no measure M10.66"),
    "unknown type of an incident": ("fire: {type: FIR-BLD", "fire: {type: FIR-XXX",
                                    "incidents.fire.type: there is no type FIR-XXX"),
    "unknown camera": ("    say: {fr: A", "    scene: {camera: cam-02}\n    say: {fr: A",
                       "injects[1].scene.camera: there is no camera cam-02; there are cam-01"),
    "outside the Region": ('{of: "street:rue-antoine-dansaert", share: 0.5}',
                           "{lat: 51.2, lon: 4.4, because: here}",
                           "injects[0].place: lies outside the Region"),
    "a trap of which nothing is known": (
        "background: true",
        "trap: true\n    expect: {fr: Rien, nl: Niets, en: Nothing}",
        "injects[3].trap: say what it truly is",
    ),
    "background with a label": ("background: true", "background: true\n    incident: fire",
                                "injects[3].background: background belongs to no incident"),
    "a mailbox": ("fr: Ouvrir", "fr: ecrire@example.be", "looks like a real mailbox"),
    "a telephone number": ("fr: Ouvrir", "fr: 0470 12 34" + " 56", "a real telephone number"),
    "a plate": ("fr: Ouvrir", "fr: la 2" + "XYZ987 passe", "looks like a Belgian plate"),
    "told again but never told": ("    manual: true", "    manual: true\n    again: [two]",
                                  "injects[2].again[0]: there is no timed inject two"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line_and_its_field(before: str, after: str, told: str) -> None:
    assert before in GOOD
    message = refused(GOOD.replace(before, after, 1))
    assert told in message
    named = {int(line.split(":")[1]) for line in message.splitlines()}
    assert any(abs(line - line_of(before)) <= after.count("\n") + 2 for line in named)


def test_the_line_is_that_of_the_mistake_itself() -> None:
    wrong = GOOD.replace("{fired: one}", "{fired: ones}")
    assert refused(wrong).startswith(f"small.yaml:{line_of('{fired: one}')}: injects[1].when.all")


def test_all_mistakes_are_told_at_once() -> None:
    wrong = GOOD.replace("M10.6", "M10.66").replace("[two]", "[twos]").replace("d5]", "d9]")
    assert len(refused(wrong).splitlines()) == 3


def test_what_people_do_may_come_at_any_time_so_it_closes_no_circle() -> None:
    either = GOOD.replace("all:\n        - {fired: one}", "any:\n        - {fired: two}")
    assert read_scenario(either, "small.yaml")


@pytest.mark.parametrize(
    "line",
    [
        "+32 470 00 00 00",
        "0470 000 000",
        "call 112, 1722 or 1771",
        "2026-01-15T16:40:00+01:00",
        "at 10.08, 2 000 people, 00:02:00",
        "d1@exercice.invalid",
        "50.866520, 4.315364",
        "X-EXE-101",
    ],
)
def test_what_is_fictitious_or_no_number_at_all_is_taken(line: str) -> None:
    assert list(real_looking(line, "small.yaml")) == []


def test_messages_told_again_are_the_very_same() -> None:
    """A source that lost its place sends the same ids: they must fold into what is known."""
    scenario = read_scenario(GOOD + AGAIN, "small.yaml")
    first, again = scenario.injects[0], scenario.injects[-1]
    later = scenario.moment("+00:30:00")
    (one,), (other,) = occurrences(scenario, first), occurrences(scenario, again, later)
    assert other.observation == one.observation
    assert (other.id, other.at, other.inject.id) == ("one", later, "five")
