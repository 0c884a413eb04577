"""What an operator may set for a Waze for Cities source."""

from typing import Annotated

from pydantic import Field

from tocsin_adapters.reading.settings import SourceSettings


class WazeSettings(SourceSettings):
    min_jam_level: Annotated[int, Field(ge=0, le=5)] = 0
    """Jams below it are passed over: 5 is a blocked road, 3 heavy traffic."""
    irregularities: bool = True
    """Unusual delays on whole stretches of road."""
