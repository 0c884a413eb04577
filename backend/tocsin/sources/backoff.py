"""How long to wait before the next try."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

_dice = random.SystemRandom()


@dataclass(slots=True)
class Backoff:
    """Doubles up to a cap, with jitter so that many sources do not knock at once."""

    first_s: float
    cap_s: float
    share: Callable[[], float] = field(default=_dice.random)
    _failures: int = 0

    def next_s(self) -> float:
        whole: float = min(self.cap_s, self.first_s * 2 ** min(self._failures, 30))
        self._failures += 1
        return whole * (0.5 + self.share() / 2)

    def reset(self) -> None:
        self._failures = 0
