"""Killed in the middle of sending: nothing is lost, and no more doubled than was in flight."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

from noc_console.app.compose import open_services
from noc_console.kernel.events import EventBus
from noc_console.kernel.secret import Secret
from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.notify.rules.sending import AT_ONCE
from noc_console.services.notify.settings import ChannelKind
from tests.adapters.notify.services import Reply, Service, serving
from tests.e2e.notifier import config

ALARMS, PEOPLE = 10, 3


def start(folder: Path, name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.notifier", str(folder), name],
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.DEVNULL,
    )


def numbers(gateway: Service) -> list[str]:
    """The ids of the messages that arrived, as often as they did."""
    return [parse_qs(request.body.decode())["id"][0] for request in gateway.requests]


async def until(met) -> None:
    async with asyncio.timeout(60):
        while not await met():
            await asyncio.sleep(0.05)


async def test_a_notifier_killed_while_it_sends_loses_nothing_and_doubles_only_what_was_in_flight(
    tmp_path: Path,
) -> None:
    with serving() as gateway:
        gateway.usual = Reply(thinks_s=0.03)
        async with open_services(config(tmp_path, "desk"), bus=EventBus()) as services:
            me, notify = services.identity.operator(), services.notify
            sms = await notify.add_channel(
                me,
                name="sms",
                kind=ChannelKind.SMS,
                set=(f"url={gateway.url}/send", "fields=to={to}\ntext={text}\nid={id}"),
            )
            await notify.save_channel(
                me, wanted=replace(sms, burst=1000), secret=Secret(""), key=Secret("")
            )
            people = [
                await notify.add_contact(me, name=f"p{n}", phone=f"+3161234567{n}")
                for n in range(PEOPLE)
            ]
            await notify.add_route(
                me,
                name="all",
                channel_ids=(sms.id,),
                contact_ids=tuple(each.id for each in people),
            )
            await notify.set_policy(me, wait_s=0, wait_critical_s=0)
            await services.alarms.apply(me, reports=tuple(_down(n) for n in range(ALARMS)))
            kills = 0
            for arrived in (5,):
                victim = start(tmp_path, f"c{kills}")
                try:
                    await until(lambda wanted=arrived: _arrived(gateway, wanted))
                finally:
                    victim.kill()
                    victim.wait()
                kills += 1
            last = start(tmp_path, "last")
            try:

                async def is_over() -> bool:
                    sent = await notify.log(me, what="sent", limit=1000)
                    return len(sent) == ALARMS * PEOPLE

                await until(is_over)
            finally:
                last.kill()
                last.wait()
        counted = Counter(numbers(gateway))
    assert len(counted) == ALARMS * PEOPLE
    assert counted.total() - len(counted) <= kills * AT_ONCE


async def _arrived(gateway: Service, wanted: int) -> bool:
    return len(gateway.requests) >= wanted


def _down(number: int) -> AlarmReport:
    about = AlarmObject(1000 + number, device_name=f"core-{number}")
    return AlarmReport(about, Condition.UNREACHABLE, Severity.MAJOR, "no answer")
