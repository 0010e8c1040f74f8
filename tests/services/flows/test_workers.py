"""From datagrams to sums that are kept, rolled up, and told of."""

import asyncio

from noc_console.services.flows import workers as module
from noc_console.services.flows.model import Dimension, PrefixRole
from noc_console.services.inventory.model import Inspected
from tests.lab import flow_packets as made
from tests.services.flows.conftest import ROUTER, flow, message


async def heard(worker, clock, *datagrams, source=ROUTER):
    """The datagrams, and the end of their minute."""
    await worker._look_up()
    await worker.turn()
    for data in datagrams:
        worker.take(data, source)
    await worker.turn()
    clock.tick(seconds=60)
    await worker.turn()


async def test_flows_of_a_minute_are_told_when_it_is_over(worker, flows, router, clock, operator):
    await heard(worker, clock, message(flow(octets=700), flow(octets=300, port=53, protocol=17)))
    top = await flows.top(operator, by=Dimension.APPLICATION, minutes=5)
    assert [(one.label, one.traffic.bytes) for one in top.talkers] == [("https", 700), ("dns", 300)]
    assert top.total.bytes == 1_000
    assert top.untold.bytes == 0


async def test_a_stranger_is_counted_and_not_believed(worker, flows, router, clock, operator):
    await heard(worker, clock, message(flow()), source="203.0.113.66")
    assert (await flows.top(operator)).total.bytes == 0
    (one,) = await flows.exporters(operator)
    assert (one.address, one.device_id, one.datagrams, one.flows) == ("203.0.113.66", None, 1, 0)
    assert worker.health()["flow_strangers"] == 1


async def test_a_stranger_that_becomes_a_device_is_believed(
    worker, flows, inventory, clock, operator, collector
):
    await heard(worker, clock, message(flow()))
    assert (await flows.top(operator)).total.bytes == 0
    seen = Inspected(
        address=ROUTER, port=161, at=clock.now(), name="new", serial="N", credential_id=1
    )
    await inventory.record(collector, inspected=seen)
    await heard(worker, clock, message(flow()))
    assert (await flows.top(operator)).total.bytes == 1_000
    assert [one.device for one in await flows.exporters(operator)] == ["new"]


async def test_strangers_are_bounded(worker, monkeypatch):
    monkeypatch.setattr(module, "MOST_STRANGERS", 5)
    for n in range(20):
        worker.take(b"anything", f"203.0.113.{n}")
    assert len(worker._strangers) == 5


async def test_an_exporters_health_is_told(worker, flows, router, clock, operator):
    options = made.a_set(3, made.ipfix_options(300, [(149, 4)], [(34, 4)]))
    rate = made.a_set(300, bytes(4) + (100).to_bytes(4, "big"))
    await heard(
        worker,
        clock,
        message(flow(), with_template=False),
        made.ipfix(options, rate, sequence=1),
        message(flow(), sequence=2),
        message(flow(), sequence=9),
        b"\x00\x0a" + bytes(3),
    )
    (one,) = await flows.exporters(operator)
    assert (one.device, one.device_id, one.version) == ("edge-1", router, "IPFIX")
    assert (one.datagrams, one.malformed, one.waiting, one.templates) == (5, 1, 1, 2)
    assert one.flows == 3, "what waited for its template was told with it"
    assert one.sampling == (100,)
    assert one.lost == 9 - 3
    top = await flows.top(operator)
    assert top.total.bytes == 300_000


async def test_minutes_become_five_and_five_become_an_hour(
    worker, flows, flow_store, router, clock, operator
):
    for n in range(65):
        await heard(worker, clock, message(flow(octets=n + 1), sequence=n))
    clock.tick(minutes=10)
    await worker.turn()
    start = int(clock.now().timestamp()) - 7_200
    spans = [place.span for place in await flow_store.places(7, start, start + 7_200)]
    assert spans.count(3_600) == 1
    assert spans.count(300) == 13
    wide = await flows.top(operator, minutes=48 * 60)
    fine = await flows.top(operator, minutes=90)
    assert wide.total == fine.total
    assert wide.total.bytes == sum(range(1, 66))


async def test_customers_and_connected_prefixes_are_joined(worker, flows, router, clock, operator):
    await flows.add_prefix(
        operator, prefix="203.0.113.0/28", name="Shop", role=PrefixRole.CUSTOMER, owner="ACME"
    )
    await heard(worker, clock, message(flow()))
    owners = await flows.top(operator, by=Dimension.CUSTOMER)
    assert [(one.label, one.where) for one in owners.talkers] == [("ACME", ("customer:ACME",))]
    sources = await flows.top(operator, by=Dimension.SOURCE_PREFIX)
    assert [(one.label, one.detail) for one in sources.talkers] == [("10.1.0.0/24", "connected")]
    targets = await flows.top(operator, by=Dimension.DESTINATION_PREFIX)
    assert [(o.label, o.detail) for o in targets.talkers] == [("203.0.113.0/28", "Shop, ACME")]


async def test_a_changed_prefix_is_known_soon(worker, flows, router, clock, operator, bus):
    stop = bus.listen(worker._hear)
    await worker._look_up()
    assert not worker._known_is_old
    await flows.add_prefix(operator, prefix="203.0.113.0/28", name="Shop")
    assert worker._known_is_old
    stop()


async def test_what_finds_no_room_to_wait_is_counted(worker, router, clock, monkeypatch):
    monkeypatch.setattr(module, "WAITING", 3)
    await worker._look_up()
    for n in range(5):
        worker.take(message(flow(), sequence=n), ROUTER)
    assert worker.health()["flows_dropped"] == 2
    assert worker.health()["flows"] == 5


async def test_the_minute_that_runs_is_kept_when_the_worker_ends(
    worker, flows, router, clock, operator
):
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        task = group.create_task(worker.run())
        while not worker._addresses:
            await asyncio.sleep(0.01)
        worker.take(message(flow()), ROUTER)
        task.cancel()
    clock.tick(minutes=1)
    assert (await flows.top(operator)).total.bytes == 1_000
