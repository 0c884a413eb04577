"""What an input led to, as far as anybody may want to be called about it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tocsin.alarms.types import AlarmTypes, On
from tocsin.contract.times import seconds_between
from tocsin.journal.entry import Entry, EntryKind
from tocsin.situation.picture import Incident, Shown, Situation, is_open, is_set_aside
from tocsin.situation.record_folds import records_about
from tocsin.taxonomy import incident_type

UNKNOWN = {"fr": "lieu inconnu", "nl": "plaats onbekend", "en": "place unknown"}
ROOM = "room"  # what is about no incident and no source
_OVER = frozenset({"end", "cancel"})
_RAISES_NOTHING = _OVER | {"ack", "heartbeat"}
_NOT_REAL = frozenset({"test", "system"})


@dataclass(frozen=True, slots=True)
class Occasion:
    """One thing that happened. `values` is what the types' conditions and sentences may look at.

    `quiet`: an old fact, or a trial source alone: it informs and makes no sound.
    `told`: the facts that this very observation brought; what others told before is no news.
    `compares`: the grade was set anew, up or down: only the difference to the alarm counts.
    """

    on: On
    values: Mapping[str, Any]
    incident: str | None = None
    source: str | None = None
    evidence: tuple[str, ...] = ()
    told: frozenset[str] = field(default_factory=frozenset)
    quiet: bool = False
    rises: bool = False
    compares: bool = False
    raises: bool = True


Reader = Callable[[Situation, Entry, AlarmTypes], Iterator[Occasion]]


def occasions(situation: Situation, entries: Sequence[Entry], table: AlarmTypes) -> list[Occasion]:
    """All occasions in the entries of one input; `situation` is the one after them."""
    found: list[Occasion] = []
    for entry in entries:
        read = _READERS.get(entry.kind)
        if read is not None:
            found += read(situation, entry, table)
    given_in = entries[0].body.get("capacity") if found else None
    if given_in is not None:
        found = [replace(o, values={**o.values, "capacity": given_in}) for o in found]
    if found and _is_quiet_input(situation, entries[0], table):
        return [replace(occasion, quiet=True) for occasion in found]
    return found


def _is_quiet_input(situation: Situation, first: Entry, table: AlarmTypes) -> bool:
    """What rules make of an old fact, or of a trial source's alone, is no more urgent than it."""
    if first.kind != "observation_recorded":
        return False
    shown = situation.observations.get(first.body["id"])
    return shown is not None and _is_quiet(situation, shown, table)


def of_incident(incident: Incident) -> dict[str, Any]:
    """What every occasion tells of its incident."""
    place: Mapping[str, str] = UNKNOWN
    if incident.text:
        place = dict.fromkeys(("fr", "nl", "en"), incident.text)
    elif incident.commune:
        place = {"en": incident.commune["fr"], **incident.commune}
    return {
        "incident": incident.id,
        "type": incident.type,
        "severity": incident.severity,
        "place": place,
    }


def _recorded(situation: Situation, entry: Entry, table: AlarmTypes) -> Iterator[Occasion]:
    told = entry.body["shown"]
    limited, suspect = told.get("limited"), told.get("clock_suspect")
    of_interest = told["kind"] in table.kinds or not table.facts.isdisjoint(told.get("facts", ()))
    if not (limited or suspect or of_interest) or told["mode"] in _NOT_REAL:
        return
    for doubt, holds in (("limited", limited), ("clock_suspect", suspect)):
        if holds:
            values = {"doubt": doubt, "source": told["source"]}
            yield Occasion("doubt", values, source=told["source"], evidence=(told["id"],))
    if of_interest and "track" not in told:
        shown = situation.observations[told["id"]]
        if is_set_aside(shown):
            return
        if shown.incident is not None or shown.why is None:  # not set aside as unbelievable
            yield _told(situation, shown)


def _verified(situation: Situation, entry: Entry, table: AlarmTypes) -> Iterator[Occasion]:
    if entry.body["verified"]:
        yield _told(situation, situation.observations[entry.body["observation"]])


def _told(situation: Situation, shown: Shown) -> Occasion:
    values: dict[str, Any] = {}
    codes: tuple[str, ...] = ()
    if shown.incident is not None:
        incident = situation.incidents[shown.incident]
        values = {name: fact["value"] for name, fact in incident.facts.items()}
        values |= of_incident(incident)
        codes = incident.codes
    else:
        values["place"] = dict.fromkeys(UNKNOWN, shown.text) if shown.text else UNKNOWN
    values |= shown.facts
    values |= {
        "kind": shown.kind,
        "source": shown.source,
        "verified": values.get("verified") is True,
        "rejected": values.get("unverified_reason") is not None,
        "at_site": "site" in values or any(code.startswith("site:") for code in codes),
    }
    vehicle = shown.codes.get("vehicle") or shown.codes.get("track")
    if vehicle is not None:
        values["vehicle"] = vehicle
    return Occasion(
        "observation",
        values,
        incident=shown.incident,
        source=shown.source,
        evidence=(shown.id,),
        told=frozenset(shown.facts),
        raises=shown.action not in _RAISES_NOTHING,
    )


def _opened(situation: Situation, entry: Entry, table: AlarmTypes) -> Iterator[Occasion]:
    incident = situation.incidents.get(entry.body["incident"])
    if incident is not None and is_open(incident):
        yield _opening(situation, incident, entry.body["observation"])


def _opening(situation: Situation, incident: Incident, observation: str) -> Occasion:
    shown = situation.observations.get(observation)
    return Occasion(
        "incident_opened",
        of_incident(incident),
        incident=incident.id,
        source=shown.source if shown is not None else None,
        evidence=(observation,),
    )


def _joined(situation: Situation, entry: Entry, table: AlarmTypes) -> Iterator[Occasion]:
    """A joined fact is silent, but for two cases.

    A source may end what people work on; and a fact that may sound joins an incident of which
    only a notice was made: now it calls.
    """
    incident_id = entry.body["incident"]
    shown = situation.observations.get(entry.body["observation"])
    if shown is None or shown.incident != incident_id:
        return
    if shown.action in _OVER:
        yield from _ended(situation.incidents[incident_id], shown)
    if f"alarms|{incident_id}" not in situation.index.by_subject:
        return
    only_notices = any(
        alarm.kind == "notice" and table.about(alarm.type) == "incident"
        for alarm in records_about(situation, "alarms", incident_id)
    )
    if only_notices and _may_sound(situation, shown, table):
        yield _opening(situation, situation.incidents[incident_id], shown.id)


def _may_sound(situation: Situation, shown: Shown, table: AlarmTypes) -> bool:
    return not (is_set_aside(shown) or _is_quiet(situation, shown, table))


def _ended(incident: Incident, shown: Shown) -> Iterator[Occasion]:
    if incident.state != "reported" and is_open(incident):
        values = of_incident(incident) | {"source": shown.source}
        yield Occasion(
            "ended", values, incident=incident.id, source=shown.source, evidence=(shown.id,)
        )


def _regraded(situation: Situation, entry: Entry, table: AlarmTypes) -> Iterator[Occasion]:
    body = entry.body
    incident = situation.incidents.get(body["incident"])
    if incident is None or not is_open(incident):
        return
    before = body["why"].get("from")
    observation = body["why"].get("observation")
    shown = situation.observations.get(observation) if observation is not None else None
    if before is None or not _is_graver(incident, before):
        yield Occasion(
            "incident_opened",
            of_incident(incident),
            incident=incident.id,
            evidence=(observation,) if observation else (),
            compares=True,
        )
        return
    told = {"from_type": before["type"], "from_severity": before["severity"]}
    yield Occasion(
        "incident_graver",
        of_incident(incident) | told,
        incident=incident.id,
        source=shown.source if shown is not None else None,
        evidence=(observation,) if observation else (),
        rises=True,
    )


def _is_graver(incident: Incident, before: Mapping[str, Any]) -> bool:
    """Its severity rose, or it is now of a type that is graver by nature."""
    if incident.severity != before["severity"]:
        return bool(incident.severity > before["severity"])
    by_nature = incident_type(before["type"]).severity
    return incident.type != before["type"] and incident_type(incident.type).severity > by_nature


def _amended(situation: Situation, entry: Entry, table: AlarmTypes) -> Iterator[Occasion]:
    incident = situation.incidents.get(entry.body["incident"])
    if "severity" in entry.body["changes"] and incident is not None and is_open(incident):
        values = of_incident(incident)
        yield Occasion("incident_opened", values, incident=incident.id, compares=True)


def _source(situation: Situation, entry: Entry, table: AlarmTypes) -> Iterator[Occasion]:
    view = entry.body["source"]
    source, state = view["source"], view["state"]
    source_class = source.partition(":")[0]
    yield Occasion(
        "source",
        {
            "source": source,
            "source_class": source_class,
            "state": state,
            "vital": source_class in table.vital_sources,
        },
        source=source,
        evidence=(source,),
    )


def _quarantined(situation: Situation, entry: Entry, table: AlarmTypes) -> Iterator[Occasion]:
    body = entry.body
    values = {"source": body["source"], "cause": body["reason"], "number": body["count"]}
    yield Occasion("quarantine", values, source=body["source"])


def _advised(situation: Situation, entry: Entry, table: AlarmTypes) -> Iterator[Occasion]:
    advice = entry.body["advice"]
    values = {"kind": advice["kind"], "criterion": advice["criterion"]}
    yield _about_record(situation, "advice", advice["incident"], advice["id"], values)


def _related(situation: Situation, entry: Entry, table: AlarmTypes) -> Iterator[Occasion]:
    relation = entry.body["relation"]
    if relation.get("status", "proposed") != "proposed":
        return
    values = {
        "kind": relation["kind"],
        "criterion": relation["reason"],
        "other": relation["target"],
    }
    yield _about_record(situation, "relation", relation["origin"], relation["id"], values)


def _about_record(
    situation: Situation, on: On, incident_id: str | None, record: str, values: dict[str, Any]
) -> Occasion:
    incident = situation.incidents.get(incident_id) if incident_id is not None else None
    if incident is not None:
        values |= of_incident(incident)
    known = incident.id if incident is not None else None
    return Occasion(on, values, incident=known, evidence=(record,))


def _tied(situation: Situation, entry: Entry, table: AlarmTypes) -> Iterator[Occasion]:
    if entry.body["tie"]["strength"] != "suggested":
        return
    incident = situation.incidents.get(entry.body["incident"])
    if incident is not None:
        values = of_incident(incident) | {"number": len(waiting_ties(incident))}
        yield Occasion("ties", values, incident=incident.id)


def _rules_armed(situation: Situation, entry: Entry, table: AlarmTypes) -> Iterator[Occasion]:
    cause: str | None = entry.body.get("dropped")
    values: dict[str, Any] = {
        "dropped": cause is not None,
        "version": entry.body["rulebook"]["version"],
    }
    if cause is not None:
        values["cause"] = cause.partition("\n")[0]
    yield Occasion("rules", values)


def waiting_ties(incident: Incident) -> list[str]:
    """Ties that a rule suggests and nobody has looked at."""
    return [t.id for t in incident.ties if t.status == "proposed" and t.strength == "suggested"]


_READERS: Mapping[EntryKind, Reader] = {
    "observation_recorded": _recorded,
    "observation_joined": _joined,
    "hit_verified": _verified,
    "incident_opened": _opened,
    "incident_regraded": _regraded,
    "incident_amended": _amended,
    "source_changed": _source,
    "message_quarantined": _quarantined,
    "advice_given": _advised,
    "relation_proposed": _related,
    "tie_proposed": _tied,
    "rules_armed": _rules_armed,
}


def _is_quiet(situation: Situation, shown: Shown, table: AlarmTypes) -> bool:
    return _is_late(situation, shown, table) or _is_trial_alone(situation, shown)


def _is_late(situation: Situation, shown: Shown, table: AlarmTypes) -> bool:
    """A fact that was old when it came, or of unknown age from a source that catches up."""
    if shown.late_s is not None and shown.late_s > table.late_after_s:
        return True
    if shown.observed_at is not None and not shown.clock_suspect:
        return seconds_between(shown.observed_at, shown.recorded_at) > table.late_after_s
    source = situation.sources.get(shown.source)
    return source is not None and source.state == "catching_up"


def _is_trial_alone(situation: Situation, shown: Shown) -> bool:
    """A trial source says it, no other does, and no person has taken the incident."""
    if shown.maturity != "trial":
        return False
    incident = situation.incidents.get(shown.incident) if shown.incident is not None else None
    if incident is None:
        return True
    if incident.state != "reported" or incident.count > len(incident.observations):
        return False
    return all(situation.observations[o].maturity == "trial" for o in incident.observations)
