"""What an adapter asked to remember, within its bounds."""

from collections.abc import Mapping
from types import MappingProxyType

from tocsin.contract import Finding
from tocsin.contract.adapter import MAX_MEMORY_KEYS, MAX_MEMORY_VALUE

MAX_KEY_BYTES = 1024
FULL = "the adapter remembers more than it may: what it follows may be told again, or not end"


class Memory:
    """Held here, kept by the outbox: `accept` only once the outbox has written the changes."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        self._kept = dict(kept)
        self.view: Mapping[str, str] = MappingProxyType(self._kept)

    def judge(
        self, asked: Mapping[str, str | None]
    ) -> tuple[dict[str, str | None], Finding | None]:
        """The changes that fit, and what to say of the others."""
        accepted: dict[str, str | None] = {
            key: None for key, value in asked.items() if value is None and key in self._kept
        }
        room = MAX_MEMORY_KEYS - len(self._kept) + len(accepted)
        left_out, why = 0, ""
        for key, value in asked.items():
            if value is None or self._kept.get(key) == value:
                continue
            if trouble := _unfit(key, value):
                left_out, why = left_out + 1, trouble
            elif key in self._kept:
                accepted[key] = value
            elif room > 0:
                accepted[key] = value
                room -= 1
            else:
                left_out, why = left_out + 1, f"at most {MAX_MEMORY_KEYS} keys are remembered"
        if not left_out:
            return accepted, None
        return accepted, Finding("memory_full", f"{left_out} notes are not remembered: {why}")

    def accept(self, changes: Mapping[str, str | None]) -> None:
        for key, value in changes.items():
            if value is None:
                self._kept.pop(key, None)
            else:
                self._kept[key] = value


def _unfit(key: object, value: object) -> str:
    """An adapter may be anybody's; what it asks for is checked like a payload."""
    if not isinstance(key, str) or not isinstance(value, str):
        return "a note must be text"
    try:
        sizes = (len(key.encode()), len(value.encode()))
    except UnicodeEncodeError:
        return "a note must be whole characters"
    if sizes[0] > MAX_KEY_BYTES:
        return f"a key has {sizes[0]} bytes; at most {MAX_KEY_BYTES}"
    if sizes[1] > MAX_MEMORY_VALUE:
        return f"a note has {sizes[1]} bytes; at most {MAX_MEMORY_VALUE}"
    return ""
