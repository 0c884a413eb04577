"""What commands speak of: found, or refused with the field that named it."""

from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandRefused
from tocsin.situation.picture import Incident, Shown, is_open


def the_incident(d: Deliberation, incident_id: str, field: str = "incident") -> Incident:
    incident = d.draft.incidents.get(incident_id)
    if incident is None:
        raise CommandRefused(f"there is no incident {incident_id}", field)
    return incident


def the_open_incident(d: Deliberation, incident_id: str, field: str = "incident") -> Incident:
    incident = the_incident(d, incident_id, field)
    if incident.alias_of is not None:
        raise CommandRefused(f"{incident_id} was merged into {incident.alias_of}", field)
    if not is_open(incident):
        raise CommandRefused(f"{incident_id} is {incident.state}: reopen it first", field)
    return incident


def the_observation(d: Deliberation, observation_id: str, field: str = "observation") -> Shown:
    shown = d.draft.observations.get(observation_id)
    if shown is None:
        raise CommandRefused(f"{observation_id} is not among the observations shown", field)
    return shown
