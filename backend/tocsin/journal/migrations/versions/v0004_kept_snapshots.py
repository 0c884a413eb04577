"""Snapshots are kept along the journal; each tells which fields its picture has."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("snapshots") as snapshots:
        snapshots.add_column(sa.Column("shape", sa.String, nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("snapshots") as snapshots:
        snapshots.drop_column("shape")
