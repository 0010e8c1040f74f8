"""What operators ask of flows, on a store filled by the worker."""

from datetime import timedelta

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.services.flows.model import Dimension, FlowPrefixesChanged, PrefixRole, WrongLine
from tests.services.flows.conftest import ROUTER, flow, message
from tests.services.flows.test_workers import heard


@pytest.fixture
async def filled(worker, flows, router, clock):
    await heard(
        worker,
        clock,
        message(
            flow("10.1.0.5", "203.0.113.9", 5_000),
            flow("10.1.0.6", "203.0.113.9", 3_000, port=53, protocol=17, tos=0xB8),
            flow("203.0.113.9", "10.1.0.5", 2_000, ports=(1, 2), systems=(64500, 0)),
        ),
    )
    return flows


async def labels(flows, operator, **asked):
    top = await flows.top(operator, **asked)
    return [(one.label, one.traffic.bytes) for one in top.talkers]


BY = [
    (Dimension.SOURCE, [("10.1.0.5", 5000), ("10.1.0.6", 3000), ("203.0.113.9", 2000)]),
    (Dimension.DESTINATION, [("203.0.113.9", 8000), ("10.1.0.5", 2000)]),
    (Dimension.DESTINATION_AS, [("AS64500", 8000), ("AS not told", 2000)]),
    (Dimension.PROTOCOL, [("tcp", 7000), ("udp", 3000)]),
    (Dimension.IN_INTERFACE, [("edge-1  xe-0/0/2", 8000), ("edge-1  xe-0/0/1", 2000)]),
    (Dimension.EXPORTER, [("edge-1", 10000)]),
    (Dimension.DSCP, [("best effort", 7000), ("EF", 3000)]),
    (Dimension.CUSTOMER, [("no customer", 10000)]),
    (Dimension.SOURCE_PREFIX, [("10.1.0.0/24", 8000), ("elsewhere", 2000)]),
]


async def test_top_talkers_are_told_by_any_dimension(filled, operator):
    for by, expected in BY:
        assert await labels(filled, operator, by=by) == expected, by


async def test_every_dimension_narrows_to_exactly_its_talker(filled, operator):
    for by in Dimension:
        top = await filled.top(operator, by=by)
        for one in top.talkers:
            narrowed = await filled.top(operator, by=Dimension.EXPORTER, where=one.where)
            assert narrowed.total == one.traffic, (by, one.where)


WHERE = [
    (("device:edge-1",), 10_000),
    ((f"device:{ROUTER}",), 10_000),
    (("in-interface:edge-1#xe-0/0/1",), 2_000),
    (("interface:edge-1#1",), 10_000),
    (("out-interface:edge-1#1", "application:dns"), 3_000),
    (("address:10.1.0.5",), 7_000),
    (("source:10.1.0.0/24", "port:443"), 5_000),
    (("port:443", "port:53"), 10_000),
    (("port:9",), 0),
]
MEANINGLESS = [
    (("device:nobody",), NotFound),
    (("in-interface:edge-1#ge-9",), Invalid),
    (("in-interface:edge-1",), Invalid),
    (("nonsense",), Invalid),
]


async def test_filters_are_written_as_people_speak(filled, operator):
    for where, octets in WHERE:
        top = await filled.top(operator, where=where)
        assert top.total.bytes == octets, where


async def test_a_filter_that_means_nothing_is_refused(filled, operator):
    for where, error in MEANINGLESS:
        with pytest.raises(error):
            await filled.top(operator, where=where)


async def test_a_device_that_exports_nothing_is_said_so(filled, operator, inventory, collector):
    await inventory.record_unknown(collector, name="quiet", address="192.0.2.77")
    with pytest.raises(Invalid, match="exported no flows"):
        await filled.top(operator, where=("device:quiet",))


async def test_series_and_rest_add_up_to_the_total(filled, operator):
    view = await filled.view(operator, by=Dimension.SOURCE, minutes=10, limit=1)
    assert view.series.labels == ("10.1.0.5",)
    bits = sum(view.series.rates[0]) + sum(view.series.rest)
    assert bits * view.series.step_s == view.top.total.bytes * 8
    assert view.top.rest.bytes == 5_000
    assert len(view.series.times) == 10
    assert view.series.times[1] - view.series.times[0] == timedelta(minutes=1)


async def test_an_interface_is_joined_to_its_page(filled, operator, router, inventory):
    top = await filled.top(operator, by=Dimension.OUT_INTERFACE, limit=1)
    (one,) = top.talkers
    port = await inventory.interface(operator, interface_id=one.interface_id)
    assert (one.device_id, port.name, one.detail) == (router, "xe-0/0/1", "to upstream")


async def test_what_was_asked_for_an_hour_ago_is_not_told_now(filled, operator, clock):
    clock.tick(hours=3)
    assert (await filled.top(operator, minutes=60)).total.bytes == 0
    then = clock.now() - timedelta(hours=3)
    assert (await filled.top(operator, minutes=60, end=then)).total.bytes == 10_000


async def test_a_question_without_bounds_is_refused(flows, operator):
    for asked in ({"minutes": 0}, {"minutes": 10**7}, {"limit": 0}):
        with pytest.raises(Invalid):
            await flows.top(operator, **asked)


async def test_rights_are_asked_for(flows):
    nobody = Actor("guest", "acme", frozenset())
    for ask in (flows.top, flows.exporters, flows.prefixes, flows.series):
        with pytest.raises(NotAllowed):
            await ask(nobody)
    with pytest.raises(NotAllowed):
        await flows.view(nobody, by=Dimension.SOURCE)
    viewer = Actor("guest", "acme", frozenset({"flows.see"}))
    with pytest.raises(NotAllowed):
        await flows.add_prefix(viewer, prefix="10.0.0.0/8", name="x")


async def test_an_exporter_may_be_forgotten(filled, operator):
    await filled.forget_exporter(operator, address=ROUTER)
    assert await filled.exporters(operator) == ()
    with pytest.raises(NotFound):
        await filled.forget_exporter(operator, address=ROUTER)


# Named prefixes


async def test_a_prefix_is_named_changed_and_forgotten(flows, operator, bus):
    told = []
    bus.listen(told.extend)
    id = await flows.add_prefix(operator, prefix="10.0.0.0/8", name="Ours", role=PrefixRole.OWN)
    await flows.change_prefix(operator, id=id, prefix="10.0.0.0/9", name="Half", owner="Us")
    (one,) = await flows.prefixes(operator)
    assert (one.prefix, one.name, one.role, one.owner) == (
        "10.0.0.0/9",
        "Half",
        PrefixRole.OTHER,
        "Us",
    )
    await flows.remove_prefixes(operator, ids=(id,))
    assert await flows.prefixes(operator) == ()
    assert [type(event) for event in told] == [FlowPrefixesChanged] * 3


async def test_a_prefix_has_one_name(flows, operator):
    first = await flows.add_prefix(operator, prefix="10.0.0.0/8", name="Ours")
    with pytest.raises(Conflict, match="Ours"):
        await flows.add_prefix(operator, prefix="10.0.0.0/8", name="Again")
    await flows.change_prefix(operator, id=first, prefix="10.0.0.0/8", name="Renamed")
    with pytest.raises(NotFound):
        await flows.change_prefix(operator, id=999, prefix="10.9.0.0/16", name="x")
    with pytest.raises(NotFound):
        await flows.remove_prefixes(operator, ids=(999,))


async def test_prefixes_of_another_tenant_are_not_there(flows, operator):
    id = await flows.add_prefix(operator, prefix="10.0.0.0/8", name="Ours")
    other = Actor("eve", "other", operator.rights)
    assert await flows.prefixes(other) == ()
    with pytest.raises(NotFound):
        await flows.remove_prefixes(other, ids=(id,))


async def test_an_import_adds_changes_and_tells_what_is_wrong(flows, operator):
    await flows.add_prefix(operator, prefix="10.0.0.0/8", name="Ours")
    done = await flows.import_prefixes(
        operator, text="10.0.0.0/8,Renamed,own,\n192.0.2.0/24,New,customer,ACME\nbad,x\n"
    )
    assert (done.added, done.changed) == (1, 1)
    assert done.wrong == (
        WrongLine(3, "bad,x", "'bad' is no prefix such as 192.0.2.0/24 or 2001:db8::/32"),
    )
    again = await flows.import_prefixes(operator, text="192.0.2.0/24,New,customer,ACME\n")
    assert (again.added, again.changed) == (0, 0)
