"""snippets, trees of sessions, and what recordings hide

Revision 0036, after 0035.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "terminal_snippets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("variants", sa.JSON(), nullable=False),
        sa.Column("is_on_bar", sa.Boolean(), nullable=False),
        sa.Column("has_enter", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal_snippets")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_terminal_snippets_tenant_owner"), "terminal_snippets", ["tenant", "owner"]
    )
    op.create_table(
        "terminal_tree",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal_tree")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_terminal_tree_tenant_owner"), "terminal_tree", ["tenant", "owner"])
    op.create_table(
        "terminal_patterns",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal_patterns")),
        sa.UniqueConstraint("tenant", "pattern", name=op.f("uq_terminal_patterns_tenant_pattern")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("terminal_patterns")
    op.drop_index(op.f("ix_terminal_tree_tenant_owner"), table_name="terminal_tree")
    op.drop_table("terminal_tree")
    op.drop_index(op.f("ix_terminal_snippets_tenant_owner"), table_name="terminal_snippets")
    op.drop_table("terminal_snippets")
