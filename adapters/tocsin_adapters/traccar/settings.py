"""What an operator may set for a Traccar source."""

from tocsin_adapters.reading.settings import SourceSettings


class TraccarSettings(SourceSettings):
    """`time_zone` for times without an offset; Traccar itself always writes one."""
