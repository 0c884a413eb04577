"""What an operator may set for an NGSI-LD source."""

from tocsin_adapters.reading.settings import SourceSettings


class NgsiLdSettings(SourceSettings):
    """Languages and time zone only: an entity says what it is."""
