"""what the network was, and what people said of links

Revision 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

import noc_console.db.types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "network_changes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("at", noc_console.db.types.UtcDateTime(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", NUMBER, nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_network_changes_tenant_at_subject_subject_id"),
        "network_changes",
        ["tenant", "at", "subject", "subject_id"],
    )
    op.create_table(
        "link_decisions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("at", noc_console.db.types.UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("a_device", NUMBER, nullable=False),
        sa.Column("a_interface", NUMBER, nullable=True),
        sa.Column("b_device", NUMBER, nullable=False),
        sa.Column("b_interface", NUMBER, nullable=True),
        sa.Column("speed_bps", NUMBER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["a_device"], ["devices.id"], name=op.f("fk_link_decisions_a_device")
        ),
        sa.ForeignKeyConstraint(
            ["b_device"], ["devices.id"], name=op.f("fk_link_decisions_b_device")
        ),
        sa.ForeignKeyConstraint(
            ["a_interface"],
            ["interfaces.id"],
            name=op.f("fk_link_decisions_a_interface"),
        ),
        sa.ForeignKeyConstraint(
            ["b_interface"],
            ["interfaces.id"],
            name=op.f("fk_link_decisions_b_interface"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_decisions")),
        sqlite_autoincrement=True,
    )
    for end in ("a_device", "b_device"):
        op.create_index(op.f(f"ix_link_decisions_tenant_{end}"), "link_decisions", ["tenant", end])


def downgrade() -> None:
    op.drop_table("link_decisions")
    op.drop_table("network_changes")
