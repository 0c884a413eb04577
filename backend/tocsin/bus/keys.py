"""The names used in Redis, in one place."""

COMMANDS = "tocsin:commands"
LEASE = "tocsin:engine:lease"


def tail(realm: str) -> str:
    return f"tocsin:{realm}:tail"


def health(realm: str) -> str:
    return f"tocsin:{realm}:health"


def reply(command_id: str) -> str:
    return f"tocsin:reply:{command_id}"
