"""Tunnels and stations named in a free text, in French or Dutch."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Any

from tocsin.places.geography import communes, features
from tocsin.tables import Row, load, refuse

_WORDS = re.compile(r"[^\W_]+")
_LAYERS = (("tunnel", "tunnels"), ("station", "metro_stations"), ("station", "railway_stations"))
_TUNNEL_AROUND = re.compile(r"^tunnel (?:de la |de l'|du |des |de )?|-?tunnel$", re.IGNORECASE)


class Synonyms(Row):
    names: dict[str, tuple[str, ...]]
    same_as: dict[str, str]
    alone: dict[str, tuple[str, ...]]
    portals: dict[str, tuple[str, ...]]
    surface_words: frozenset[str]
    never_alone: frozenset[str]
    words: dict[str, tuple[str, ...]]


@dataclass(slots=True)
class _Node:
    """A step in the tree of phrases: the words that may follow, and what ends here."""

    next: dict[str, "_Node"] = field(default_factory=dict)
    code: str | None = None
    portal: str | None = None
    surface: bool = False

    @property
    def ends(self) -> bool:
        return self.code is not None or self.portal is not None or self.surface


def named_places_in(text: str) -> tuple[str, ...]:
    """Codes like `tunnel:annie-cordy` of the places a text names, sorted, each once."""
    words = words_of(text)
    found: set[str] = set()
    portals: set[str] = set()
    surface = False
    for node in _phrases(words):
        surface = surface or node.surface
        if node.code is not None:
            found.add(node.code)
        if node.portal is not None:
            portals.add(node.portal)
    if portals and not surface and not any(code.startswith("tunnel:") for code in found):
        found |= portals if any("tunnel" in word for word in words) else set()
    return tuple(sorted(found))


def _phrases(words: list[str]) -> Iterator[_Node]:
    """The longest known phrases, from left to right, none inside another."""
    first = _tree().next
    i, end = 0, len(words)
    while i < end:
        node = first.get(words[i])
        i += 1
        if node is None:
            continue
        best, j = node, i
        while j < end and (node := node.next.get(words[j])) is not None:
            j += 1
            if node.ends:
                best, i = node, j
        if best.ends:
            yield best


def place_names(code: str) -> dict[str, str]:
    """French and Dutch name of a place; KeyError when the layers have none of that code."""
    return _places()[code]


def place_codes() -> frozenset[str]:
    return frozenset(_places())


def words_of(text: str) -> list[str]:
    """The words of a text in lower case and without accents."""
    words: list[str] = _WORDS.findall(text.lower())
    if not text.isascii():
        words = [word if word.isascii() else _without_accents(word) for word in words]
    return words


def slug(name: str) -> str:
    return "-".join(words_of(name))


@lru_cache(maxsize=4096)
def _without_accents(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word.replace("œ", "oe").replace("æ", "ae"))
    return "".join(c for c in parts if not unicodedata.combining(c))


@cache
def _synonyms() -> Synonyms:
    return load(Synonyms, __package__, "synonyms.yaml")


@cache
def _layer_rows() -> tuple[tuple[str, str, str], ...]:
    """Code, French and Dutch name of every row of the layers, before `same_as`."""
    rows: list[tuple[str, str, str]] = []
    for kind, layer in _LAYERS:
        for feature in features(layer):
            properties: dict[str, Any] = feature["properties"]
            fr, nl = properties["name_fr"], properties["name_nl"]
            bare = _TUNNEL_AROUND.sub("", fr) if kind == "tunnel" else fr
            rows.append((f"{kind}:{slug(bare)}", fr, nl))
    return tuple(rows)


@cache
def _places() -> Mapping[str, dict[str, str]]:
    same = _synonyms().same_as
    places: dict[str, dict[str, str]] = {}
    for code, fr, nl in _layer_rows():
        places.setdefault(same.get(code, code), {"fr": fr, "nl": nl})
    synonyms = _synonyms()
    refuse(
        "synonyms.yaml",
        [
            f"the layers have no {code}"
            for code in chain(synonyms.names, synonyms.alone, synonyms.portals)
            if code not in places
        ],
    )
    return MappingProxyType(places)


@cache
def _tree() -> _Node:
    """All phrases as one tree of words: a text is read once, whatever the number of names."""
    synonyms, root = _synonyms(), _Node()
    names = _names_by_code()
    taken = {slug(n) for code, ns in names.items() if code.startswith("tunnel:") for n in ns}
    taken |= {slug(name) for commune in communes() for name in (commune.fr, commune.nl)}
    taken |= {slug(name) for name in synonyms.never_alone}
    for code, own in names.items():
        kind = code.partition(":")[0]
        for name in sorted(own):
            for phrase in _with_word(name, synonyms.words[kind], synonyms.words["between"]):
                _leaf(root, phrase).code = code
            if kind == "station" and (slug(name) not in taken or _says_station(name)):
                _leaf(root, name).code = code
    for code, alone in synonyms.alone.items():
        for name in alone:
            _leaf(root, name).code = code
    for code, portals in synonyms.portals.items():
        for name in portals:
            _leaf(root, name).portal = code
    for word in synonyms.surface_words:
        _leaf(root, word).surface = True
    return root


def _names_by_code() -> dict[str, set[str]]:
    synonyms = _synonyms()
    names: dict[str, set[str]] = {code: set() for code in _places()}
    for code, fr, nl in _layer_rows():
        is_tunnel = code.startswith("tunnel:")
        bare = [_TUNNEL_AROUND.sub("", name) if is_tunnel else name for name in (fr, nl)]
        names[synonyms.same_as.get(code, code)].update(bare)
    for code, more in synonyms.names.items():
        names[code].update(more)
    return names


def _says_station(name: str) -> bool:
    return any(word in ("gare", "station", "noordstation") for word in words_of(name))


def _with_word(name: str, words: Iterable[str], between: Iterable[str]) -> Iterator[str]:
    """A name beside the word for what it is, the French way, the Dutch way, or in one word."""
    for word in words:
        for joint in between:
            yield f"{word} {joint} {name}"
        yield f"{name} {word}"
        yield f"{name}{word}"


def _leaf(root: _Node, phrase: str) -> _Node:
    node = root
    for word in words_of(phrase):
        node = node.next.setdefault(word, _Node())
    return node
