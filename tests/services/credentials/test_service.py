from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, Match, NeedsTouch, Subject
from noc_console.services.credentials.service import CredentialService
from noc_console.services.secrets.model import SecretUsed
from noc_console.services.secrets.service import SecretService
from tests.adapters.ssh.authenticator import ED25519, UP, Credential
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


CORE = Subject(device_id=7, name="core-ams-1", address="10.1.0.1", platform="junos", site="Delft")
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----"


async def test_the_login_that_matches_best_comes_first_with_its_enable_word(
    credentials: CredentialService, operator: Actor
) -> None:
    await credentials.add_ssh(operator, user="anyone", password="p1")
    await credentials.add_ssh(operator, user="site", password="p2", sites=("delft",))
    await credentials.add_ssh(operator, user="core", password="p3", names=("core-*",))
    await credentials.add_ssh(operator, user="edge", password="p4", names=("edge-*",))
    await credentials.add(
        operator,
        kind=CredentialKind.SSH_KEY,
        user="robot",
        secret=Secret(KEY),
        priv_secret=Secret("key phrase"),
        certificate="ssh-ed25519-cert-v01@openssh.com AAAA",
        match=Match(words=("JunOS",)),
    )
    await credentials.add(operator, kind=CredentialKind.ENABLE, secret=Secret("up"))
    found = await credentials.logins_for(operator, subject=CORE, purpose="terminal")
    assert [one.user for one in found] == ["core", "site", "robot", "anyone"]
    assert {one.enable.reveal() for one in found} == {"up"}
    robot = found[2]
    assert (robot.key.reveal(), robot.passphrase.reveal()) == (KEY + "\n", "key phrase")
    assert not robot.password
    assert "PRIVATE" not in repr(found)


async def test_using_a_login_is_journaled_with_the_device(
    credentials: CredentialService, operator: Actor, bus: EventBus
) -> None:
    known = await credentials.add_ssh(operator, user="noc", password="lab")
    heard: list[Event] = []
    bus.listen(heard.extend)
    await credentials.logins_for(operator, subject=CORE, purpose="terminal")
    assert heard == [SecretUsed(name=f"credentials/{known.id}", purpose="terminal", device_id=7)]
    assert "lab" not in repr(heard)


async def test_a_login_that_was_chosen_is_used_whatever_it_matches(
    credentials: CredentialService, operator: Actor
) -> None:
    edge = await credentials.add_ssh(operator, user="edge", password="p", names=("edge-*",))
    [found] = await credentials.logins_for(
        operator, subject=CORE, purpose="test", credential_ids=(edge.id,)
    )
    assert found.user == "edge"


async def test_a_security_key_is_for_who_can_touch_it(
    credentials: CredentialService, operator: Actor, tmp_path: Path
) -> None:
    file = Credential(ED25519, b"ssh:", UP).write(tmp_path / "sk")
    await credentials.add(
        operator,
        kind=CredentialKind.SSH_KEY,
        name="mira's key",
        user="mira",
        secret=Secret(file.read_text()),
    )
    [mine] = await credentials.logins_for(
        operator, subject=CORE, purpose="terminal", with_touch=True
    )
    assert mine.needs_touch and mine.user == "mira"
    with pytest.raises(NeedsTouch, match=r"“mira's key” for .*somebody must touch"):
        await credentials.logins_for(operator, subject=CORE, purpose="configs")
    await credentials.add_ssh(operator, user="robot", password="lab")
    [alone] = await credentials.logins_for(operator, subject=CORE, purpose="configs")
    assert alone.user == "robot" and not alone.needs_touch


async def test_a_token_is_found_by_its_name(
    credentials: CredentialService, operator: Actor
) -> None:
    await credentials.add(operator, kind=CredentialKind.TOKEN, name="awx", secret=Secret("t0k"))
    assert (await credentials.token(operator, name="awx", purpose="jobs")).reveal() == "t0k"
    with pytest.raises(NotFound):
        await credentials.token(operator, name="git", purpose="jobs")


async def test_a_credential_takes_another_name_and_another_secret(
    credentials: CredentialService, operator: Actor
) -> None:
    one = await credentials.add_ssh(operator, user="noc", password="old", name="core")
    await credentials.add_ssh(operator, user="noc", password="x", name="edge")
    changed = await credentials.change(
        operator, credential_id=one.id, name="backbone", names=("core-*",)
    )
    assert changed.match == Match(names=("core-*",))
    await credentials.new_secret(operator, credential_id=one.id, secret=Secret("new"))
    [login] = await credentials.logins_for(
        operator, subject=CORE, purpose="x", credential_ids=(one.id,)
    )
    assert (login.name, login.password.reveal()) == ("backbone", "new")
    with pytest.raises(Conflict):
        await credentials.change(operator, credential_id=one.id, name="edge")
    with pytest.raises(Invalid):
        await credentials.new_secret(operator, credential_id=one.id)


async def test_a_name_that_was_given_up_can_be_taken_and_secrets_stay_apart(
    credentials: CredentialService, operator: Actor
) -> None:
    one = await credentials.add_ssh(operator, user="noc", password="first", name="core")
    await credentials.change(operator, credential_id=one.id, name="old core")
    await credentials.add_ssh(operator, user="noc", password="second", name="core")
    found = await credentials.logins_for(operator, subject=CORE, purpose="x")
    assert {each.name: each.password.reveal() for each in found} == {
        "old core": "first",
        "core": "second",
    }


async def test_the_public_half_of_a_key_is_no_key(
    credentials: CredentialService, operator: Actor
) -> None:
    for text in ("ssh-ed25519 AAAA me@there", "hello", "-----BEGIN PUBLIC KEY-----\nx"):
        with pytest.raises(Invalid):
            await credentials.add(
                operator, kind=CredentialKind.SSH_KEY, user="noc", secret=Secret(text)
            )


async def test_the_order_is_kept_within_its_ends_and_heard_of(
    credentials: CredentialService, operator: Actor
) -> None:
    added = [
        await credentials.add_ssh(operator, user=name, password="x", name=name) for name in "abc"
    ]

    async def order() -> str:
        return "".join(one.name for one in await credentials.all(operator))

    await credentials.move(operator, credential_id=int(added[2].id), steps=-1)
    assert await order() == "acb"
    await credentials.move(operator, credential_id=int(added[0].id), steps=9)
    assert await order() == "cba"
    await credentials.move(operator, credential_id=int(added[0].id), steps=1)
    assert await order() == "cba"
    with pytest.raises(NotFound):
        await credentials.move(operator, credential_id=99, steps=1)


async def test_keys_for_tacacs_are_handed_out_with_the_devices_they_are_for(
    credentials: CredentialService, operator: Actor
) -> None:
    added = await credentials.add_tacacs(
        operator, shared_secret="tac-key", name="core", names=("core-*",)
    )
    again = await credentials.add_tacacs(operator, shared_secret="tac-key", names=("core-*",))
    assert again == added and added.kind is CredentialKind.TACACS
    [(known, key)] = await credentials.tacacs_keys(operator)
    assert known.match.names == ("core-*",) and key.reveal() == "tac-key"
    assert "tac-key" not in repr(await credentials.all(operator))
    assert await credentials.logins_for(operator, subject=CORE, purpose="terminal") == ()
    with pytest.raises(Invalid, match="key it shares"):
        await credentials.add_tacacs(operator, shared_secret="")
    with pytest.raises(NotAllowed):
        await credentials.tacacs_keys(replace(operator, rights=frozenset()))
