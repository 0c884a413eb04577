"""Realms are sealed worlds: the live room, and one for each exercise."""

import re
from typing import Annotated

from pydantic import StringConstraints

LIVE = "live"
REALM_PATTERN = r"^(live|exercise-[a-z0-9][a-z0-9-]{0,39})$"

Realm = Annotated[str, StringConstraints(pattern=REALM_PATTERN)]
_realm = re.compile(REALM_PATTERN)


def is_realm(name: str) -> bool:
    return _realm.fullmatch(name) is not None


def is_exercise(realm: str) -> bool:
    return realm != LIVE
