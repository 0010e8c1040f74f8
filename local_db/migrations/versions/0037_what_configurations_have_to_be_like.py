"""rules about configurations, what they found, and what is put up with until a day

Revision 0037, after 0036.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "compliance_rules",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.Column("platforms", sa.JSON(), nullable=False),
        sa.Column("devices", sa.JSON(), nullable=False),
        sa.Column("gravity", sa.String(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_rules")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_compliance_rules_tenant"), "compliance_rules", ["tenant"])
    op.create_table(
        "compliance_waivers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("rule_id", _ID, nullable=False),
        sa.Column("device_id", _ID),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["compliance_rules.id"],
            name=op.f("fk_compliance_waivers_rule_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.id"],
            name=op.f("fk_compliance_waivers_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_waivers")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_compliance_waivers_tenant"), "compliance_waivers", ["tenant"])
    op.create_table(
        "compliance_verdicts",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("device_id", _ID, autoincrement=False, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("rules_rev", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.id"],
            name=op.f("fk_compliance_verdicts_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant", "device_id", name=op.f("pk_compliance_verdicts")),
    )


def downgrade() -> None:
    for table in ("compliance_verdicts", "compliance_waivers", "compliance_rules"):
        op.drop_table(table)
