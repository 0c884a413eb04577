"""The four tables of the journal. Migrations make them; a test compares the two."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

_names_an_observation = text("observation IS NOT NULL")
of_joins = text("kind = 'observation_joined'")
# Nearly all of a journal is of these kinds: an index without them is small and cheap to keep.
COMMON_KINDS = ("observation_recorded", "observation_joined", "source_changed", "clock_ticked")
of_judgement = text(" AND ".join(f"kind <> '{kind}'" for kind in COMMON_KINDS))

entries = Table(
    "entries",
    metadata,
    Column("realm", String, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("cause", BigInteger, nullable=False),
    # the canonical bytes that were hashed: a JSON column type would be free to rewrite them
    Column("body", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("observation", String),
    Index(
        "entries_observation",
        "observation",
        "realm",
        sqlite_where=_names_an_observation,
        postgresql_where=_names_an_observation,
    ),
    Index(
        "entries_of_judgement",
        "realm",
        "kind",
        "n",
        sqlite_where=of_judgement,
        postgresql_where=of_judgement,
    ),
    Index(
        "entries_of_joins",
        "realm",
        "n",
        sqlite_where=of_joins,
        postgresql_where=of_joins,
    ),
)

observation_keys = Table(
    "observation_keys",
    metadata,
    # the key first: to a planner whose statistics are old, a new realm has no rows worth an index
    Column("key", LargeBinary, primary_key=True),
    Column("realm", String, primary_key=True),
    sqlite_with_rowid=False,  # the row is its key: one tree instead of two
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("realm", String, nullable=False),
    Column("at", String, nullable=False),
    Column("last_at", String, nullable=False),
    Column("source", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("field", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("offset", BigInteger),
    Column("sha256", String),
    UniqueConstraint("realm", "source", "reason", "digest", name="quarantine_one_row_a_message"),
    Index("quarantine_newest", "realm", "id"),
    # all that counting needs: the rows themselves lie behind up to 64 KiB of bytes each
    Index("quarantine_counted", "realm", "source", "reason", "count", "last_at"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("realm", String, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("shape", String, nullable=False, server_default=""),
    Column("picture", LargeBinary, nullable=False),
)
