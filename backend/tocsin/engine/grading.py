"""Grades that rules give: the gravest type seen names an incident, as high as doubts allow.

What a person has graded, rules leave alone: from then on they may only advise.
"""

from collections.abc import Iterable
from typing import Any

from tocsin.engine.deliberation import Deliberation
from tocsin.severity import Cap, Witness, bears, cap_on
from tocsin.situation.picture import (
    Incident,
    Shown,
    Situation,
    has_place,
    is_open,
    is_set_aside,
    observed_or_recorded,
)
from tocsin.taxonomy import incident_type

PERSON = "operator"


def first_grade(d: Deliberation, shown: Shown, type_code: str) -> tuple[int, dict[str, Any] | None]:
    """The severity at which an incident of that type opens, and the cap that holds it down."""
    severity = incident_type(type_code).severity
    cap = cap_on([_witness(d.draft, shown)], d.rulebook.severity)
    return _held_down(severity, cap)


def regrade(d: Deliberation, incident_id: str, shown: Shown) -> None:
    """After a join: the type it hints at, if that is graver; without a cap that it lifts."""
    incident = d.draft.incidents[incident_id]
    if graded_by_person(incident):
        return
    hinted = _graver_hint(d, incident, shown)
    if hinted is not None:
        severity = incident_type(hinted).severity
        why = {"rule": "R-GRADE@1", "observation": shown.id}
        place = _place_told(shown) if has_place(shown) else None
        _grade(d, incident, hinted, severity, cap_now(d, incident), why, place)
    elif incident.cap is not None:
        review_grade(d, incident_id)


def review_grade(d: Deliberation, incident_id: str) -> None:
    """Put a cap on or take it off when what the incident rests on is no longer the same."""
    incident = d.draft.incidents[incident_id]
    if graded_by_person(incident) or not is_open(incident):
        return
    if incident.cap is None and incident.count > len(incident.observations):
        return  # what bore weight may be out of sight
    table = d.rulebook.severity
    cap, severity = cap_now(d, incident), _without_cap(incident)
    if _held_down(severity, cap) == (incident.severity, incident.cap):
        return
    if cap is not None:
        _grade(d, incident, incident.type, severity, cap, {"rule": cap.rule}, None)
        return
    seen = witnesses(d.draft, incident)
    bearing = next((one.observation for one in seen if bears(one, table)), None)
    if bearing is not None and incident.cap is not None:
        lifted = {"rule": "R-CAP-LIFTED@1", "observation": bearing}
        why = {**lifted, "lifted": incident.cap["rule"]}
        _grade(d, incident, incident.type, severity, None, why, None)


def grade_back(d: Deliberation, incident: Incident, why: dict[str, Any], by: str) -> None:
    """Type, severity and place as they were before the grade that `why` explains."""
    before = why["from"]
    told = {"rule": PERSON, "by": by, "undoes": incident.graded_by}
    shown = d.draft.observations.get(why.get("observation") or "")
    if shown is not None and shown.incident != incident.id:
        told["detached"] = shown.id  # nobody judged the grade: what it rested on is gone
    d.enter(
        "incident_regraded",
        {
            "incident": incident.id,
            "type": before["type"],
            "severity": before["severity"],
            "cap": before.get("cap"),
            "place": before["place"],
            "why": {**told, "from": _grade_told(incident)},
        },
    )


def grade_by_person(
    d: Deliberation,
    incident: Incident,
    type_code: str,
    severity: int,
    why: dict[str, Any],
) -> None:
    """What a person says holds, beyond any cap, until a person says otherwise."""
    _grade(d, incident, type_code, severity, None, {"rule": PERSON, **why}, None)


def graded_by_person(incident: Incident) -> bool:
    """Whether the grade in force is somebody's judgement, not the outcome of another act."""
    why = incident.grade_why
    return (
        why is not None and why["rule"] == PERSON and "detached" not in why and "merged" not in why
    )


def cap_now(d: Deliberation, incident: Incident) -> Cap | None:
    return cap_on(witnesses(d.draft, incident), d.rulebook.severity)


def witnesses(draft: Situation, incident: Incident) -> Iterable[Witness]:
    """The observations in sight, as caps and advice see them."""
    graded_at = incident.graded_by if graded_by_person(incident) else 0
    for observation in incident.observations:
        yield _witness(draft, draft.observations[observation], graded_at)


def _witness(draft: Situation, shown: Shown, graded_at: int = 0) -> Witness:
    mark = draft.marks.get(shown.source)
    marked = mark is not None and mark.trust == "unreliable"
    set_aside = is_set_aside(shown) or shown.facts.get("rumour") is True
    return Witness(
        observation=shown.id,
        source=shown.source,
        kind=shown.kind,
        at=observed_or_recorded(shown),
        maturity=shown.maturity,
        verified=shown.facts.get("verified") is True,
        believed=not (marked or set_aside),
        severity=shown.severity,
        type_hint=shown.type_hint,
        news=(shown.joined_by or 0) > graded_at or graded_at == 0,
    )


def _graver_hint(d: Deliberation, incident: Incident, shown: Shown) -> str | None:
    """The type that an observation may give: a doubtful one under its cap, a rumour never."""
    hinted = shown.type_hint
    if hinted is None or hinted == incident.type:
        return None
    if incident_type(hinted).severity <= _without_cap(incident):
        return None
    witness, table = _witness(d.draft, shown), d.rulebook.severity
    doubtful = witness.believed and cap_on([witness], table) is not None
    return hinted if doubtful or bears(witness, table) else None


def _without_cap(incident: Incident) -> int:
    return incident.severity if incident.cap is None else int(incident.cap["from"])


def _held_down(severity: int, cap: Cap | None) -> tuple[int, dict[str, Any] | None]:
    if cap is None or severity <= cap.at_most:
        return severity, None
    return cap.at_most, cap.told(severity)


def _grade(
    d: Deliberation,
    incident: Incident,
    type_code: str,
    severity: int,
    cap: Cap | None,
    why: dict[str, Any],
    place: dict[str, Any] | None,
) -> None:
    graded, told = _held_down(severity, cap)
    d.enter(
        "incident_regraded",
        {
            "incident": incident.id,
            "type": type_code,
            "severity": graded,
            "cap": told,
            "place": place,
            "why": {**why, "from": _grade_told(incident)},
        },
    )


def _grade_told(incident: Incident) -> dict[str, Any]:
    return {
        "type": incident.type,
        "severity": incident.severity,
        "cap": incident.cap,
        "place": _place_told(incident),
    }


def _place_told(where: Shown | Incident) -> dict[str, Any]:
    return {name: getattr(where, name) for name in ("lat", "lon", "accuracy_m", "text")}
