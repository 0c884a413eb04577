"""Drawing on the map: each team in its own layer, nothing that does not hold together."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deciding import the
from desk import INCIDENT, Desk
from tocsin.engine.commands import drawings
from tocsin.engine.inputs import CommandRefused
from tocsin.engine.replay import replay
from tocsin.situation.picture import Situation, picture
from tocsin.situation.records import Drawing
from tocsin.situation.restore import restore

HERE = [4.3478, 50.8597]
POINT: dict[str, Any] = {"type": "Point", "coordinates": HERE}
LINE = {"type": "LineString", "coordinates": [HERE, [4.35, 50.86]]}
RING = [HERE, [4.35, 50.86], [4.36, 50.85], HERE]
POLYGON = {"type": "Polygon", "coordinates": [RING]}
ZONE: dict[str, Any] = {"layer": "room", "kind": "zone_red", "geometry": POLYGON}


def drawn(desk: Desk) -> Drawing:
    (drawing,) = desk.situation.drawings.values()
    return drawing


def test_a_zone_is_drawn_changed_and_erased() -> None:
    desk = Desk()
    desk.observe()
    desk.act("draw", capacity="operator", **ZONE, text="Rouge", incident=INCIDENT)
    first = drawn(desk)
    assert (first.id, first.n) == (f"D-{first.n}", desk.situation.n)
    assert (first.kind, first.text, first.incident) == ("zone_red", "Rouge", INCIDENT)
    assert first.geometry["coordinates"] == [RING]

    desk.wait(60)
    desk.act("redraw", drawing=first.id, text=None, geometry={**POINT}, radius_m=150)
    second = drawn(desk)
    assert (second.text, second.radius_m, second.by) == (None, 150, "supervisor")
    assert second.drawn_at == first.drawn_at < second.changed_at
    assert second.n > first.n

    desk.act("erase_drawing", drawing=first.id)
    assert not desk.situation.drawings


def test_what_was_drawn_is_taken_back_step_by_step() -> None:
    desk = Desk()
    desk.act("draw", **ZONE)
    before = drawn(desk)
    desk.act("redraw", drawing=before.id, text="Nord")
    desk.undo()
    assert drawn(desk) == before
    desk.act("erase_drawing", drawing=before.id)
    desk.undo()
    assert drawn(desk) == before


@pytest.mark.parametrize(
    ("capacity", "layer"),
    [("police", "d3"), ("d1", "d1"), ("d2", "d2"), ("d4", "d4"), ("d5", "d5"), ("mobiris",) * 2],
)
def test_a_liaison_draws_in_its_own_layer_only(capacity: str, layer: str) -> None:
    desk = Desk()
    desk.act("draw", **ZONE)
    room = drawn(desk).id
    assert desk.refused("draw", capacity=capacity, **ZONE)[0] == "layer"
    assert desk.refused("erase_drawing", capacity=capacity, drawing=room)[0] == "drawing"
    assert desk.refused("redraw", capacity=capacity, drawing=room, text="x")[0] == "drawing"

    desk.act("draw", capacity=capacity, **{**ZONE, "layer": layer})
    own = max(desk.situation.drawings.values(), key=lambda drawing: drawing.n)
    desk.act("redraw", capacity=capacity, drawing=own.id, text="x")
    desk.act("erase_drawing", capacity="operator", drawing=own.id)


@pytest.mark.parametrize("capacity", ["wall", "auditor", "evaluator", "admin", "coordinator"])
def test_in_earnest_these_draw_nothing(capacity: str) -> None:
    assert Desk().refused("draw", capacity=capacity, **ZONE)[0] == "capacity"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"geometry": LINE}, "geometry"),
        ({"kind": "line"}, "geometry"),
        ({"kind": "area", "geometry": POINT, "radius_m": 10}, "geometry"),
        ({"geometry": POINT}, "radius_m"),
        ({"radius_m": 100}, "radius_m"),
        ({"radius_m": 0}, "radius_m"),
        ({"kind": "text", "geometry": POINT}, "text"),
        ({"kind": "text", "geometry": POINT, "text": "un\ndeux"}, "text"),
        ({"kind": "text", "geometry": POINT, "text": "m" * 121}, "text"),
        ({"kind": "wedge", "geometry": POINT, "radius_m": 500}, "wind_from_deg"),
        ({"wind_from_deg": 90}, "wind_from_deg"),
        ({"wind_from_deg": 360}, "wind_from_deg"),
        ({"incident": "I-0009"}, "incident"),
        ({"layer": "d9"}, "layer"),
        ({"kind": "circle"}, "kind"),
        ({"colour": "red"}, "colour"),
        ({"geometry": {"type": "Polygon", "coordinates": [RING[:3]]}}, "geometry"),
        ({"geometry": {"type": "Polygon", "coordinates": [[*RING[:3], [4.3, 50.8]]]}}, "geometry"),
        ({"geometry": {"type": "Polygon", "coordinates": [RING] * 126}}, "geometry"),
        ({"geometry": {"type": "LineString", "coordinates": [HERE] * 501}}, "geometry"),
        ({"geometry": {"type": "Point", "coordinates": [50.86, 4.35]}}, "geometry"),
        ({"geometry": {"type": "MultiPoint", "coordinates": [HERE]}}, "geometry"),
        ({"geometry": None}, "geometry"),
    ],
)
def test_a_drawing_that_does_not_hold_together_is_refused(
    given: dict[str, Any], field: str
) -> None:
    refused, _ = Desk().refused("draw", **{**ZONE, **given})
    assert refused.partition(".")[0] == field


def test_a_change_that_changes_nothing_is_refused() -> None:
    desk = Desk()
    desk.act("draw", **ZONE, text="Rouge")
    mine = drawn(desk).id

    assert desk.refused("redraw", drawing=mine)[0] == "command"
    assert desk.refused("redraw", drawing=mine, text="Rouge")[0] == "drawing"
    assert desk.refused("redraw", drawing=mine, geometry=None)[0] == "command"
    assert desk.refused("redraw", drawing=mine, wind_from_deg=90)[0] == "wind_from_deg"
    assert desk.refused("redraw", drawing="D-99", text="x")[0] == "drawing"
    assert desk.refused("erase_drawing", drawing="D-99")[0] == "drawing"


def test_no_plate_is_drawn_on_the_map() -> None:
    plate = "-".join(("1", "ABC", "234"))  # put together here, so that none stands in the code
    assert Desk().refused("draw", **ZONE, text=f"camion {plate}")[0] == "text"


def test_the_map_has_room_for_so_many_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawings, "DRAWINGS_KEPT", 2)
    desk = Desk()
    for _ in range(2):
        desk.act("draw", **ZONE)
    assert "erase one first" in desk.refused("draw", **ZONE)[1]


def test_the_drawings_of_an_archived_incident_go_with_it() -> None:
    desk = Desk()
    desk.taken()
    desk.act("draw", **ZONE, incident=INCIDENT)
    desk.act("draw", **ZONE)
    desk.on("change_state", to="false_alarm", reason="nothing there")
    for _ in range(200):
        desk.wait(3600)
        desk.tick()
    assert INCIDENT not in desk.situation.incidents
    assert drawn(desk).incident is None


places = st.tuples(st.floats(3.5, 5.3), st.floats(50.4, 51.3)).map(list)
shapes = st.one_of(
    places.map(lambda at: {"type": "Point", "coordinates": at}),
    st.lists(places, min_size=2, max_size=6).map(
        lambda line: {"type": "LineString", "coordinates": line}
    ),
    st.lists(places, min_size=3, max_size=6).map(
        lambda ring: {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    ),
)
acts = st.fixed_dictionaries(
    {"kind": st.sampled_from(tuple(drawings.SHAPES)), "geometry": shapes},
    optional={
        "text": st.none() | st.text(max_size=8),
        "wind_from_deg": st.none() | st.integers(0, 359),
        "radius_m": st.none() | st.floats(1, 5000),
    },
)
layers = st.sampled_from(("room", "d1"))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(layers, st.sampled_from(("operator", "d1")), acts), max_size=12))
def test_whatever_is_drawn_holds_together_and_replays(
    tried: list[tuple[str, str, dict[str, Any]]],
) -> None:
    desk = Desk()
    for layer, capacity, given_ in tried:
        known = sorted(desk.situation.drawings.keys())
        command: dict[str, Any] = {"layer": layer, **given_}
        name = "draw"
        if len(known) > 1:
            name = "redraw"
            command = {"drawing": known[0], **{k: v for k, v in given_.items() if k != "kind"}}
        try:
            entries = desk.act(name, capacity=capacity, **command)
        except CommandRefused:
            continue
        told = the("drawing_put", entries)["drawing"]
        assert told["geometry"]["type"] in drawings.SHAPES[told["kind"]]
        assert (told["wind_from_deg"] is None) == (told["kind"] != "wedge")
        assert capacity == "operator" or told["layer"] == capacity
    assert replay(Situation(desk.situation.realm), desk.entries) is None
    assert restore(picture(desk.situation)) == desk.situation
