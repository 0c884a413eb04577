"""Which rules judge: armed by a person, given up again, or brought by Tocsin itself."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from tocsin.engine.commands.registry import Act, Command, Giver, command
from tocsin.engine.commands.words import Why
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandForbidden, CommandRefused
from tocsin.rulebook import TableName, armed, changed_tables, read_rulebook, shipped
from tocsin.situation.picture import Situation
from tocsin.tables import TableError

HOUSE = "Tocsin"  # nobody else's acts begin with this name
LINES_TOLD = 5
RULE_COMMANDS = frozenset({"arm_rules", "disarm_rules", "adopt_rules"})


class ArmRules(Command):
    """From the next input on the room judges by these tables; those not given are the shipped."""

    command: Literal["arm_rules"]
    tables: Annotated[
        dict[TableName, Annotated[str, StringConstraints(max_length=256 * 1024)]],
        Field(min_length=1),
    ]
    note: Why


class DisarmRules(Command):
    """Back to the shipped tables."""

    command: Literal["disarm_rules"]
    note: Why


class AdoptRules(Command):
    """Given by Tocsin alone, at its start: the tables it brings are others than before.

    `dropped`: why the tables that people had armed cannot be used any more.
    """

    command: Literal["adopt_rules"]
    version: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}$")]
    dropped: Annotated[str, StringConstraints(max_length=2000)] | None = None


@command(ArmRules)
def arm_rules(d: Deliberation, told: ArmRules, giver: Giver) -> Act:
    tables = changed_tables({str(name): text for name, text in told.tables.items()})
    if not tables:
        raise CommandRefused("these are the shipped tables: disarm_rules arms them", "tables")
    try:
        version = read_rulebook(tables).version
    except TableError as error:
        raise CommandRefused(_first_lines(error), "tables") from None
    if d.draft.rulebook is not None and d.draft.rulebook.version == version:
        raise CommandRefused(f"the rules {version} are in force already", "tables")
    return Act(lambda: _arm(d, version, giver.by, tables, told.note))


@command(DisarmRules)
def disarm_rules(d: Deliberation, told: DisarmRules, giver: Giver) -> Act:
    if d.draft.rulebook is None or not d.draft.rulebook.tables:
        raise CommandRefused("the shipped rules are in force already", "command")
    return Act(lambda: _arm(d, shipped().version, giver.by, {}, told.note))


@command(AdoptRules)
def adopt_rules(d: Deliberation, told: AdoptRules, giver: Giver) -> Act:
    if not giver.by.startswith(HOUSE):
        raise CommandForbidden("only Tocsin itself knows which tables it brings")
    rules = d.draft.rulebook
    kept = rules.tables if rules is not None and told.dropped is None else {}
    note = rules.note if rules is not None and kept else None
    return Act(lambda: _arm(d, told.version, giver.by, kept, note, told.dropped))


def adoption(situation: Situation) -> dict[str, Any] | None:
    """The command to give at the start; None where the rules are the same as before.

    It is an input, like everything that only the outside can know: a replay need not know which
    tables an older Tocsin brought.
    """
    rules = situation.rulebook
    try:
        version = armed(rules).version
    except TableError as error:
        dropped = _first_lines(error)
        return {"command": "adopt_rules", "version": shipped().version, "dropped": dropped}
    if rules is not None and rules.version == version:
        return None
    return {"command": "adopt_rules", "version": version}


def _arm(
    d: Deliberation,
    version: str,
    by: str,
    tables: Mapping[str, str],
    note: str | None,
    dropped: str | None = None,
) -> None:
    rules = {"version": version, "by": by, "tables": dict(tables), "note": note}
    told = {"dropped": dropped} if dropped is not None else {}
    d.enter("rules_armed", {"rulebook": rules, **told})


def _first_lines(error: TableError) -> str:
    lines = error.problems[:LINES_TOLD]
    more = len(error.problems) - len(lines)
    return "\n".join([*lines, f"and {more} more"] if more else lines)[:2000]
