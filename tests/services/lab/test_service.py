import pytest

from noc_console.adapters.lab import LabClient
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed, NotFound, Unreachable
from noc_console.lab import plan
from noc_console.lab.control import Control
from noc_console.lab.run import Options, open_lab
from noc_console.services.lab.model import LabChanged
from noc_console.services.lab.service import LabService


@pytest.fixture
async def lab(tmp_path):
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=None)) as running:
        control = Control(running, tmp_path / "lab.json")
        await control.start()
        yield running
        await control.close()


@pytest.fixture
def service(db, clock, tmp_path):
    return LabService(db, LabClient(tmp_path / "lab.json"), clock=clock)


@pytest.fixture
def events(bus):
    heard = []
    bus.listen(heard.extend)
    return heard


async def test_breaking_and_mending_is_recorded_with_its_target(lab, service, operator, events):
    fault = await service.fail(operator, name="link-down")
    assert (await service.status(operator)).faults == (fault,)
    assert await service.mend(operator, name=fault.id) == (fault,)
    assert events == [
        LabChanged(what="failed", fault="link-down", target=fault.target),
        LabChanged(what="mended", fault="link-down", target=fault.target),
    ]


async def test_everything_is_mended_at_once(lab, service, operator, events):
    await service.fail(operator, name="high-cpu", target="ams-core-1")
    await service.fail(operator, name="high-cpu", target="ams-core-2")
    assert len(await service.mend(operator)) == 2
    assert [event.what for event in events].count("mended") == 2
    assert await service.mend(operator) == ()


async def test_a_refusal_records_nothing(lab, service, operator, events):
    with pytest.raises(NotFound):
        await service.fail(operator, name="earthquake")
    assert events == []


async def test_what_can_be_broken_is_told(lab, service, operator):
    assert len(await service.faults(operator)) == 8


async def test_without_a_lab_the_status_says_so_and_breaking_is_impossible(service, operator):
    status = await service.status(operator)
    assert (status.running, status.reason) == (False, "no lab is running")
    with pytest.raises(Unreachable):
        await service.fail(operator, name="high-cpu")


async def test_breaking_takes_the_right_to_break(lab, service):
    visitor = Actor("visitor", "acme", frozenset({"lab.view"}))
    assert (await service.status(visitor)).running
    with pytest.raises(NotAllowed):
        await service.fail(visitor, name="high-cpu")
