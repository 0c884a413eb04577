"""The journal's first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    names_an_observation = sa.text("observation IS NOT NULL")
    op.create_table(
        "entries",
        sa.Column("realm", sa.String, primary_key=True),
        sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("cause", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("observation", sa.String),
    )
    op.create_index(
        "entries_observation",
        "entries",
        ["observation", "realm"],
        sqlite_where=names_an_observation,
        postgresql_where=names_an_observation,
    )
    op.create_table(
        "observation_keys",
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("realm", sa.String, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("realm", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("last_at", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("field", sa.String, nullable=False),
        sa.Column("detail", sa.String, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint(
            "realm", "source", "reason", "digest", name="quarantine_one_row_a_message"
        ),
    )
    op.create_index("quarantine_newest", "quarantine", ["realm", "id"])
    op.create_table(
        "snapshots",
        sa.Column("realm", sa.String, primary_key=True),
        sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("picture", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    for table in ("snapshots", "quarantine", "observation_keys", "entries"):
        op.drop_table(table)
