"""Which incidents concern one another without being one: rules as data, asked of two incidents."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Annotated, Any

import shapely
from pydantic import Field, model_validator
from shapely.geometry import shape

from tocsin.contract.times import seconds_between
from tocsin.places import distance_m, sites
from tocsin.situation.picture import Incident
from tocsin.situation.records import RelationKind
from tocsin.tables import Document, Row, Words, package_text, refuse
from tocsin.taxonomy import types, vocabulary
from tocsin.taxonomy.types import TypeCode

MUTUAL: frozenset[RelationKind] = frozenset({"series", "same_cause", "duplicate"})
PUBLIC_BUILDING = "public_building"
GREENS = frozenset({"park", "garden", "forest", "wood", "nature_reserve", "playground"})
M_PER_DEGREE_LAT, M_PER_DEGREE_LON = 111_249.0, 70_428.0


class End(Row):
    """What an incident must be to stand at one end of a relation."""

    types: Annotated[frozenset[TypeCode], Field(min_length=1)]
    words: tuple[str, ...] = ()
    facts: frozenset[str] = frozenset()
    at_a_site: bool = False

    @cached_property
    def said(self) -> re.Pattern[str]:
        return re.compile("|".join(rf"\b{re.escape(word)}" for word in self.words), re.IGNORECASE)

    def fits(self, incident: Incident) -> bool:
        if incident.type not in self.types or (self.at_a_site and not _at_a_site(incident)):
            return False
        if not self.words and not self.facts:
            return True
        if any(_fact(incident, name) is True for name in self.facts):
            return True
        return bool(self.words) and any(
            self.said.search(text) for text in (incident.headline, incident.text) if text
        )


class Rule(Row):
    rule: Annotated[str, Field(pattern=r"^R-REL-[A-Z-]+$")]
    kind: RelationKind
    origin: End | None = Field(default=None, alias="from")
    target: End = Field(alias="to")
    within_min: Annotated[int, Field(gt=0)]
    early_min: Annotated[int, Field(ge=0)] = 0
    metres: Annotated[int, Field(gt=0)] | None = None
    apart_m: Annotated[int, Field(ge=0)] = 0
    at_most: Annotated[int, Field(gt=0)]
    reason: Words

    @model_validator(mode="after")
    def _hold_together(self) -> "Rule":
        if (self.origin is None) != (self.kind in MUTUAL):
            raise ValueError("from: where both ends are alike, and only there, `to` is enough")
        return self

    @cached_property
    def ends(self) -> tuple[End, End]:
        return self.origin or self.target, self.target


class Relations(Row):
    version: Annotated[int, Field(ge=1)]
    rules: tuple[Rule, ...]

    @cached_property
    def by_type(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules that an incident of a type can be part of."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            for code in sorted(rule.ends[0].types | rule.ends[1].types):
                found.setdefault(code, []).append(rule)
        return {code: tuple(rules) for code, rules in found.items()}


@dataclass(frozen=True, slots=True)
class RelationDraft:
    """A relation that a rule would propose: `origin` came first, or brought `target` about."""

    kind: RelationKind
    origin: str
    target: str
    rule: str
    reason: dict[str, str]


def read_relations(text: str) -> Relations:
    """The rules of a YAML text; TableError names the line of what does not fit."""
    table = Document(text, "relations.yaml").checked(Relations)
    problems: list[str] = []
    seen: set[str] = set()
    for rule in table.rules:
        if rule.rule in seen:
            problems.append(f"rules: {rule.rule} comes a second time")
        seen.add(rule.rule)
        for end in rule.ends:
            problems += [
                f"rules: {rule.rule}: there is no type {c}"
                for c in sorted(end.types - set(types()))
            ]
            problems += [
                f"rules: {rule.rule}: there is no fact {name}"
                for name in sorted(end.facts - set(vocabulary()))
            ]
    refuse("relations.yaml", problems)
    return table


@cache
def shipped_relations() -> Relations:
    return read_relations(package_text(__package__, "relations.yaml"))


def relations_for(
    incident: Incident, others: Iterable[Incident], table: Relations
) -> tuple[RelationDraft, ...]:
    """What the rules propose between an incident and others, open or closed; at most a few each.

    The others that are nearest in time come first, then the older ones: the order in which they
    are given does not matter.
    """
    rules = table.by_type.get(incident.type, ())
    if not rules:
        return ()
    candidates = [o for o in others if o.id != incident.id and o.alias_of is None]
    found: list[RelationDraft] = []
    for rule in rules:
        fitting = sorted(_fitting(rule, incident, candidates), key=lambda pair: pair[0])
        version = f"{rule.rule}@{table.version}"
        for _, (first, second) in fitting[: rule.at_most]:
            reason = _told(rule, first, second)
            found.append(RelationDraft(rule.kind, first.id, second.id, version, reason))
    return tuple(found)


Ranked = tuple[tuple[float, int, str], tuple[Incident, Incident]]


def _fitting(rule: Rule, incident: Incident, others: list[Incident]) -> Iterator[Ranked]:
    for other in others:
        for first, second in ((incident, other), (other, incident)):
            if _holds(rule, first, second):
                rank = (_seconds_apart(first, second), len(other.id), other.id)
                yield rank, (first, second)
                break


def _holds(rule: Rule, first: Incident, second: Incident) -> bool:
    """Whether `first` can be the origin and `second` the target."""
    origin, target = rule.ends
    if first.type not in origin.types or second.type not in target.types:
        return False
    if rule.kind in MUTUAL and _begins(first) > _begins(second):
        return False  # the older one is the origin
    if not (_in_time(rule, first, second) and origin.fits(first) and target.fits(second)):
        return False
    if first.type == second.type and rule.kind not in MUTUAL and not _covers(first, second):
        return False
    return _in_place(rule, first, second)


def _begins(incident: Incident) -> tuple[str, int, str]:
    return incident.observed_first, len(incident.id), incident.id


def _covers(first: Incident, second: Incident) -> bool:
    """Of two of one type, the cause is the one that speaks of an area."""
    return first.outline is not None and second.outline is None


def _in_time(rule: Rule, first: Incident, second: Incident) -> bool:
    """The second begins within the first's span, so long before it, or so long after it."""
    begins = second.observed_first
    if begins > first.observed_last:
        return seconds_between(first.observed_last, begins) <= rule.within_min * 60
    if begins < first.observed_first:
        return seconds_between(begins, first.observed_first) <= rule.early_min * 60
    return True


def _seconds_apart(first: Incident, second: Incident) -> float:
    return abs(seconds_between(first.observed_first, second.observed_first))


def _in_place(rule: Rule, first: Incident, second: Incident) -> bool:
    if rule.metres is None and not rule.apart_m:
        return True
    metres = _metres(first, second)
    if metres is None:
        return False
    blur = (first.accuracy_m or 0.0) + (second.accuracy_m or 0.0)
    near = rule.metres is None or metres <= rule.metres + blur
    return near and metres >= rule.apart_m


def _metres(first: Incident, second: Incident) -> float | None:
    """From the edge of the area that the first covers; None when a place is not known."""
    if second.lat is None or second.lon is None:
        return None
    if first.outline is not None and first.outline["type"] in ("Polygon", "MultiPolygon"):
        area = _in_metres(shape(first.outline))
        return float(area.distance(_in_metres(shapely.Point(second.lon, second.lat))))
    if first.lat is None or first.lon is None:
        return None
    return distance_m(first.lat, first.lon, second.lat, second.lon)


def _in_metres(form: Any) -> Any:
    return shapely.transform(form, lambda xy: xy * (M_PER_DEGREE_LON, M_PER_DEGREE_LAT))


def _at_a_site(incident: Incident) -> bool:
    if _fact(incident, PUBLIC_BUILDING) is True:
        return True
    codes = (code for code in (*incident.codes, *incident.named) if code.startswith("site:"))
    return any(code not in _greens() for code in codes)


@cache
def _greens() -> frozenset[str]:
    """Nobody aims at a park: a toy drone there is no second target."""
    return frozenset(site.code for site in sites() if site.kind in GREENS)


def _fact(incident: Incident, name: str) -> Any:
    known = incident.facts.get(name)
    return known["value"] if known is not None else None


def _told(rule: Rule, first: Incident, second: Incident) -> dict[str, str]:
    time, metres = _span(_seconds_apart(first, second)), _metres(first, second)
    return {
        language: text.format(time=time, distance=_length(metres, language))
        for language, text in rule.reason.plain().items()
    }


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02}"


def _length(metres: float | None, language: str) -> str:
    if metres is None:
        return "?"
    if metres < 1000:
        return f"{round(metres, -1):.0f} m"
    text = f"{metres / 1000:.1f} km"
    return text if language == "en" else text.replace(".", ",")
