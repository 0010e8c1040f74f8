"""Sessions that stand, over recordings of real devices; what inspection reads in full agrees."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from noc_console.adapters.recorded import RecordedReader
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.flights.standing import standing
from noc_console.services.inspection.collectors import bgp, isis
from noc_console.services.inspection.recorded import RecordedAgent
from noc_console.wire import snmprec

TARGET = SnmpTarget(
    "192.0.2.1", 161, SnmpCredential(CredentialKind.SNMP_V2C, community=Secret("any"))
)
V6 = "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.9"


class Counting(RecordedReader):
    """Counts what is walked."""

    walked = 0

    async def walk(self, target: SnmpTarget, base: str, *, limit: int = 100_000) -> list:  # type: ignore[type-arg]
        self.walked += 1
        return await super().walk(target, base, limit=limit)


def reader(lines: Sequence[str]) -> Counting:
    return Counting(snmprec.read(lines), TARGET.address)


async def told(*lines: str) -> frozenset[str]:
    return await standing(reader(lines), TARGET)


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("junos_mx5t-isis", {"IS-IS"}),
        ("junos_vmx", {"BGP"}),
        ("iosxe", {"BGP", "OSPF"}),
        ("dell-os10", {"BGP"}),
        ("cumulus_cumulus", {"BGP"}),
    ],
)
async def test_of_real_devices_it_tells_what_inspection_tells(
    shared: Path, name: str, at_least: set[str]
) -> None:
    content = (shared / "devices" / f"{name}.snmprec").read_bytes()
    found = await told(*content.decode("utf-8", "surrogateescape").splitlines())
    agent = RecordedAgent(content)
    peers = {p.address for p in await bgp.read(agent) if p.state == "established"}
    stands = [a for a in await isis.read(agent) if a.state == "up"]
    assert {one.removeprefix("BGP ") for one in found if one.startswith("BGP ")} == peers
    adjacencies = sorted(one.split()[1] for one in found if one.startswith("IS-IS "))
    assert adjacencies == sorted(each.system_id for each in stands)
    assert at_least <= {one.split()[0] for one in found}


async def test_a_session_of_ipv6_is_named_by_its_address_once_whoever_tells_it() -> None:
    assert await told(
        "1.3.6.1.2.1.15.3.1.2.192.0.2.9|2|6",
        "1.3.6.1.4.1.9.9.187.1.2.5.1.3.1.4.192.0.2.9|2|6",
        f"1.3.6.1.4.1.9.9.187.1.2.5.1.3.2.16.{V6}|2|6",
        f"1.3.6.1.4.1.2636.5.1.1.2.1.1.1.2.0.2.{V6}.2.{V6}|2|6",
        "1.3.6.1.4.1.9.9.187.1.2.5.1.3.1.4.192.0.2.10|2|3",
    ) == {"BGP 192.0.2.9", "BGP 2001:db8::9"}


async def test_ospf_of_both_versions_counts_when_it_is_full() -> None:
    assert await told(
        "1.3.6.1.2.1.14.10.1.6.192.0.2.9.0|2|8",
        "1.3.6.1.2.1.14.10.1.6.192.0.2.10.0|2|4",
        "1.3.6.1.2.1.191.1.9.1.8.7.0.3221225993|2|8",
    ) == {"OSPF 192.0.2.9", "OSPF v3 192.0.2.9 at 7"}


async def test_an_adjacency_that_came_back_under_another_number_is_the_same() -> None:
    table, system = "1.3.6.1.2.1.138.1.6.1.1", "010099204052"
    first = await told(f"{table}.2.5.1|2|3", f"{table}.6.5.1|4x|{system}", f"{table}.2.5.2|2|1")
    again = await told(f"{table}.2.5.9|2|3", f"{table}.6.5.9|4x|{system}")
    assert first == again == {"IS-IS 0100.9920.4052 on circuit 5"}


async def test_tables_that_are_not_there_cost_one_request_together() -> None:
    bare = reader(["1.3.6.1.2.1.1.5.0|4|sw-1", "1.3.6.1.4.1.9.9.999.1|2|1"])
    assert await standing(bare, TARGET) == frozenset() and bare.walked == 0


async def test_what_is_no_address_is_no_session() -> None:
    lines = ["1.3.6.1.4.1.9.9.187.1.2.5.1.3.2.4.1|2|6", "1.3.6.1.2.1.191.1.9.1.8.7|2|8"]
    assert await told(*lines) == frozenset()
