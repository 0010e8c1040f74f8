"""The tables of the alarm desk."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from noc_console.db.database import BigId, metadata
from noc_console.db.types import UtcDateTime

_FREE = "acked_by IS NULL AND owner IS NULL AND shelved_until IS NULL AND root_id IS NULL"

alarms = Table(
    "alarms",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("object", String, nullable=False),
    Column("device_id", BigId, nullable=False),
    Column("interface_id", BigId),
    Column("sensor_id", BigId),
    Column("condition", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("was", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("count", Integer, nullable=False),
    Column("cleared_at", UtcDateTime),
    Column("acked_by", String),
    Column("acked_at", UtcDateTime),
    Column("shelved_until", UtcDateTime),
    Column("suppressed", Boolean, nullable=False, server_default=text("false")),
    Column("comments", Integer, nullable=False),
    Column("device_name", String, nullable=False),
    Column("interface_name", String, nullable=False),
    Column("site_name", String, nullable=False),
    Column("suppressed_by", String, nullable=False, server_default=""),
    Column("owner", String),
    Column("owned_at", UtcDateTime),
    Column("ticket", String, nullable=False, server_default=""),
    Column("root_id", BigId),
    Column("root_why", Text, nullable=False, server_default=""),
    # Of a root: what stands behind it. All empty while nobody worked it out.
    Column("hit_devices", Integer),
    Column("hit_customers", Integer),
    Column("hit_services", Integer),
    Column("hit_priority", Integer),
    Column("hit_revenue", BigInteger),
    Column("hit_currency", String),
    Column("worse_at", UtcDateTime),
    # Who writes alarms takes turns, so that in each tenant these grow in the order of commits.
    Column("rev", BigInteger, nullable=False, server_default="0"),
    # One standing alarm per object and condition, whoever reports.
    Index(
        "ux_alarms_standing",
        "tenant",
        "object",
        "condition",
        unique=True,
        sqlite_where=text("severity > 0"),
        postgresql_where=text("severity > 0"),
    ),
    Index(None, "tenant", "object"),
    Index(None, "tenant", "severity", "id"),
    Index(None, "tenant", "cleared_at"),
    Index(None, "tenant", "device_id", "first_seen"),
    Index(None, "tenant", "root_id"),
    Index(None, "tenant", "rev", "id"),
    Index(None, "tenant", "condition", "severity"),
    # Few at a time, and looked for every few seconds.
    Index(
        "ix_alarms_shelved",
        "tenant",
        "shelved_until",
        sqlite_where=text("shelved_until IS NOT NULL"),
        postgresql_where=text("shelved_until IS NOT NULL"),
    ),
    Index(
        "ix_alarms_suppressed",
        "tenant",
        sqlite_where=text("suppressed IS 1"),
        postgresql_where=text("suppressed IS TRUE"),
    ),
    # What nobody has: the window, the tray and escalation ask for it all the time.
    Index(
        "ix_alarms_waiting",
        "tenant",
        "severity",
        "last_seen",
        sqlite_where=text(f"{_FREE} AND suppressed IS 0"),
        postgresql_where=text(f"{_FREE} AND suppressed IS FALSE"),
    ),
    sqlite_autoincrement=True,
)

alarm_steps = Table(
    "alarm_steps",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("alarm_id", BigId, ForeignKey("alarms.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("what", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "alarm_id", "at"),
    Index(None, "tenant", "at"),
    sqlite_autoincrement=True,
)

alarm_intents = Table(
    "alarm_intents",
    metadata,
    # Given by who wanted it, so that what is carried out twice is noticed.
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("verb", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("carried_at", UtcDateTime, nullable=False),
    Column("changed", Integer, nullable=False),
    Index(None, "carried_at"),
)

alarm_lookers = Table(
    "alarm_lookers",
    metadata,
    # One row for each window; it counts while `at`, by the database's clock, is recent.
    Column("session", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("alarm_id", BigId, nullable=False),
    Column("name", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "tenant", "at"),
)
