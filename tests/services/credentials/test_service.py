from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.credentials.service import CredentialService
from noc_console.services.secrets.service import SecretService
from tests.conftest import FakeClock


@pytest.fixture
def credentials(db: Database, clock: FakeClock, tmp_path: Path) -> CredentialService:
    vault = SecretService(db, keyring=KeyFile(tmp_path / "key"), clock=clock)
    return CredentialService(db, vault)


async def test_the_same_credential_twice_is_one(
    credentials: CredentialService, operator: Actor
) -> None:
    first = await credentials.add_snmp(operator, community="public")
    again = await credentials.add_snmp(operator, community="public")
    other = await credentials.add_snmp(operator, community="private")
    assert first == again
    assert [one.name for one in await credentials.all(operator)] == ["v2c", "v2c 2"]
    assert other.position == 1


async def test_opened_credentials_carry_their_secrets_and_do_not_print_them(
    credentials: CredentialService, operator: Actor
) -> None:
    v3 = await credentials.add_snmp(
        operator,
        kind=CredentialKind.SNMP_V3,
        user="noc",
        auth_protocol="sha256",
        auth_pass="auth-pass-1",
        priv_protocol="aes128",
        priv_pass="priv-pass-1",
    )
    await credentials.add_snmp(operator, community="public")
    await credentials.add_ssh(operator, user="noc", password="lab")
    opened = await credentials.opened(operator)
    assert [known.kind for known, _ in opened] == [CredentialKind.SNMP_V3, CredentialKind.SNMP_V2C]
    [(_, secret)] = await credentials.opened(operator, credential_ids=(v3.id,))
    assert secret.auth_secret.reveal() == "auth-pass-1"
    assert secret.priv_secret.reveal() == "priv-pass-1"
    assert secret.auth_protocol == "SHA256"
    assert not secret.community
    assert "pass-1" not in repr(opened)


async def test_names_are_unique_and_what_is_wrong_is_named(
    credentials: CredentialService, operator: Actor
) -> None:
    await credentials.add_snmp(operator, name="core", community="public")
    with pytest.raises(Conflict, match="core"):
        await credentials.add_snmp(operator, name="core", community="other")
    with pytest.raises(Invalid, match="community"):
        await credentials.add_snmp(operator)


async def test_removing_takes_the_secrets_along(
    credentials: CredentialService, db: Database, operator: Actor
) -> None:
    known = await credentials.add_snmp(operator, community="public")
    await credentials.remove(operator, credential_id=known.id)
    assert await credentials.all(operator) == ()
    async with db.read(operator) as tx:
        from sqlalchemy import func, select

        from noc_console.services.secrets.store import secrets

        assert await tx.scalar(select(func.count()).select_from(secrets)) == 0
    with pytest.raises(NotFound):
        await credentials.remove(operator, credential_id=known.id)


async def test_only_who_may_use_credentials_gets_them_opened(
    credentials: CredentialService,
) -> None:
    with pytest.raises(NotAllowed):
        await credentials.opened(Actor("eve", "acme", frozenset({"credentials.list"})))
