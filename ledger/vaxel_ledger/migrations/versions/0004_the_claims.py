"""Which worker works on which documents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.drop_table("node")  # of workers that do not run while the schema changes
    op.create_table(
        "node",
        sa.Column("executor_id", sa.String(), nullable=False),
        sa.Column("life", sa.String(), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.Column("beat", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("executor_id", name=op.f("pk_node")),
    )
    op.create_table(
        "chunk",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("executor_id", sa.String(), nullable=False),
        sa.Column("life", sa.String(), nullable=False),
        sa.Column("documents", JSON, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chunk")),
    )
    op.create_index(op.f("ix_chunk_executor_id"), "chunk", ["executor_id"])
    op.add_column("document", sa.Column("chunk_id", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("document", "chunk_id")
    op.drop_table("chunk")
    op.drop_table("node")
    op.create_table(
        "node",
        sa.Column("executor_id", sa.String(), nullable=False),
        sa.Column("beat", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("executor_id", name=op.f("pk_node")),
    )
