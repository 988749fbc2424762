"""Batches and documents can be held, a batch carries its sender's totals, and hand-overs can be asked back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("batch", sa.Column("hold", sa.String(), nullable=True))
    op.add_column("batch", sa.Column("totals", JSON, nullable=True))
    op.add_column("document", sa.Column("held_from", sa.String(16), nullable=True))
    op.create_table(
        "cancel_wish",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("given_back", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_cancel_wish")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_cancel_wish_document_id")),
    )


def downgrade() -> None:
    op.drop_table("cancel_wish")
    op.drop_column("document", "held_from")
    op.drop_column("batch", "totals")
    op.drop_column("batch", "hold")
