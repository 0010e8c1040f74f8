"""Opening sessions as an operator does: resolved, asked about, recorded; over real sshd."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from noc_console.adapters.links.holding import TerminalHolder
from noc_console.adapters.links.opening import LinkOpener
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import AuthRejected, Invalid, NotAllowed, NotFound, Refused
from noc_console.kernel.events import EventBus
from noc_console.lab import plan
from noc_console.lab.run import Options, open_lab
from noc_console.services.alarms.model import Severity
from noc_console.services.hostkeys.model import BadCertificate, KeyChanged, NotTrusted
from noc_console.services.hostkeys.service import CHANGED
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.tagging import TagService
from noc_console.services.terminal.connecting import (
    LegacyOnly,
    LinkKind,
    SessionEnded,
    SessionOpened,
    SessionRefused,
    Target,
)
from noc_console.services.terminal.keeping import subject_of
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.session import Session, SessionState
from noc_console.services.terminal.sessions import SessionService
from noc_console.services.ways.model import Hop, LegacyAllowed
from tests.adapters.links.holders import holder_at, holder_place
from tests.adapters.ssh.authorities import certify
from tests.adapters.ssh.peers import Sshd, agent, children, keygen, sshd
from tests.conftest import FakeClock
from tests.services.terminal.house import House, Person, house

SIZE = Size(80, 24)


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is, the store's tests ask."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def home(db: Database, bus: EventBus, clock: FakeClock, tmp_path: Path) -> House:
    return house(db, bus, clock, tmp_path)


@pytest.fixture(autouse=True)
def keys(server: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An agent of the tests' own with the key that the server knows."""
    with agent(tmp_path, server.home / "id") as path:
        monkeypatch.setenv("SSH_AUTH_SOCK", path)
        yield


async def opened(home: House, operator: Actor, server: Sshd, person: Person) -> Session:
    target = await home.sessions.resolve(operator, address=f"ssh:{server.hop.text}")
    return await home.sessions.open(operator, target=target, size=SIZE, asker=person)


async def drained(session: Session) -> None:
    async with asyncio.timeout(20):
        while await session.read():
            pass


async def test_a_device_is_found_with_all_that_is_known_of_it(
    home: House, operator: Actor, clock: FakeClock
) -> None:
    seen = Inspected(
        address="10.20.1.1",
        port=161,
        at=clock.now(),
        name="ams-core-1",
        credential_id=1,
        platform="iosxr",
        vendor="Cisco",
        location="Amsterdam",
    )
    number = await home.inventory.record(operator, inspected=seen)
    await home.ways.add(operator, name="inner", names="ams-*", sites="Amst*", hops="jump1>me@jump2")
    await home.ways.allow_legacy(operator, host="10.20.1.1", reason="no newer firmware")
    target = await home.sessions.resolve(operator, address=f"ssh:device:{number}")
    assert target == Target(
        "ams-core-1",
        LinkKind.SSH,
        "10.20.1.1",
        22,
        device_id=int(number),
        platform="iosxr",
        vendor="Cisco",
        type=target.type,
        site="Amsterdam",
        hops=(Hop("jump1"), Hop("jump2", 22, "me")),
        is_legacy=True,
    )
    own = await home.sessions.resolve(operator, address="ssh:other>10.20.1.1")
    assert own.hops == (Hop("other"),)
    with pytest.raises(NotFound):
        await home.sessions.resolve(operator, address="ssh:device:4711")
    assert (await home.sessions.resolve(operator, address="shell")).kind is LinkKind.SHELL


async def test_tags_of_a_device_choose_its_jump_hosts_and_its_credentials(
    home: House, operator: Actor, clock: FakeClock, db: Database
) -> None:
    seen = Inspected(
        address="10.20.1.1", port=161, at=clock.now(), name="ams-core-1", credential_id=1
    )
    number = int(await home.inventory.record(operator, inspected=seen))
    await home.ways.add(operator, name="old town", names="tag:old-town", hops="jump1")
    await home.credentials.add_ssh(
        operator, name="town", user="mira", password="y", words=("old-town",)
    )
    tags = TagService(db, home.inventory)
    await tags.tag(operator, tags=("old-town", "lab"), device_ids=(number,))
    target = await home.sessions.resolve(operator, address=f"ssh:device:{number}")
    assert target.tags == {"old-town", "lab"} and target.hops == (Hop("jump1"),)
    subject = subject_of(target)
    (login,) = await home.credentials.logins_for(operator, subject=subject, purpose="test")
    assert login.name == "town"
    await tags.untag(operator, tags=("old-town",), device_ids=(number,))
    again = await home.sessions.resolve(operator, address=f"ssh:device:{number}")
    assert again.hops == ()
    assert not await home.credentials.logins_for(
        operator, subject=subject_of(again), purpose="test"
    )


async def test_a_stranger_is_asked_about_once_and_the_session_is_in_the_journal(
    home: House, operator: Actor, server: Sshd
) -> None:
    person = Person()
    session = await opened(home, operator, server, person)
    session.send(b"exit\r")
    await drained(session)
    assert session.state is SessionState.CLOSED and session.why == "logged out"
    await session.close()
    second = await opened(home, operator, server, person)
    await second.close()
    assert person.asked == [server.pinned()]
    begun = [event for event in home.told if isinstance(event, SessionOpened)]
    ended = [event for event in home.told if isinstance(event, SessionEnded)]
    assert begun[0].via == f"ssh {server.hop.text}" and begun[0].address.startswith("ssh:")
    assert ended[0].session == begun[0].session and ended[0].received > 0 and ended[0].sent == 5
    assert [event.why for event in ended] == ["logged out", "closed here"]


async def test_a_session_goes_on_without_its_window_and_the_journal_says_so(
    home: House, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELL", "/bin/sh")
    size, target = Size(80, 24), await home.sessions.resolve(operator, address="shell")
    with holder_place() as place:
        first, second = (windowed(home, place) for _ in range(2))
        session = await first.sessions.open(operator, target=target, size=size, asker=Person())
        async with asyncio.timeout(20):
            while not first.holder._clerk.is_connected:
                await asyncio.sleep(0.02)
        runs = "trap 'stty size' WINCH; echo re''ady; while :; do sleep 0.1; done"
        session.send(f'exec /bin/sh -c "{runs}"\r'.encode())
        await shows(session, b"ready")
        key = session.kept_as
        assert key and await second.sessions.left(operator) == ()
        first.sessions.leave()
        await session.close()
        assert session.state is SessionState.CLOSED and session.kept_as == ""
        await first.holder.close()
        third = windowed(home, place)
        (left,) = await third.sessions.left(operator)
        assert (left.key, left.address) == (key, "shell")
        gone = await third.sessions.resume(operator, key="other", size=size, asker=Person())
        assert gone is None
        with pytest.raises(NotAllowed):
            await third.sessions.resume(
                replace(operator, rights=frozenset()), key=key, size=size, asker=Person()
            )
        resumed = await third.sessions.resume(operator, key=key, size=size, asker=Person())
        assert resumed is not None and resumed.resumed is not None and resumed.kept_as == key
        resumed.redraw()
        await shows(resumed, b"23 80")
        await shows(resumed, b"24 80")
        await resumed.close()
        for window in (second, third):
            await window.holder.close()
    ended = [event.why for event in home.told if isinstance(event, SessionEnded)]
    assert ended == ["left going on: the console was closed", "closed here"]
    assert len([event for event in home.told if isinstance(event, SessionOpened)]) == 2


async def shows(session: Session, wanted: bytes) -> None:
    got = b""
    async with asyncio.timeout(20):
        while wanted not in got:
            part = await session.read()
            assert part, got
            got += part


@dataclass
class Windowed:
    sessions: SessionService
    holder: TerminalHolder


def windowed(home: House, place: Path) -> Windowed:
    """The sessions of a window of their own, over the same store."""
    holder = holder_at(place)
    sessions = copy(home.sessions)
    sessions._connector, sessions._holding = LinkOpener(holder), holder
    return Windowed(sessions, holder)


async def test_a_stranger_nobody_vouches_for_stays_one(
    home: House, operator: Actor, server: Sshd
) -> None:
    with pytest.raises(NotTrusted):
        await opened(home, operator, server, Person(trusts=False))
    (refused,) = [event for event in home.told if isinstance(event, SessionRefused)]
    assert "nobody trusted" in refused.why
    assert await home.hostkeys.all(operator) == ()


async def test_a_changed_key_blocks_alarms_and_takes_a_reason_that_is_kept(
    home: House, operator: Actor, server: Sshd
) -> None:
    false = replace(server.pinned(), key="ssh-ed25519 AAAA", fingerprint="SHA256:before")
    await home.hostkeys.trust(operator, key=false)
    person = Person()
    with pytest.raises(KeyChanged, match="SHA256:before"):
        await opened(home, operator, server, person)
    (alarm,) = await home.alarms.active(operator)
    assert alarm.condition == CHANGED and alarm.severity is Severity.MAJOR
    person.reason = "replaced after a fault"
    session = await opened(home, operator, server, person)
    await session.close()
    (alarm,) = await home.alarms.active(operator)
    assert alarm.severity is Severity.CLEARED
    (pinned,) = await home.hostkeys.all(operator)
    assert pinned.key == server.pinned() and pinned.reason == "replaced after a fault"


async def test_a_host_by_certificate_asks_nothing_until_its_authority_is_revoked(
    home: House, operator: Actor, server: Sshd, tmp_path: Path
) -> None:
    ca = keygen(tmp_path / "ca")
    signed = certify(ca, keygen(tmp_path / "box"), "-n", "127.0.0.1")
    shows = (f"HostCertificate {signed}", f"HostKey {tmp_path / 'box'}")
    made = await home.hostkeys.trust_authority(
        operator, key=(tmp_path / "ca.pub").read_text(), hosts="127.0.0.*", name="office"
    )
    person = Person()
    with sshd(server.home, *shows, keys=()) as by_word:
        session = await opened(home, operator, by_word, person)
        await session.close()
        assert person.asked == [] and await home.hostkeys.all(operator) == ()
        await home.hostkeys.revoke_authority(
            operator, authority_id=made.id, reason="its key was stolen"
        )
        with pytest.raises(BadCertificate, match="office, which is revoked: its key was stolen"):
            await opened(home, operator, by_word, person)
        (alarm,) = await home.alarms.active(operator)
        assert alarm.condition == CHANGED and alarm.severity is Severity.MAJOR
        person.reason = "stands beside me, ticket 4711"
        session = await opened(home, operator, by_word, person)
        await session.close()
        (alarm,) = await home.alarms.active(operator)
        assert alarm.severity is Severity.CLEARED
        (pinned,) = await home.hostkeys.all(operator)
        assert pinned.reason == "stands beside me, ticket 4711"
        session = await opened(home, operator, by_word, Person(trusts=False))
        await session.close()


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
async def test_old_algorithms_are_allowed_for_one_host_with_a_badge(
    home: House, operator: Actor, tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    old = ("KexAlgorithms diffie-hellman-group14-sha1",)
    with sshd(tmp_path / "old", *old) as server:
        (tmp_path / "old" / "authorized").write_bytes((tmp_path / "old" / "id.pub").read_bytes())
        person = Person()
        with pytest.raises(LegacyOnly, match="diffie-hellman-group14-sha1"):
            await opened(home, operator, server, person)
        weak = Actor("tom", operator.tenant, frozenset({"terminal.open", "hostkeys.see"}))
        asked = len(person.asked)
        with pytest.raises(LegacyOnly):
            await opened(home, weak, server, person)
        assert len(person.asked) == asked
        person.reason = "no newer firmware"
        with pytest.raises(AuthRejected):  # the agent's key is another server's: it came so far
            await opened(home, operator, server, person)
        (allowed,) = await home.ways.legacy(operator)
        assert (allowed.port, allowed.reason) == (server.port, "no newer firmware")
        assert any(isinstance(event, LegacyAllowed) for event in home.told)
        await home.ways.forbid_legacy(operator, host=server.hop.host, port=server.port)
        with pytest.raises(NotFound):
            await home.ways.forbid_legacy(operator, host=server.hop.host, port=server.port)
        with pytest.raises(Invalid):
            await home.ways.allow_legacy(operator, host="x", reason="")


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
async def test_old_algorithms_are_allowed_to_a_device_not_to_one_of_its_addresses(
    home: House, operator: Actor, clock: FakeClock, tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    old = ("KexAlgorithms diffie-hellman-group14-sha1",)
    with sshd(tmp_path / "old", *old) as server:
        host = server.hop.host
        seen = Inspected(
            address="10.20.1.1",
            port=161,
            at=clock.now(),
            name="old-1",
            vendor="Cisco",
            serial="FOC1234X0AB",
            engine_id="80000009030000aabbccdd",
            credential_id=1,
        )
        number = await home.inventory.record(operator, inspected=seen)
        # It answered at a second address once, and is managed at the first.
        await home.inventory.record(operator, inspected=replace(seen, address=host))
        await home.inventory.record(operator, inspected=seen)
        person = Person(reason="no newer firmware")
        target = await home.sessions.resolve(operator, address=f"ssh:{server.hop.text}")
        assert target.device_id == int(number) and target.managed_at == "10.20.1.1"
        with pytest.raises(AuthRejected):  # the agent's key is another server's: it came so far
            await home.sessions.open(operator, target=target, size=SIZE, asker=person)
        (allowed,) = await home.ways.legacy(operator)
        assert (allowed.host, allowed.port) == ("10.20.1.1", server.port)
        again = await home.sessions.resolve(operator, address=f"ssh:{server.hop.text}")
        assert again.is_legacy


async def test_a_session_whose_connection_dies_comes_back_by_itself(
    home: House, operator: Actor, server: Sshd
) -> None:
    session = await opened(home, operator, server, Person())
    session._first_wait_s = 0.05
    states: list[SessionState] = []
    session.listen(lambda: states.append(session.state))
    got = b""
    for child in children(server.process.pid):
        os.kill(child, signal.SIGKILL)
    async with asyncio.timeout(20):
        while SessionState.OPEN not in states:
            got += await session.read()
    session.send(b"echo 'here''again'\r")
    async with asyncio.timeout(20):
        while b"hereagain" not in got:
            got += await session.read()
    assert states[0] is SessionState.WAITING
    await session.close()
    begun = [event.session for event in home.told if isinstance(event, SessionOpened)]
    assert begun == [session.id, session.id]


async def test_passwords_of_the_vault_are_used_and_stay_there(
    home: House, operator: Actor, server: Sshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK")
    await home.credentials.add_ssh(operator, user="mira", password="correct horse")
    person = Person()
    target = replace(
        await home.sessions.resolve(operator, address=f"ssh:{server.hop.text}"), user=""
    )
    with pytest.raises(AuthRejected) as told:
        await home.sessions.open(operator, target=target, size=SIZE, asker=person)
    assert "horse" not in str(told.value) + repr(home.told) + repr(person.asked)
    blind = Actor("tom", operator.tenant, frozenset({"terminal.open", "hostkeys.see"}))
    with pytest.raises(Refused, match="no user was given"):
        await home.sessions.open(blind, target=target, size=SIZE, asker=person)
    assert person.asked[-1] == ("User",)


async def test_opening_needs_its_right(home: House) -> None:
    nobody = Actor("x", "acme", frozenset({"inventory.read"}))
    with pytest.raises(NotAllowed):
        await home.sessions.resolve(nobody, address="shell")
    with pytest.raises(NotAllowed):
        await home.sessions.open(nobody, target=Target("x"), size=SIZE, asker=Person())


async def test_a_lab_router_is_reached_by_its_number_with_the_vault_s_password(
    db: Database, bus: EventBus, clock: FakeClock, operator: Actor, tmp_path: Path
) -> None:
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=0)) as lab:
        device = lab.device("ams-core-1")
        home = house(db, bus, clock, tmp_path, port=device.ssh_port)
        await home.credentials.add_ssh(operator, user="noc", password="lab", words=("iosxr",))
        seen = Inspected(
            address=device.address,
            port=161,
            at=clock.now(),
            name="ams-core-1",
            credential_id=1,
            platform="iosxr",
        )
        number = await home.inventory.record(operator, inspected=seen)
        target = await home.sessions.resolve(operator, address=f"ssh:device:{number}")
        target = replace(target, uses_agent=False)
        person = Person()
        session = await home.sessions.open(operator, target=target, size=SIZE, asker=person)
        got = b""
        async with asyncio.timeout(20):
            while b"#" not in got:
                got += await session.read()
            session.send(b"show version\r")
            while b"Cisco IOS XR" not in got:
                got += await session.read()
        assert dict(session.facts)["Logged in by"] == "password “ssh noc”"
        assert len(person.asked) == 1
        await session.close()
        opened = [event for event in home.told if isinstance(event, SessionOpened)]
        assert opened[0].device_id == int(number)


async def test_a_shell_needs_nobody_s_answer(home: House, operator: Actor) -> None:
    person = Person()
    target = replace(await home.sessions.resolve(operator, address="shell"), command=("/bin/sh",))
    session = await home.sessions.open(operator, target=target, size=SIZE, asker=person)
    session.send(b"exit\r")
    await drained(session)
    assert person.asked == [] and session.why == "the shell ended"
