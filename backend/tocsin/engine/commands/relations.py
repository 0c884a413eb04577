"""What people say of relations: relate two incidents, confirm a relation, reject it."""

from typing import Literal

from tocsin.engine.commands.registry import OPERATOR_RULE, Act, Command, Giver, command
from tocsin.engine.commands.subjects import the_incident
from tocsin.engine.commands.words import Note, Why
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandRefused
from tocsin.engine.relations import known_between
from tocsin.situation.records import Relation, RelationKind
from tocsin.tables import LANGUAGES

_SAID = {"fr": "Relié par une personne.", "nl": "Door iemand verbonden.", "en": "Related by hand."}


class Relate(Command):
    """Two incidents concern one another; the note says how, in the words of who adds it."""

    command: Literal["relate"]
    kind: RelationKind
    origin: str
    target: str
    note: Note | None = None


class ConfirmRelation(Command):
    command: Literal["confirm_relation"]
    relation: str
    note: Note | None = None


class RejectRelation(Command):
    """A rejection needs a note: it trains the rule."""

    command: Literal["reject_relation"]
    relation: str
    note: Why


@command(Relate)
def relate(d: Deliberation, told: Relate, giver: Giver) -> Act:
    origin, target = the_incident(d, told.origin, "origin"), the_incident(d, told.target, "target")
    if origin.id == target.id:
        raise CommandRefused("an incident cannot be related to itself", "target")
    known = known_between(d, told.kind, origin.id, target.id)
    if known is not None and known.status != "rejected":
        raise CommandRefused(f"{known.id} says so already", "target")

    def write() -> None:
        number = d.draft.n + 1
        d.enter(
            "relation_proposed",
            {
                "relation": {
                    "id": d.next_id("L"),
                    "kind": told.kind,
                    "origin": origin.id,
                    "target": target.id,
                    "rule": OPERATOR_RULE,
                    "reason": _SAID if not told.note else dict.fromkeys(LANGUAGES, told.note),
                    "proposed_by": number,
                    "status": "confirmed",
                    "by": giver.by,
                    "note": told.note,
                }
            },
        )

    return Act(write)


@command(ConfirmRelation)
def confirm_relation(d: Deliberation, told: ConfirmRelation, giver: Giver) -> Act:
    return _settle(d, told.relation, "confirmed", told.note, giver)


@command(RejectRelation)
def reject_relation(d: Deliberation, told: RejectRelation, giver: Giver) -> Act:
    return _settle(d, told.relation, "rejected", told.note, giver)


def _settle(
    d: Deliberation,
    relation_id: str,
    status: Literal["confirmed", "rejected"],
    note: str | None,
    giver: Giver,
) -> Act:
    relation: Relation | None = d.draft.relations.get(relation_id)
    if relation is None:
        raise CommandRefused(f"there is no relation {relation_id}", "relation")
    if relation.status == status:
        raise CommandRefused(f"{relation_id} is already {status}", "relation")
    changes = {"status": status, "by": giver.by, "note": note}

    def write() -> None:
        d.enter("relation_settled", {"relation": relation.id, "changes": changes})

    return Act(write, touches={"relations": [relation.id]})
