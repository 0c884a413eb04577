"""An incident as the rules of its life see it, and what time alone will do to it."""

from collections.abc import Iterator
from datetime import timedelta

from tocsin.contract.realm import is_exercise
from tocsin.contract.times import from_text, to_text
from tocsin.lifecycle.states import Fate, Life, fate_of, shipped_states
from tocsin.situation.picture import Incident, Situation, is_open
from tocsin.situation.record_folds import records_about
from tocsin.taxonomy import incident_type

WITHOUT_A_PLACE = frozenset({"area", "service", "footprint"})  # reaches that need no point
ENDINGS = frozenset({"end", "cancel"})
HANDWORK = ("decisions", "tasks", "reports")


def life_of(situation: Situation, incident: Incident, now: str) -> Life:
    """An incident as the rules of the lifecycle see it; `situation` may be a draft."""
    tasks = records_about(situation, "tasks", incident.id)
    return Life(
        state=incident.state,
        state_since=incident.state_since,
        last_at=incident.last_at,
        now=now,
        severity=incident.severity,
        place_known=place_known(incident, incident.type),
        phase=incident.phase["value"] if incident.phase else None,
        had_phase=bool(incident.phases),
        review=incident.review,
        lead=incident.lead,
        disciplines=incident.disciplines,
        resources=tuple(_resources(situation, incident)),
        facts={k: (f["value"], f["observation"]) for k, f in incident.facts.items()},
        open_tasks=sum(task.state == "open" for task in tasks),
        contact_open=_contact_open(incident),
        touched=touched(situation, incident),
        ended_by=_ended_by(situation, incident),
        exercise=is_exercise(situation.realm),
    )


def place_known(incident: Incident, type_code: str) -> bool:
    """Where it is, as exactly as its type asks: a loss of service has no point on the map."""
    return (
        incident.lat is not None
        or bool(incident.codes or incident.named)
        or incident.commune is not None
        or incident_type(type_code).reach in WITHOUT_A_PLACE
    )


def _resources(situation: Situation, incident: Incident) -> Iterator[str]:
    for observation in incident.observations:
        if situation.observations[observation].kind == "resource_status":
            yield observation


def _ended_by(situation: Situation, incident: Incident) -> str | None:
    """The observation that ends it, when it is the last word and nobody else ever spoke."""
    if incident.state != "reported" or not incident.observations:
        return None
    last = situation.observations[incident.observations[-1]]
    if last.action not in ENDINGS or not speaks_alone(situation, incident, last.source):
        return None
    return last.id


def speaks_alone(situation: Situation, incident: Incident, source: str) -> bool:
    if incident.count > len(incident.observations):
        return False  # the oldest are out of sight: others may have spoken
    return {situation.observations[o].source for o in incident.observations} == {source}


def _contact_open(incident: Incident) -> bool:
    return "single_contact" in incident.facts and "single_contact_until" not in incident.facts


def touched(situation: Situation, incident: Incident) -> bool:
    """Whether people did anything with it, be it only a task or a tie."""
    return (
        incident.state_by is not None
        or incident.segment > 1
        or bool(incident.lead or incident.disciplines or incident.phase or incident.phases)
        or any(tie.by is not None for tie in incident.ties)
        or any(records_about(situation, table, incident.id) for table in HANDWORK)
    )


def due_fates(situation: Situation, now: str) -> list[tuple[str, Fate]]:
    """Incidents that time alone closes or archives now, in the order of their ids."""
    table = shipped_states()
    ended_until = _before(now, minutes=table.minutes.ended)
    quiet_until = _before(now, hours=table.hours.quiet)
    over_until = _before(now, hours=table.hours.kept)
    due: list[tuple[str, Fate]] = []
    for incident in situation.incidents.values():
        if not is_open(incident):  # a cheap look first: nearly always it is too early
            early = incident.state_since >= over_until
        elif incident.state != "reported" or incident.last_at >= ended_until:
            early = True
        else:
            early = incident.last_at >= quiet_until and not _ended_by(situation, incident)
        if early:
            continue
        fate = fate_of(life_of(situation, incident, now), table)
        if fate is not None and fate.what != "stale":
            due.append((incident.id, fate))
    return sorted(due, key=lambda one: one[0])


def stale_incidents(situation: Situation, now: str) -> list[tuple[str, Fate]]:
    """Incidents that people took and that have had no news for long: told, never closed."""
    table = shipped_states()
    quiet_until = _before(now, hours=table.hours.quiet)
    stale: list[tuple[str, Fate]] = []
    for incident in situation.incidents.values():
        if is_open(incident) and incident.last_at < quiet_until:
            fate = fate_of(life_of(situation, incident, now), table)
            if fate is not None and fate.what == "stale":
                stale.append((incident.id, fate))
    return sorted(stale, key=lambda one: one[0])


def _before(now: str, **span: int) -> str:
    return to_text(from_text(now) - timedelta(**span))
