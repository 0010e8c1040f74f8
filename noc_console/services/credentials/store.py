"""Where credentials are kept; their secrets lie in the vault under a reference."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import JSON, Column, Integer, Row, String, Table, UniqueConstraint, func, select

from noc_console.db.database import BigId, Tx, metadata
from noc_console.kernel.secret import SecretRef
from noc_console.services.credentials.model import (
    Credential,
    CredentialId,
    CredentialKind,
    Match,
)

credentials = Table(
    "credentials",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("user", String, nullable=False),
    Column("auth_protocol", String, nullable=False),
    Column("priv_protocol", String, nullable=False),
    Column("context", String, nullable=False),
    Column("secret", String),
    Column("priv_secret", String),
    # Which devices it is for: names, words and sites, as lists.
    Column("match", JSON, nullable=False, server_default="{}"),
    Column("certificate", String, nullable=False, server_default=""),
    UniqueConstraint("tenant", "name"),
)


async def every(tx: Tx) -> tuple[Credential, ...]:
    """All of the tenant's, in the order they are tried."""
    return await tx.rows(
        select(credentials)
        .where(credentials.c.tenant == tx.actor.tenant)
        .order_by(credentials.c.position, credentials.c.id),
        _credential,
    )


async def get(tx: Tx, credential_id: int) -> Credential | None:
    return await tx.one(
        select(credentials).where(
            credentials.c.tenant == tx.actor.tenant, credentials.c.id == credential_id
        ),
        _credential,
    )


async def add(tx: Tx, **fields: Any) -> CredentialId:
    """Add at the end of the order."""
    last = await tx.scalar(
        select(func.max(credentials.c.position)).where(credentials.c.tenant == tx.actor.tenant)
    )
    position = 0 if last is None else int(last) + 1
    return CredentialId(
        await tx.insert(credentials, tenant=tx.actor.tenant, position=position, **fields)
    )


async def change(tx: Tx, credential_id: int, **fields: Any) -> None:
    await tx.execute(
        credentials.update()
        .where(credentials.c.tenant == tx.actor.tenant, credentials.c.id == credential_id)
        .values(**fields)
    )


async def remove(tx: Tx, credential_id: int) -> None:
    await tx.execute(
        credentials.delete().where(
            credentials.c.tenant == tx.actor.tenant, credentials.c.id == credential_id
        )
    )


def _credential(row: Row[Any]) -> Credential:
    return Credential(
        id=CredentialId(row.id),
        name=row.name,
        kind=CredentialKind(row.kind),
        position=row.position,
        user=row.user,
        auth_protocol=row.auth_protocol,
        priv_protocol=row.priv_protocol,
        context=row.context,
        secret=SecretRef(row.secret) if row.secret else None,
        priv_secret=SecretRef(row.priv_secret) if row.priv_secret else None,
        match=_match(row.match),
        certificate=row.certificate,
    )


def match_document(match: Match) -> dict[str, list[str]]:
    return {key: list(value) for key, value in asdict(match).items() if value}


def _match(kept: Any) -> Match:
    read = kept if isinstance(kept, dict) else {}
    return Match(
        *(tuple(map(str, read.get(key) or ())) for key in ("names", "words", "sites")),
    )
