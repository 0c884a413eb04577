"""Who asks: how a page says so, and what it may then have."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import Header, Query

from tocsin.access import may
from tocsin.engine.inputs import CommandForbidden

# Of parameters called `x_tocsin` and `x_tocsin_capacity`.
Proof = Annotated[Literal["1"], Header(description="Proves that one of our pages asks.")]
InCapacity = Annotated[str, Header(description="See `/api/roles`.")]
# For what a browser opens by itself: a document, a file.
AskedInCapacity = Annotated[
    str, Query(alias="capacity", max_length=30, description="Capacity that asks; see `/api/roles`.")
]


def needs_any(rights: Sequence[str], capacity: str, otherwise: str, *, exercise: bool) -> None:
    """CommandForbidden, with the reason in the words of `otherwise`, unless one of them is held."""
    if all(may(capacity, right, exercise=exercise) != "yes" for right in rights):
        raise CommandForbidden(f"{capacity}: {otherwise}")
