"""A channel can be drained beside paused; windows stand in the settings."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channel_window", sa.Column("draining", sa.Boolean(), nullable=True))
    op.drop_column("channel_window", "cron")


def downgrade() -> None:
    op.add_column("channel_window", sa.Column("cron", sa.String(), nullable=True))
    op.drop_column("channel_window", "draining")
