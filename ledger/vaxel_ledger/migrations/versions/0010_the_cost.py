"""A hand-over knows what it costs."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempt", sa.Column("cost", sa.String(), nullable=True))
    op.add_column("attempt", sa.Column("currency", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("attempt", "currency")
    op.drop_column("attempt", "cost")
