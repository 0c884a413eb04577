"""The words of a text and of a name, brought into one form so that they can be compared."""

import re
import unicodedata
from functools import cache, lru_cache

from tocsin.tables import Row, load

_WORDS = re.compile(r"[^\W_]+")
_TUNNEL_AROUND = re.compile(r"^tunnel (?:de la |de l'|du |des |de )?|-?tunnel$", re.IGNORECASE)
# Signs that end a phrase: "à la gare, du Midi" is not "gare du Midi".
_WORDS_AND_STOPS = re.compile(r"[^\W_]+|[,;:!?()]")


class Synonyms(Row):
    """How people call the places: see the comments in synonyms.yaml."""

    names: dict[str, tuple[str, ...]]
    same_as: dict[str, str]
    alone: dict[str, tuple[str, ...]]
    portals: dict[str, tuple[str, ...]]
    surface_words: frozenset[str]
    never_alone: frozenset[str]
    communes: dict[str, tuple[str, ...]]
    postal_codes: dict[str, tuple[str, ...]]
    never_a_commune_alone: frozenset[str]
    nowhere: tuple[str, ...]
    words: dict[str, tuple[str, ...]]
    between: tuple[str, ...]
    skipped: frozenset[str]
    abbreviations: dict[str, tuple[str, ...]]
    endings: dict[str, tuple[str, ...]]
    site_words: frozenset[str]
    site_endings: tuple[str, ...]


@cache
def synonyms() -> Synonyms:
    return load(Synonyms, __package__, "synonyms.yaml")


def words_of(text: str) -> list[str]:
    """The words of a text in lower case and without accents."""
    words: list[str] = _WORDS.findall(text.lower())
    if text.isascii():
        return words
    return [word if word.isascii() else _without_accents(word) for word in words]


def words_and_stops(text: str) -> list[str]:
    """The words of a text in the form that names are kept in, and the signs that part phrases."""
    return [_in_full(word) for word in _WORDS_AND_STOPS.findall(text.lower())]


def name_words(name: str) -> list[str]:
    """The words of a name in full, without the articles inside it."""
    words, skipped = [_in_full(word) for word in words_of(name)], synonyms().skipped
    return words[:1] + [word for word in words[1:] if word not in skipped]


def slug(name: str) -> str:
    return "-".join(words_of(name))


def bare_tunnel_name(name: str) -> str:
    """A tunnel's name without the word tunnel."""
    return _TUNNEL_AROUND.sub("", name)


@cache
def _full_words() -> dict[str, str]:
    return {short: full for full, shorts in synonyms().abbreviations.items() for short in shorts}


@lru_cache(maxsize=16_384)
def _in_full(word: str) -> str:
    bare = word if word.isascii() else _without_accents(word)
    return _full_words().get(bare, bare)


@lru_cache(maxsize=4096)
def _without_accents(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word.replace("œ", "oe").replace("æ", "ae"))
    return "".join(c for c in parts if not unicodedata.combining(c))
