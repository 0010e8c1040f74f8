from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from noc_console.adapters.snmp import open_reader
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.hostkeys.model import NotTrusted
from noc_console.services.inventory.model import Inspected
from noc_console.services.secrets.model import HolderKind, LockState
from tests.adapters.ssh.peers import USER, Sshd, sshd
from tests.conftest import FakeClock
from tests.lab.snmpd import Agent, snmpd
from tests.services.vault.conftest import Bench, bench_on

PHRASE = Secret("mira's long phrase")


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is does not matter here."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with snmpd(tmp_path_factory.mktemp("snmpd")) as running:
        yield running


@pytest.fixture
async def live(
    db: Database, clock: FakeClock, tmp_path: Path, server: Sshd
) -> AsyncIterator[Bench]:
    """With a network: a real snmpd and a real sshd."""
    async with open_reader(bind="127.0.0.1") as reader:
        yield bench_on(db, clock, tmp_path, reader, ssh_port=server.port)


async def device_at(bench: Bench, actor: Actor, clock: FakeClock, port: int, **more: int) -> int:
    seen = Inspected("127.0.0.1", port, clock.now(), name="lab-1", **more)
    return int(await bench.inventory.record(actor, inspected=seen))


async def test_the_list_says_what_is_kept_for_how_many_and_never_the_secret(
    bench: Bench, operator: Actor, clock: FakeClock
) -> None:
    own = await bench.credentials.add_snmp(operator, name="ro", community="hunter2")
    await bench.credentials.add_ssh(operator, name="edge", user="noc", password="p", names=("x",))
    await bench.secrets.content_key(operator, purpose="configs")
    await device_at(bench, operator, clock, 161, credential_id=int(own.id))
    lines = await bench.vault.entries(operator)
    assert [(line.name, line.kind, line.devices) for line in lines] == [
        ("ro", "SNMP v2c", 1),
        ("edge", "Password", 0),
        ("configs", "Key for contents", None),
    ]
    assert "hunter2" not in repr(lines)
    [device] = await bench.vault.devices(operator, credential_id=int(own.id))
    assert (device.name, device.why) == ("lab-1", "answers to it")


async def test_every_door_asks_for_its_right(bench: Bench) -> None:
    eve = Actor("eve", "acme")
    for work in (
        bench.vault.entries(eve),
        bench.vault.state(eve),
        bench.vault.holders(eve),
        bench.vault.rotate(eve),
        bench.vault.reveal(eve, ref="credentials/1", passphrase=PHRASE),
        bench.vault.add_person(eve, name="eve", passphrase=PHRASE),
        bench.vault.put_out(eve, holder_id=1),
        bench.vault.test(eve, credential_id=1, device_id=1),
    ):
        with pytest.raises(NotAllowed):
            await work


async def test_people_are_let_in_rotate_and_are_put_out(bench: Bench, operator: Actor) -> None:
    await bench.credentials.add_ssh(operator, user="noc", password="lab")
    assert (await bench.vault.state(operator)).lock is LockState.OPEN
    added = await bench.vault.add_person(operator, name="mira", passphrase=PHRASE)
    kinds = {holder.name: holder.kind for holder in await bench.vault.holders(operator)}
    assert kinds == {"mira": HolderKind.PERSON, "noc-1": HolderKind.MACHINE}
    with pytest.raises(Refused, match="open it as yourself"):
        await bench.vault.reveal(operator, ref="credentials/1", passphrase=PHRASE)
    await bench.vault.unlock(operator, person="mira", passphrase=PHRASE)
    shown = await bench.vault.reveal(operator, ref="credentials/1", passphrase=PHRASE)
    assert shown.reveal() == "lab"
    assert await bench.vault.rotate(operator) == 1
    assert await bench.vault.move(operator) == 0
    with pytest.raises(Refused, match="themselves"):
        await bench.vault.put_out(operator, holder_id=int(added.id))
    bench.vault.holding.lock()
    assert await bench.vault.put_out(operator, holder_id=int(added.id)) == 1
    assert [holder.name for holder in await bench.vault.holders(operator)] == ["noc-1"]


async def test_a_community_is_tried_on_a_real_agent(
    live: Bench, operator: Actor, clock: FakeClock, agent: Agent
) -> None:
    right = await live.credentials.add_snmp(operator, name="ro", community="public")
    wrong = await live.credentials.add_snmp(operator, name="no", community="hunter2")
    device = await device_at(live, operator, clock, agent.port)
    tested = await live.vault.test(operator, credential_id=int(right.id), device_id=device)
    assert tested.is_accepted and "answers" in tested.text
    tested = await live.vault.test(operator, credential_id=int(wrong.id), device_id=device)
    assert not tested.is_accepted
    assert "hunter2" not in tested.text


async def test_a_login_is_tried_on_a_door_whose_key_was_trusted_and_on_no_other(
    live: Bench, operator: Actor, clock: FakeClock, server: Sshd, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = (server.home / "id").read_text()
    known = await live.credentials.add(
        operator, kind=CredentialKind.SSH_KEY, user=USER, name="robot", secret=Secret(key)
    )
    device = await device_at(live, operator, clock, 161)
    with pytest.raises(NotTrusted):
        await live.vault.test(operator, credential_id=int(known.id), device_id=device)
    await live.hostkeys.trust(operator, key=server.pinned())
    tested = await live.vault.test(operator, credential_id=int(known.id), device_id=device)
    assert tested.is_accepted, tested.text
    other = await live.credentials.add_ssh(operator, user=USER, password="hunter2")
    tested = await live.vault.test(operator, credential_id=int(other.id), device_id=device)
    assert not tested.is_accepted
    assert "hunter2" not in tested.text + caplog.text
    assert key.splitlines()[1] not in caplog.text


async def test_what_cannot_be_tried_is_said(
    bench: Bench, operator: Actor, clock: FakeClock
) -> None:
    device = await device_at(bench, operator, clock, 161)
    token = await bench.credentials.add(
        operator, kind=CredentialKind.TOKEN, name="awx", secret=Secret("t")
    )
    with pytest.raises(Invalid, match="where it is used"):
        await bench.vault.test(operator, credential_id=int(token.id), device_id=device)
    with pytest.raises(NotFound):
        await bench.vault.test(operator, credential_id=999, device_id=device)
    with pytest.raises(NotFound):
        await bench.vault.devices(operator, credential_id=999)


async def test_another_pass_phrase_takes_the_old_one(bench: Bench, operator: Actor) -> None:
    await bench.credentials.add_ssh(operator, user="noc", password="lab")
    added = await bench.vault.add_person(operator, name="mira", passphrase=PHRASE)
    fresh = Secret("another long phrase")
    await bench.vault.change_passphrase(operator, person="mira", old=PHRASE, new=fresh)
    await bench.vault.unlock(operator, person="mira", passphrase=fresh)
    with pytest.raises(Refused):
        await bench.vault.let_in(operator, holder_id=int(added.id), fingerprint=added.fingerprint)
