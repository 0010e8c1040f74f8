"""Recording agents: the real snmpd, and those that misbehave."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from noc_console.adapters.snmp import FastReader
from noc_console.kernel.errors import Conflict, Invalid, Unreachable
from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.inspection import files
from noc_console.services.inspection.live import Budget
from noc_console.services.inspection.recorder import Recorder
from noc_console.wire import ber, oid, snmprec
from noc_console.wire.snmp import Pdu
from tests.lab.rude_agent import RudeAgent, interface_table, running, varbind
from tests.lab.snmpd import Agent, snmpd

SYS_NAME = "1.3.6.1.2.1.1.5.0"
WHOLE = [varbind(SYS_NAME, ber.OCTETS, b"core-12"), *interface_table(12)]


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with snmpd(tmp_path_factory.mktemp("snmpd")) as running_agent:
        yield running_agent


def recorder(reader: FastReader, target: SnmpTarget, *, redact: bool = False) -> Recorder:
    return Recorder(reader, target, budget=Budget(100_000), redact=redact)


def read(path: Path) -> snmprec.Recording:
    with path.open(encoding="utf-8", errors="surrogateescape") as lines:
        return snmprec.read(lines)


async def test_a_real_agent_is_recorded_and_answers_from_the_file_as_itself(
    reader: FastReader, agent: Agent, tmp_path: Path
) -> None:
    path = tmp_path / "box.snmprec"
    made = await recorder(reader, agent.target()).record(path)
    assert made.is_whole and made.problems == ()
    recording = read(path)
    assert recording.problems == []
    assert len(recording.varbinds) == made.objects
    names = [oid.decode(name) for name, _, _ in recording.varbinds]
    walked = [name for name, _ in await reader.walk(agent.target(), "1.3.6.1.2.1.1")]
    assert set(walked) <= set(names)
    replayed = files.agent_of(path.read_bytes())
    assert (await replayed.get([SYS_NAME]))[SYS_NAME] == b"lab-snmpd"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


async def test_a_redacted_recording_does_not_hold_the_community(
    reader: FastReader, tmp_path: Path
) -> None:
    told = varbind("1.3.6.1.4.1.99999.1", ber.OCTETS, b"public and more")
    path = tmp_path / "box.snmprec"
    async with running(RudeAgent([*WHOLE, told])) as rude:
        made = await recorder(reader, rude.target(), redact=True).record(path)
    assert made.is_redacted
    text = path.read_text()
    assert "public" not in text and "and more" in text
    assert "core-12" not in text
    assert len(read(path).varbinds) == len(WHOLE) + 1


class Waiting(RudeAgent):
    """Answers a few questions and no more, at nobody's expense: it is never given up."""

    def respond(self, request: Pdu, version: int) -> Pdu | None:
        return None if len(self.asked) > 3 else super().respond(request, version)


@pytest.mark.parametrize("redact", [False, True])
async def test_a_recording_that_was_stopped_is_kept(
    reader: FastReader, tmp_path: Path, redact: bool
) -> None:
    path = tmp_path / "box.snmprec"
    async with running(Waiting(WHOLE)) as rude:
        target = rude.target(timeout_s=60.0, max_repetitions=3)
        one = recorder(reader, target, redact=redact)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(one.record(path))
            while len(rude.asked) < 4:
                await asyncio.sleep(0.01)
            assert one.at.startswith("1.3.6.1.2.1.2.2.1.10.")
            task.cancel()
    recording = read(path)
    assert recording.problems == []
    assert len(recording.varbinds) == one.objects == 9
    assert list(tmp_path.iterdir()) == [path]


async def test_a_device_that_dies_leaves_what_it_had_told(
    reader: FastReader, tmp_path: Path
) -> None:
    path = tmp_path / "box.snmprec"
    async with running(Waiting(WHOLE)) as rude:
        target = rude.target(timeout_s=0.05, retries=0, max_repetitions=3)
        made = await recorder(reader, target).record(path)
    assert not made.is_whole
    assert "kept" in made.problems[-1].why
    assert len(read(path).varbinds) == 9


async def test_nobody_there_leaves_no_file(reader: FastReader, tmp_path: Path) -> None:
    class Silent(RudeAgent):
        def respond(self, request: Pdu, version: int) -> Pdu | None:
            return None

    async with running(Silent([])) as rude:
        with pytest.raises(Unreachable):
            await recorder(reader, rude.target(timeout_s=0.05, retries=0)).record(tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


async def test_a_file_that_is_there_is_not_written_over_by_accident(
    reader: FastReader, tmp_path: Path
) -> None:
    path = tmp_path / "box.snmprec"
    path.write_text("precious")
    async with running(RudeAgent(WHOLE)) as rude:
        with pytest.raises(Conflict):
            await recorder(reader, rude.target()).record(path)
        assert path.read_text() == "precious"
        await recorder(reader, rude.target()).record(path, overwrite=True)
    assert len(read(path).varbinds) == len(WHOLE)


@pytest.mark.parametrize("name", ["no/such/folder/x", "a\0b"])
async def test_a_file_that_cannot_be_written_says_so(
    reader: FastReader, tmp_path: Path, name: str
) -> None:
    async with running(RudeAgent(WHOLE)) as rude:
        with pytest.raises(Invalid):
            await recorder(reader, rude.target()).record(tmp_path / name)
        assert rude.asked == []


async def test_a_value_that_means_nothing_is_left_out_and_told(
    reader: FastReader, tmp_path: Path
) -> None:
    bad = (oid.encode("1.3.6.1.2.1.3.1.1.3.1"), ber.IP, b"\x0a")
    path = tmp_path / "box.snmprec"
    async with running(RudeAgent([*WHOLE, bad])) as rude:
        made = await recorder(reader, rude.target()).record(path)
    assert made.is_whole
    assert "four octets" in made.problems[0].why
    assert len(read(path).varbinds) == len(WHOLE)
