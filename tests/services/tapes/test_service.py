"""Recordings are begun, found again and thrown away; secrets are hidden in them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.kernel.events import EventBus
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.tapes.service import TapeService, mask
from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.model import Size
from tests.conftest import FakeClock
from tests.services.terminal.house import House, Person, house

TARGET = Target("par-core1 / test", LinkKind.SSH, "192.0.2.1", 22, device_id=7, platform="junos")
SIZE = Size(100, 30)
CANARY = "S3cr3tCanary"


@pytest.fixture
def tapes(db: Database, clock: FakeClock, tmp_path: Path) -> TapeService:
    return TapeService(db, tmp_path / "tapes", clock=clock)


@pytest.fixture
def home(db: Database, bus: EventBus, clock: FakeClock, tmp_path: Path) -> House:
    return house(db, bus, clock, tmp_path)


async def test_a_recording_is_found_again_played_and_removed(
    tapes: TapeService, operator: Actor, tmp_path: Path
) -> None:
    tap = await tapes.begin(operator, target=TARGET, size=SIZE)
    tap.received(b"show version\r\nenable secret 5 $1$abc$hunter2canary\r\n")
    tap.close()
    (found,) = await tapes.tapes(operator)
    assert (found.title, found.who, found.device_id) == ("par-core1 / test", "mira", 7)
    assert (tmp_path / "tapes").stat().st_mode & 0o777 == 0o700
    tape = await tapes.tape(operator, name=found.name)
    assert b"show version" in tape.shown[0].data
    assert "hunter2canary" not in (tmp_path / "tapes" / found.name).read_text()
    assert await tapes.tape_of(operator, path=tmp_path / "tapes" / found.name) == tape
    await tapes.remove(operator, name=found.name)
    assert await tapes.tapes(operator) == ()


async def test_two_recordings_of_one_second_are_two_files(
    tapes: TapeService, operator: Actor
) -> None:
    made = [await tapes.begin(operator, target=TARGET, size=SIZE) for _ in range(2)]
    text = await tapes.begin(operator, target=TARGET, size=SIZE, is_text=True)
    for tap in (*made, text):
        tap.close()
    assert len({tap.path for tap in (*made, text)}) == 3
    assert len(await tapes.tapes(operator)) == 2


async def test_more_can_be_hidden(tapes: TapeService, operator: Actor) -> None:
    await tapes.hide(operator, pattern=r"contract (\d+)")
    tap = await tapes.begin(operator, target=TARGET, size=SIZE, is_text=True)
    tap.received(b"contract 4711\r\n")
    tap.close()
    assert "contract ••••••" in tap.path.read_text()
    with pytest.raises(Conflict):
        await tapes.hide(operator, pattern=r"contract (\d+)")
    for wrong in ("(", " "):
        with pytest.raises(Invalid):
            await tapes.hide(operator, pattern=wrong)
    (kept,) = await tapes.patterns(operator)
    await tapes.show(operator, pattern_id=kept.id)
    with pytest.raises(NotFound):
        await tapes.show(operator, pattern_id=kept.id)
    assert await tapes.patterns(operator) == ()


@pytest.mark.parametrize("name", ["../../etc/passwd.cast", "/etc/passwd", "x", "..", "a/b.cast"])
async def test_only_recordings_are_read_and_removed(
    tapes: TapeService, operator: Actor, name: str
) -> None:
    with pytest.raises(Invalid):
        await tapes.tape(operator, name=name)
    with pytest.raises(Invalid):
        await tapes.remove(operator, name=name)
    with pytest.raises(NotFound):
        await tapes.tape(operator, name="nothing.cast")


async def test_who_may_not_record_does_not(tapes: TapeService) -> None:
    with pytest.raises(NotAllowed):
        await tapes.begin(Actor("rita", "acme"), target=TARGET, size=SIZE)


async def test_files_that_are_no_recordings_are_not_listed(
    tapes: TapeService, operator: Actor, tmp_path: Path
) -> None:
    (tmp_path / "tapes").mkdir()
    (tmp_path / "tapes" / "x.cast").write_text("hello\n")
    (tmp_path / "tapes" / "y.txt").write_text("hello\n")
    assert await tapes.tapes(operator) == ()


def test_what_looks_like_a_secret_is_masked_and_the_rest_stays() -> None:
    assert "hunter2" not in mask("snmp-server community hunter2 ro")
    assert mask("Gi0/1 is up, line protocol is up") == "Gi0/1 is up, line protocol is up"


async def test_a_secret_of_the_session_that_is_echoed_is_in_no_recording(
    tapes: TapeService, home: House, operator: Actor
) -> None:
    """A shell that echoes what it should not: the password typed by us, the enable word by hand."""
    await home.credentials.add_ssh(operator, user="mira", password=f"{CANARY}-login")
    await home.credentials.add(
        operator, kind=CredentialKind.ENABLE, secret=Secret(f"{CANARY}-enable")
    )
    target = Target("box", LinkKind.SHELL, user="mira", command=("/bin/cat",))
    session = await home.sessions.open(operator, target=target, size=SIZE, asker=Person())
    taps = [
        await tapes.begin(
            operator, target=target, size=SIZE, is_text=is_text, secrets=session.confided
        )
        for is_text in (False, True)
    ]
    for tap in taps:
        session.add_tap(tap)

    async def until(text: bytes) -> None:
        seen = b""
        async with asyncio.timeout(20):
            while text not in seen:
                seen += await session.read()

    for is_enable, word in ((False, b"-login"), (True, b"-enable")):
        await home.sessions.type_secret(operator, session=session, enable=is_enable)
        await until(CANARY.encode() + word + b"\r\n" + CANARY.encode() + word + b"\r\n")
    session.send(b"the end\r")
    await until(b"the end\r\nthe end")
    session.send(f"{CANARY}-login by hand\r".encode())
    await until(b"by hand\r\n")
    await session.close()
    for tap in taps:
        tap.close()
        kept = tap.path.read_text()
        assert CANARY not in kept and "••••••" in kept
        assert "the end" in kept and "by hand" in kept
