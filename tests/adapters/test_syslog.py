import asyncio
import logging.handlers
import socket

from noc_console.adapters.syslog import SyslogReceiver, open_syslog_receiver
from noc_console.adapters.udp import Rate
from noc_console.services.intake.model import LogLine


def test_a_line_is_told_with_our_time_and_its_claims(clock):
    told = []
    receiver = SyslogReceiver(told.append, clock=clock)
    receiver.receive(b"<187>Jan  1 00:00:00 core1 rpd[9]: BGP peer down\x1b[2J", "10.0.0.1")
    assert told == [
        LogLine(
            "10.0.0.1",
            clock.now(),
            23,
            3,
            "BGP peer down␛[2J",
            host="core1",
            app="rpd",
            process="9",
        )
    ]


def test_too_long_a_line_is_cut_and_counted(clock):
    told = []
    receiver = SyslogReceiver(told.append, clock=clock)
    receiver.receive(b"<187>" + b"x" * 20_000, "10.0.0.1")
    assert (len(told[0].text), receiver.accepted, receiver.cut) == (8187, 1, 1)


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_python_s_own_syslog_sender_is_understood(clock):
    told = []
    async with open_syslog_receiver(
        told.append, clock=clock, bind="127.0.0.1", ports=[0]
    ) as receiver:
        handler = logging.handlers.SysLogHandler(
            ("127.0.0.1", receiver.listener.port), facility="local0"
        )
        handler.ident = "billing: "
        try:
            handler.emit(logging.LogRecord("x", logging.ERROR, "", 1, "disk %s full", ("a",), None))
        finally:
            handler.close()
        await until(lambda: told)
    (line,) = told
    assert (line.source, line.facility, line.severity) == ("127.0.0.1", 16, 3)
    assert (line.app, line.text) == ("billing", "disk a full")


async def test_a_flood_from_one_source_is_throttled(clock):
    told = []
    async with open_syslog_receiver(
        told.append, clock=clock, bind="127.0.0.1", ports=[0], rate=Rate(per_s=1, burst=20)
    ) as receiver:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for _ in range(200):
                sock.sendto(b"<13>x", ("127.0.0.1", receiver.listener.port))
        await until(lambda: receiver.listener.received == 200)
        assert receiver.listener.throttled >= 170
    assert 20 <= len(told) <= 30
