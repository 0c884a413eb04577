"""Keeping the advice on an incident in step with what is known of it. Nothing is done by itself."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from tocsin.engine.deliberation import Deliberation
from tocsin.engine.grading import graded_by_person, review_grade, witnesses
from tocsin.engine.ties import review_ties
from tocsin.lifecycle.counts import fact_of_category
from tocsin.places import Commune, commune_at, sites_near
from tocsin.severity import AdviceDraft, IncidentView, Named, SeverityTable, Witness, advise, bears
from tocsin.situation.picture import (
    Incident,
    Shown,
    Situation,
    has_place,
    is_open,
    observed_or_recorded,
    told_anew,
)
from tocsin.situation.record_folds import records_about
from tocsin.situation.records import Advice, Count
from tocsin.taxonomy import incident_type

OURS = frozenset({"severity", "phase", "medical_plan", "psychosocial_plan"})
PLANS = frozenset({"medical_plan", "psychosocial_plan"})
# What an observation that joins leads to without changing more than what it tells itself.
_QUIET = frozenset({"observation_joined", "count_reported", "tie_proposed", "tie_withdrawn"})
SITE_WITHIN_M = 25.0
EXACT_ENOUGH_M = 100.0  # with a vaguer place, some site or other is always near
_JOINT = " + "  # between the names of the rules that gave one advice
_M_PER_DEGREE = (111_249.0, 70_428.0)


def review_advice(d: Deliberation, incident_id: str) -> None:
    """Give what the rules advise, withdraw what no longer holds, respect what people said."""
    known: list[Advice] = [
        advice for advice in records_about(d.draft, "advice", incident_id) if advice.kind in OURS
    ]
    before = d.draft.incidents.get(incident_id)
    if before is None:
        if known:  # the act that made the incident was taken back
            d.enter("records_dropped", {"tables": {"advice": [advice.id for advice in known]}})
        return
    if _is_no_news(d, before):
        return
    review_grade(d, incident_id)
    incident = d.draft.incidents[incident_id]
    if incident is not before:
        review_ties(d, incident_id)
        incident = d.draft.incidents[incident_id]
    drafts: list[AdviceDraft] = []
    if is_open(incident):
        table = d.rulebook.severity
        drafts = advise(view_of(d.draft, incident, table), table)
    standing = {advice.id: advice for advice in known if advice.status == "open"}
    for draft in drafts:
        same = _same(draft, standing.values())
        if same is not None:
            del standing[same.id]
            _tell_again(d, incident, same, draft)
        elif not _settled(draft, known):
            _give(d, incident, draft, known)
    for gone in standing.values():
        d.enter("advice_settled", {"advice": gone.id, "changes": {"status": "withdrawn"}})


def view_of(situation: Situation, incident: Incident, table: SeverityTable) -> IncidentView:
    """What the severity rules may know of an incident."""
    seen = tuple(witnesses(situation, incident))
    facts = _facts(situation, incident, seen)
    told = facts.get("phase")
    recorded = incident.phase["value"] if incident.phase is not None else None
    return IncidentView(
        type=incident.type,
        severity=incident.severity,
        facts=facts,
        codes=incident.codes,
        witnesses=seen,
        communes=_communes(situation, incident, seen, table),
        site=_site(incident, facts) if incident.type in table.site_types else None,
        disciplines=incident.disciplines,
        phase=recorded or (told["value"] if told is not None else None),
        place=incident.text,
    )


def _give(d: Deliberation, incident: Incident, draft: AdviceDraft, known: list[Advice]) -> None:
    """Give it, or take up again what was withdrawn only because it had ceased to hold."""
    before = _same(draft, (advice for advice in known if advice.status == "withdrawn"))
    if before is not None:
        told = _told(incident, draft, before.id)
        d.enter("advice_settled", {"advice": before.id, "changes": {**told, "status": "open"}})
        return
    advice = d.next_id("V")
    record = {"id": advice, "incident": incident.id, "kind": draft.kind}
    told = _told(incident, draft, advice)
    d.enter("advice_given", {"advice": {**record, **told, "given_by": d.draft.n + 1}})


def _tell_again(d: Deliberation, incident: Incident, standing: Advice, draft: AdviceDraft) -> None:
    told = _told(incident, draft, standing.id)
    changes = {name: value for name, value in told.items() if _plain(standing, name) != value}
    if changes:
        d.enter("advice_settled", {"advice": standing.id, "changes": changes})


def _plain(advice: Advice, name: str) -> Any:
    value = getattr(advice, name)
    return list(value) if isinstance(value, tuple) else value


def _told(incident: Incident, draft: AdviceDraft, advice: str) -> dict[str, Any]:
    return {
        "rule": _JOINT.join(draft.rules),
        "criterion": draft.criterion,
        "evidence": list(draft.evidence),
        "command": _command(incident, draft, advice),
    }


def _command(incident: Incident, draft: AdviceDraft, advice: str) -> dict[str, Any] | None:
    """Only a grade is the room's own to give; plans and phases are for those who announce them."""
    if draft.kind != "severity":
        return None
    command = {"command": "regrade_incident", "incident": incident.id, "severity": draft.target}
    if draft.type is not None:
        command["type"] = draft.type
    return {**command, "reason": _JOINT.join(draft.rules), "advice": advice}


def _same(draft: AdviceDraft, among: Iterable[Advice]) -> Advice | None:
    """Advice of the same kind, to the same end, on a ground in common."""
    for advice in among:
        if (advice.kind, _target(advice)) != (draft.kind, _target_of(draft)):
            continue
        if not set(draft.rules).isdisjoint(advice.rule.split(_JOINT)):
            return advice
    return None


def _settled(draft: AdviceDraft, known: list[Advice]) -> bool:
    """Whether people have spoken on it: what is worse, or has another ground, is told again."""
    grounds: set[str] = set()
    for advice in known:
        if advice.kind != draft.kind or advice.status not in ("accepted", "dismissed"):
            continue
        if advice.status == "accepted" and draft.kind in PLANS:
            return True
        if _target(advice) >= _target_of(draft):
            grounds.update(advice.rule.split(_JOINT))
    return grounds.issuperset(draft.rules)


def _target(advice: Advice) -> int:
    """The severity advised; 0 for plans and phases, where the rule alone tells what is advised."""
    return int(advice.command["severity"]) if advice.command is not None else 0


def _target_of(draft: AdviceDraft) -> int:
    return draft.target if isinstance(draft.target, int) else 0


def _facts(
    situation: Situation, incident: Incident, seen: tuple[Witness, ...]
) -> Mapping[str, Mapping[str, Any]]:
    """The latest known of each, from those who are believed, and the figures that were counted."""
    doubted = {witness.observation for witness in seen if not witness.believed}
    facts: dict[str, dict[str, Any]] = {
        name: fact for name, fact in incident.facts.items() if fact["observation"] not in doubted
    }
    lost = incident.facts.keys() - facts.keys()
    if lost:
        for witness in seen:
            if witness.believed:
                for name, value in situation.observations[witness.observation].facts.items():
                    if name in lost:
                        facts[name] = {"value": value, "observation": witness.observation}
    for name, count in _latest_counts(situation, incident, doubted).items():
        known = facts.get(name)
        if known is None or _said_at(situation, known["observation"]) <= count.counted_at:
            facts[name] = {"value": count.value, "observation": count.evidence or count.id}
    return facts


def _latest_counts(situation: Situation, incident: Incident, doubted: set[str]) -> dict[str, Count]:
    """Of each category the figure that was counted last, whoever counted it."""
    latest: dict[str, Count] = {}
    for count in records_about(situation, "counts", incident.id):
        name = fact_of_category().get(count.category)
        if name is None or count.value is None or count.evidence in doubted:
            continue
        shown = situation.observations.get(count.evidence or "")
        if shown is not None and shown.incident != incident.id:
            continue  # what told the figure was taken out
        if name not in latest or latest[name].counted_at <= count.counted_at:
            latest[name] = count
    return latest


def _said_at(situation: Situation, evidence: str) -> str:
    """When a fact was said; what is out of sight is older than anything counted since."""
    shown = situation.observations.get(evidence)
    if shown is not None:
        return observed_or_recorded(shown)
    report = situation.reports.get(evidence)
    if report is not None:
        return report.reported_at
    count = situation.counts.get(evidence)
    return count.counted_at if count is not None else ""


def _communes(
    situation: Situation, incident: Incident, seen: tuple[Witness, ...], table: SeverityTable
) -> tuple[Named, ...]:
    """The communes in which something surely happens; else the one where the incident opened."""
    found: dict[str, Named] = {}
    for witness in seen:
        if bears(witness, table):
            shown = situation.observations[witness.observation]
            commune = None
            if has_place(shown):
                commune = _sure_commune(shown.lat or 0.0, shown.lon or 0.0, shown.accuracy_m or 0.0)
            if commune is not None:
                found.setdefault(commune.nis, Named(commune.fr, commune.nl, shown.id))
    if not found and incident.commune is not None and incident.observations:
        said_by = incident.observations[0]
        return (Named(incident.commune["fr"], incident.commune["nl"], said_by),)
    return tuple(sorted(found.values(), key=lambda named: named.fr))


@lru_cache(maxsize=4096)
def _sure_commune(lat: float, lon: float, accuracy_m: float) -> Commune | None:
    """The commune in which the whole circle of error lies."""
    commune = commune_at(lat, lon)
    north, east = (accuracy_m / metres for metres in _M_PER_DEGREE)
    around = ((north, 0.0), (-north, 0.0), (0.0, east), (0.0, -east)) if accuracy_m else ()
    if any(commune_at(lat + up, lon + right) != commune for up, right in around):
        return None
    return commune


def _site(incident: Incident, facts: Mapping[str, Mapping[str, Any]]) -> Named | None:
    told = facts.get("site")
    if told is not None:
        return Named(told["value"], told["value"], told["observation"])
    if incident.lat is None or incident.lon is None or not incident.observations:
        return None
    if incident.accuracy_m is not None and incident.accuracy_m > EXACT_ENOUGH_M:
        return None
    near = sites_near(incident.lat, incident.lon, SITE_WITHIN_M)
    if not near:
        return None
    site = near[0][0]
    return Named(site.names["fr"], site.names["nl"], incident.observations[0], site.kind)


def _is_no_news(d: Deliberation, incident: Incident) -> bool:
    """One more observation that tells nothing that advice looks at: most of a busy incident."""
    first, *others = d.of_this_input()
    if first.kind != "observation_recorded" or incident.cap is not None:
        return False
    if any(entry.kind not in _QUIET for entry in others):
        return False
    joined, table = d.draft.observations[first.body["id"]], d.rulebook.severity
    return not (
        incident.id not in d.before
        or told_anew(joined, d.before[incident.id], table.facts)
        or "rumour" in joined.facts
        or not table.code_kinds.isdisjoint(joined.codes)
        or (incident.type in table.site_types and _is_about_the_site(joined, incident))
        or _is_graver(joined, incident)
        or _is_elsewhere(joined, incident)
    )


def _is_about_the_site(joined: Shown, incident: Incident) -> bool:
    moved_there = joined.lat is not None and (joined.lat, joined.lon) == (
        incident.lat,
        incident.lon,
    )
    return moved_there or "site" in joined.facts


def _is_graver(joined: Shown, incident: Incident) -> bool:
    if joined.severity is not None and joined.severity > incident.severity:
        return True
    hinted = joined.type_hint
    return (
        hinted is not None
        and graded_by_person(incident)
        and incident_type(hinted).severity > incident.severity
    )


def _is_elsewhere(joined: Shown, incident: Incident) -> bool:
    if not has_place(joined) or joined.lat is None or joined.lon is None:
        return False
    commune = commune_at(joined.lat, joined.lon)
    known = incident.commune["fr"] if incident.commune is not None else None
    return commune is not None and commune.fr != known
