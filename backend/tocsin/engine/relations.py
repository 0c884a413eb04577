"""Relations between incidents: proposed by rules, added, confirmed and rejected by people."""

from typing import Any

from tocsin.correlation.relations import MUTUAL, RelationDraft, relations_for
from tocsin.engine.deliberation import Deliberation
from tocsin.situation.record_folds import records_about
from tocsin.situation.records import Relation, RelationKind

DUPLICATE_RULE = "R-REL-DUPLICATE"


def review_relations(d: Deliberation, incident_id: str) -> None:
    """Propose what the rules see between an incident and the others of the last days, once."""
    incident = d.draft.incidents.get(incident_id)
    table = d.rulebook.relations
    if incident is None or incident.alias_of is not None or incident.type not in table.by_type:
        return
    for draft in relations_for(incident, d.so_far().incidents.values(), table):
        propose(d, draft)


def propose_duplicate(
    d: Deliberation, incident_id: str, rival_id: str, why: dict[str, Any]
) -> None:
    """Ask people whether two incidents are one: an observation fitted both nearly as well."""
    if incident_id not in d.draft.incidents or rival_id not in d.draft.incidents:
        return
    older, newer = sorted((incident_id, rival_id), key=lambda i: (len(i), i))
    score, other = why["score"], why["runner_up"]["score"]
    reason = {
        "fr": f"Une observation convient presque autant aux deux ({score} et {other}) : "
        "un seul incident ?",
        "nl": f"Een waarneming past bijna even goed bij beide ({score} en {other}): één incident?",
        "en": f"One observation fits both nearly as well ({score} and {other}): "
        "are they one incident?",
    }
    version = why["rule"].partition("@")[2]
    propose(d, RelationDraft("duplicate", newer, older, f"{DUPLICATE_RULE}@{version}", reason))


def propose(d: Deliberation, draft: RelationDraft) -> None:
    """What was proposed or settled before is not proposed again."""
    if known_between(d, draft.kind, draft.origin, draft.target) is not None:
        return
    d.enter(
        "relation_proposed",
        {
            "relation": {
                "id": d.next_id("L"),
                "kind": draft.kind,
                "origin": draft.origin,
                "target": draft.target,
                "rule": draft.rule,
                "reason": draft.reason,
                "proposed_by": d.draft.n + 1,
            }
        },
    )


def known_between(d: Deliberation, kind: RelationKind, origin: str, target: str) -> Relation | None:
    """The relation of a kind between two incidents, either way round where both ends are alike."""
    ends = {(origin, target)} | ({(target, origin)} if kind in MUTUAL else set())
    for relation in records_about(d.draft, "relations", origin):
        if relation.kind == kind and (relation.origin, relation.target) in ends:
            return relation  # type: ignore[no-any-return] # records_about knows every table
    return None
