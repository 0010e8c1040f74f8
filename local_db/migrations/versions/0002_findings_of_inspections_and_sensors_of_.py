"""findings of inspections, sensors of every class

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

import noc_console.db.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_RENAMED = {"fan": "fanspeed", "optical": "dbm"}
_COPIED = (
    *("tenant", "device_id", "kind", "name", "oid", "scale", "interface_id"),
    *("low", "high", "is_logarithmic", "last_seen"),
)


def upgrade() -> None:
    big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "device_findings",
        sa.Column("id", big_id, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("device_id", big_id, nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", noc_console.db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_device_findings_device_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_findings")),
        sa.UniqueConstraint(
            "tenant",
            "device_id",
            "section",
            name=op.f("uq_device_findings_tenant_device_id_section"),
        ),
    )
    with op.batch_alter_table("sensors", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offset", sa.Float(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("whole_oid", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("rest_oid", sa.String(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("is_rest", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("warn_low", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("warn_high", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("group", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("entity_index", big_id, nullable=True))
    connection = op.get_bind()
    for old, new in _RENAMED.items():
        connection.execute(
            sa.text("UPDATE sensors SET kind = :new WHERE kind = :old"), {"old": old, "new": new}
        )
    _begin_states_anew(connection)


def _begin_states_anew(connection: sa.Connection) -> None:
    """States were measured in our three grades; from now on in the device's own numbers.

    Both in one history would be read wrongly, so each goes on as a sensor of its own.
    """
    sensors = sa.table(
        "sensors",
        sa.column("id", sa.BigInteger()),
        sa.column("states", sa.JSON()),
        *(sa.column(name) for name in _COPIED if name != "last_seen"),
        sa.column("last_seen", noc_console.db.types.UtcDateTime()),
    )
    old = connection.execute(sa.select(sensors).where(sensors.c.kind == "state")).all()
    for row in old:
        values = {name: getattr(row, name) for name in _COPIED}
        states = [[number, grade, ""] for number, grade in row.states]
        connection.execute(sensors.insert().values(**values, states=states))
    # After all are in: SQLite would give the number of a row that went to the next one.
    for row in old:
        connection.execute(sensors.delete().where(sensors.c.id == row.id))


def downgrade() -> None:
    with op.batch_alter_table("sensors", schema=None) as batch_op:
        for name in (
            *("entity_index", "group", "warn_high", "warn_low"),
            *("is_rest", "rest_oid", "whole_oid", "offset"),
        ):
            batch_op.drop_column(name)
    op.drop_table("device_findings")
