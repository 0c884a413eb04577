"""The dial: how much worse than ordinary everything is told. 1 is an ordinary day, 0 perfect."""

from dataclasses import dataclass

ORDINARY = 1.0
ABSURD = 16.0
DIAL = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, ABSURD)


@dataclass(frozen=True, slots=True)
class Noise:
    """Shares are of the calls, between 0 and 1; figures of an ordinary day in the comments."""

    dial: float = ORDINARY

    def _share(self, ordinary: float, most: float) -> float:
        return min(most, ordinary * self.dial)

    @property
    def blur(self) -> float:
        """A factor on every error of a caller's position; accuracies say so honestly."""
        return self.dial

    @property
    def cell_only(self) -> float:
        """Calls of which only the cell tower is known (300 to 1500 m): 7 %."""
        return self._share(0.07, 0.6)

    @property
    def wrong_address(self) -> float:
        """Calls typed with another street than the one meant: 4 %."""
        return self._share(0.04, 0.6)

    @property
    def lost_position(self) -> float:
        """Calls that come without coordinates: 2 %."""
        return self._share(0.02, 0.6)

    @property
    def lost_type(self) -> float:
        """Calls and reports that come without a type: 1.5 %."""
        return self._share(0.015, 0.4)

    @property
    def absurd_type(self) -> float:
        """Calls with any type at all: 0.5 %."""
        return self._share(0.005, 0.4)

    def confused(self, ordinary: float) -> float:
        """Calls typed as another thing that looks alike; `ordinary` is the subject's own share."""
        return self._share(ordinary, 0.85)

    @property
    def clock_error_s(self) -> float:
        """Standard deviation of a source's clock: 3 s."""
        return 3.0 * self.dial

    @property
    def broken_clock(self) -> float:
        """Devices whose clock is wrong by hours: 1 %."""
        return self._share(0.01, 0.4)

    @property
    def out_of_order(self) -> float:
        """Messages held up by 5 to 30 s (times the dial): 5 %."""
        return 0.05 if self.dial else 0.0
