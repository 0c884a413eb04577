"""What adapters could not read lies in the quarantine; joins are found by their kind."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("quarantine", sa.Column("offset", sa.BigInteger))
    op.add_column("quarantine", sa.Column("sha256", sa.String))
    op.create_index(
        "quarantine_counted", "quarantine", ["realm", "source", "reason", "count", "last_at"]
    )
    of_joins = sa.text("kind = 'observation_joined'")
    op.create_index(
        "entries_of_joins",
        "entries",
        ["realm", "n"],
        sqlite_where=of_joins,
        postgresql_where=of_joins,
    )


def downgrade() -> None:
    op.drop_index("entries_of_joins", "entries")
    op.drop_index("quarantine_counted", "quarantine")
    with op.batch_alter_table("quarantine") as quarantine:
        quarantine.drop_column("sha256")
        quarantine.drop_column("offset")
