"""Recordings of a real snmpd, with what the journal keeps of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from noc_console.adapters.browser import PysnmpBrowser
from noc_console.adapters.dns import DnsResolver
from noc_console.adapters.keyring import KeyFile
from noc_console.adapters.snmp import FastReader
from noc_console.db.database import Database, journal
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inspection import files
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.recordings.service import RecordingService
from noc_console.services.secrets.service import SecretService
from noc_console.services.snmp.service import SnmpService
from tests.conftest import FakeClock
from tests.lab.mibs import mib_service
from tests.lab.snmpd import Agent, snmpd

SYS_NAME = "1.3.6.1.2.1.1.5.0"


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with snmpd(tmp_path_factory.mktemp("snmpd")) as running:
        yield running


@pytest.fixture
async def recordings(
    db: Database,
    clock: FakeClock,
    operator: Actor,
    agent: Agent,
    reader: FastReader,
    tmp_path: Path,
) -> AsyncIterator[RecordingService]:
    """The service, with the agent in its inventory."""
    keyring = KeyFile(tmp_path / "vault.key")
    credentials = CredentialService(db, SecretService(db, keyring=keyring, clock=clock))
    inventory = InventoryService(db, clock=clock)
    key = await credentials.add_snmp(operator, name="ro", community="public")
    await inventory.record(
        operator,
        inspected=Inspected(
            agent.address, agent.port, clock.now(), name="lab-1", credential_id=key.id
        ),
    )
    browser, resolver = PysnmpBrowser(bind="127.0.0.1", bind6="::1"), DnsResolver()
    mibs = mib_service(db, tmp_path / "mibs")
    snmp = SnmpService(
        db,
        browser,
        credentials=credentials,
        inventory=inventory,
        resolver=resolver,
        mibs=mibs,
    )
    yield RecordingService(db, reader, snmp=snmp)
    browser.close()
    resolver.close()


async def journaled(db: Database, operator: Actor) -> list[dict[str, object]]:
    query = select(journal.c.facts).where(journal.c.event == "DeviceRecorded")
    async with db.read(operator) as tx:
        return list(await tx.rows(query, lambda row: dict(row.facts)))


async def test_a_device_is_recorded_by_its_name_and_the_journal_says_who_has_it(
    recordings: RecordingService, operator: Actor, db: Database, agent: Agent, tmp_path: Path
) -> None:
    path = tmp_path / "lab-1.snmprec"
    made = await recordings.record(
        operator, device="lab-1", file=str(path), redact=True, requests_per_second=10_000
    )
    assert made.is_whole
    told = await files.agent_of(path.read_bytes()).get([SYS_NAME])
    assert told[SYS_NAME] and told[SYS_NAME] != b"lab-snmpd"
    (facts,) = await journaled(db, operator)
    assert facts["address"] == f"127.0.0.1:{agent.port}"
    assert (facts["objects"], facts["is_redacted"]) == (made.objects, True)
    assert facts["file"] == "lab-1.snmprec"


async def test_a_recorder_can_be_watched_and_stopped(
    recordings: RecordingService, operator: Actor, db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "lab-1.snmprec"
    recorder = await recordings.recorder(operator, device_id=1, redact=False)
    recorder.stop()
    made = await recordings.write(operator, recorder=recorder, file=path, overwrite=False)
    assert not made.is_whole
    assert "stopped" in made.problems[-1].why
    assert 0 < made.objects == recorder.objects == len(path.read_text().splitlines())
    assert len(await journaled(db, operator)) == 1


async def test_what_cannot_be_is_refused_before_anybody_is_asked(
    recordings: RecordingService, operator: Actor, tmp_path: Path, reader: FastReader
) -> None:
    file = str(tmp_path / "x.snmprec")
    with pytest.raises(Invalid):
        await recordings.record(operator, device="lab-1", file="")
    with pytest.raises(Invalid):
        await recordings.record(operator, device="lab-1", file=file, requests_per_second=0)
    with pytest.raises(NotFound):
        await recordings.record(operator, device="lab-9", file=file)
    reading = replace(operator, rights=frozenset({"snmp.read", "inventory.read"}))
    with pytest.raises(NotAllowed):
        await recordings.record(reading, device="lab-1", file=file)
    with pytest.raises(NotAllowed):
        await recordings.recorder(reading, device_id=1, redact=True)
    assert reader.statistics.sent == 0
