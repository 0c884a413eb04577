"""What follows from an input for every incident it touched: relations, ties, advice, alarms."""

from collections.abc import Iterator
from typing import Any

from tocsin.engine.advice import review_advice
from tocsin.engine.alarms import raise_alarms
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.lifecycle import review_counts, review_state
from tocsin.engine.relations import review_relations
from tocsin.engine.ties import review_ties
from tocsin.journal.entry import Entry, EntryKind
from tocsin.situation.picture import is_open

GRAVE = 3

# What may make an incident part of a relation.
_RELATING: frozenset[EntryKind] = frozenset(
    {"incident_opened", "incident_regraded", "incident_amended", "incidents_merged"}
)
# What a person may have moved from one incident to another.
_REARRANGING: frozenset[EntryKind] = frozenset(
    {
        "incident_opened",
        "observation_detached",
        "observation_joined",
        "incidents_merged",
        "act_undone",
    }
)
# What rules look at besides the observations themselves, which review their ties as they join.
_TYING: frozenset[EntryKind] = frozenset(
    {
        "hit_verified",
        "observation_voted",
        "incident_state_changed",
        "incident_amended",
        "phase_recorded",
        "advice_given",
        "advice_settled",
        "report_filed",
        "count_reported",
        "relation_proposed",
        "relation_settled",
        "act_undone",
    }
)
_ABOUT_AN_OBSERVATION: frozenset[EntryKind] = frozenset({"hit_verified", "observation_voted"})


def follow_up(d: Deliberation) -> None:
    """After the input itself has been decided; each review sees what those before it wrote."""
    entries = d.of_this_input()
    if not entries:
        return
    first = len(d.entries) - len(entries)
    for incident in _touched(d, _RELATING):
        review_relations(d, incident)
    rearranged = _touched(d, _REARRANGING) if entries[0].kind == "command_received" else []
    for incident in rearranged:
        review_counts(d, incident)
    for incident in _touched(d):
        review_advice(d, incident)
        review_state(d, incident)
    for incident in dict.fromkeys((*rearranged, *_touched(d, _TYING))):
        if incident in d.draft.incidents:
            review_ties(d, incident)
    if any(entry.kind == "activation_changed" for entry in d.of_this_input()):
        _review_grave_ones(d)
    raise_alarms(d, first)


def _review_grave_ones(d: Deliberation) -> None:
    """The room was woken or sent to rest: that concerns what is grave."""
    incidents = d.so_far().incidents.values()
    for incident in sorted((i for i in incidents if is_open(i)), key=lambda i: i.id):
        if incident.severity >= GRAVE:
            review_ties(d, incident.id)


def _touched(d: Deliberation, kinds: frozenset[EntryKind] | None = None) -> list[str]:
    """Incidents that this input's entries are about, each once, in the order of the entries."""
    chosen = (entry for entry in d.of_this_input() if kinds is None or entry.kind in kinds)
    return list(dict.fromkeys(found for entry in chosen for found in _incidents_of(d, entry)))


def _incidents_of(d: Deliberation, entry: Entry) -> Iterator[str]:
    body = entry.body
    if entry.kind in _ABOUT_AN_OBSERVATION:
        incident = d.draft.observations[body["observation"]].incident
        if incident is not None:
            yield incident
        return
    yield from _named_in(body)
    for name in ("advice", "report", "count", "relation"):
        if isinstance(body.get(name), dict):
            yield from _named_in(body[name])


def _named_in(record: dict[str, Any]) -> Iterator[str]:
    for name in ("incident", "into", "origin", "target"):
        if isinstance(record.get(name), str):
            yield record[name]
    yield from record.get("incidents", ())
