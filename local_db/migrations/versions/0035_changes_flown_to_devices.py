"""changes flown to devices: plans, their devices, a log written before each step

Revision 0035, after 0034.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "flights",
        sa.Column("id", BIG, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("variables", sa.JSON(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("canaries", sa.Integer(), nullable=False),
        sa.Column("wave_size", sa.Integer(), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.Column("confirm_minutes", sa.Integer(), nullable=False),
        sa.Column("undo_all", sa.Boolean(), nullable=False),
        sa.Column("stage_only", sa.Boolean(), nullable=False),
        sa.Column("gates", sa.JSON(), nullable=False),
        sa.Column("image", sa.JSON()),
        sa.Column("starts_at", UtcDateTime()),
        sa.Column("ends_at", UtcDateTime()),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", UtcDateTime()),
        sa.Column("approval", sa.Text(), nullable=False),
        sa.Column("began_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("stop", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flights")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_flights_tenant_phase"), "flights", ["tenant", "phase"])
    op.create_table(
        "flight_targets",
        sa.Column("id", BIG, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("flight_id", BIG, nullable=False),
        sa.Column("device_id", BIG, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("stand", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("adds", sa.Integer(), nullable=False),
        sa.Column("removes", sa.Integer(), nullable=False),
        sa.Column("diff", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime()),
        sa.Column("until", UtcDateTime()),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("former", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["flight_id"], ["flights.id"], name=op.f("fk_flight_targets_flight_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flight_targets")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_flight_targets_flight_id_wave"), "flight_targets",
                    ["flight_id", "wave"])  # fmt: skip
    op.create_table(
        "flight_steps",
        sa.Column("id", BIG, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("flight_id", BIG, nullable=False),
        sa.Column("target_id", BIG),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["flight_id"], ["flights.id"], name=op.f("fk_flight_steps_flight_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["flight_targets.id"],
            name=op.f("fk_flight_steps_target_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flight_steps")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_flight_steps_flight_id_id"), "flight_steps", ["flight_id", "id"])


def downgrade() -> None:
    op.drop_table("flight_steps")
    op.drop_table("flight_targets")
    op.drop_table("flights")
