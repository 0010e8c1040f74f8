"""jobs and what came of them

Revision 0034, after 0033.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("starts_at", UtcDateTime()),
        sa.Column("repeat", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("may_change", sa.Boolean(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_tenant_removed_at", "jobs", ["tenant", "removed_at"])
    op.create_table(
        "job_runs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("job_id", _ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("planned_at", UtcDateTime()),
        sa.Column("started_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("cancel_by", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("outside", sa.String(), nullable=False),
        sa.Column("job", sa.JSON(), nullable=False),
        sa.Column("devices", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_runs_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_job_runs"),
        sa.UniqueConstraint("job_id", "planned_at", name="uq_job_runs_job_id_planned_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_runs_tenant_asked_at", "job_runs", ["tenant", "asked_at"])
    op.create_index("ix_job_runs_tenant_state", "job_runs", ["tenant", "state"])
    op.create_table(
        "job_items",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("run_id", _ID, nullable=False),
        sa.Column("device_id", _ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("started_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("answers", sa.LargeBinary()),
        sa.ForeignKeyConstraint(["run_id"], ["job_runs.id"], name="fk_job_items_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_job_items"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_items_run_id_state", "job_items", ["run_id", "state"])
    op.create_index("ix_job_items_tenant_device_id", "job_items", ["tenant", "device_id"])
    op.create_table(
        "job_outputs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("run_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["job_runs.id"], name="fk_job_outputs_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_job_outputs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_outputs_run_id", "job_outputs", ["run_id"])


def downgrade() -> None:
    for table in ("job_outputs", "job_items", "job_runs", "jobs"):
        op.drop_table(table)
