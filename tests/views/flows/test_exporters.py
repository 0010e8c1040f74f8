from dataclasses import replace
from datetime import timedelta

import pytest

from noc_console.services.flows.model import Exporter
from noc_console.views.flows.exporters import Exporters, state_of
from noc_console.views.kit.desk import Route
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown, until


@pytest.fixture
def one(clock):
    return Exporter("10.0.0.1", "noc-1", clock.now(), "IPFIX", "core-1", 1, flows=5)


@pytest.mark.parametrize(
    ("changed", "age", "state"),
    [
        ({}, 10, "fine"),
        ({"device_id": None}, 10, "unknown sender"),
        ({}, 900, "silent"),
        ({"flows": 0, "waiting": 3}, 10, "waits for templates"),
        ({"lost_share": 0.2, "lost": 3}, 10, "loses"),
        ({"lost_share": 0.0001, "lost": 1}, 10, "fine"),
    ],
)
def test_an_exporters_state_is_one_word(one, changed, age, state):
    assert state_of(replace(one, **changed), timedelta(seconds=age)) == state


async def test_an_exporter_leads_to_its_flows_and_its_device(desk, flowing, one):
    table = Exporters(desk, flowing.flows, pytest.fail)
    went = []
    desk.wires.went.connect(went.append)
    shown(table, 1286, 400)
    table.show_rows([one])
    table.select(("10.0.0.1", "noc-1"))
    table.show_flows()
    table.go_to_device()
    table.discover()
    assert went == [
        Route("flows", text="exporter:10.0.0.1"),
        Route("device", id=1),
        Route("discovery", text="seed:10.0.0.1"),
    ]


async def test_a_stranger_is_taken_off_the_list(desk, flowing, dressed):
    await flowing.export(b"hello", source="203.0.113.66")
    table = Exporters(desk, flowing.flows, pytest.fail)
    shown(table, 1286, 400)
    table.show_rows(await flowing.flows.exporters(desk.actor))
    table.select(("203.0.113.66", "noc-1"))
    table.go_to_device()
    table.forget()
    await until(lambda: table.window().findChildren(Dialog))
    (dialog,) = table.window().findChildren(Dialog)
    dialog.accept()
    await settled()
    assert await flowing.flows.exporters(desk.actor) == ()
    assert table.rows.rows() == ()
