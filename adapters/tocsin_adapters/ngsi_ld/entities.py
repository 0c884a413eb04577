"""From a message to its entities, whichever of their many spellings they come in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import named
from tocsin_adapters.reading.texts import one_line

MAX_ENTITIES = 1_000
MAX_PROPERTIES = 200
NULL = "urn:ngsi-ld:null"
_VALUES = ("value", "@value", "object", "json", "vocab", "valueList", "objectList")
_MARKS = ("observedAt", "unitCode", "datasetId", "metadata", "createdAt", "modifiedAt")


@dataclass(slots=True)
class Entity:
    """`properties` hold plain values; `observed` and `units` what was said beside a value."""

    identifier: str
    type: str
    where: str
    properties: dict[str, Any] = field(default_factory=dict)
    observed: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    deleted: bool = False

    def text(self, *names: str, limit: int = 300) -> str | None:
        """The first of these that says something; of several languages any."""
        for name in names:
            value = self.properties.get(name)
            found = one_line(value[0] if isinstance(value, list) and value else value, limit)
            if found:
                return found
        return None


def entities_in(document: Any, languages: tuple[str, ...], findings: Findings) -> Iterator[Entity]:
    """Entities alone, in a list, in a notification, or as GeoJSON features.

    Raises `Unreadable` when there is nothing of the kind.
    """
    found = 0
    for where, raw in _raw(document, ""):
        found += 1
        if found > MAX_ENTITIES:
            findings.warn("too_many_entities", f"the first {MAX_ENTITIES} are read", where)
            return
        try:
            yield _entity(raw, where, languages)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
    if not found and not _is_empty_notification(document):
        raise Unreadable("not_ngsi", f"{named(document)} without an entity")


def _raw(document: Any, where: str) -> Iterator[tuple[str, Any]]:
    if isinstance(document, list):
        for nth, part in enumerate(document):
            yield f"{where}[{nth}]", part
    elif isinstance(document, dict):
        for name in ("body", "data", "features"):
            inner = document.get(name)
            if isinstance(inner, list) or (name == "body" and isinstance(inner, dict)):
                yield from _raw(inner, f"{where}/{name}".lstrip("/"))
                return
        if "id" in document or "@id" in document or "type" in document or "@type" in document:
            yield where, document


def _is_empty_notification(document: Any) -> bool:
    return isinstance(document, dict) and document.get("data") == []


def _entity(raw: Any, where: str, languages: tuple[str, ...]) -> Entity:
    if not isinstance(raw, dict):
        raise Unreadable("not_an_object", f"an entity is {named(raw)}, not an object", where)
    feature = raw.get("type") == "Feature" and isinstance(raw.get("properties"), dict)
    body: Mapping[str, Any] = {**raw["properties"], "id": raw.get("id")} if feature else raw
    identifier = one_line(body.get("id", body.get("@id")), 200)
    kind = body.get("type", body.get("@type"))
    kind = one_line(kind[0] if isinstance(kind, list) and kind else kind, 500)
    kind = one_line(_short(kind), 80) if kind is not None else None
    for name, value in (("id", identifier), ("type", kind)):
        if value is None:
            raise Unreadable("missing_field", f"an entity without {name}", f"{where}/{name}")
    entity = Entity(str(identifier), str(kind), where)
    for name, value in list(body.items())[:MAX_PROPERTIES]:
        if name in ("id", "@id", "type", "@type", "@context"):
            continue
        _put(entity, _short(name), value, languages)
    if feature and isinstance(raw.get("geometry"), dict):
        entity.properties.setdefault("location", raw["geometry"])
    entity.deleted = "deletedAt" in body
    return entity


def _put(entity: Entity, name: str, written: Any, languages: tuple[str, ...]) -> None:
    """A property in normalized, concise or simplified form; of several data sets the default."""
    if isinstance(written, list) and any(isinstance(p, dict) and "datasetId" in p for p in written):
        written = next((p for p in written if "datasetId" not in p), written[0])
    if isinstance(written, dict) and _is_property(written):
        observed, unit = _mark(written, "observedAt", "TimeInstant"), _mark(written, "unitCode")
        if observed:
            entity.observed[name] = observed
        if unit:
            entity.units[name] = unit
    value = _plain(written, languages)
    if value not in (None, NULL):
        entity.properties.setdefault(name, value)


def _plain(written: Any, languages: tuple[str, ...]) -> Any:
    """The value alone, also of properties within properties; the JSON reader bounds the depth."""
    if isinstance(written, list):
        return [_plain(part, languages) for part in written]
    if not isinstance(written, dict):
        return written
    if isinstance(written.get("languageMap"), dict):
        return _in_language(written["languageMap"], languages)
    if _is_property(written):
        value = next((written[key] for key in _VALUES if key in written), None)
        return _plain(value, languages)
    return {name: _plain(part, languages) for name, part in written.items()}


def _is_property(value: Any) -> bool:
    """GeoJSON has a type too, but coordinates where a property has its value."""
    if not isinstance(value, dict) or "coordinates" in value:
        return False
    return any(key in value for key in _VALUES) and (
        "type" in value or "@value" in value or value.keys() <= {*_VALUES, *_MARKS}
    )


def _mark(written: Mapping[str, Any], *names: str) -> str:
    """What stands beside a value; NGSI v2 puts it among metadata."""
    metadata = written.get("metadata")
    for name in names:
        found = written.get(name)
        if found is None and isinstance(metadata, dict):
            found = metadata.get(name)
        if isinstance(found, dict):
            found = found.get("value", found.get("@value"))
        if isinstance(found, str):
            return found[:60]
    return ""


def _in_language(texts: Mapping[str, Any], languages: tuple[str, ...]) -> Any:
    spoken = (texts[said] for said in languages if said in texts)
    return next(spoken, next(iter(texts.values()), None))


def _short(name: str) -> str:
    """Brokers that know no context write whole addresses; their last part is the name."""
    return name.replace("#", "/").rpartition("/")[2] if "://" in name else name
