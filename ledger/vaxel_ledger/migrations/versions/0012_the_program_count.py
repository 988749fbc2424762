"""How often block programs set a page themselves, and why not the rest."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "program_count",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "brand", "outcome", name=op.f("pk_program_count")),
    )


def downgrade() -> None:
    op.drop_table("program_count")
