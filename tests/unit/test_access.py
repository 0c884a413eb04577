"""Who may do what: the matrix as data, and a right for every command there is."""

import pytest

from tocsin.access import condition, may, read_roles, right_of, roles_for_api, shipped_roles
from tocsin.engine.commands import registered
from tocsin.lifecycle.states import shipped_states
from tocsin.tables import TableError, package_text

CAPACITIES = [
    *("operator", "supervisor", "police", "d1", "d2", "d4", "d5", "mobiris"),
    *("coordinator", "evaluator", "wall", "auditor", "admin"),
]


def test_these_are_the_capacities_of_the_room() -> None:
    assert list(shipped_roles().capacities) == CAPACITIES


@pytest.mark.parametrize(
    ("right", "yes", "propose"),
    [
        ("qualify", "operator supervisor", "police d1 d2 d4 d5 mobiris"),
        ("merge", "operator supervisor", "police"),
        ("tie", "operator supervisor", "police d1 d2 d4 d5 mobiris"),
        ("record", "supervisor", "operator"),
        (
            "live_video",
            "operator supervisor police mobiris coordinator evaluator wall",
            "d1 d2 d4 d5",
        ),
        ("reveal_plate", "police coordinator auditor", ""),
        ("watch_list", "police", ""),
        ("public_message", "supervisor mobiris", "d5"),
        ("nominative_export", "police", ""),
        ("coordinate", "supervisor", "operator police d1 d2 d4 d5"),
    ],
)
def test_in_earnest_a_right_belongs_to_these(right: str, yes: str, propose: str) -> None:
    found = {c: may(c, right) for c in CAPACITIES}

    assert {c for c, may_do in found.items() if may_do == "yes"} == set(yes.split())
    assert {c for c, may_do in found.items() if may_do == "propose"} == set(propose.split())


@pytest.mark.parametrize("right", ["record", "tie", "watch_list", "public_message", "coordinate"])
def test_an_exercise_coordinator_may_in_an_exercise_what_is_barred_in_earnest(right: str) -> None:
    assert may("coordinator", right) == "no"
    assert may("coordinator", right, exercise=True) == "yes"


@pytest.mark.parametrize("right", sorted(shipped_roles().rights))
def test_a_wall_an_auditor_and_a_stranger_change_nothing(right: str) -> None:
    changes = {r for r in (right_of({"command": name}) for name in registered()) if r}
    if right in changes:
        assert may("wall", right, exercise=True) == "no"
        assert may("auditor", right, exercise=True) == "no"
    assert may("nobody", right, exercise=True) == "no"


def test_an_unknown_right_is_nobodys() -> None:
    assert all(may(c, "declare_phase", exercise=True) == "no" for c in CAPACITIES)


def test_a_condition_is_told_in_three_languages() -> None:
    told = condition("police", "reveal_plate")

    assert told is not None
    assert told.nl == "met een geregistreerde reden"
    assert condition("operator", "qualify") is None
    assert condition("wall", "qualify") is None


@pytest.mark.parametrize("name", sorted(registered()))
def test_every_command_has_its_right(name: str) -> None:
    entry = shipped_roles().commands.get(name)
    assert entry is not None, f"{name} stands in no line of access/roles.yaml"
    if isinstance(entry, str):
        assert right_of({"command": name}) == entry
    else:
        field = registered()[name].model.model_fields[entry.by].annotation
        for value in getattr(field, "__args__", ()):
            assert right_of({"command": name, entry.by: value}) in shipped_roles().rights


def test_the_right_of_a_change_of_state_hangs_on_the_state() -> None:
    assert right_of({"command": "change_state", "to": "coordinating"}) == "coordinate"
    assert right_of({"command": "change_state", "to": "closed"}) == "close"
    assert right_of({"command": "change_state", "to": "archived"}) is None
    assert right_of({"command": "change_state"}) is None
    assert right_of({}) is None


def test_the_table_of_states_and_the_matrix_name_the_same_rights() -> None:
    states = shipped_states().states

    for name, row in states.items():
        if row.right is not None:
            assert right_of({"command": "change_state", "to": name}) == row.right


def test_screens_get_the_whole_matrix() -> None:
    told = roles_for_api()

    assert told["rights"]["record"]["who"]["operator"] == {"may": "propose", "condition": None}
    assert told["commands"]["take"] == "qualify"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  take: qualify", "  take: quality", "commands: take: no right quality"),
        ("who: {police: yes, operator", "who: {polise: yes, operator", "polise: no such capacity"),
        ("yes two_persons", "yes three_persons", "no condition three_persons"),
        ("who: {police: yes, operator", "who: {police: maybe, operator", "may"),
    ],
)
def test_a_wrong_table_says_where(old: str, new: str, problem: str) -> None:
    text = package_text("tocsin.access", "roles.yaml")
    assert old in text
    with pytest.raises(TableError) as found:
        read_roles(text.replace(old, new, 1))
    assert problem in str(found.value)
