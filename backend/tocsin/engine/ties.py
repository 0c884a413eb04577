"""Keeping an incident's ties in step with what is known of it."""

from dataclasses import asdict

from tocsin.contract.realm import is_exercise
from tocsin.engine.deliberation import Deliberation
from tocsin.measures.ties import IncidentView, TieDraft, relevant_facts, ties_for
from tocsin.situation.picture import Incident, Shown, Tie


def may_change_ties(before: Incident, after: Incident, joined: Shown) -> bool:
    """False when nothing that a rule looks at has changed: the common case of a busy incident."""
    return (
        (before.type, before.severity) != (after.type, after.severity)
        or before.codes is not after.codes
        or before.source_classes is not after.source_classes
        or not relevant_facts().isdisjoint(joined.facts)
    )


def review_ties(d: Deliberation, incident_id: str) -> None:
    """Propose what the rules assert, withdraw what lost its evidence, respect what people said."""
    incident = d.draft.incidents[incident_id]
    if incident.state == "alias":
        return
    place = incident.text or (incident.commune["fr"] if incident.commune else "")
    asserted = {
        draft.id: draft
        for draft in ties_for(
            IncidentView(
                type=incident.type,
                severity=incident.severity,
                facts=incident.facts,
                codes=incident.codes,
                source_classes=incident.source_classes,
                place=place,
                exercise=is_exercise(d.draft.realm),
            )
        )
    }
    known = {tie.id: tie for tie in incident.ties}
    for tie in known.values():
        if tie.id not in asserted and tie.status == "proposed":
            d.enter("tie_withdrawn", {"incident": incident_id, "tie": tie.id, "rule": tie.rule})
    for draft in asserted.values():
        if _is_news(draft, known.get(draft.id)):
            tie_body = asdict(draft) | {"evidence": list(draft.evidence), "status": "proposed"}
            d.enter("tie_proposed", {"incident": incident_id, "tie": tie_body})


def _is_news(draft: TieDraft, known: Tie | None) -> bool:
    """A tie is told again when it came back, grew certain, or its reason is no longer the same."""
    if known is None or known.status == "withdrawn":
        return True
    if known.status != "proposed":
        return False  # people have spoken
    return (known.strength, known.reason) != (draft.strength, draft.reason) or not set(
        known.evidence
    ).issubset(draft.evidence)
