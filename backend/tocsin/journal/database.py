"""The two ways into the database: one connection that writes, and a pool of readers."""

from pathlib import Path
from typing import Any

from sqlalchemy import ClauseElement, Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from tocsin.journal.errors import JournalError, JournalUnavailable

READERS = 10
READERS_AT_MOST = 40


def engines(url: str, patience_s: float) -> tuple[Engine, Engine]:
    """The writing engine (one connection, real transactions) and the reading one (autocommit)."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise JournalError("The journal's address cannot be read as a database URL.") from error
    if address.get_backend_name() == "sqlite":
        return _on_sqlite(address, patience_s)
    if address.get_backend_name() == "postgresql":
        return _on_postgresql(address, patience_s)
    raise JournalError(
        "The journal lives in SQLite or PostgreSQL; this address is of another kind."
    )


def _on_sqlite(address: URL, patience_s: float) -> tuple[Engine, Engine]:
    if address.database in (None, "", ":memory:"):
        raise JournalError("The journal needs a file: write sqlite:////path/to/journal.db")
    try:
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JournalUnavailable(f"The journal's folder cannot be made: {error}", "gone") from error
    writes = create_engine(address, pool_size=1, max_overflow=0)
    reads = create_engine(
        address,
        isolation_level="AUTOCOMMIT",
        pool_size=READERS,
        max_overflow=READERS_AT_MOST - READERS,
    )

    def settle(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(patience_s * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        # duplicate keys lie scattered over their table: room for its pages, and fewer checkpoints
        cursor.execute("PRAGMA cache_size = -65536")
        cursor.execute("PRAGMA wal_autocheckpoint = 8000")
        cursor.close()

    def take_the_lock_first(connection: Connection) -> None:
        # a transaction that starts by reading cannot wait for the lock when it comes to write
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    for engine in (writes, reads):
        event.listen(engine, "connect", settle)
    event.listen(writes, "begin", take_the_lock_first)
    return writes, reads


def _on_postgresql(address: URL, patience_s: float) -> tuple[Engine, Engine]:
    # a server behind a cut cable never says goodbye: without these a commit hangs for minutes
    silence = {
        "connect_timeout": max(2, int(patience_s)),
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": int(patience_s * 2000),
    }
    writes = create_engine(
        address, pool_size=1, max_overflow=0, pool_pre_ping=True, connect_args=silence
    )
    reads = create_engine(
        address,
        isolation_level="AUTOCOMMIT",
        pool_size=READERS,
        max_overflow=READERS_AT_MOST - READERS,
        pool_pre_ping=True,
        # a plan made while a table was small would scan it for ever
        connect_args={**silence, "prepare_threshold": None},
    )

    def settle(connection: Any, _: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {int(patience_s * 1000)}")
            # an acknowledged message must be on disk, whatever the server's own setting is
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )
        connection.commit()

    event.listen(writes, "connect", settle)
    return writes, reads


def driver_sql(statement: ClauseElement, engine: Engine) -> str:
    """Compile a statement once, for values given as tuples: a third of the cost of dictionaries."""
    positional: Any = postgresql.psycopg.dialect
    dialect = (
        positional(paramstyle="format") if engine.dialect.name == "postgresql" else sqlite.dialect()
    )
    return str(statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))


def insert_or(engine: Engine, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what to do when the row is there already."""
    if engine.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
