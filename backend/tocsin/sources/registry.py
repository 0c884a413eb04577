"""Adapters by name, through entry points. Installed is not enabled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

from pydantic import BaseModel

from tocsin.contract import Adapter
from tocsin.contract.adapter import ENTRY_POINT_GROUP
from tocsin.sources.config import SettingsRefused, validated


class AdapterMissing(LookupError):
    """An adapter is enabled but cannot be had; the message says what is installed."""


@dataclass(frozen=True, slots=True)
class AdapterFactory:
    """Builds an adapter from a source's `options`, checked against the adapter's own `Settings`."""

    name: str
    adapter: type[Any]

    def __call__(self, options: Mapping[str, Any], source: str = "") -> Adapter:
        whose = f"source {source}, adapter {self.name}" if source else f"adapter {self.name}"
        model = getattr(self.adapter, "Settings", None)
        if model is not None:
            return cast(Adapter, self.adapter(validated(model, options, whose)))
        if options:
            named = ", ".join(repr(name) for name in options)
            raise SettingsRefused(f"{whose}: it takes no options; found {named}")
        return cast(Adapter, self.adapter())


def installed_adapters() -> list[str]:
    return sorted({point.name for point in entry_points(group=ENTRY_POINT_GROUP)})


def load_adapters(enabled: Sequence[str]) -> dict[str, AdapterFactory]:
    """The factories of exactly the enabled adapters; nothing else is imported."""
    points = {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}
    return {name: _factory(name, points) for name in dict.fromkeys(enabled)}


def _factory(name: str, points: Mapping[str, EntryPoint]) -> AdapterFactory:
    point = points.get(name)
    if point is None:
        installed = ", ".join(sorted(points)) or "none"
        raise AdapterMissing(
            f"adapter {name!r} is enabled but not installed; installed: {installed}"
        )
    try:
        loaded = point.load()
    except Exception as trouble:
        raise AdapterMissing(
            f"adapter {name!r} is installed ({point.value}) but cannot be loaded: {trouble}"
        ) from trouble
    lacking = [part for part in ("name", "max_bytes", "translate") if not hasattr(loaded, part)]
    settings = getattr(loaded, "Settings", None)
    if settings is not None and not (
        isinstance(settings, type) and issubclass(settings, BaseModel)
    ):
        lacking.append("Settings as a pydantic model")
    if lacking or not isinstance(loaded, type):
        said = ", ".join(lacking) or "it is no class"
        raise AdapterMissing(f"adapter {name!r} ({point.value}) is no adapter: it lacks {said}")
    return AdapterFactory(name, loaded)
