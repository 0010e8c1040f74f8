"""What history keeps of a subject, and the subject made of it again."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from noc_console.services.inventory.changes import (
    UNKNOWN_CREDENTIAL,
    device_as,
    device_facts,
    link_as,
    link_facts,
    port_as,
    port_facts,
)
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    DeviceType,
    EvidenceKind,
    Interface,
    InterfaceId,
    OperStatus,
    Reachability,
    SiteId,
)

NOW = Device(
    DeviceId(7), "new-name", "10.0.0.9", 161, serial="S1", site_id=SiteId(2), credential_id=4,
    reachability=Reachability.UP,
)  # fmt: skip


def row(**values) -> SimpleNamespace:
    known = {
        "name": "old-name", "type": "router", "address": "10.0.0.1", "site_id": 1,
        "credential_id": 4, "reachability": "down",
    }  # fmt: skip
    return SimpleNamespace(**known | values)


def test_a_device_is_as_it_was_and_keeps_what_history_does_not_know() -> None:
    was = device_as(device_facts(row()), 7, NOW)
    assert was == replace(
        NOW,
        name="old-name",
        type=DeviceType.ROUTER,
        address="10.0.0.1",
        site_id=SiteId(1),
        reachability=Reachability.DOWN,
    )


def test_a_device_that_was_only_heard_of_has_no_credential_yet() -> None:
    was = device_as(device_facts(row(credential_id=None, site_id=None)), 7, NOW)
    assert (was.is_managed, was.site_id) == (False, None)


def test_a_device_that_is_gone_is_made_of_its_facts_alone() -> None:
    was = device_as(device_facts(row()), 9, None)
    assert (was.id, was.name, was.credential_id) == (9, "old-name", UNKNOWN_CREDENTIAL)


def test_a_port_is_as_it_was() -> None:
    port = Interface(InterfaceId(1), DeviceId(7), 1, "ge-0", speed_bps=10, mtu=9000)
    was = port_as(port_facts(OperStatus.DOWN, 1000), port)
    assert was == replace(port, oper_status=OperStatus.DOWN, speed_bps=1000)


def test_a_link_comes_back_whole() -> None:
    kept = SimpleNamespace(
        a_device=1, a_interface=11, b_device=2, b_interface=None, score=75, kinds=["lldp"],
        speed_bps=10**9,
    )  # fmt: skip
    link = link_as(link_facts(kept), 5)
    assert (link.id, link.a_device, link.a_interface, link.b_interface) == (5, 1, 11, None)
    assert (link.kinds, link.score, link.speed_bps) == ((EvidenceKind.LLDP,), 75, 10**9)
