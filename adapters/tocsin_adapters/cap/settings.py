"""What an operator may set for a CAP source."""

from tocsin_adapters.reading.settings import SourceSettings


class CapSettings(SourceSettings):
    """Languages and the zone of times without an offset."""
