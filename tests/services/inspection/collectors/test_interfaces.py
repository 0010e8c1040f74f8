"""IF-MIB and addresses, as rows."""

from __future__ import annotations

import pytest

from noc_console.services.inspection.collectors import interfaces
from noc_console.services.inspection.model import Interface
from tests.services.inspection.collectors.recording import Cell, agent, table

IF, IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"


async def read(*tables: dict[str, Cell]) -> tuple[Interface, ...]:
    cells: dict[str, Cell] = {}
    for each in tables:
        cells |= each
    return await interfaces.read(agent(cells))


async def one(**told: Cell) -> Interface | None:
    """The interface of one row; columns by their names of the module."""
    cells: dict[str, Cell] = {f"{IF}.2.5": b"eth5"}
    for spec in (interfaces.IF, interfaces.IFX):
        for number, name in spec.names:
            if name in told:
                cells[f"{spec.entry}.{number}.5"] = told[name]
    found = await interfaces.read(agent(cells))
    return found[0] if found else None


async def test_an_interface_is_put_together_from_five_tables() -> None:
    basic = table(
        IF,
        {
            2: {"5": b"GigabitEthernet0/5", "9": b"Port-channel1"},
            3: {"5": 6, "9": 161},
            4: {"5": 9000},
            5: {"5": 2**32 - 1},
            6: {"5": b"\x00\x1b!\0\0\1"},
            7: {"5": 1},
            8: {"5": 7},
            9: {"5": 12345},
        },
    )
    extended = table(
        IFX, {1: {"5": b"Gi0/5"}, 6: {"5": 0}, 15: {"5": 10_000}, 18: {"5": b"to core"}}
    )
    more = {
        **table("1.3.6.1.2.1.10.7.2.1", {19: {"5": 3}}),
        **table("1.3.6.1.2.1.31.1.2.1", {3: {"9.5": 1, "0.9": 1, "5.0": 1, "8.5": 2}}),
        **table("1.2.840.10006.300.43.1.2.1.1", {13: {"5": 9, "9": 9}}),
    }
    port, bundle = await read(basic, extended, more)
    assert port == Interface(
        if_index=5,
        name="Gi0/5",
        descr="GigabitEthernet0/5",
        alias="to core",
        type=6,
        speed_bps=10**10,
        mtu=9000,
        mac="00:1b:21:00:00:01",
        admin="up",
        oper="lowerLayerDown",
        duplex="full",
        lag_index=9,
        above=(9,),
        last_change_ticks=12345,
        has_hc=True,
    )
    assert (bundle.name, bundle.lag_index, bundle.mtu) == ("Port-channel1", None, None)


@pytest.mark.parametrize(
    ("exact", "rounded", "speed"),
    [
        (1_544_000, 2, 1_544_000),
        (2**32 - 1, 10_000, 10**10),
        (2**32 - 1, None, None),
        (100_000_000, None, 100_000_000),
        (100_000_000, 0, 100_000_000),
        (0, 0, 0),
        (1_000_000_000, 1_000_000_000, 1_000_000_000),
        (None, 400_000, 4 * 10**11),
        (10_000_000, 1000, 10**9),
        (None, None, None),
    ],
)
async def test_the_speed_is_exact_as_long_as_it_can_be(
    exact: int | None, rounded: int | None, speed: int | None
) -> None:
    told = {"speed": exact, "high_speed": rounded}
    port = await one(**{name: value for name, value in told.items() if value is not None})
    assert port is not None
    assert port.speed_bps == speed


async def test_what_is_not_told_is_not_made_up() -> None:
    port = await one()
    assert port == Interface(5, "eth5", "eth5")


async def test_states_and_types_out_of_range_are_not_told() -> None:
    port = await one(oper=0, admin=9, type=-3, mtu=-1, mac=b"\0" * 6)
    assert port == Interface(5, "eth5", "eth5")


async def test_an_interface_without_hardware_or_description_is_left_out() -> None:
    assert await one(oper=6) is None
    assert await one(oper=6, alias=b"..") is None
    described = await one(oper=6, alias=b"to core")
    assert described is not None
    assert described.oper == "notPresent"


async def test_rows_nobody_could_point_at_are_left_out() -> None:
    assert await one(descr=b"", type=6) is None
    assert await one(type=104) is None
    assert await one(descr=b"unrouted VLAN 1002") is None
    assert await one(descr=b"VoIP-Null0") is None
    assert (await one(descr=b"", alias=b"MGMT")) is not None


async def test_a_row_of_iftable_is_needed_and_its_index_is_one_number() -> None:
    cells = {**table(IFX, {1: {"7": b"old"}}), **table(IF, {2: {"1": b"lo", "0": b"mgmt"}})}
    cells |= table(IF, {2: {"1.2": b"two", "4294967296": b"x"}})
    assert [(port.if_index, port.name) for port in await read(cells)] == [(0, "mgmt"), (1, "lo")]
