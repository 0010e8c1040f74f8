"""who is on call, and whom an alarm wakes

Revision 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "oncall_rotas",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("layers", sa.JSON(), nullable=False),
        sa.Column("holidays", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime()),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_rotas")),
        sqlite_autoincrement=True,
    )
    op.create_index("ux_oncall_rotas_name", "oncall_rotas", ["tenant", "name"], unique=True)
    op.create_table(
        "oncall_overrides",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("rota_id", _BIG, nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("person", _BIG, nullable=False),
        sa.Column("instead_of", _BIG, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rota_id"],
            ["oncall_rotas.id"],
            name=op.f("fk_oncall_overrides_rota_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_overrides")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_oncall_overrides_tenant_ends_at"), "oncall_overrides", ["tenant", "ends_at"]
    )
    op.create_index(op.f("ix_oncall_overrides_rota_id"), "oncall_overrides", ["rota_id"])
    op.create_table(
        "oncall_policies",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime()),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_policies")),
        sqlite_autoincrement=True,
    )
    op.create_index("ux_oncall_policies_name", "oncall_policies", ["tenant", "name"], unique=True)
    op.create_table(
        "oncall_starts",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_oncall_starts")),
    )
    op.create_table(
        "oncall_runs",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("alarm_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("policy_id", _BIG, nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "alarm_id", name=op.f("pk_oncall_runs")),
    )
    op.create_index(op.f("ix_oncall_runs_tenant_state"), "oncall_runs", ["tenant", "state"])
    op.create_table(
        "oncall_pages",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("alarm_id", _BIG, nullable=False),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.Column("policy_id", _BIG, nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("handed_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_pages")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_oncall_pages_tenant_at"), "oncall_pages", ["tenant", "at"])
    op.create_index(
        op.f("ix_oncall_pages_tenant_handed_at"), "oncall_pages", ["tenant", "handed_at"]
    )
    op.create_table(
        "oncall_page_alarms",
        sa.Column("page_id", _BIG, nullable=False),
        sa.Column("alarm_id", _BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["oncall_pages.id"], name=op.f("fk_oncall_page_alarms_page_id")
        ),
        sa.PrimaryKeyConstraint("page_id", "alarm_id", name=op.f("pk_oncall_page_alarms")),
    )
    op.create_index(op.f("ix_oncall_page_alarms_alarm_id"), "oncall_page_alarms", ["alarm_id"])


def downgrade() -> None:
    for name in ("page_alarms", "pages", "runs", "starts", "policies", "overrides", "rotas"):
        op.drop_table(f"oncall_{name}")
