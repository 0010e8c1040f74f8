"""notifications: channels, contacts, routes, messages on their way and their log

Revision 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notify_beats",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
        sa.Column("pinged_at", UtcDateTime()),
        sa.Column("ping_error", sa.Text(), nullable=False),
        sa.Column("tested_on", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_notify_beats")),
    )
    op.create_table(
        "notify_channels",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("has_secret", sa.Boolean(), nullable=False),
        sa.Column("has_key", sa.Boolean(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_why", sa.Text(), nullable=False),
        sa.Column("burst", sa.Integer(), nullable=False),
        sa.Column("per_hour", sa.Float(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("resting_until", UtcDateTime()),
        sa.Column("sent_at", UtcDateTime()),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("error_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_channels")),
        sa.UniqueConstraint("tenant", "name", name=op.f("uq_notify_channels_tenant_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notify_contacts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_contacts")),
        sa.UniqueConstraint("tenant", "name", name=op.f("uq_notify_contacts_tenant_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notify_groups",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("contact_ids", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_groups")),
        sa.UniqueConstraint("tenant", "name", name=op.f("uq_notify_groups_tenant_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notify_outbox",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("channel_id", _ID, nullable=False),
        sa.Column("contact_id", _ID),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("turn", sa.String(), nullable=False),
        sa.Column("alarm_id", _ID),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("is_gathered", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("delays", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String()),
        sa.Column("claimed_at", UtcDateTime()),
        sa.Column("sent_at", UtcDateTime()),
        sa.Column("accepted", sa.String(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_outbox")),
        sa.UniqueConstraint("tenant", "key", name=op.f("uq_notify_outbox_tenant_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_notify_outbox_open",
        "notify_outbox",
        ["tenant", "due_at"],
        sqlite_where=sa.text("state IN ('queued', 'sending')"),
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.create_index(
        op.f("ix_notify_outbox_tenant_created_at"), "notify_outbox", ["tenant", "created_at"]
    )
    op.create_table(
        "notify_policies",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_notify_policies")),
    )
    op.create_table(
        "notify_routes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_routes")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_notify_routes_tenant_position"), "notify_routes", ["tenant", "position"]
    )
    op.create_table(
        "notify_templates",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "kind", "language", name=op.f("pk_notify_templates")),
    )
    op.create_table(
        "notify_told",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("alarm_id", _ID, autoincrement=False, nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime()),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("is_ack_told", sa.Boolean(), nullable=False),
        sa.Column("reminded", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "alarm_id", name=op.f("pk_notify_told")),
    )
    op.create_index(op.f("ix_notify_told_tenant_severity"), "notify_told", ["tenant", "severity"])
    op.create_table(
        "notify_log",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("delivery_id", _ID),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["notify_outbox.id"],
            name=op.f("fk_notify_log_delivery_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_log")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notify_log_delivery_id"), "notify_log", ["delivery_id"])
    op.create_index(op.f("ix_notify_log_tenant_at"), "notify_log", ["tenant", "at"])


def downgrade() -> None:
    op.drop_table("notify_log")
    op.drop_table("notify_told")
    op.drop_table("notify_templates")
    op.drop_table("notify_routes")
    op.drop_table("notify_policies")
    op.drop_table("notify_outbox")
    op.drop_table("notify_groups")
    op.drop_table("notify_contacts")
    op.drop_table("notify_channels")
    op.drop_table("notify_beats")
