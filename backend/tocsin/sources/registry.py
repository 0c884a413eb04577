"""Adapters by name, through entry points. Installed is not enabled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, cast, get_args

from pydantic import BaseModel

from tocsin.contract import Adapter
from tocsin.contract.adapter import ENTRY_POINT_GROUP
from tocsin.contract.camera import Camera
from tocsin.contract.observation import LegalRegime
from tocsin.sources.config import SettingsRefused, SourceConfig, validated
from tocsin.sources.framing import FRAMINGS
from tocsin.sources.renewal import RenewingAdapter

REGISTER = "cameras"


class AdapterMissing(LookupError):
    """An adapter is enabled but cannot be had; the message says what is installed."""


@dataclass(frozen=True, slots=True)
class AdapterFactory:
    """Builds an adapter from a source's `options`, checked against the adapter's own `Settings`."""

    name: str
    adapter: type[Any]

    def __call__(
        self, options: Mapping[str, Any], source: str = "", cameras: Sequence[Camera] = ()
    ) -> Adapter:
        """`cameras` go to an adapter whose settings ask for them; raises `SettingsRefused`."""
        return self._made(self._settings(options, source, cameras))

    def _settings(
        self, options: Mapping[str, Any], source: str, cameras: Sequence[Camera]
    ) -> BaseModel | None:
        whose = f"source {source}, adapter {self.name}" if source else f"adapter {self.name}"
        model = getattr(self.adapter, "Settings", None)
        if model is None:
            if options:
                named = ", ".join(repr(name) for name in options)
                raise SettingsRefused(f"{whose}: it takes no options; found {named}")
            return None
        if REGISTER in model.model_fields:
            if REGISTER in options:
                raise SettingsRefused(f"{whose}: cameras stand in the register, [[cameras]]")
            options = {**options, REGISTER: tuple(cameras)}
        return cast(BaseModel, validated(model, options, whose))

    def _made(self, settings: BaseModel | None) -> Adapter:
        return cast(Adapter, self.adapter() if settings is None else self.adapter(settings))

    def for_source(self, config: SourceConfig, cameras: Sequence[Camera] = ()) -> Adapter:
        """Everything about a source that can be known before it starts; else `SettingsRefused`.

        Where its settings name files, it is built anew when one of them changes.
        """
        adapter = self._renewing(config, cameras)
        if getattr(adapter, "needs_legal_regime", False) and config.legal_regime is None:
            known = ", ".join(get_args(LegalRegime))
            raise SettingsRefused(
                f"source {config.source}: {self.name} tells of plates or cameras, which nobody may "
                f"show without their legal regime: give legal_regime, one of {known}"
            )
        if config.url and config.bus and getattr(adapter, "follows_links", False):
            raise SettingsRefused(
                f"source {config.source}: bus: not with url and {self.name}, for the links of its "
                "index are followed where it is fetched"
            )
        if (config.tcp or config.tcp_listen) and framing_of(adapter) == "datagram":
            raise SettingsRefused(
                f"source {config.source}: the messages of {self.name} have no end of their own in "
                "a stream: it cannot be read over tcp"
            )
        return adapter

    def _renewing(self, config: SourceConfig, cameras: Sequence[Camera]) -> Adapter:
        settings = self._settings(config.options, config.source, cameras)
        files = [value for _, value in settings or () if isinstance(value, Path)]
        if not files:
            return self._made(settings)
        build = partial(self, config.options, config.source, cameras)
        return cast(Adapter, RenewingAdapter(build, files))


def framing_of(adapter: Adapter) -> str:
    """Where a message ends in a stream of bytes, as the adapter's class says."""
    said = getattr(adapter, "framing", "datagram")
    return said if said in FRAMINGS else "datagram"


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
