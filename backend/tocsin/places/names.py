"""Places named in a free text, in French or Dutch.

All names stand in one tree of words, so a text is read once whatever their number; of names that
overlap the longest counts ("avenue de Jette" is not the commune). A name that several places bear
has a code of its own, which stands for "one of them". It becomes the code of the bearer when the
text names its commune, or lies near the position that came with the text.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from tocsin.places.geography import communes
from tocsin.places.grounds import sites
from tocsin.places.register import NamedPlace, Piece, bearers, pieces, place_within, transport_names
from tocsin.places.words import (
    bare_tunnel_name,
    name_words,
    slug,
    synonyms,
    words_and_stops,
    words_of,
)
from tocsin.tables import refuse

# "Kerkstraat 12 bte 3, Jette": so many words may lie between a place and its commune.
COMMUNE_BEHIND = 4
# A bearer farther from the position that came with the text is not the one that is meant.
BEARER_WITHIN_M = 1_500.0


@dataclass(slots=True)
class _Node:
    """A step in the tree of phrases: the words that may follow, and what ends here."""

    next: dict[str, "_Node"] = field(default_factory=dict)
    ends: bool = False
    code: str | None = None
    portal: str | None = None
    surface: bool = False
    behind: bool = False  # only close behind another place
    beside: dict[str, str] = field(default_factory=dict)  # codes only next to one of these words


def named_places_in(
    text: str, lat: float | None = None, lon: float | None = None
) -> tuple[str, ...]:
    """Codes like `tunnel:annie-cordy` of the places a text names, sorted, each once.

    The position that came with the text tells which bearer of a shared name is meant.
    """
    found: set[str] = set()
    portals: set[str] = set()
    words = words_and_stops(text)
    surface = False
    place_end = -COMMUNE_BEHIND - 1
    for node, code, start, end in _phrases(words):
        if node.surface:
            surface = True
        if node.portal is not None:
            portals.add(node.portal)
        if code is None or (node.behind and start - place_end > COMMUNE_BEHIND):
            continue
        found.add(code)
        place_end = end
    if portals and not surface and not any(code.startswith("tunnel:") for code in found):
        found |= portals if any("tunnel" in word for word in words) else set()
    if found and not found.isdisjoint(bearers().keys()):
        found = _told_apart(found, lat, lon)
    return tuple(sorted(found))


def places_named(
    text: str, lat: float | None = None, lon: float | None = None
) -> tuple[NamedPlace, ...]:
    """The places of `named_places_in`, with where they lie and how far they reach.

    Of a street that runs through several communes it is the part in those that the text names.
    """
    codes = named_places_in(text, lat, lon)
    inside = _communes_of(codes)
    return tuple(place_within(code, inside) for code in codes)


def _phrases(words: list[str]) -> Iterator[tuple[_Node, str | None, int, int]]:
    """The longest known phrases, from left to right, none inside another.

    Each with its code and the numbers of its first word and of the word behind it.
    """
    first, skipped = _tree().next, synonyms().skipped
    i, count = 0, len(words)
    while i < count:
        node = first.get(words[i])
        start = i
        i += 1
        if node is None:
            continue
        best, code, j = None, None, i
        while True:
            if node.ends:
                best, code, i = node, node.code, j
            elif node.beside and (near := _beside(node, words, start, j)) is not None:
                best, code, i = node, near, j
            while j < count and (step := node.next.get(words[j])) is None and words[j] in skipped:
                j += 1
            if j == count or step is None:
                break
            node = step
            j += 1
        if best is not None:
            yield best, code, start, i


def _beside(node: _Node, words: list[str], start: int, end: int) -> str | None:
    """The code that a name has for the word before it (articles aside) or behind it."""
    before, skipped = start - 1, synonyms().skipped
    while before >= 0 and words[before] in skipped:
        before -= 1
    code = node.beside.get(words[before]) if before >= 0 else None
    if code is None and end < len(words):
        code = node.beside.get(words[end])
    return code


def _communes_of(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(pieces()[code][0].nis for code in codes if code.startswith("commune:"))


def _told_apart(found: set[str], lat: float | None, lon: float | None) -> set[str]:
    """The codes, with each shared name replaced by its bearers where it is known which."""
    inside = _communes_of(found)
    told: set[str] = set()
    for code in found:
        told.update(
            _meant(bearers()[code], inside, lat, lon) or {code} if code in bearers() else {code}
        )
    return told


def _meant(
    codes: tuple[str, ...], inside: frozenset[str], lat: float | None, lon: float | None
) -> set[str]:
    here = {code for code in codes if any(piece.nis in inside for piece in pieces()[code])}
    if here or lat is None or lon is None:
        return here
    metres, nearest = min(
        (min(piece.reach_to(lat, lon) for piece in pieces()[code]), code) for code in codes
    )
    return {nearest} if metres <= BEARER_WITHIN_M else set()


@cache
def _tree() -> _Node:
    """The tree of all phrases. What comes first keeps a phrase: a tunnel before a street."""
    root = _Node()
    refuse(
        "synonyms.yaml",
        [
            f"the layers have no {code}"
            for table in (synonyms().names, synonyms().alone, synonyms().portals)
            for code in table
            if code not in pieces()
        ],
    )
    for phrase in synonyms().nowhere:
        _leaf(root, phrase)
    for code, names in synonyms().alone.items():
        for name in names:
            _put(root, name, code)
    _add_transport(root)
    _add_streets(root)
    _add_sites(root)
    _add_stops(root)
    _add_communes(root)
    _add_portals(root)
    return root


def _add_transport(root: _Node) -> None:
    """A tunnel counts beside the word tunnel; a station alone too, unless that is ambiguous."""
    table = synonyms()
    names: dict[str, set[str]] = {}
    for code, fr, nl in transport_names():
        bare = {bare_tunnel_name(n) if code.startswith("tunnel:") else n for n in (fr, nl)}
        names.setdefault(code, set()).update(bare)
        names[code].update(table.names.get(code, ()))
    taken = {slug(n) for code, ns in names.items() if code.startswith("tunnel:") for n in ns}
    taken |= {slug(name) for commune in communes() for name in (commune.fr, commune.nl)}
    taken |= _never_alone()
    for code, own in names.items():
        kind = code.partition(":")[0]
        for name in sorted(own):
            for phrase in _with_word(name, table.words[kind]):
                _put(root, phrase, code)
            if kind == "station" and (slug(name) not in taken or _says_station(name)):
                _put(root, name, code)


def _add_streets(root: _Node) -> None:
    short: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for piece in _named("street"):
        for name in (piece.fr, piece.nl, *synonyms().names.get(piece.code, ())):
            if slug(name) not in _never_alone():
                _put(root, name, piece.group)
        if slug(piece.nl) not in _never_alone():
            for words in _dutch_spellings(name_words(piece.nl)):
                _put_words(root, words, piece.group)
        for words in _short_names(piece):
            short[tuple(words)].add(piece.group)
    for phrase, groups in short.items():
        if len(groups) == 1:
            _put_words(root, list(phrase), *groups)


def _short_names(street: Piece) -> Iterator[list[str]]:
    """Place Flagey and Flageyplein, of Place Eugène Flagey and Eugène Flageyplein.

    Only where both languages end with the same name, and nothing but first names goes.
    """
    kind, *first = street.fr.split()
    name = first.pop() if first else ""
    bearer, last = words_of(name), name_words(street.nl)[-1]
    if not first or len(bearer) != 1 or len(bearer[0]) < 3 or bearer[0] not in last:
        return
    if not all(part[0].isupper() and "'" not in part and "’" not in part for part in first):
        return
    yield [*name_words(kind), *bearer]
    yield [last]


def _add_sites(root: _Node) -> None:
    table = synonyms()
    kinds = {site.code: site.kind for site in sites()}
    for piece in _named("site"):
        for name in dict.fromkeys((piece.fr, piece.nl, *table.names.get(piece.code, ()))):
            if _says_site(name) and slug(name) not in _never_alone():
                _put(root, name, piece.group)
            else:
                _put_beside(root, name, piece.group, table.words.get(kinds[piece.code], ()))


def _add_stops(root: _Node) -> None:
    for piece in _named("stop"):
        for name in (piece.fr, piece.nl):
            _put_beside(root, name, piece.group, synonyms().words["stop"])


def _add_communes(root: _Node) -> None:
    table = synonyms()
    guarded = {slug(name) for name in table.never_a_commune_alone}
    everywhere = ("Bruxelles", "Brussel", *table.communes["Bruxelles"])
    for piece in _named("commune"):
        names = (piece.fr, piece.nl, *table.communes.get(piece.fr, ()))
        for name in names:
            _put(root, name, piece.code, behind=slug(name) in guarded)
        for postal_code in table.postal_codes[piece.fr]:
            for name in dict.fromkeys((*names, *guarded, *everywhere)):
                _put(root, f"{postal_code} {name}", piece.code)


def _add_portals(root: _Node) -> None:
    """A portal counts inside a street's name too: "place Sainctelette"."""
    table = synonyms()
    for code, portals in table.portals.items():
        for portal in portals:
            _leaf(root, portal).portal = code
            for piece in (*_named("street"), *_named("site")):
                for name in (piece.fr, piece.nl):
                    if portal.lower() in name.lower() and name_words(portal)[0] in name_words(name):
                        _leaf(root, name).portal = code
    for word in table.surface_words:
        _leaf(root, word).surface = True


def _named(kind: str) -> Iterator[Piece]:
    for code, own in pieces().items():
        if code.startswith(f"{kind}:"):
            yield from own


@cache
def _never_alone() -> frozenset[str]:
    return frozenset(slug(name) for name in synonyms().never_alone)


def _says_station(name: str) -> bool:
    return any(word in ("gare", "station", "noordstation") for word in words_of(name))


def _says_site(name: str) -> bool:
    """Whether a name tells what it names: "Musée Horta", "Warandepark", not "Les Marronniers"."""
    table, words = synonyms(), words_of(name)
    if any(word.endswith(table.site_endings) and word not in table.site_words for word in words):
        return True
    saying = [word for word in words if word in table.site_words]
    return bool(saying) and len(name_words(name)) > len(saying)


def _with_word(name: str, words: Iterable[str]) -> Iterator[str]:
    """A name beside the word for what it is, the French way, the Dutch way, or in one word."""
    for word in words:
        for joint in synonyms().between:
            yield f"{word} {joint} {name}"
        yield f"{name} {word}"
        yield f"{name}{word}"


def _dutch_spellings(words: list[str]) -> Iterator[list[str]]:
    """Kerkstr.; Waverse Steenweg, Waversesteenweg, Waversestwg; Leopold III-laan, Leopold IIIlaan.

    A name of one word is not parted: "school straat" is a school and a street.
    """
    last = words[-1]
    for ending, shorts in synonyms().endings.items():
        if last == ending and len(words) > 1:
            before, stem = words[:-2], words[-2]
        elif last.endswith(ending) and len(last) > len(ending) + 2:
            before, stem = words[:-1], last.removesuffix(ending)
        else:
            continue
        if before:
            yield [*before, stem, ending]
        for end in (ending, *shorts):
            yield [*before, stem + end]
        return


def _put(root: _Node, name: str, code: str, *, behind: bool = False) -> None:
    _put_words(root, name_words(name), code, behind=behind)


def _put_words(root: _Node, words: list[str], code: str, *, behind: bool = False) -> None:
    node = _leaf_of(root, words)
    if node.code is None:
        node.code, node.behind = code, behind


def _put_beside(root: _Node, name: str, code: str, kind_words: Iterable[str]) -> None:
    node = _node(root, name_words(name))
    for word in kind_words:
        node.beside.setdefault(words_of(word)[-1], code)


def _leaf(root: _Node, phrase: str) -> _Node:
    return _leaf_of(root, name_words(phrase))


def _leaf_of(root: _Node, words: list[str]) -> _Node:
    node = _node(root, words)
    node.ends = True
    return node


def _node(root: _Node, words: list[str]) -> _Node:
    node = root
    for word in words:
        step = node.next.get(word)
        if step is None:
            step = node.next[word] = _Node()
        node = step
    return node
