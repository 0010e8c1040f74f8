"""shifts, their log and handovers

Revision 0024, after 0023.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("handover_id", _ID),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_shifts_tenant_person_ended_at"), "shifts", ["tenant", "person", "ended_at"]
    )
    op.create_index(op.f("ix_shifts_tenant_began_at"), "shifts", ["tenant", "began_at"])
    op.create_table(
        "shift_log",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("about_name", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("of_id", _ID),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_log")),
        sqlite_autoincrement=True,
    )
    for column in ("at", "about", "kind"):
        op.create_index(op.f(f"ix_shift_log_tenant_{column}"), "shift_log", ["tenant", column])
    op.create_table(
        "handovers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("shift_id", _ID),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_edited", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("handed_at", UtcDateTime()),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sqlite_autoincrement=True,
    )
    for column in ("state", "created_at"):
        op.create_index(op.f(f"ix_handovers_tenant_{column}"), "handovers", ["tenant", column])
    op.create_table(
        "handover_versions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("handover_id", _ID, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handovers.id"], name=op.f("fk_handover_versions_handover_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_versions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_handover_versions_handover_id"), "handover_versions", ["handover_id"])


def downgrade() -> None:
    for table in ("handover_versions", "handovers", "shift_log", "shifts"):
        op.drop_table(table)
