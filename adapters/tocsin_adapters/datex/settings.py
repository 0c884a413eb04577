"""What an operator may set for a DATEX II source."""

from typing import Literal

from tocsin_adapters.reading.settings import SourceSettings


class DatexSettings(SourceSettings):
    publication: Literal["auto", "snapshot", "changes"] = "auto"
    """`snapshot`: what a publication does not tell has ended. `changes`: it tells only what is new.
    `auto`: a snapshot, unless the exchange or the wrapper says otherwise."""
