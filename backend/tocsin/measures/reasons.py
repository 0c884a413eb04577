"""The sentences that say why, in three languages, with the evidence in them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tocsin.measures.conditions import is_so
from tocsin.measures.rules import OF_THE_INCIDENT, Reason
from tocsin.measures.view import Facts, IncidentView
from tocsin.tables import LANGUAGES, Language
from tocsin.taxonomy.facts import Fact, vocabulary
from tocsin.taxonomy.types import types

_UNKNOWN: dict[Language, str] = {"fr": "inconnu", "nl": "onbekend", "en": "unknown"}
_YES: dict[Language, str] = {"fr": "oui", "nl": "ja", "en": "yes"}
_NO: dict[Language, str] = {"fr": "non", "nl": "neen", "en": "no"}
_BRACES = re.compile(r"\{(\w+)\}")
_MINUTES_FROM_S = 120


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """One reason: its sentences with %s for each name, in the order of the names.

    `names`: what the sentences print; `quoted`: facts among them and those that made us choose
    them, thus evidence.
    """

    needs: tuple[str, ...]
    sentences: tuple[tuple[Language, str, tuple[str, ...]], ...]
    names: tuple[str, ...]
    quoted: tuple[str, ...]


def variant(reason: Reason) -> Variant:
    names = reason.placeholders()
    used = tuple(dict.fromkeys(names["fr"]))
    quoted = dict.fromkeys((*used, *reason.needs))
    return Variant(
        needs=reason.needs,
        sentences=tuple(
            (language, _percent(getattr(reason, language)), names[language])
            for language in LANGUAGES
        ),
        names=used,
        quoted=tuple(name for name in quoted if name not in OF_THE_INCIDENT),
    )


def first_that_fits(variants: tuple[Variant, ...], view: IncidentView) -> Variant:
    for choice in variants:
        for name in choice.needs:
            if not _is_known(view, name):
                break
        else:
            return choice
    return variants[-1]


def reason_in_words(choice: Variant, view: IncidentView) -> dict[str, str]:
    values: tuple[object, ...] = ()
    if choice.names:
        values = tuple([_value(view, name) for name in choice.names])
    return dict(_sentences(choice, values))


def _is_known(view: IncidentView, name: str) -> bool:
    if name in OF_THE_INCIDENT:
        return _value(view, name) is not None
    return is_so(view.facts, name)


def _percent(sentence: str) -> str:
    return _BRACES.sub("%s", sentence.replace("%", "%%"))


def _site_name(view: IncidentView) -> tuple[str, str] | None:
    return (view.sites[0].name, view.sites[0].name_nl) if view.sites else None


def _site_m(view: IncidentView) -> int | None:
    return round(view.sites[0].distance_m) if view.sites else None


def _others(view: IncidentView) -> str | None:
    found = {other for pairs in view.relations.values() for _, other in pairs}
    return ", ".join(sorted(found)) or None


def _trial_source(view: IncidentView) -> str | None:
    return ", ".join(dict.fromkeys(trial.source for trial in view.trials)) or None


def _trial_lead(view: IncidentView) -> str | None:
    leads = [trial.lead_s for trial in view.trials if trial.lead_s is not None]
    if not leads:
        return None
    first = max(leads)
    return f"{first} s" if first < _MINUTES_FROM_S else f"{first // 60} min"


_OF_THE_INCIDENT: Mapping[str, Callable[[IncidentView], object]] = {
    "severity": lambda view: f"S{view.severity}",
    "type": lambda view: view.type,
    "place": lambda view: view.place or None,
    "site_name": _site_name,
    "site_m": _site_m,
    "others": _others,
    "trial_source": _trial_source,
    "trial_lead": _trial_lead,
}


def _value(view: IncidentView, name: str) -> object:
    read = _OF_THE_INCIDENT.get(name)
    if read is not None:
        return read(view)
    facts: Facts = view.facts
    value = facts[name]["value"] if name in facts else None
    return value if isinstance(value, bool | int | float | str) else None


@lru_cache(maxsize=8192)
def _sentences(choice: Variant, values: tuple[object, ...]) -> tuple[tuple[Language, str], ...]:
    """The three sentences; while what they quote stays the same they need no writing again."""
    told: list[tuple[Language, str]] = []
    for language, sentence, names in choice.sentences:
        words = {
            name: _word(name, value, language)
            for name, value in zip(choice.names, values, strict=True)
        }
        told.append((language, sentence % tuple(words[name] for name in names)))
    return tuple(told)


def _word(name: str, value: object, language: Language) -> str:
    if value is None:
        return _UNKNOWN[language]
    if name == "type":
        kind = types().get(str(value))
        return getattr(kind, language) if kind is not None else str(value)
    if isinstance(value, tuple):
        french, dutch = value
        return str(dutch if language == "nl" else french)
    if isinstance(value, bool):
        return _YES[language] if value else _NO[language]
    if isinstance(value, str):
        return _choice(vocabulary().get(name), value, language)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _choice(fact: Fact | None, value: str, language: Language) -> str:
    words: Any = (fact.choices or {}).get(value) if fact is not None else None
    return value if words is None else str(getattr(words, language))
