"""Where channels, contacts and routes are kept. Rows go in, values come out.

The tables of messages are here too; `messages.py` has their statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    select,
    text,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.notify.model import (
    Channel,
    Contact,
    Group,
    NotifyPolicy,
    Route,
    Template,
)
from noc_console.services.notify.rows import (
    channel_of,
    channel_values,
    contact_of,
    contact_values,
    group_of,
    policy_of,
    policy_values,
    route_of,
    route_values,
)
from noc_console.services.notify.settings import ChannelKind

channels = Table(
    "notify_channels",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("shown", String, nullable=False),
    Column("has_secret", Boolean, nullable=False),
    Column("has_key", Boolean, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    Column("disabled_why", Text, nullable=False),
    Column("burst", Integer, nullable=False),
    Column("per_hour", Float, nullable=False),
    # How it goes; written by the notifier.
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("resting_until", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("error", Text, nullable=False, server_default=""),
    Column("error_at", UtcDateTime),
    UniqueConstraint("tenant", "name"),
    sqlite_autoincrement=True,
)

contacts = Table(
    "notify_contacts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("facts", JSON, nullable=False),
    UniqueConstraint("tenant", "name"),
    sqlite_autoincrement=True,
)

groups = Table(
    "notify_groups",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("contact_ids", JSON, nullable=False),
    UniqueConstraint("tenant", "name"),
    sqlite_autoincrement=True,
)

routes = Table(
    "notify_routes",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    Column("rule", JSON, nullable=False),
    Index(None, "tenant", "position"),
    sqlite_autoincrement=True,
)

templates = Table(
    "notify_templates",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("language", String, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
)

policies = Table(
    "notify_policies",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("settings", JSON, nullable=False),
)

told = Table(
    "notify_told",
    metadata,
    # No foreign key: what was told outlives an archived alarm.
    Column("tenant", String, primary_key=True),
    Column("alarm_id", BigId, primary_key=True, autoincrement=False),
    Column("severity", Integer, nullable=False),
    Column("episode", Integer, nullable=False),
    Column("at", UtcDateTime),
    Column("object", String, nullable=False),
    Column("is_ack_told", Boolean, nullable=False),
    Column("reminded", JSON, nullable=False),
    Index(None, "tenant", "severity"),
)

outbox = Table(
    "notify_outbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("key", String, nullable=False),
    Column("channel_id", BigId, nullable=False),
    Column("contact_id", BigId),
    Column("to", String, nullable=False),
    Column("turn", String, nullable=False),
    Column("alarm_id", BigId),
    Column("severity", Integer, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("language", String, nullable=False),
    Column("route", String, nullable=False),
    Column("state", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("is_gathered", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("delays", Integer, nullable=False),
    Column("claimed_by", String),
    Column("claimed_at", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("accepted", String, nullable=False),
    Column("error", Text, nullable=False),
    UniqueConstraint("tenant", "key"),
    Index(
        "ix_notify_outbox_open",
        "tenant",
        "due_at",
        sqlite_where=text("state IN ('queued', 'sending')"),
        postgresql_where=text("state IN ('queued', 'sending')"),
    ),
    Index(None, "tenant", "created_at"),
    sqlite_autoincrement=True,
)

log = Table(
    "notify_log",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("delivery_id", BigId, ForeignKey("notify_outbox.id", ondelete="CASCADE")),
    Column("what", String, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "tenant", "at"),
    Index(None, "delivery_id"),
    sqlite_autoincrement=True,
)

beats = Table(
    "notify_beats",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("by", String, nullable=False),
    Column("beat_at", UtcDateTime, nullable=False),
    Column("pinged_at", UtcDateTime),
    Column("ping_error", Text, nullable=False),
    Column("tested_on", String, nullable=False, server_default=""),
)


def mine(table: Table, tx: Tx) -> Select[Any]:
    return select(table).where(table.c.tenant == tx.actor.tenant)


# Settings


async def every_channel(tx: Tx) -> tuple[Channel, ...]:
    return await tx.rows(mine(channels, tx).order_by(channels.c.name), channel_of)


async def every_contact(tx: Tx) -> tuple[Contact, ...]:
    return await tx.rows(mine(contacts, tx).order_by(contacts.c.name), contact_of)


async def every_group(tx: Tx) -> tuple[Group, ...]:
    return await tx.rows(mine(groups, tx).order_by(groups.c.name), group_of)


async def every_route(tx: Tx) -> tuple[Route, ...]:
    return await tx.rows(mine(routes, tx).order_by(routes.c.position, routes.c.id), route_of)


async def every_template(tx: Tx) -> tuple[Template, ...]:
    """Those somebody wrote; the program has its own for the rest."""
    return await tx.rows(
        mine(templates, tx).order_by(templates.c.kind, templates.c.language),
        lambda row: Template(
            ChannelKind(row.kind), row.language, row.subject, row.body, is_own=True
        ),
    )


async def save_channel(tx: Tx, channel: Channel) -> int:
    return await _save(tx, channels, channel.id, channel_values(channel))


async def save_contact(tx: Tx, contact: Contact) -> int:
    return await _save(tx, contacts, contact.id, contact_values(contact))


async def save_group(tx: Tx, group: Group) -> int:
    values = {"name": group.name, "contact_ids": [int(each) for each in group.contact_ids]}
    return await _save(tx, groups, group.id, values)


async def save_route(tx: Tx, route: Route) -> int:
    return await _save(tx, routes, route.id, route_values(route))


async def save_template(tx: Tx, template: Template) -> None:
    await remove_template(tx, template.kind, template.language)
    row = {
        "tenant": tx.actor.tenant,
        "kind": template.kind.value,
        "language": template.language,
        "subject": template.subject,
        "body": template.body,
    }
    await tx.execute(templates.insert().values(row))


async def remove_template(tx: Tx, kind: ChannelKind, language: str) -> int:
    return await tx.execute(
        templates.delete().where(
            templates.c.tenant == tx.actor.tenant,
            templates.c.kind == kind.value,
            templates.c.language == language,
        )
    )


async def remove(tx: Tx, table: Table, row_id: int) -> int:
    """Forget one row of a table of settings; how many there were."""
    return await tx.execute(
        table.delete().where(table.c.tenant == tx.actor.tenant, table.c.id == row_id)
    )


async def _save(tx: Tx, table: Table, row_id: int, values: Mapping[str, Any]) -> int:
    if not row_id:
        return await tx.insert(table, tenant=tx.actor.tenant, **values)
    await tx.execute(
        table.update()
        .where(table.c.tenant == tx.actor.tenant, table.c.id == row_id)
        .values(**values)
    )
    return row_id


async def save_health(tx: Tx, channel: Channel) -> None:
    """How a channel goes; its settings stay as somebody may just have changed them."""
    await tx.execute(
        channels.update()
        .where(channels.c.tenant == tx.actor.tenant, channels.c.id == channel.id)
        .values(
            failures=channel.failures,
            resting_until=channel.resting_until,
            sent_at=channel.sent_at,
            error=channel.error,
            error_at=channel.error_at,
        )
    )


async def disable(tx: Tx, channel: Channel, why: str) -> None:
    await tx.execute(
        channels.update()
        .where(channels.c.tenant == tx.actor.tenant, channels.c.id == channel.id)
        .values(is_enabled=False, disabled_why=why)
    )


async def policy(tx: Tx) -> NotifyPolicy:
    return await tx.one(mine(policies, tx), policy_of) or NotifyPolicy()


async def save_policy(tx: Tx, wanted: NotifyPolicy) -> None:
    values = policy_values(wanted)
    mine = policies.c.tenant == tx.actor.tenant
    if not await tx.execute(policies.update().where(mine).values(settings=values)):
        row = {"tenant": tx.actor.tenant, "settings": values}
        await tx.execute(policies.insert().values(row))
