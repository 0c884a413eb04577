"""Alembic migrations of the journal, run by the program itself: there is no ini file to find."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine, text

from tocsin.journal.errors import JournalError

_ONE_AT_A_TIME = 0x70C51  # any number, the same in every process


def upgrade(engine: Engine) -> None:
    """Bring the tables to their newest form; processes that start together take turns."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _ONE_AT_A_TIME})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise JournalError(
                f"The journal was written by another version of Tocsin: {error}"
            ) from error
