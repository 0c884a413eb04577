"""A recorded stretch as a scenario: the same messages at the same pace, nothing personal."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import takewhile
from typing import Any, get_args
from zoneinfo import ZoneInfo

import yaml

from tocsin.contract.times import from_text, seconds_between
from tocsin.engine.commands.registry import OPERATOR_RULE
from tocsin.exercises.happened import Happened, happened
from tocsin.exercises.recorded.scrubbing import (
    Pseudonyms,
    lies_outside,
    place_said,
    scrubbed,
    table,
)
from tocsin.exercises.scenario import read_scenario
from tocsin.exercises.scenario.models import OBSERVATION_KINDS, InjectKind
from tocsin.journal.entry import Entry
from tocsin.measures.ledger import Ledger, read_ledger
from tocsin.tables import LANGUAGES, Words
from tocsin.taxonomy import incident_type

BRUSSELS = ZoneInfo("Europe/Brussels")
LONGEST_S = 30 * 86_400
NOT_PLAYED = ("test", "system")
RELATIONS = ("mobilise", "eprouve", "revele", "alimente")


class Unplayable(ValueError):
    """Nothing that can be played came between the two times, or they lie too far apart."""


def recorded_scenario(name: str, entries: Iterable[Entry], first_at: str, last_at: str) -> str:
    """The YAML of a checked scenario `name`; `entries`: all of the realm up to `last_at`.

    Raises Unplayable, or TableError where the scenario checks find what must not be played.
    """
    if seconds_between(first_at, last_at) > LONGEST_S:
        raise Unplayable(f"from {first_at} to {last_at}: {LONGEST_S // 86_400} days at most")
    read = list(takewhile(lambda entry: entry.at < last_at, entries))
    recording = _Recording(happened(read), read_ledger(read), first_at)
    injects = [
        inject
        for entry in read
        if entry.at >= first_at and entry.kind == "observation_recorded"
        for inject in recording.injects(entry)
    ]
    if not injects:
        raise Unplayable(f"nothing that can be played came from {first_at} to {last_at}")
    first, last = (from_text(at).astimezone(BRUSSELS) for at in (first_at, last_at))
    document = {
        "scenario": name,
        "title": _filled(table().title, **_times(first, last)),
        "brief": table().brief.plain(),
        "starts": first.isoformat(timespec="seconds"),
        "ends": _offset(seconds_between(first_at, last_at)),
        "incidents": recording.incidents(),
        "ties": list(recording.ties()),
        "injects": injects,
    }
    text = yaml.dump(document, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100)
    read_scenario(text, f"{name}.yaml")
    return text


class _Recording:
    """The room's own incidents are the truth: numbered as their first message came."""

    def __init__(self, seen: Happened, ledger: Ledger, first_at: str) -> None:
        self._seen = seen
        self._ledger = ledger
        self._first_at = first_at
        self._pseudonyms = Pseudonyms()
        self._names: dict[tuple[str, str], str] = {}  # messages by who sent them, under which id
        self._labels: dict[str, int] = {}
        self._outside: set[str] = set()
        self._count = 0

    def injects(self, entry: Entry) -> Iterator[dict[str, Any]]:
        told = entry.body["observation"]
        if told.get("mode") in NOT_PLAYED:
            return
        number = self._incident(entry.body["id"])
        self._count += 1
        name = f"m-{self._count:04}"
        self._names[told["source"], told["external_id"]] = name
        observation = scrubbed(told, self._pseudonyms)
        chain = [self._names.get((told["source"], one)) for one in told.get("chain", ())]
        if known := [one for one in chain if one is not None]:
            observation["chain"] = known
        place = place_said(told)
        if number is not None and lies_outside(told):
            self._outside.add(f"incident-{number}")
        if "geometry" in place:
            observation["geometry"] = place.pop("geometry")
        yield {
            "id": name,
            "kind": _kind(told["kind"]),
            "source": told["source"],
            "at": _offset(seconds_between(self._first_at, entry.at)),
            **({"background": True} if number is None else self._expected(number)),
            **_ago(told.get("observed_at"), entry.at),
            **place,
            "observation": observation,
        }

    def _incident(self, observation: str) -> int | None:
        course = self._seen.holding.get(observation)
        holder = course[-1].value if course else None
        if holder is None:
            return None
        return self._labels.setdefault(self._seen.master(holder), len(self._labels) + 1)

    @staticmethod
    def _expected(number: int) -> dict[str, Any]:
        return {"incident": f"incident-{number}", "expect": _filled(table().expect, number=number)}

    def incidents(self) -> dict[str, Any]:
        found = {}
        for room, number in self._labels.items():
            code = self._seen.incidents[room].grades[-1].value.type
            names = incident_type(code)
            title = {
                language: getattr(table().incident, language).format(
                    type=getattr(names, language), number=number
                )
                for language in LANGUAGES
            }
            label = f"incident-{number}"
            outside = {"outside": True} if label in self._outside else {}
            found[label] = {"type": code, "title": title, **outside}
        return found

    def ties(self) -> Iterator[dict[str, str]]:
        """Those that stood for sure; a person's own are expected of people."""
        for room, number in self._labels.items():
            known = self._ledger.incidents.get(room)
            told = {
                (tie.code, tie.relation): tie.rule
                for tie in (known.ties.values() if known else ())
                if tie.is_sure and tie.relation in RELATIONS
            }
            for (code, relation), rule in sorted(told.items()):
                yield {
                    "measure": code,
                    "relation": relation,
                    "incident": f"incident-{number}",
                    "by": "people" if rule == OPERATOR_RULE else "rules",
                }


def _kind(kind: str) -> InjectKind:
    found: InjectKind = next(k for k in get_args(InjectKind) if kind in OBSERVATION_KINDS[k])
    return found


def _ago(observed_at: str | None, at: str) -> dict[str, str]:
    """How old the fact was when it came; a message from the future is as old as now."""
    late = round(seconds_between(observed_at, at)) if observed_at is not None else 0
    return {"observed_ago": _length(late)} if late >= 1 else {}


def _offset(seconds: float) -> str:
    return f"{'-' if seconds < 0 else '+'}{_length(round(abs(seconds)))}"


def _length(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _times(first: datetime, last: datetime) -> dict[str, str]:
    return {"date": f"{first:%d/%m/%Y}", "first": f"{first:%H:%M}", "last": f"{last:%H:%M}"}


def _filled(words: Words, **given: Any) -> dict[str, str]:
    return {language: text.format(**given) for language, text in words.plain().items()}


class _Plain(yaml.SafeDumper):
    """Without aliases, which scenarios may not have."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
