"""Keeping an incident's ties in step with what is known of it."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from tocsin.contract.realm import is_exercise
from tocsin.contract.times import from_text
from tocsin.engine.deliberation import Deliberation
from tocsin.lifecycle.counts import fact_of_category
from tocsin.measures.ties import SitesWanted, TieDraft, TieRules, ties_for, times_to_review
from tocsin.measures.view import Facts, IncidentView, NearSite, Trial
from tocsin.places import sites_near
from tocsin.situation.picture import (
    Incident,
    Shown,
    Situation,
    Tie,
    is_open,
    observed_or_recorded,
    told_anew,
)
from tocsin.situation.record_folds import records_about

ON_TRIAL = frozenset({"trial", "pilot"})
NO_INCIDENT = frozenset({"duplicate", "false_alarm"})
EXACT_ENOUGH_M = 100.0  # with a vaguer place, some site or other is always near


def may_change_ties(d: Deliberation, before: Incident, after: Incident, joined: Shown) -> bool:
    """False when nothing that a rule looks at has changed: the common case of a busy incident."""
    return (
        (before.type, before.severity) != (after.type, after.severity)
        or before.codes is not after.codes
        or before.source_classes is not after.source_classes
        or (before.lat, before.lon) != (after.lat, after.lon)
        or joined.maturity in ON_TRIAL
        or told_anew(joined, before, d.rulebook.tie_rules.relevant_facts)
    )


def review_ties(d: Deliberation, incident_id: str) -> None:
    """Propose what the rules assert, withdraw what lost its evidence, respect what people said."""
    incident = d.draft.incidents[incident_id]
    rules = d.rulebook.tie_rules
    asserted: dict[str, TieDraft] = {}
    if incident.state not in NO_INCIDENT:
        view = view_of(d.draft, incident, rules, d.at)
        asserted = {draft.id: draft for draft in ties_for(view, rules)}
    known = {tie.id: tie for tie in incident.ties}
    for tie in known.values():
        if tie.status != "proposed" or tie.id in asserted:
            continue
        if not (rules.lasts(tie.rule) and _still_rests(d.draft, incident, tie)):
            d.enter("tie_withdrawn", {"incident": incident_id, "tie": tie.id, "rule": tie.rule})
    for draft in asserted.values():
        if _is_news(d.draft, incident, draft, known.get(draft.id)):
            tie_body = asdict(draft) | {"evidence": list(draft.evidence), "status": "proposed"}
            d.enter("tie_proposed", {"incident": incident_id, "tie": tie_body})


def inherit_ties(d: Deliberation, gone: str, into: str) -> None:
    """What people said of ties of an incident that was merged counts for the one it became."""
    known = {tie.id: tie for tie in d.draft.incidents[into].ties}
    for tie in d.draft.incidents[gone].ties:
        mine = known.get(tie.id)
        if tie.status not in ("confirmed", "rejected"):
            continue
        if mine is not None and mine.status in ("confirmed", "rejected"):
            continue
        body = asdict(tie) | {"evidence": list(tie.evidence)}
        del body["proposed_by"]
        d.enter("tie_proposed", {"incident": into, "tie": body})


def ties_due(situation: Situation, at: str, rules: TieRules) -> list[str]:
    """Open incidents to which a rule would now tie a measure because time has passed."""
    due: list[str] = []
    for incident in situation.incidents.values():
        if not is_open(incident):
            continue
        view = view_of(situation, incident, rules, at)
        standing = [tie.id for tie in incident.ties if tie.status != "withdrawn"]
        if times_to_review(view, rules, standing):
            due.append(incident.id)
    return sorted(due)


def view_of(situation: Situation, incident: Incident, rules: TieRules, at: str) -> IncidentView:
    """What the rules may know of an incident at that moment."""
    place = incident.text or (incident.commune["fr"] if incident.commune else "")
    facts = _facts_with_records(situation, incident)
    activation = situation.activation
    return IncidentView(
        type=incident.type,
        severity=incident.severity,
        facts=facts,
        codes=incident.codes,
        source_classes=incident.source_classes,
        place=place,
        exercise=is_exercise(situation.realm),
        at=at,
        opened_at=incident.opened_at,
        state=incident.state,
        review=incident.review,
        phase_ever=bool(incident.phases),
        activation=activation.level if activation else "watch",
        history=_history(situation, incident, facts, rules),
        advice={
            advice.kind: advice.id
            for advice in records_about(situation, "advice", incident.id)
            if advice.status == "open"
        },
        relations=_relations(situation, incident),
        sites=_sites(incident, rules),
        trials=tuple(_trials(situation, incident)),
    )


def _facts_with_records(situation: Situation, incident: Incident) -> Facts:
    """The facts, and beside them what people recorded: phase, lead, counts of victims."""
    more: dict[str, dict[str, Any]] = {}
    if incident.lead is not None and "lead" not in incident.facts:
        more["lead"] = {"value": incident.lead, "observation": ""}
    if incident.phase is not None:
        said = f"E-{incident.phase['n']}"
        more["phase"] = {"value": incident.phase["value"], "observation": said}
        more["authority"] = {"value": incident.phase["authority"], "observation": said}
    for count in records_about(situation, "counts", incident.id):
        name = fact_of_category().get(count.category)
        if name is not None and count.value is not None:
            more[name] = {"value": count.value, "observation": count.evidence or count.id}
    lifted = incident.phase is None and bool(incident.phases) and "phase" in incident.facts
    if not more and not lifted:
        return incident.facts
    facts = {**incident.facts, **more}
    if lifted:  # what a source once told of a phase ends with the record that it was lifted
        del facts["phase"]
    return facts


def _history(
    situation: Situation, incident: Incident, facts: Facts, rules: TieRules
) -> dict[str, tuple[tuple[str, Any], ...]]:
    """Of each fact whose age counts, what was said when; what is out of sight is forgotten."""
    wanted = rules.timed_facts.intersection(facts)
    if not wanted:
        return {}
    told: dict[str, list[tuple[str, Any]]] = {name: [] for name in wanted}
    for observation in incident.observations:
        shown = situation.observations[observation]
        for name in wanted.intersection(shown.facts):
            told[name].append((shown.recorded_at, shown.facts[name]))
    for name in wanted:
        report = situation.reports.get(facts[name]["observation"])
        if report is not None:
            told[name].append((report.recorded_at, facts[name]["value"]))
    return {name: tuple(sorted(said, key=lambda one: one[0])) for name, said in told.items()}


def _relations(situation: Situation, incident: Incident) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for relation in records_about(situation, "relations", incident.id):
        if relation.status != "rejected":
            other = relation.target if relation.origin == incident.id else relation.origin
            found[relation.kind] = (*found.get(relation.kind, ()), (relation.id, other))
    return found


def _sites(incident: Incident, rules: TieRules) -> tuple[NearSite, ...]:
    wanted = rules.sites_for_type(incident.type)
    if wanted is None or incident.lat is None or incident.lon is None:
        return ()
    if incident.accuracy_m is not None and incident.accuracy_m > EXACT_ENOUGH_M:
        return ()
    return _sites_near(incident.lat, incident.lon, wanted)


@lru_cache(maxsize=4096)
def _sites_near(lat: float, lon: float, wanted: SitesWanted) -> tuple[NearSite, ...]:
    return tuple(
        NearSite(site.code, site.kind, site.names["fr"], site.names["nl"], metres)
        for site, metres in sites_near(lat, lon, wanted.metres)
        if wanted.kinds is None or site.kind in wanted.kinds
    )


def _trials(situation: Situation, incident: Incident) -> Iterator[Trial]:
    """The first fact of each source on trial, and how long before the others it came."""
    shown = [situation.observations[o] for o in incident.observations]
    on_trial = [s for s in shown if s.maturity in ON_TRIAL]
    if not on_trial:
        return
    others = [observed_or_recorded(s) for s in shown if s.maturity not in ON_TRIAL]
    first_of: dict[str, Shown] = {}
    for one in sorted(on_trial, key=observed_or_recorded):
        first_of.setdefault(one.source, one)
    for source, first in first_of.items():
        lead = None
        if others:
            waited = from_text(min(others)) - from_text(observed_or_recorded(first))
            lead = round(waited.total_seconds()) if waited.total_seconds() > 0 else None
        voted = any(s.vote is not None for s in on_trial if s.source == source)
        yield Trial(source, first.id, voted, lead)


def _still_rests(situation: Situation, incident: Incident, tie: Tie) -> bool:
    """Whether no observation that the tie rests on was taken out of the incident."""
    found = (situation.observations.get(one) for one in tie.evidence)
    return all(shown is None or shown.incident == incident.id for shown in found)


def _is_news(situation: Situation, incident: Incident, draft: TieDraft, known: Tie | None) -> bool:
    """A tie is told again when it came back, grew certain, or what it rests on no longer holds."""
    if known is None or known.status == "withdrawn":
        return True
    if known.status != "proposed":
        return False  # people have spoken
    if (known.strength, known.reason) != (draft.strength, draft.reason):
        return True
    replaced = set(known.evidence).difference(draft.evidence)
    return not all(_still_tells(situation, incident, one) for one in replaced)


def _still_tells(situation: Situation, incident: Incident, observation: str) -> bool:
    """Whether others only repeated what it told: nothing of it was corrected or taken out."""
    shown = situation.observations.get(observation)
    if shown is None or shown.incident != incident.id:
        return False
    facts = incident.facts
    return all(name in facts and facts[name]["value"] == told for name, told in shown.facts.items())
