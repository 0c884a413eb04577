"""An adapter whose settings name files: built anew when one of them changes, without a restart."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tocsin.contract import Adapter, Finding, Receipt, Translation
from tocsin.sources.config import SettingsRefused

LOOK_S = 5.0


class RenewingAdapter:
    """Says what its adapter says. Files that cannot be used leave the one before at work, aloud."""

    def __init__(
        self,
        build: Callable[[], Adapter],
        files: Sequence[Path],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises what `build` raises."""
        self._build = build
        self._files = tuple(files)
        self._steady = steady
        self._state = self._look()
        self._looked_at = steady()
        self._adapter = build()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._adapter, name)

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        finding = self._renew()
        made = self._adapter.translate(payload, receipt)
        return made if finding is None else replace(made, rejections=[*made.rejections, finding])

    def _renew(self) -> Finding | None:
        now = self._steady()
        if now - self._looked_at < LOOK_S:
            return None
        self._looked_at = now
        state = self._look()
        if state == self._state:
            return None
        self._state = state
        try:
            self._adapter = self._build()
        except SettingsRefused as refused:
            said = f"the files changed and cannot be used; those before stay in force: {refused}"
            return Finding("settings_refused", said[:300])
        return None

    def _look(self) -> tuple[tuple[int, int] | None, ...]:
        return tuple(_state_of(path) for path in self._files)


def _state_of(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
