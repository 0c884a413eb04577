"""What the room calls things: incident types, families, kinds of observation, facts."""

from tocsin.taxonomy.facts import (
    Facts,
    Value,
    attributes,
    fact_labels,
    facts_of,
    is_personal,
    vocabulary,
)
from tocsin.taxonomy.kinds import KindRules, all_kind_rules, is_idle, kind_rules
from tocsin.taxonomy.types import (
    IncidentType,
    compatibility,
    families,
    family_names,
    incident_type,
    partner_names,
    type_names,
    types,
)

__all__ = [
    "Facts",
    "IncidentType",
    "KindRules",
    "Value",
    "all_kind_rules",
    "attributes",
    "compatibility",
    "fact_labels",
    "facts_of",
    "families",
    "family_names",
    "incident_type",
    "is_idle",
    "is_personal",
    "kind_rules",
    "partner_names",
    "type_names",
    "types",
    "vocabulary",
]
