"""What the channel switch keeps: wishes, mandates, payment legs, what is usual, and alarms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.Text().with_variant(postgresql.JSONB(), "postgresql")
ORDINAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "wish",
        sa.Column("id", ORDINAL, nullable=False, autoincrement=True),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("recipient_hmac", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("date", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
    )
    op.create_index(op.f("ix_wish_tenant_recipient_hmac"), "wish", ["tenant", "recipient_hmac"])
    op.create_table(
        "mandate",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("recipient_hmac", sa.String(), nullable=False),
        sa.Column("payer", sa.LargeBinary(), nullable=False),
        sa.Column("account_hint", sa.String(), nullable=True),
        sa.Column("begins", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    op.create_index(
        op.f("ix_mandate_tenant_sender_recipient_hmac"), "mandate", ["tenant", "sender", "recipient_hmac"]
    )
    op.create_table(
        "payment_leg",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("draw_date", sa.String(), nullable=False),
        sa.Column("amount", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("payer", sa.LargeBinary(), nullable=False),
        sa.Column("account_hint", sa.String(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_payment_leg_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_payment_leg")),
    )
    op.create_index(op.f("ix_payment_leg_state_draw_date"), "payment_leg", ["state", "draw_date"])
    op.create_table(
        "usual",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("share", sa.Double[float](), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "what", name=op.f("pk_usual")),
    )
    op.create_table(
        "alarm",
        sa.Column("id", ORDINAL, nullable=False, autoincrement=True),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("told", JSON, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    op.create_index(op.f("ix_alarm_tenant_what"), "alarm", ["tenant", "what"])


def downgrade() -> None:
    for table in ("alarm", "usual", "payment_leg", "mandate", "wish"):
        op.drop_table(table)
