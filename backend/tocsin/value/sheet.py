"""The value sheet of a source (M10.13): whether it is right, takes part, and is early.

Every figure names what it rests on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median

from tocsin.contract.times import from_text
from tocsin.value.ledger import Heard, IncidentHeard, ValueLedger

EVIDENCE_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Votes:
    """Operators' votes on observations; `precision` is useful / (useful + noise), or null."""

    useful: int
    noise: int
    precision: float | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """In how many of all incidents it spoke; `share` is null while there is no incident."""

    incidents: int
    of: int
    share: float | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """How far ahead of the first other source it was, in seconds; negative: behind it."""

    incident: str
    observation: str
    lead_s: float


@dataclass(frozen=True, slots=True)
class Detection:
    """Over the incidents that other sources spoke of too.

    first       it was the first
    missed      others found it first
    alone       incidents of which nobody else spoke; they tell nothing about its speed
    lead_s      median lead over the first of the others, negative when it is usually behind
    """

    first: int
    missed: int
    alone: int
    lead_s: float | None
    evidence: tuple[Lead, ...]


@dataclass(frozen=True, slots=True)
class ValueSheet:
    source: str
    votes: Votes
    part: Part
    detection: Detection


@dataclass(slots=True)
class _Spoken:
    useful: list[str] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    alone: int = 0


def value_sheets(
    ledger: ValueLedger, sources: Iterable[str] = (), since: str = ""
) -> dict[str, ValueSheet]:
    """A sheet for each of `sources` and for every source heard of, on incidents opened `since`."""
    spoken: dict[str, _Spoken] = {source: _Spoken() for source in sources}
    for observation, vote in ledger.votes().items():
        heard = ledger.heard.get(observation)
        if heard is not None and heard.at >= since:
            of = spoken.setdefault(heard.source, _Spoken())
            (of.useful if vote == "useful" else of.noise).append(observation)
    number = 0
    for incident in ledger.incidents():
        if incident.counts and incident.opened_at >= since:
            number += 1
            _speak(spoken, incident, ledger.heard)
    return {source: _sheet(source, spoken[source], number) for source in sorted(spoken)}


def value_of(source: str, ledger: ValueLedger, since: str = "") -> ValueSheet:
    return value_sheets(ledger, [source], since)[source]


def _speak(spoken: dict[str, _Spoken], incident: IncidentHeard, heard: Mapping[str, Heard]) -> None:
    first: dict[str, Heard] = {}
    for observation in incident.observations:
        one = heard.get(observation)
        if one is not None and (one.source not in first or one.at < first[one.source].at):
            first[one.source] = one
    earliest = sorted(first.values(), key=lambda one: one.at)
    if not earliest:
        return
    moments = [from_text(one.at) for one in earliest]
    for place, own in enumerate(earliest):
        of = spoken.setdefault(own.source, _Spoken())
        of.incidents.append(incident.id)
        if len(earliest) == 1:
            of.alone += 1
            continue
        others = moments[1] if place == 0 else moments[0]
        lead = (others - moments[place]).total_seconds()
        of.leads.append(Lead(incident.id, own.observation, round(lead, 1)))


def _sheet(source: str, of: _Spoken, incidents: int) -> ValueSheet:
    useful, noise = len(of.useful), len(of.noise)
    leads = [lead.lead_s for lead in of.leads]
    return ValueSheet(
        source=source,
        votes=Votes(
            useful=useful,
            noise=noise,
            precision=round(useful / (useful + noise), 3) if useful + noise else None,
            evidence=_newest([*of.useful, *of.noise]),
        ),
        part=Part(
            incidents=len(of.incidents),
            of=incidents,
            share=round(len(of.incidents) / incidents, 3) if incidents else None,
            evidence=_newest(of.incidents),
        ),
        detection=Detection(
            first=sum(lead >= 0 for lead in leads),
            missed=sum(lead < 0 for lead in leads),
            alone=of.alone,
            lead_s=round(median(leads), 1) if leads else None,
            evidence=tuple(of.leads[-EVIDENCE_SHOWN:]),
        ),
    )


def _newest(names: list[str]) -> tuple[str, ...]:
    """The latest ones: ids carry their number."""
    return tuple(sorted(names, key=lambda name: int(name.partition("-")[2]))[-EVIDENCE_SHOWN:])
