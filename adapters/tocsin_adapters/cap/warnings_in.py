"""The `info` blocks of one alert, sorted into warnings: languages of one thing stand together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from tocsin_adapters.cap.areas import outlines
from tocsin_adapters.cap.vocabulary import named_values
from tocsin_adapters.reading.elements import children, text, texts, words

DEFAULT_LANGUAGE = "en-US"  # CAP 1.2, 3.2.2: implied when the element is absent
_SAME_THING = ("urgency", "severity", "certainty", "effective", "onset", "expires")


@dataclass(frozen=True, slots=True)
class Info:
    """One `info` block and where it stands in the message."""

    element: etree._Element
    where: str

    @property
    def language(self) -> str:
        return text(self.element, "language")[:35] or DEFAULT_LANGUAGE

    def areas(self) -> Iterator[tuple[str, etree._Element]]:
        for nth, area in enumerate(children(self.element, "area")):
            yield f"{self.where}/area[{nth}]", area


@dataclass(slots=True)
class Warned:
    """One warning: the same event, time and place in as many languages as were written."""

    key: tuple[object, ...]
    infos: list[Info] = field(default_factory=list)

    def takes(self, info: Info) -> bool:
        spoken = [known for known in self.infos if known.language == info.language]
        return all(_said(known) == _said(info) for known in spoken)

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
        home = next((warned for warned in alike if warned.takes(info)), None)
        if home is None:
            home = Warned(key)
            alike.append(home)
            sorted_out.append(home)
        home.infos.append(info)
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
            for name, value in named_values(info.element, "parameter")
            if name.lower() in {"awareness_level", "awareness_type"}
        )
    )
    return grades, categories, awareness, _outlines(info)


def _outlines(info: Info) -> frozenset[str]:
    drawn: set[str] = set()
    codes: set[str] = set()
    for _, area in info.areas():
        for kind in ("polygon", "circle"):
            drawn.update(" ".join(words(e).split()) for e in outlines(area, kind))
        codes.update(value for _, value in named_values(area, "geocode"))
    drawn.discard("")
    return frozenset(drawn or codes)
