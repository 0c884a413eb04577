"""All the sources of a process."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.camera import Camera
from tocsin.sources.config import SettingsRefused, SourceConfig
from tocsin.sources.registry import load_adapters
from tocsin.sources.runner import Half, run_source


def check_sources(
    sources: Sequence[SourceConfig], enabled: Sequence[str], cameras: Sequence[Camera] = ()
) -> None:
    """Everything that is enabled must be there and be told right, before anything starts.

    Raises `AdapterMissing`, `SettingsRefused`.
    """
    factories = load_adapters(enabled)
    seen: set[tuple[str, str]] = set()
    for config in sources:
        if config.adapter not in factories:
            raise SettingsRefused(
                f"source {config.source}: the adapter {config.adapter!r} is not enabled; "
                f"enabled are {', '.join(factories) or 'none'} (setting `adapters`)"
            )
        factories[config.adapter].for_source(config, cameras)
        if (config.realm, config.source) in seen:
            raise SettingsRefused(f"source {config.source}: it stands twice in {config.realm}")
        seen.add((config.realm, config.source))


def start_sources(
    sources: Sequence[SourceConfig],
    address: BrokerAddress,
    data: Path,
    cameras: Sequence[Camera] = (),
    *,
    half: Half | None = None,
    lasting: bool = True,
) -> Callable[[], None]:
    """A thread for each source; returns what stops them all."""
    stop = threading.Event()
    more = {"cameras": cameras, "half": half, "lasting": lasting}
    threads = [
        threading.Thread(
            target=run_source,
            args=(config, address, data, stop),
            kwargs=more,
            name=f"source {config.source}",
        )
        for config in sources
    ]
    for thread in threads:
        thread.start()

    def stop_all() -> None:
        stop.set()
        for thread in threads:
            thread.join()

    return stop_all
