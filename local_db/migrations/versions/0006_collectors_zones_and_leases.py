"""collectors, zones and leases

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "collectors",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("only_zones", sa.Boolean(), nullable=False),
        sa.Column("is_draining", sa.Boolean(), nullable=False),
        sa.Column("gone_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "name", name=op.f("pk_collectors")),
    )
    op.create_table(
        "collector_zones",
        sa.Column("id", BIG, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collector_zones")),
        sa.UniqueConstraint("tenant", "name", name=op.f("uq_collector_zones_tenant_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "collector_zone_servers",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("zone_id", BIG, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["zone_id"],
            ["collector_zones.id"],
            name=op.f("fk_collector_zone_servers_zone_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "tenant", "zone_id", "name", name=op.f("pk_collector_zone_servers")
        ),
    )
    op.create_table(
        "collector_zone_sites",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("site_id", BIG, nullable=False),
        sa.Column("zone_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["zone_id"],
            ["collector_zones.id"],
            name=op.f("fk_collector_zone_sites_zone_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant", "site_id", name=op.f("pk_collector_zone_sites")),
    )
    op.create_table(
        "collector_zone_devices",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("device_id", BIG, nullable=False),
        sa.Column("zone_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "device_id", name=op.f("pk_collector_zone_devices")),
    )
    op.create_table(
        "collector_leases",
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("is_child", sa.Boolean(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("renewed_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("watch_key", sa.Integer(), nullable=False),
        sa.Column("is_watched", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("instance", name=op.f("pk_collector_leases")),
        sa.UniqueConstraint("tenant", "label", name=op.f("uq_collector_leases_tenant_label")),
    )
    op.create_table(
        "collector_shares",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("zone_id", BIG, nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner"],
            ["collector_leases.instance"],
            name=op.f("fk_collector_shares_owner"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("tenant", "zone_id", "item", name=op.f("pk_collector_shares")),
    )
    with op.batch_alter_table("collector_shares", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collector_shares_owner"), ["owner"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("collector_shares", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_collector_shares_owner"))

    op.drop_table("collector_shares")
    op.drop_table("collector_leases")
    op.drop_table("collector_zone_devices")
    op.drop_table("collector_zone_sites")
    op.drop_table("collector_zone_servers")
    op.drop_table("collector_zones")
    op.drop_table("collectors")
