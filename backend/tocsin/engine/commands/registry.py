"""The commands a person may give, and what carries each of them out.

A handler checks first and returns the act to be done, so that a refused command leaves no entry.
What an act touches is kept for ten minutes, so that it can be taken back.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from tocsin.access import may, right_of, shipped_roles
from tocsin.contract.realm import is_exercise
from tocsin.contract.times import from_text, to_text
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandForbidden, CommandRefused
from tocsin.situation.record_folds import records_about
from tocsin.tables import sentence_of

UNDO_WITHIN = timedelta(minutes=10)
OPERATOR_RULE = "operator"
COLON = {"fr": " : ", "nl": ": ", "en": ": "}
# What rules add to an incident after any change of it.
FOLLOWING = ("advice", "relations", "counts")


class Command(BaseModel):
    """A command document: `command` names it, nothing in it may be misspelt."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gives a command: a name to show, and the capacity that decides what is allowed."""

    by: str
    capacity: str


@dataclass(frozen=True, slots=True)
class Act:
    """What a checked command will do.

    `touches`: table → ids of the records that it changes or makes; with any, it can be undone.
    `home`: where observations go that come later to an incident which an undo takes away.
    """

    write: Callable[[], None]
    touches: Mapping[str, Sequence[str]] = field(default_factory=dict)
    home: str | None = None


C = TypeVar("C", bound=Command)
Handler = Callable[[Deliberation, Any, Giver], Act]


@dataclass(frozen=True, slots=True)
class Registered:
    name: str
    model: type[Command]
    handler: Handler


_registered: dict[str, Registered] = {}


def command(
    model: type[C],
) -> Callable[[Callable[[Deliberation, C, Giver], Act]], Callable[[Deliberation, C, Giver], Act]]:
    """Register the handler of a command."""
    name: str = get_args(model.model_fields["command"].annotation)[0]

    def register(
        handler: Callable[[Deliberation, C, Giver], Act],
    ) -> Callable[[Deliberation, C, Giver], Act]:
        if name in _registered:
            raise AssertionError(f"two handlers for {name}")
        _registered[name] = Registered(name, model, handler)
        return handler

    return register


def registered() -> Mapping[str, Registered]:
    return _registered


def read_command(document: object) -> Command:
    """Raises CommandRefused naming the first field that does not fit."""
    name = document.get("command") if isinstance(document, dict) else None
    known = _registered.get(name) if isinstance(name, str) else None
    if known is None:
        raise CommandRefused(f"there is no command {name!r}", "command")
    try:
        return known.model.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        raise CommandRefused(sentence_of(first["msg"]), path or "command") from None


def carry_out(d: Deliberation, document: dict[str, Any], giver: Giver) -> None:
    """Check first, then write. Who may only propose leaves an advice for those who may."""
    told = read_command(document)
    right = right_of(document)
    allowed = may(giver.capacity, right or "", exercise=is_exercise(d.draft.realm))
    if right is None or allowed == "no":
        raise CommandForbidden(f"{giver.capacity}: {document['command']} is not for this capacity")
    act = _registered[document["command"]].handler(d, told, giver)
    if allowed == "propose":
        act = _proposing(d, document, right, giver)
    recorded = {
        "by": giver.by,
        "capacity": giver.capacity,
        "command": told.model_dump(mode="json", exclude_unset=True),
    }
    n = d.enter("command_received", recorded).n
    if act.touches:
        _keep_undoable(d, n, document["command"], act, giver)
    act.write()


def _proposing(d: Deliberation, document: dict[str, Any], right: str, giver: Giver) -> Act:
    roles = shipped_roles()
    who, what = roles.capacities[giver.capacity].plain(), roles.rights[right].plain()
    incident = document.get("incident")

    def write() -> None:
        advice: dict[str, Any] = {
            "id": d.next_id("V"),
            "incident": incident if incident in d.draft.incidents else None,
            "kind": "proposal",
            "rule": OPERATOR_RULE,
            "criterion": {code: f"{who[code]}{COLON[code]}{what[code]}" for code in who},
            "evidence": [],
            "given_by": d.draft.n + 1,
            "command": document,
            "by": giver.by,
        }
        d.enter("advice_given", {"advice": advice})

    return Act(write)


def _keep_undoable(d: Deliberation, n: int, name: str, act: Act, giver: Giver) -> None:
    tables = {table: list(keys) for table, keys in act.touches.items()}
    for incident_id in act.touches.get("incidents", ()):
        incident = d.draft.incidents.get(incident_id)
        if incident is None:
            continue
        _add(tables, "observations", incident.observations)
        for table in FOLLOWING:
            _add(tables, table, (r.id for r in records_about(d.draft, table, incident_id)))
    until = to_text(from_text(d.at) + UNDO_WITHIN)
    d.enter(
        "act_undoable",
        {
            "act": n,
            "until": until,
            "command": name,
            "by": giver.by,
            "tables": tables,
            "home": act.home,
        },
    )


def _add(tables: dict[str, list[str]], table: str, keys: Iterable[str]) -> None:
    found = dict.fromkeys(tables.get(table, ())) | dict.fromkeys(keys)
    if found:
        tables[table] = list(found)


@cache
def schemas() -> dict[str, Any]:
    """JSON Schema of every command, by its name."""
    template = "#/$defs/{model}"
    return {
        name: row.model.model_json_schema(ref_template=template)
        for name, row in sorted(_registered.items())
    }
