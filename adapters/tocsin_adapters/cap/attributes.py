"""The source's own words worth showing, cut so that a message always fits on the bus."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from tocsin_adapters.cap.warnings_in import Info
from tocsin_adapters.reading.elements import children, text, texts

Attributes = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Cut:
    """How long and how many: long texts, short texts, members of a list."""

    long: int
    short: int
    many: int


CUTS = (Cut(3000, 600, 200), Cut(1200, 250, 80), Cut(400, 120, 25), Cut(120, 60, 8))


class Cutter:
    """Shortens texts and lists and remembers whether it did."""

    def __init__(self, cut: Cut) -> None:
        self.cut = cut
        self.did = False

    def short(self, words: str) -> str:
        return self._to(words, self.cut.short)

    def long(self, words: str) -> str:
        return self._to(words, self.cut.long)

    def some(self, items: Iterable[Any]) -> list[Any]:
        found = list(items)
        self.did = self.did or len(found) > self.cut.many
        return found[: self.cut.many]

    def _to(self, words: str, length: int) -> str:
        if len(words) <= length:
            return words
        self.did = True
        return words[: length - 1] + "…"


def of_alert(alert: Any, cutter: Cutter) -> Attributes:
    said: Attributes = {
        "identifier": cutter.short(text(alert, "identifier")),
        "sender": cutter.short(text(alert, "sender")),
        "sent": cutter.short(text(alert, "sent")),
        "status": cutter.short(text(alert, "status")),
        "msg_type": cutter.short(text(alert, "msgType")),
        "scope": cutter.short(text(alert, "scope")),
        "restriction": cutter.short(text(alert, "restriction")),
        "note": cutter.long(text(alert, "note")),
        "issued_by": cutter.short(text(alert, "source")),
        "profile_codes": [cutter.short(code) for code in cutter.some(texts(alert, "code"))],
        "references": cutter.short(text(alert, "references")),
        "incidents": cutter.short(text(alert, "incidents")),
    }
    return _without_empty(said)


def of_warning(
    infos: Sequence[Info], shown: Info, radii_m: list[float], cutter: Cutter
) -> Attributes:
    """`contact` stays out on purpose: it is often a person's name or telephone number."""
    info = shown.element
    parameters = _pairs((p for i in infos for p in i.parameters), cutter)
    codes = geocodes(infos)
    said: Attributes = {
        "language": shown.language,
        "category": list(cutter.some(texts(info, "category"))),
        "event": cutter.short(text(info, "event")),
        "event_codes": _pairs(shown.event_codes, cutter),
        "response_types": list(cutter.some(texts(info, "responseType"))),
        "urgency": cutter.short(text(info, "urgency")),
        "severity": cutter.short(text(info, "severity")),
        "certainty": cutter.short(text(info, "certainty")),
        "audience": cutter.short(text(info, "audience")),
        "sender_name": cutter.short(text(info, "senderName")),
        "description": cutter.long(text(info, "description")),
        "instruction": cutter.long(text(info, "instruction")),
        "web": cutter.short(text(info, "web")),
        "awareness_level": cutter.short(parameter(infos, "awareness_level")),
        "awareness_type": cutter.short(parameter(infos, "awareness_type")),
        "parameters": parameters,
        "areas": [cutter.short(d) for d in cutter.some(shown.area_names)],
        "geocodes": {
            cutter.short(name): [cutter.short(value) for value in cutter.some(values)]
            for name, values in cutter.some(codes.items())
        },
        "emma_ids": [cutter.short(code) for code in cutter.some(codes.get("EMMA_ID", []))],
        "radius_m": list(cutter.some(radii_m)),
        "resources": _resources(infos, cutter),
        "texts": _texts(infos, cutter),
    }
    return _without_empty(said)


def parameter(infos: Sequence[Info], name: str) -> str:
    found = (value for info in infos for key, value in info.parameters if key.lower() == name)
    return next(found, "")


def geocodes(infos: Sequence[Info]) -> dict[str, list[str]]:
    """By scheme; EMMA_ID is written in capitals or not, its values too."""
    found: dict[str, dict[str, None]] = {}
    for info in infos:
        for name, value in info.geocodes:
            if name.strip().upper() == "EMMA_ID":
                name, value = "EMMA_ID", value.upper()  # noqa: PLW2901 one scheme, one spelling
            found.setdefault(name, {})[value] = None
    return {name: list(values) for name, values in found.items()}


def _texts(infos: Sequence[Info], cutter: Cutter) -> dict[str, Any]:
    spoken: dict[str, Any] = {}
    for info in cutter.some(infos):
        written = {
            "event": cutter.short(text(info.element, "event")),
            "headline": cutter.short(text(info.element, "headline")),
            "description": cutter.long(text(info.element, "description")),
            "instruction": cutter.long(text(info.element, "instruction")),
        }
        spoken.setdefault(info.language, _without_empty(written))
    return spoken


def _resources(infos: Sequence[Info], cutter: Cutter) -> list[Any]:
    """Addresses as text: nothing that an alert names is ever fetched."""
    found: dict[tuple[str, ...], None] = {}
    for info in infos:
        for resource in children(info.element, "resource"):
            names = ("resourceDesc", "mimeType", "uri", "size", "digest")
            found[tuple(cutter.short(text(resource, name)) for name in names)] = None
    keys = ("description", "mime", "uri", "size", "digest")
    return [_without_empty(dict(zip(keys, row, strict=True))) for row in cutter.some(found)]


def _pairs(pairs: Iterable[tuple[str, str]], cutter: Cutter) -> dict[str, Any]:
    found: dict[str, str] = {}
    for name, value in cutter.some(dict.fromkeys(pairs)):
        found.setdefault(cutter.short(name), cutter.short(value))
    return found


def _without_empty(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value not in ("", [], {}, None)}
