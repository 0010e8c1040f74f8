"""planned maintenance

Revision 0021, after 0020. What was kept of work on devices becomes windows that took place once.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "maintenance_windows",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("length_s", sa.Integer(), nullable=False),
        sa.Column("repeat", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("quiet_minutes", sa.Integer(), nullable=False),
        sa.Column("warn_minutes", sa.Integer(), nullable=False),
        sa.Column("optical_db", sa.Float(), nullable=False),
        sa.Column("reads_configs", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("cancelled_at", UtcDateTime()),
        sa.Column("cancelled_by", sa.String(), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("last_end", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_windows")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_maintenance_windows_tenant_last_end"),
        "maintenance_windows",
        ["tenant", "last_end"],
    )
    op.create_table(
        "maintenance_runs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("window_id", _ID, nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("devices", sa.Integer(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("ending", sa.String()),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("down", sa.Integer(), nullable=False),
        sa.Column("warned_at", UtcDateTime()),
        sa.Column("before", sa.LargeBinary()),
        sa.Column("after", sa.LargeBinary()),
        sa.Column("before_at", UtcDateTime()),
        sa.Column("after_at", UtcDateTime()),
        sa.Column("worse", sa.Integer(), nullable=False),
        sa.Column("differing", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["window_id"],
            ["maintenance_windows.id"],
            name=op.f("fk_maintenance_runs_window_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_runs")),
        sa.UniqueConstraint(
            "window_id", "planned_at", name=op.f("uq_maintenance_runs_window_id_planned_at")
        ),
        sqlite_autoincrement=True,
    )
    for column in ("ends_at", "ended_at"):
        op.create_index(
            op.f(f"ix_maintenance_runs_tenant_{column}"), "maintenance_runs", ["tenant", column]
        )
    op.create_table(
        "maintenance_spots",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("run_id", _ID, nullable=False),
        sa.Column("device_id", _ID, nullable=False),
        sa.Column("interface_id", _ID),
        sa.Column("sensor_id", _ID),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["maintenance_runs.id"], name=op.f("fk_maintenance_spots_run_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_spots")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_maintenance_spots_tenant_ends_at"), "maintenance_spots", ["tenant", "ends_at"]
    )
    op.create_index(op.f("ix_maintenance_spots_run_id"), "maintenance_spots", ["run_id"])
    _take_over(op.get_bind())
    op.drop_table("alarm_maintenance")


def downgrade() -> None:
    op.create_table(
        "alarm_maintenance",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("device_id", _ID, nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_maintenance")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_alarm_maintenance_tenant_ends_at"), "alarm_maintenance", ["tenant", "ends_at"]
    )
    op.execute(
        sa.text(
            'INSERT INTO alarm_maintenance (tenant, device_id, starts_at, ends_at, reason, "by") '
            'SELECT s.tenant, s.device_id, s.starts_at, s.ends_at, w.title, w."by" '
            "FROM maintenance_spots s JOIN maintenance_runs r ON r.id = s.run_id "
            "JOIN maintenance_windows w ON w.id = r.window_id "
            "WHERE s.interface_id IS NULL AND s.sensor_id IS NULL ORDER BY s.id"
        )
    )
    for table in ("maintenance_spots", "maintenance_runs", "maintenance_windows"):
        op.drop_table(table)


def _take_over(connection: sa.Connection) -> None:
    """One window and one run for all the devices that were begun together."""
    tables = sa.MetaData()
    old, windows, runs, spots = (
        sa.Table(name, tables, autoload_with=connection)
        for name in (
            "alarm_maintenance",
            "maintenance_windows",
            "maintenance_runs",
            "maintenance_spots",
        )
    )
    now = datetime.now(UTC).replace(tzinfo=None)
    together: dict[tuple[object, ...], list[sa.Row[tuple[object, ...]]]] = {}
    for row in connection.execute(sa.select(old).order_by(old.c.id)):
        key = (row.tenant, row.starts_at, row.ends_at, row.reason, row.by)
        together.setdefault(key, []).append(row)
    for (tenant, starts_at, ends_at, reason, by), rows in together.items():
        devices = list(dict.fromkeys(row.device_id for row in rows))
        window = connection.execute(
            windows.insert().values(
                tenant=tenant,
                title=reason,
                ticket="",
                targets=[_target(device) for device in devices],
                starts_at=starts_at,
                length_s=max(1, round((ends_at - starts_at).total_seconds())),
                repeat="",
                zone="UTC",
                quiet_minutes=0,
                warn_minutes=0,
                optical_db=1.0,
                reads_configs=False,
                note="",
                by=by,
                created_at=starts_at,
                cancelled_by="",
                skipped=[],
                last_end=ends_at,
            )
        ).inserted_primary_key[0]
        is_over = ends_at <= now
        run = connection.execute(
            runs.insert().values(
                tenant=tenant,
                window_id=window,
                planned_at=starts_at,
                starts_at=starts_at,
                ends_at=ends_at,
                devices=len(devices),
                ended_at=ends_at if is_over else None,
                ending="time" if is_over else None,
                ended_by="",
                down=0,
                worse=0,
                differing=0,
            )
        ).inserted_primary_key[0]
        connection.execute(
            spots.insert(),
            [
                {
                    "tenant": tenant,
                    "run_id": run,
                    "device_id": device,
                    "starts_at": starts_at,
                    "ends_at": ends_at,
                }
                for device in devices
            ],
        )


def _target(device_id: int) -> dict[str, object]:
    return {
        "kind": "device",
        "id": device_id,
        "name": "",
        "words": "",
        "types": [],
        "map_id": 0,
        "drawing": "",
    }
