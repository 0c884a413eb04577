"""The `info` blocks of one alert, sorted into warnings: languages of one thing stand together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from lxml import etree

from tocsin_adapters.cap.areas import outlines
from tocsin_adapters.cap.vocabulary import named_values
from tocsin_adapters.reading.elements import children, text, texts, words

MAX_ALIKE = 20
MAX_AREAS = 1000
DEFAULT_LANGUAGE = "en-US"  # CAP 1.2, 3.2.2: implied when the element is absent
_SAME_THING = ("urgency", "severity", "certainty", "effective", "onset", "expires")


class Info:
    """One `info` block and where it stands in the message; each part of it is read once."""

    def __init__(self, element: etree._Element, where: str) -> None:
        self.element = element
        self.where = where

    @cached_property
    def language(self) -> str:
        return text(self.element, "language")[:35] or DEFAULT_LANGUAGE

    @cached_property
    def areas(self) -> list[tuple[str, etree._Element]]:
        found = islice(children(self.element, "area"), MAX_AREAS)
        return [(f"{self.where}/area[{nth}]", area) for nth, area in enumerate(found)]

    @cached_property
    def area_names(self) -> list[str]:
        names = (" ".join(text(area, "areaDesc").split()) for _, area in self.areas)
        return list(dict.fromkeys(name for name in names if name))

    @cached_property
    def parameters(self) -> list[tuple[str, str]]:
        return named_values(self.element, "parameter")

    @cached_property
    def event_codes(self) -> list[tuple[str, str]]:
        return named_values(self.element, "eventCode")

    @cached_property
    def geocodes(self) -> list[tuple[str, str]]:
        return [pair for _, area in self.areas for pair in named_values(area, "geocode")]


@dataclass(slots=True)
class Warned:
    """One warning: the same event, time and place in as many languages as were written."""

    key: tuple[object, ...]
    infos: list[Info] = field(default_factory=list)
    said: dict[str, tuple[str, str]] = field(default_factory=dict)

    def takes(self, info: Info) -> bool:
        """The same language twice must say the same: else it is another warning."""
        said = _said(info)
        if self.said.setdefault(info.language, said) != said:
            return False
        self.infos.append(info)
        return True

    def preferred(self, languages: Sequence[str]) -> Info:
        def rank(info: Info) -> int:
            spoken = info.language.lower().replace("_", "-").split("-")[0]
            return languages.index(spoken) if spoken in languages else len(languages)

        return min(self.infos, key=rank)


def sort_out(infos: list[Info]) -> list[Warned]:
    sorted_out: list[Warned] = []
    by_key: dict[tuple[object, ...], list[Warned]] = {}
    for info in infos:
        key = _key(info)
        alike = by_key.setdefault(key, [])
        if not any(warned.takes(info) for warned in alike[:MAX_ALIKE]):
            home = Warned(key)
            home.takes(info)
            alike.append(home)
            sorted_out.append(home)
    return sorted_out


def _said(info: Info) -> tuple[str, str]:
    return text(info.element, "event"), text(info.element, "headline")


def _key(info: Info) -> tuple[object, ...]:
    """Texts and names differ by language; times, grades, categories and outlines do not."""
    grades = tuple(text(info.element, name) for name in _SAME_THING)
    categories = tuple(sorted(texts(info.element, "category")))
    awareness = tuple(
        sorted(
            (name.lower(), value.split(";")[0])
            for name, value in info.parameters
            if name.lower() in {"awareness_level", "awareness_type"}
        )
    )
    return grades, categories, awareness, _outlines(info)


def _outlines(info: Info) -> frozenset[str]:
    drawn: set[str] = set()
    for _, area in info.areas:
        for kind in ("polygon", "circle"):
            drawn.update(" ".join(words(e).split()) for e in outlines(area, kind))
    drawn.discard("")
    return frozenset(drawn or (value for _, value in info.geocodes))
