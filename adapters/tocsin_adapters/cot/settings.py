"""What an operator may set for a CoT source."""

from tocsin_adapters.reading.settings import SourceSettings


class CotSettings(SourceSettings):
    """`time_zone` for times without an offset; CoT itself demands UTC."""
