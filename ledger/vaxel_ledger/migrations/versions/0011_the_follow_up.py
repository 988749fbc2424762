"""A delivered document is to be opened by a day; what follows when it is not."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "follow_up",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("idem_key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("open_by", MOMENT, nullable=False),
        sa.Column("next_ix", sa.Integer(), nullable=False),
        sa.Column("by_link", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("followed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_follow_up_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_state_open_by"), "follow_up", ["state", "open_by"])
    op.create_index(op.f("ix_follow_up_idem_key"), "follow_up", ["idem_key"])


def downgrade() -> None:
    op.drop_table("follow_up")
