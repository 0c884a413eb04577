"""Facts that came before their incident: what waits loose is asked again when an incident opens."""

from collections.abc import Iterator
from typing import Any

from tocsin.correlation.correlate import correlate
from tocsin.correlation.weights import Weights
from tocsin.places import distance_m
from tocsin.situation.picture import Incident, Shown, Situation
from tocsin.taxonomy import incident_type, is_idle, kind_rules

UNJUDGED_MODES = frozenset({"test", "system"})
STATES = frozenset({"camera_status", "channel_status"})  # of a device, not of what it looks at


def early_facts(
    situation: Situation, incident: Incident, w: Weights
) -> Iterator[tuple[Shown, dict[str, Any]]]:
    """Loose observations that would have joined the incident had it been open, and why.

    In the order in which they came.
    What was set aside stays aside, and what has a word of its own would have opened an incident.
    """
    for observation_id in tuple(situation.loose):
        shown = situation.observations[observation_id]
        if not (_waits(shown) and _concerns(shown, incident)):
            continue
        found = correlate(situation, shown, [], tuple(shown.named), w)
        if found.outcome == "join" and found.incident == incident.id:
            yield shown, found.why


def _concerns(shown: Shown, incident: Incident) -> bool:
    """The cheap question first: at the same place, or by the same name."""
    codes = {f"{kind}:{code}" for kind, code in shown.codes.items()}
    if shown.kind in STATES:  # a camera that flapped before it happened did not flap because of it
        return not codes.isdisjoint(incident.codes)
    if shown.lat is not None and shown.lon is not None and incident.lat is not None:
        reach = incident_type(incident.type).radius_m
        blur = (shown.accuracy_m or 0.0) + (incident.accuracy_m or 0.0)
        metres = distance_m(shown.lat, shown.lon, incident.lat, incident.lon or 0.0)
        if metres <= reach + blur:
            return True
    return not (codes | set(shown.named)).isdisjoint((*incident.codes, *incident.named))


def _waits(shown: Shown) -> bool:
    return (
        shown.why is None
        and shown.action not in ("end", "cancel", "ack")
        and not is_idle(shown.action)
        and shown.mode not in UNJUDGED_MODES
        and kind_rules(shown.kind).joins
        and (shown.type_hint is None or not kind_rules(shown.kind).opens)
    )
