"""A batch knows the published packs it began with, by brand."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("batch", sa.Column("pack_version", JSON, nullable=True))


def downgrade() -> None:
    op.drop_column("batch", "pack_version")
