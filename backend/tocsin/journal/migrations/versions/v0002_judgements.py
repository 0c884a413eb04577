"""Entries of judgement are found by their kind."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    of_judgement = sa.text(
        "kind <> 'observation_recorded' AND kind <> 'observation_joined' "
        "AND kind <> 'source_changed' AND kind <> 'clock_ticked'"
    )
    op.create_index(
        "entries_of_judgement",
        "entries",
        ["realm", "kind", "n"],
        sqlite_where=of_judgement,
        postgresql_where=of_judgement,
    )


def downgrade() -> None:
    op.drop_index("entries_of_judgement", "entries")
