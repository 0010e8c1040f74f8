"""Sentences about links."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    Evidence,
    EvidenceKind,
    Interface,
    InterfaceId,
    Link,
    LinkId,
)
from noc_console.services.inventory.rules.explain import Side, reasons, verdict

AT = datetime(2026, 3, 1, tzinfo=UTC)
ONE = Device(DeviceId(1), "core-1", "10.0.0.1", 161, credential_id=1, inspected_at=AT)
OTHER = Device(DeviceId(2), "core-2", "10.0.0.2", 161, credential_id=1, inspected_at=AT)
PORTS = {
    11: Interface(InterfaceId(11), DeviceId(1), 1, "et-0/0/1"),
    22: Interface(InterfaceId(22), DeviceId(2), 2, "et-0/0/2"),
}
SAYS = Evidence(
    kind=EvidenceKind.LLDP,
    device_id=DeviceId(1),
    interface_id=InterfaceId(11),
    remote_device_id=DeviceId(2),
    remote_interface_id=InterfaceId(22),
    remote_name="core-2",
    remote_port="et-0/0/2",
    remote_address="10.0.0.2",
    remote_chassis="",
    raw="",
    seen_at=AT,
)
LINK = Link(
    LinkId(1),
    DeviceId(1),
    InterfaceId(11),
    DeviceId(2),
    InterfaceId(22),
    75,
    (EvidenceKind.LLDP,),
)


def test_a_claim_is_told_with_both_ports() -> None:
    told = reasons(LINK, Side(ONE, (SAYS,)), Side(OTHER, ()), PORTS)
    assert told[0] == "core-1 says by LLDP: port et-0/0/1 → core-2, port et-0/0/2."


def test_an_end_that_hears_nobody_is_said_to() -> None:
    told = reasons(LINK, Side(ONE, (SAYS,)), Side(OTHER, ()), PORTS)
    assert told[1].startswith("core-2 does not confirm it by a neighbour protocol: it hears no")


def test_an_end_nobody_could_ask_is_said_to() -> None:
    silent = Side(replace(OTHER, credential_id=None), ())
    told = reasons(LINK, Side(ONE, (SAYS,)), silent, PORTS)
    assert "it was never asked, no credential of ours opened it" in told[1]


def test_a_word_taken_back_is_told_with_its_last_time() -> None:
    later = replace(ONE, inspected_at=AT + timedelta(hours=1))
    told = reasons(LINK, Side(later, (SAYS,)), Side(OTHER, ()), PORTS)
    assert told[0].endswith("it said so last on 2026-03-01 00:00 UTC and no longer does.")


def test_a_stranger_on_the_port_speaks_against() -> None:
    stranger = replace(SAYS, remote_device_id=None, remote_name="hub", remote_port="1")
    told = reasons(LINK, Side(ONE, (SAYS, stranger)), Side(OTHER, ()), PORTS)
    assert "Against it: port et-0/0/1 of core-1 hears hub as well." in told


def test_a_mention_that_fits_two_devices_is_told() -> None:
    vague = replace(SAYS, remote_device_id=None)
    told = reasons(None, Side(ONE, (vague,)), Side(OTHER, ()), PORTS)
    assert any("counts for neither" in sentence for sentence in told)


def test_the_verdict_says_how_sure_it_is() -> None:
    one, other = Side(ONE, ()), Side(OTHER, ())
    assert "probably connected: LLDP, score 75 of 100" in verdict(LINK, one, other)
    assert "surely" in verdict(replace(LINK, score=98), one, other)
    assert verdict(None, one, other) == "There is no link between core-1 and core-2."
