"""Whoever browses or inspects keeps to the device's budget; polls are counted elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from noc_console.adapters.browser import PysnmpBrowser
from noc_console.adapters.frugal import FrugalBrowser, FrugalReader
from noc_console.adapters.snmp import open_reader
from noc_console.db.samples import open_samples
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.secret import Secret
from noc_console.lab import plan
from noc_console.lab.run import open_lab
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.telemetry.budget import Budget
from noc_console.wire import oid

PUBLIC = SnmpCredential(kind=CredentialKind.SNMP_V2C, community=Secret("public"))
SYS_NAME, IF_TABLE = "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.2.2"


@pytest.fixture
async def budget(tmp_path: Path) -> AsyncIterator[Budget]:
    clock = SystemClock()
    async with open_samples(f"sqlite:///{tmp_path}/noc.db", clock=clock) as samples:
        yield Budget(samples, clock=clock)


async def test_what_was_asked_is_counted_and_what_was_read_is_what_the_device_said(
    budget: Budget,
) -> None:
    async with open_lab(plan.small()) as lab, open_reader(bind="127.0.0.1") as reader:
        box = lab.device("ams-core-1")
        target = SnmpTarget(box.address, box.snmp_port, PUBLIC)
        frugal, peer = FrugalReader(reader, budget), target.peer
        assert await frugal.get(target, [SYS_NAME]) == {SYS_NAME: b"ams-core-1"}
        assert budget.taken_beside() == {peer: 1}
        walked = await frugal.walk(target, IF_TABLE)
        assert dict(walked).keys() == dict(await reader.walk(target, IF_TABLE)).keys()
        assert budget.taken_beside() == {peer: -(-len(walked) // 25)}
        columns = [f"{IF_TABLE}.1.{column}" for column in (1, 2, 7, 8)]
        assert len(await frugal.table(target, columns)) == len(box.ports)
        assert (await frugal.next(target, [IF_TABLE]))[IF_TABLE] is not None
        polled = await frugal.poll(target, (oid.encode(columns[2]),))
        assert len(polled.indexes) == len(box.ports)
        assert budget.taken_beside()[peer] >= 3
        browser = PysnmpBrowser(bind="127.0.0.1", bind6="::1")
        try:
            browsing = FrugalBrowser(browser, budget)
            (name,) = await browsing.get(target, [SYS_NAME])
            assert await browsing.next(target, "1.3.6.1.2.1.1.4.0") == name
            assert len(await browsing.walk(target, "1.3.6.1.2.1.1", limit=100)) > 4
            assert budget.taken_beside() == {peer: 3}
        finally:
            browser.close()
