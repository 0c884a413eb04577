"""Simulated partners: programs that speak as the real ones would, whose interface is closed.

Each tells facts of a script in its own format, over its own kind of connection. What they write is
made from the formats' specifications; nothing here knows the adapters that read it.
"""

from tocsin.partners.company import Company, CompanySettings
from tocsin.partners.script import PartnerScript, load_script, read_script
from tocsin.partners.sources import settings_for

__all__ = [
    "Company",
    "CompanySettings",
    "PartnerScript",
    "load_script",
    "read_script",
    "settings_for",
]
