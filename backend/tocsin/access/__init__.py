"""Who may do what: capacities, rights and the rights of commands, as data."""

from tocsin.access.roles import (
    May,
    Roles,
    condition,
    condition_of,
    may,
    read_roles,
    right_of,
    roles_for_api,
    shipped_roles,
)

__all__ = [
    "May",
    "Roles",
    "condition",
    "condition_of",
    "may",
    "read_roles",
    "right_of",
    "roles_for_api",
    "shipped_roles",
]
