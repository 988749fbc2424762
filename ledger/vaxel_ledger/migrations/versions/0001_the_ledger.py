"""The whole ledger: batches, documents, attempts, artifacts, events, inbox and outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Written out here, and not imported, because a revision must stay what it was when the tables move on.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.Text().with_variant(postgresql.JSONB(), "postgresql")
ORDINAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("counters", JSON, nullable=True),
        sa.Column("window_id", sa.String(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index(
        "uq_batch_source",
        "batch",
        ["tenant", "source_sha256"],
        unique=True,
        sqlite_where=sa.text("state <> 'cancelled'"),
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_table(
        "channel_window",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("cron", sa.String(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_window")),
    )
    op.create_table(
        "dek",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("kek_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dek")),
    )
    op.create_table(
        "event",
        sa.Column("seq", ORDINAL, autoincrement=True, nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("t", MOMENT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_batch_id_seq"), "event", ["batch_id", "seq"], unique=False)
    op.create_index(op.f("ix_event_document_id_seq"), "event", ["document_id", "seq"], unique=False)
    op.create_table(
        "node",
        sa.Column("executor_id", sa.String(), nullable=False),
        sa.Column("beat", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("executor_id", name=op.f("pk_node")),
    )
    op.create_table(
        "rate_bucket",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("tokens", sa.Double[float](), nullable=False),
        sa.Column("t", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_rate_bucket")),
    )
    op.create_table(
        "receipt_inbox",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("receipt_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("idem_key", sa.String(), nullable=True),
        sa.Column("provider_ref", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("reported_at", MOMENT, nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("applied", sa.String(16), nullable=False),
        sa.Column("applied_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("provider", "receipt_id", name=op.f("pk_receipt_inbox")),
    )
    op.create_index(
        op.f("ix_receipt_inbox_applied_received_at"), "receipt_inbox", ["applied", "received_at"], unique=False
    )
    op.create_table(
        "webhook_outbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_outbox")),
    )
    op.create_index(op.f("ix_webhook_outbox_due_at"), "webhook_outbox", ["due_at"], unique=False)
    op.create_table(
        "artifact",
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("idem_key", sa.String(), nullable=True),
        sa.Column("media", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("plain_hmac", sa.String(), nullable=False),
        sa.Column("sealed_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("dek_id", sa.String(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["dek_id"], ["dek.id"], name=op.f("fk_artifact_dek_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("sha", name=op.f("pk_artifact")),
    )
    op.create_index(op.f("ix_artifact_dek_id"), "artifact", ["dek_id"], unique=False)
    op.create_index(op.f("ix_artifact_document_id_kind"), "artifact", ["document_id", "kind"], unique=False)
    op.create_index(op.f("ix_artifact_pack"), "artifact", ["pack"], unique=False)
    op.create_table(
        "rejection",
        sa.Column("id", ORDINAL, autoincrement=True, nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=True),
        sa.Column("found", sa.String(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_rejection_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejection")),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_rejection_batch_id_position")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("ext_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("prio", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("chan_ix", sa.Integer(), nullable=False),
        sa.Column("delivery_no", sa.Integer(), nullable=False),
        sa.Column("route", JSON, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("artifact_sha", sa.String(), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("link_sha256", sa.String(), nullable=False),
        sa.Column("dek_id", sa.String(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["artifact_sha"], ["artifact.sha"], name=op.f("fk_document_artifact_sha")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_document_batch_id")),
        sa.ForeignKeyConstraint(["dek_id"], ["dek.id"], name=op.f("fk_document_dek_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("batch_id", "record", name=op.f("uq_document_batch_id_record")),
    )
    op.create_index("ix_document_batch", "document", ["batch_id", "state", "due_at", "prio", "id"], unique=False)
    op.create_index(
        "ix_document_due",
        "document",
        ["state", "due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_document_link_sha256"), "document", ["link_sha256"], unique=True)
    op.create_index(
        "ix_document_ready",
        "document",
        ["state", "prio", "id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NULL"),
        postgresql_where=sa.text("due_at IS NULL"),
    )
    op.create_index(
        "uq_document_ext_id",
        "document",
        ["tenant", "ext_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'cancelled'"),
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_table(
        "attempt",
        sa.Column("id", ORDINAL, autoincrement=True, nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("delivery_no", sa.Integer(), nullable=False),
        sa.Column("idem_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("provider_ref", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("consignment_sha", sa.String(), nullable=False),
        sa.Column("executor_id", sa.String(), nullable=False),
        sa.Column("t_intent", MOMENT, nullable=False),
        sa.Column("t_handed_over", MOMENT, nullable=True),
        sa.Column("t_final", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["consignment_sha"], ["artifact.sha"], name=op.f("fk_attempt_consignment_sha")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_attempt_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("document_id", "seq", name=op.f("uq_attempt_document_id_seq")),
        sa.UniqueConstraint("idem_key", name=op.f("uq_attempt_idem_key")),
    )
    op.create_index(op.f("ix_attempt_channel_provider_ref"), "attempt", ["channel", "provider_ref"], unique=False)
    op.create_index(op.f("ix_attempt_state_executor_id"), "attempt", ["state", "executor_id"], unique=False)


def downgrade() -> None:
    op.drop_table("attempt")
    op.drop_table("document")
    op.drop_table("rejection")
    op.drop_table("artifact")
    op.drop_table("webhook_outbox")
    op.drop_table("receipt_inbox")
    op.drop_table("rate_bucket")
    op.drop_table("node")
    op.drop_table("event")
    op.drop_table("dek")
    op.drop_table("channel_window")
    op.drop_table("batch")
