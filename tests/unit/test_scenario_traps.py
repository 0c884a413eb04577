"""The traps of the ten scenarios that can be told as observations, each on the ground it names.

A trap's context is told first; then the trap itself must join, stay apart, or be set aside.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import pytest

from deciding import NOW, Room, kinds, the
from tocsin.journal.entry import Entry

Expected = Literal["joined", "separate", "aside", "loose"]
Fact = dict[str, Any]

PLATES: Fact = {
    "kind": "anpr_hit",
    "legal_regime": "LFP_police",
    "type_hint": None,
    "accuracy_m": 15,
}
VAN_CODE = {"vehicle": "v-303"}
VAN = PLATES | {"type_hint": "SEC-VEH", "codes": VAN_CODE}
CAMERA: Fact = {"legal_regime": "loi_cameras_lieu_ouvert", "type_hint": None}


def said(after: float = 0, **fields: Any) -> Fact:
    """A fact told that many seconds after the one before it."""
    return {"after": after, **fields}


@dataclass(frozen=True)
class Trap:
    name: str
    context: tuple[Fact, ...]
    trap: Fact
    expected: Expected
    clash: str | None = None  # the term that keeps it apart


TRAPS = (
    Trap(
        "SC-01 a minor collision on the surface above the burning tunnel",
        (
            said(
                source="mobiris:events",
                type_hint="HAZ-ROA",
                at=(50.861262, 4.337211),
                codes={"tunnel": "annie-cordy", "convoy": "P-EXO-7"},
                accuracy_m=50,
            ),
            said(
                140,
                source="cic:112",
                type_hint="TRA-TUN",
                at=(50.858984, 4.345205),
                codes={"tunnel": "annie-cordy"},
                accuracy_m=20,
            ),
        ),
        said(
            40,
            source="cad:siamu",
            type_hint="TRA-ACC",
            at=(50.8587, 4.34563),
            accuracy_m=20,
            codes={"level": "surface"},
            location_text="Place Sainctelette, en surface / Saincteletteplaats, bovengronds",
        ),
        "separate",
        clash="other_level",
    ),
    Trap(
        "SC-01 the over-height detection belongs to the convoy",
        (
            said(
                **PLATES | {"type_hint": "TRA-CNV"},
                source="anpr:boul-03",
                at=(50.86548, 4.31044),
                codes={"convoy": "P-EXO-7", "tunnel": "annie-cordy"},
            ),
        ),
        said(
            300,
            source="mobiris:events",
            type_hint="TRA-CNV",
            at=(50.86652, 4.315364),
            accuracy_m=20,
            codes={"tunnel": "annie-cordy"},
        ),
        "joined",
    ),
    Trap(
        "SC-02 a call that names the next station",
        (
            said(
                source="stib:events",
                type_hint="PTR-MET",
                at=(50.845517, 4.368771),
                codes={"station": "arts-loi"},
            ),
        ),
        said(
            180,
            source="cic:112",
            type_hint="PTR-MET",
            at=(50.8499, 4.3692),
            accuracy_m=50,
            location_text="station Madou",
        ),
        "joined",
    ),
    Trap(
        "SC-02 planned works cut the current at Mérode",
        (
            said(
                source="stib:events",
                type_hint="PTR-MET",
                at=(50.845517, 4.368771),
                codes={"station": "arts-loi"},
                headline="Courant de traction coupé",
            ),
        ),
        said(
            180,
            source="stib:events",
            type_hint="PTR-MET",
            at=(50.8387, 4.3979),
            codes={"station": "merode"},
            headline="Coupure de courant, travaux planifiés",
        ),
        "separate",
    ),
    Trap(
        "SC-03 X-EXE-3O3 with the letter O, 3 km away, 40 s later",
        (said(**PLATES, source="anpr:diamant", at=(50.8556, 4.4019), codes={"vehicle": "v-303"}),),
        said(40, **PLATES, source="anpr:meiser", at=(50.8556, 4.3593), codes={"vehicle": "v-303"}),
        "separate",
        clash="too_fast",
    ),
    Trap(
        "SC-04 water in Uccle on a thumbnail of three hours ago",
        (said(source="cic:112", type_hint="FLD-URB", at=(50.8020, 4.3370), accuracy_m=50),),
        said(
            120,
            **CAMERA,
            source="camera:uccle-7",
            kind="camera_frame",
            at=(50.8021, 4.3371),
            observed_at=NOW - timedelta(hours=3),
            headline="De l'eau dans la rue",
        ),
        "aside",
    ),
    Trap(
        "SC-05 cameras lost in the east during the blackout in the west",
        (
            said(
                source="sibelga:grid",
                type_hint="UTL-PWR",
                at=(50.8500, 4.3100),
                accuracy_m=3000,
                headline="Poste 150 kV perdu",
            ),
        ),
        said(
            65 * 60,
            **CAMERA,
            source="camera:east-12",
            kind="camera_status",
            at=(50.8450, 4.4300),
            facts={"camera_state": "no_image"},
        ),
        "loose",
    ),
    Trap(
        "SC-06 a tree fallen in Vilvoorde, outside the Region",
        (
            said(
                source="cad:siamu",
                type_hint="WEA-STO",
                at=(50.9000, 4.4000),
                headline="Boom op auto",
            ),
        ),
        said(
            1200,
            source="cic:112",
            type_hint="WEA-STO",
            at=(50.9281, 4.4255),
            location_text="Vilvoorde",
            headline="Boom omgevallen",
        ),
        "separate",
    ),
    Trap(
        "SC-07 burns from private fireworks in Molenbeek",
        (said(source="police:radio", type_hint="CRO-DEN", at=(50.8990, 4.3380)),),
        said(
            300, source="cad:112", type_hint="MED-MCI", at=(50.8560, 4.3300), headline="15 brûlés"
        ),
        "separate",
    ),
    Trap(
        "SC-08 a child's toy drone in Laeken",
        (
            said(
                source="drones:rf",
                kind="sensor",
                type_hint="SEC-UAV",
                at=(50.8427, 4.3808),
                codes={"track": "uav-1"},
            ),
        ),
        said(480, source="cad:112", type_hint="SEC-UAV", at=(50.8790, 4.3560)),
        "separate",
    ),
    Trap(
        "SC-10 flour spilled at a bakery in the rue Haute",
        (
            said(
                source="cic:112",
                type_hint="CBR-SUS",
                at=(50.8365, 4.3517),
                facts={"public_building": True},
            ),
        ),
        said(
            720,
            source="cic:112",
            type_hint="CBR-SUS",
            at=(50.8385, 4.3475),
            location_text="Boulangerie, rue Haute",
            headline="Farine renversée",
        ),
        "separate",
    ),
    Trap(
        "SC-01b a smell of diesel 900 m upstream of the dumped drums",
        (
            said(
                source="camera:port-04",
                kind="event",
                type_hint="HAZ-WAS",
                at=(50.8660, 4.3500),
            ),
        ),
        said(120, source="cic:112", type_hint="ENV-POL", at=(50.8741, 4.3500), accuracy_m=50),
        "separate",
    ),
)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_the_trap_comes_out_right(trap: Trap) -> None:
    room = Room()
    for number, fact in enumerate(trap.context):
        tell(room, f"context-{number}", fact)
    before = room.open_incidents
    assert len(before) == 1, "the context is one incident"

    entries = tell(room, "trap", trap.trap)

    _CHECKS[trap.expected](room, entries, before)
    if trap.clash is not None:
        best = the("incident_opened", entries)["why"]["best"]
        assert trap.clash in {term["term"] for term in best["terms"]}


def tell(room: Room, external_id: str, fact: Fact) -> list[Entry]:
    fields = {name: value for name, value in fact.items() if name != "after"}
    room.wait(fact["after"])
    return room.observe(external_id, **fields)


def _joined(room: Room, entries: list[Entry], before: list[str]) -> None:
    assert room.open_incidents == before
    assert the("observation_joined", entries)["incident"] == before[0]


def _separate(room: Room, entries: list[Entry], before: list[str]) -> None:
    assert "observation_joined" not in kinds(entries)
    assert len(room.open_incidents) == len(before) + 1


def _aside(room: Room, entries: list[Entry], before: list[str]) -> None:
    assert "observation_set_aside" in kinds(entries)
    assert room.open_incidents == before


def _loose(room: Room, entries: list[Entry], before: list[str]) -> None:
    assert room.shown("trap").incident is None
    assert room.open_incidents == before


_CHECKS: dict[Expected, Callable[[Room, list[Entry], list[str]], None]] = {
    "joined": _joined,
    "separate": _separate,
    "aside": _aside,
    "loose": _loose,
}


def test_two_envelopes_are_a_series_and_the_flour_is_not_of_it() -> None:
    """SC-10: link the two sites without merging them; the bakery stays out."""
    room = Room()
    public = {"public_building": True}
    powder: Fact = {"source": "cic:112", "type_hint": "CBR-SUS"}
    room.observe("courthouse", at=(50.8365, 4.3517), facts=public, **powder)
    room.wait(600)

    second = room.observe("administration", at=(50.8590, 4.3575), facts=public, **powder)
    room.wait(120)
    flour = room.observe("bakery", at=(50.8385, 4.3475), **powder)

    series = the("relation_proposed", second)["relation"]
    assert (series["kind"], series["origin"], series["target"]) == ("series", "I-0001", "I-0002")
    assert "relation_proposed" not in kinds(flour)
    assert len(room.open_incidents) == 3


def test_the_cut_at_merode_is_noted_as_perhaps_of_one_cause() -> None:
    """SC-02: not merged; a note asks whether the two have a common cause."""
    room = Room()
    room.observe(
        "arts-loi",
        source="stib:events",
        type_hint="PTR-MET",
        at=(50.845517, 4.368771),
        headline="Courant de traction coupé",
    )
    room.wait(180)

    entries = room.observe(
        "merode",
        source="stib:events",
        type_hint="PTR-MET",
        at=(50.8387, 4.3979),
        headline="Coupure de courant, travaux planifiés",
    )

    assert the("relation_proposed", entries)["relation"]["kind"] == "same_cause"


def test_a_tree_on_a_car_is_a_child_of_the_storm() -> None:
    """SC-06: the accident stands beside the warning and is tied to it."""
    room = Room()
    ring = [[4.2, 50.7], [4.5, 50.7], [4.5, 50.95], [4.2, 50.95], [4.2, 50.7]]
    room.observe(
        "warning",
        source="cap:irm",
        type_hint="WEA-STO",
        at=None,
        geometry={"type": "Polygon", "coordinates": [ring]},
    )
    room.wait(3 * 3600)

    entries = room.observe(
        "tree", type_hint="TRA-ACC", at=(50.795, 4.395), headline="Arbre tombé sur une voiture"
    )

    relation = the("relation_proposed", entries)["relation"]
    assert (relation["kind"], relation["origin"], relation["target"]) == (
        "cause",
        "I-0001",
        "I-0002",
    )


def test_three_hundred_old_events_told_again_open_nothing_anew() -> None:
    """SC-09: the dispatching comes back and replays; what it replays joins its own time."""
    room = Room()
    first = room.observe("call-1", at=(50.84, 4.36), observed_at=NOW)
    room.wait(240)

    for number in range(30):
        room.observe(f"replayed-{number}", at=(50.84, 4.36), observed_at=NOW)

    assert "incident_opened" in kinds(first)
    assert room.open_incidents == ["I-0001"]


def test_a_vehicle_that_left_a_tunnel_is_the_same_vehicle() -> None:
    """SC-03: that one speaks of the tunnel and the other does not says nothing of what drives."""
    room = Room()
    room.observe("diamant", source="anpr:diamant", at=(50.8507, 4.3969), **VAN)
    room.wait(180)
    below = VAN["codes"] | {"tunnel": "cinquantenaire"}
    room.observe("exit", source="anpr:cinq", at=(50.8401, 4.3949), **VAN | {"codes": below})
    room.wait(480)

    found = room.observe(
        "street", source="polbru:events", type_hint="SEC-VEH", at=(50.8387, 4.3820), codes=VAN_CODE
    )

    terms = {term["term"] for term in the("observation_joined", found)["why"]["terms"]}
    assert "on_track" in terms
    assert "level_unsaid" not in terms
