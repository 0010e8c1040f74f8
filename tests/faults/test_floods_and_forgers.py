"""Who speaks unasked may shout, lie or babble: floods, forged senders, lines made to fool."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.adapters.syslog import SyslogReceiver, open_syslog_receiver
from noc_console.adapters.traps import open_trap_receiver
from noc_console.adapters.udp import Rate
from noc_console.app.compose import event_pack
from noc_console.kernel.clock import SystemClock
from noc_console.lab import plan
from noc_console.services.detection.events.book import EventBook
from noc_console.services.intake import rules, workers
from noc_console.services.intake.model import LogLine, Trap
from noc_console.services.telemetry.model import PollPolicy
from noc_console.wire import syslog
from tests.conftest import FakeClock
from tests.lab.watched import ACTOR, Watched, open_watched
from tests.services.intake.test_workers import LINK_DOWN, send, trap_bytes

FLOOD = 20_000
LOUD, QUIET = "127.20.9.66", "127.20.9.1"


async def test_n7_a_flood_of_one_source_leaves_the_others_heard_and_every_loss_counted() -> None:
    """N7: a token bucket per source before anything is parsed."""
    heard: list[Trap] = []
    async with open_trap_receiver(
        heard.append,
        clock=SystemClock(),
        bind="127.0.0.1",
        ports=(0,),
        rate=Rate(per_s=200, burst=500),
    ) as receiver:
        assert receiver.listener is not None
        data, port = trap_bytes(LINK_DOWN), receiver.listener.port
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as loud:
            loud.bind((LOUD, 0))
            for number in range(FLOOD):
                loud.sendto(data, ("127.0.0.1", port))
                if number % 1_000 == 999:
                    send(data, source=QUIET, port=port)
                    await asyncio.sleep(0)  # the kernel's buffer is not what is tested
        async with asyncio.timeout(20):
            while receiver.listener.received + receiver.listener.lost < FLOOD + FLOOD // 1_000:
                await asyncio.sleep(0.01)
        quiet = sum(trap.source == QUIET for trap in heard)
        drops = receiver.drops()
        assert len(heard) + sum(drops.values()) == FLOOD + FLOOD // 1_000
        assert quiet >= FLOOD // 1_000 - drops["kernel buffer"]
        assert drops["throttled"] > FLOOD // 2


async def test_n7_what_is_urgent_is_kept_when_more_comes_than_can_be_written(
    monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    """N7: a full queue of chatter has room for a link that goes down; both losses are named."""
    monkeypatch.setattr(workers, "WAITING", 100)
    # Neither stores nor bus are asked before `run`: only what is heard counts here.
    worker = workers.IntakeWorker(
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        bus=None,  # type: ignore[arg-type]
        actor=ACTOR,
        hint=None,  # type: ignore[arg-type]
        book=EventBook(event_pack()),
    )
    for number in range(1_000):
        worker.take_line(LogLine(LOUD, clock.now(), 1, 7, f"chatter {number}"))
    for _ in range(50):
        worker.take_trap(Trap(QUIET, clock.now(), "v2c", LINK_DOWN, 1, ()))
    assert worker.health()["drops"] == {"queue full": 900}
    assert worker.health()["queued"] == 150
    lost = "%BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down"
    worker.take_line(LogLine(QUIET, clock.now(), 23, 5, lost, mnemonic="BGP-5-ADJCHANGE"))
    assert worker.health()["queued"] == 151, "only a notice, and yet what the desk waits for"


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    policy = PollPolicy(interval_s=0.5, wish_s=2.0)
    async with open_watched(tmp_path, plan.small(), policy=policy, listens=False) as opened:
        yield opened


async def test_n8_a_forged_link_down_raises_no_alarm(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N8: from a stranger it is quarantined; in a device's own name it only makes the poller
    look, and what the poller sees is a link that is up.
    """
    monkeypatch.setattr(workers, "HELD_S", 0.2)
    monkeypatch.setattr(workers, "QUARANTINE_EVERY_S", 0.1)
    console = watched.console
    [device, *_] = await console.inventory.devices(ACTOR)
    before = await watched.alarms()
    send(trap_bytes(LINK_DOWN), source="127.20.99.99", port=watched.trap_port)
    send(trap_bytes(LINK_DOWN), source=device.address, port=watched.trap_port)
    async with asyncio.timeout(60):
        while not await console.intake.quarantine(ACTOR):
            await asyncio.sleep(0.05)
        while not await console.intake.recent(ACTOR, device_id=int(device.id)):
            await asyncio.sleep(0.05)
        await watched.rounds(3)
    assert await watched.alarms() == before
    [stranger] = await console.intake.quarantine(ACTOR)
    assert stranger.source == "127.20.99.99"


CORPUS = {
    "no priority": b"link down",
    "a priority that is none": b"<999>link down",
    "64 kilobytes": b"<13>" + b"x" * 65_000,
    "NUL": b"<13>a\0b\0",
    "invalid UTF-8": b"<13>\xff\xfe caf\xe9",
    "ANSI": b"<13>\x1b[2J\x1b]0;owned\x07 ok",
    "forged line": b"<13>login ok\r\n<8>Mar  1 00:00:00 core kernel: all is lost",
    "other direction": "<13>\u202egnp.exe \u2028next".encode(),
    "nothing": b"",
}


@pytest.mark.parametrize("data", CORPUS.values(), ids=CORPUS.keys())
async def test_n10_a_line_made_to_fool_is_one_bounded_visible_line(
    data: bytes, clock: FakeClock
) -> None:
    """N10: one record a datagram, over a real socket."""
    heard: list[LogLine] = []
    async with open_syslog_receiver(
        heard.append, clock=clock, bind="127.0.0.1", ports=(0,)
    ) as receiver:
        assert receiver.listener is not None
        send(data, source="127.0.0.1", port=receiver.listener.port)
        send(b"<13>after", source="127.0.0.1", port=receiver.listener.port)
        async with asyncio.timeout(10):
            while len(heard) < 2:
                await asyncio.sleep(0.01)
    assert [line.text for line in heard[1:]] == ["after"]
    _is_safe(heard[0])


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=9_000))
def test_n10_whatever_octets_come_they_are_one_bounded_visible_line(data: bytes) -> None:
    """N10: no octets make two lines of one, or a character that does something."""
    heard: list[LogLine] = []
    SyslogReceiver(heard.append, clock=FakeClock()).receive(data, "192.0.2.1")
    assert len(heard) == 1
    _is_safe(heard[0])


def _is_safe(line: LogLine) -> None:
    kept = rules.line_of_log(line, None)
    assert len(line.text) <= syslog.MAX_BYTES
    assert len(kept.text) <= rules.TEXT_LIMIT + 1
    for text in (kept.text, kept.host, kept.app, kept.process, kept.mnemonic, kept.structured):
        assert "\n" not in text and "\r" not in text and "\x1b" not in text
        assert not any(sign < " " or "\x7f" <= sign < "\xa0" for sign in text)
        assert not {"\u202e", "\u2028", "\u2029", "\u2066"} & set(text)
