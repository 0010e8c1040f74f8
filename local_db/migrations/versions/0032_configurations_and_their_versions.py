"""configurations that were read, their versions, and how backup of each device stands

Revision 0032, after 0031.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "config_texts",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "digest", name=op.f("pk_config_texts")),
    )
    op.create_table(
        "config_versions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("device_id", _ID, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.id"],
            name=op.f("fk_config_versions_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_config_versions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("config_versions") as versions:
        versions.create_index(
            op.f("ix_config_versions_tenant_device_id_id"), ["tenant", "device_id", "id"]
        )
        versions.create_index("ix_config_versions_tenant_digest", ["tenant", "digest"])
    op.create_table(
        "config_standings",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("device_id", _ID, autoincrement=False, nullable=False),
        sa.Column("version_id", _ID),
        sa.Column("tried_at", UtcDateTime()),
        sa.Column("kept_at", UtcDateTime()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("wanted_at", UtcDateTime()),
        sa.Column("wanted_why", sa.String(), nullable=False),
        sa.Column("wanted_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.id"],
            name=op.f("fk_config_standings_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant", "device_id", name=op.f("pk_config_standings")),
    )
    op.create_table(
        "config_policies",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_config_policies")),
    )


def downgrade() -> None:
    for table in ("config_policies", "config_standings", "config_versions", "config_texts"):
        op.drop_table(table)
