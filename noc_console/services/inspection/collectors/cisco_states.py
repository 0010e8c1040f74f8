"""Cisco's health: environment, power supplies, redundancy, stacks, HSRP, firewalls, PoE budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from noc_console.services.inspection import tables
from noc_console.services.inspection.collectors import poe_budget
from noc_console.services.inspection.collectors.entity_sensors import Names
from noc_console.services.inspection.collectors.gauges import (
    CRITICAL,
    OK,
    UNKNOWN,
    WARNING,
    gauge,
    state,
    states,
    told,
)
from noc_console.services.inspection.model import Sensor
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Columns, Index, Rows, Value, columns

_CISCO = "1.3.6.1.4.1.9.9"
VOLTAGE = columns(
    f"{_CISCO}.13.1.2.1", name=2, value=3, limit_low=4, limit_high=5, state=7, limit=256
)
TEMPERATURE = columns(f"{_CISCO}.13.1.3.1", name=2, value=3, limit_high=4, state=6, limit=256)
FAN = columns(f"{_CISCO}.13.1.4.1", name=2, state=3, limit=256)
SUPPLY = columns(f"{_CISCO}.13.1.5.1", name=2, state=3, limit=256)
FRU_POWER = columns(f"{_CISCO}.117.1.1.2.1", state=2, limit=512)
SWITCH = columns(f"{_CISCO}.500.1.2.1.1", number=1, role=3, state=6, limit=64)
STACK_PORT = columns(f"{_CISCO}.500.1.2.2.1", state=1, limit=256)
HSRP = columns(f"{_CISCO}.106.1.2.1.1", address=11, state=15, limit=1000)
FIREWALL = columns(f"{_CISCO}.147.1.2.1.1.1", name=2, state=3, limit=32)
CONNECTIONS = columns(f"{_CISCO}.147.1.2.2.2.1", count=5, limit=64)
POE_EXTRA = columns(f"{_CISCO}.402.1.3.1", entity=1, name=2, used=4, left=5, limit=64)
CALLS = columns(f"{_CISCO}.63.1.3.8.1.1", calls=2, limit=32)
NEEDS = (
    VOLTAGE, TEMPERATURE, FAN, SUPPLY, FRU_POWER, SWITCH, STACK_PORT, HSRP, FIREWALL, CONNECTIONS,
    POE_EXTRA, CALLS,
)  # fmt: skip

UNIT_STATE = f"{_CISCO}.176.1.1.2.0"
PEER_STATE = f"{_CISCO}.176.1.1.4.0"
REDUNDANCY_MODE = f"{_CISCO}.176.1.2.14.0"
REDUNDANCY = f"{_CISCO}.176.1.2.16.0"
STACK_RING = f"{_CISCO}.500.1.1.3.0"
POE_DEVICES = f"{_CISCO}.402.1.4.1.0"
_SESSIONS = {
    f"{_CISCO}.392.1.3.26.0": "Active IPsec sessions",
    f"{_CISCO}.392.1.3.29.0": "Active LAN to LAN sessions",
    f"{_CISCO}.392.1.3.32.0": "Active load balancing sessions",
    f"{_CISCO}.392.1.3.35.0": "Active SVC sessions",
    f"{_CISCO}.392.1.3.38.0": "Active WebVPN sessions",
}
SCALARS = (
    UNIT_STATE, PEER_STATE, REDUNDANCY_MODE, REDUNDANCY, STACK_RING, POE_DEVICES, *_SESSIONS,
)  # fmt: skip

_ENVIRONMENT = (
    (1, OK, "normal"), (2, WARNING, "warning"), (3, CRITICAL, "critical"),
    (4, CRITICAL, "shutdown"), (5, UNKNOWN, "notPresent"), (6, CRITICAL, "notFunctioning"),
)  # fmt: skip
_FRU = states(
    (2, 9), (1, 5, 6, 7, 8, 10), "offEnvOther", "on", "offAdmin", "offDenied", "offEnvPower",
    "offEnvTemp", "offEnvFan", "failed", "onButFanFail", "offCooling", "offConnectorRating",
    "onButInlinePowerFail",
)  # fmt: skip
_UNIT = (
    (1, UNKNOWN, "notKnown"), (2, UNKNOWN, "disabled"), (3, WARNING, "initialization"),
    (4, OK, "negotiation"), (5, WARNING, "standbyCold"), (6, WARNING, "standbyColdConfig"),
    (7, WARNING, "standbyColdFileSys"), (8, WARNING, "standbyColdBulk"), (9, OK, "standbyHot"),
    (10, WARNING, "activeFast"), (11, WARNING, "activeDrain"), (12, WARNING, "activePreconfig"),
    (13, WARNING, "activePostconfig"), (14, OK, "active"), (15, OK, "activeExtraload"),
    (16, OK, "activeHandback"),
)  # fmt: skip
_MODE = states(
    range(1, 9), (), "nonRedundant", "staticLoadShareNonRedundant",
    "dynamicLoadShareNonRedundant", "staticLoadShareRedundant", "dynamicLoadShareRedundant",
    "coldStandbyRedundant", "warmStandbyRedundant", "hotStandbyRedundant",
)  # fmt: skip
_ROLE = states((1, 2, 4), (3,), "master", "member", "notMember", "standby")
_SWITCH = (
    (1, WARNING, "waiting"), (2, WARNING, "progressing"), (3, WARNING, "added"), (4, OK, "ready"),
    (5, CRITICAL, "sdmMismatch"), (6, CRITICAL, "verMismatch"), (7, CRITICAL, "featureMismatch"),
    (8, WARNING, "newMasterInit"), (9, UNKNOWN, "provisioned"), (10, CRITICAL, "invalid"),
    (11, CRITICAL, "removed"),
)  # fmt: skip
_STACK_PORT = ((1, OK, "up"), (2, CRITICAL, "down"), (3, WARNING, "forcedDown"))
_TRUTH = ((1, OK, "true"), (2, WARNING, "false"))
_HSRP = (
    (1, UNKNOWN, "initial"), (2, WARNING, "learn"), (3, WARNING, "listen"), (4, WARNING, "speak"),
    (5, OK, "standby"), (6, OK, "active"),
)  # fmt: skip
_HARDWARE = (
    (1, UNKNOWN, "other"), (2, OK, "up"), (3, CRITICAL, "down"), (4, CRITICAL, "error"),
    (5, CRITICAL, "overTemp"), (6, WARNING, "busy"), (7, CRITICAL, "noMedia"),
    (8, OK, "backup"), (9, OK, "active"), (10, OK, "standby"),
)  # fmt: skip
_FIREWALL_PARTS = {4: "Failover LAN interface", 6: "Primary unit", 7: "Secondary unit"}
_CONNECTIONS: Mapping[Index, str] = {(40, 6): "Connections in use", (40, 7): "Most connections"}
"""cfwConnectionStatService (IP) and -Type."""
_SIP = 2
"""CvCallConnectionType."""


async def read(agent: Agent, names: Names, ports: Mapping[int, str]) -> tuple[Sensor, ...]:
    """All of them; `ports` names interfaces by ifIndex."""
    rows = {table: await agent.rows(table) for table in NEEDS}
    got = await agent.get(SCALARS)
    return told(
        (
            *environment(rows[VOLTAGE], rows[TEMPERATURE], rows[FAN], rows[SUPPLY]),
            *supplies(rows[FRU_POWER], names),
            *redundancy(got),
            *stack(rows[SWITCH], rows[STACK_PORT], got, ports),
            *hsrp(rows[HSRP]),
            *firewall(rows[FIREWALL], rows[CONNECTIONS], got),
            *poe(rows[POE_EXTRA], await agent.rows(poe_budget.SUPPLY), got),
            *calls(rows[CALLS]),
        )
    )


def environment(
    voltages: Rows, temperatures: Rows, fans: Rows, supplied: Rows
) -> Iterator[Sensor | None]:
    """CISCO-ENVMON-MIB: degrees, millivolts, and whether each part is normal."""
    for index, row in voltages:
        low, high = tables.number(row.get("limit_low")), tables.number(row.get("limit_high"))
        yield gauge(
            "voltage",
            _title("Voltage", index, row.get("name")),
            VOLTAGE.oid("value", index),
            row.get("value"),
            divisor=1000,
            limit_low=low / 1000 if low < high else None,
            limit_high=high / 1000 if low < high else None,
        )
    for index, row in temperatures:
        limit = tables.number(row.get("limit_high"))
        yield gauge(
            "temperature",
            _title("Temperature", index, row.get("name")),
            TEMPERATURE.oid("value", index),
            row.get("value"),
            sane=(-60, 250),
            limit_high=float(limit) if limit > 0 else None,
        )
    for table, rows in (
        (VOLTAGE, voltages),
        (TEMPERATURE, temperatures),
        (FAN, fans),
        (SUPPLY, supplied),
    ):
        for index, row in rows:
            name = _title("Part", index, row.get("name"))
            yield _state(name, table, index, row.get("state"), _ENVIRONMENT)


def _title(kind: str, index: Index, name: Value) -> str:
    return tables.text(name) or f"{kind} {'.'.join(map(str, index))}"


def _state(
    name: str, table: Columns, index: Index, value: Value, labels: tuple[tuple[int, int, str], ...],
    column: str = "state", if_index: int | None = None,
) -> Sensor | None:  # fmt: skip
    return state(name, table.oid(column, index), value, labels, if_index=if_index)


def supplies(rows: Rows, names: Names) -> Iterator[Sensor | None]:
    """CISCO-ENTITY-FRU-CONTROL-MIB: is each replaceable part under power."""
    for index, row in rows:
        if len(index) == 1:
            name = names.name(index[0]) or f"Part {index[0]}"
            yield state(
                f"{name} power",
                FRU_POWER.oid("state", index),
                row.get("state"),
                _FRU,
                entity_index=index[0],
            )


def redundancy(got: Mapping[str, Value]) -> Iterator[Sensor | None]:
    """CISCO-RF-MIB: this processor, its peer, and how they stand in for one another."""
    yield state("Redundancy: this unit", UNIT_STATE, got.get(UNIT_STATE), _UNIT)
    yield state("Redundancy: the peer", PEER_STATE, got.get(PEER_STATE), _UNIT)
    mode = REDUNDANCY_MODE if REDUNDANCY_MODE in got else REDUNDANCY
    yield state("Redundancy mode", mode, got.get(mode), _MODE)


def stack(
    switches: Rows, stack_ports: Rows, got: Mapping[str, Value], ports: Mapping[int, str]
) -> Iterator[Sensor | None]:
    """CISCO-STACKWISE-MIB; a box that is no stack has no row of a switch."""
    if not switches:
        return
    for place, (index, row) in enumerate(switches, start=1):
        number = tables.number(row.get("number")) or place
        yield _state(f"Switch {number} role", SWITCH, index, row.get("role"), _ROLE, "role")
        yield _state(f"Switch {number} state", SWITCH, index, row.get("state"), _SWITCH)
    for index, row in stack_ports:
        name = ports.get(index[0], "") or f"{index[0]}"
        yield _state(
            f"Stack port {name}", STACK_PORT, index, row.get("state"), _STACK_PORT,
            if_index=index[0] if index[0] in ports else None,
        )  # fmt: skip
    yield state("Stack ring is redundant", STACK_RING, got.get(STACK_RING), _TRUTH)


def hsrp(rows: Rows) -> Iterator[Sensor | None]:
    """CISCO-HSRP-MIB: is this router the active one of a group."""
    for index, row in rows:
        if len(index) == 2:
            address = tables.address(row.get("address")) or f"group {index[1]}"
            yield _state(
                f"HSRP {address}", HSRP, index, row.get("state"), _HSRP, if_index=index[0]
            )  # fmt: skip


def firewall(rows: Rows, connections: Rows, got: Mapping[str, Value]) -> Iterator[Sensor | None]:
    """CISCO-FIREWALL-MIB's failover and connections; CISCO-REMOTE-ACCESS-MONITOR-MIB's sessions."""
    for index, row in rows:
        name = tables.text(row.get("name")) or _FIREWALL_PARTS.get(index[-1], "")
        yield _state(_title("Unit", index, name), FIREWALL, index, row.get("state"), _HARDWARE)
    for index, row in connections:
        if name := _CONNECTIONS.get(index, ""):
            yield gauge("count", name, CONNECTIONS.oid("count", index), row.get("count"))
    for oid, name in _SESSIONS.items():
        yield gauge("count", name, oid, got.get(oid))


def poe(extra: Rows, budgets: Rows, got: Mapping[str, Value]) -> Iterator[Sensor | None]:
    """POWER-ETHERNET-MIB's budget, and CISCO-POWER-ETHERNET-EXT-MIB's use of it in milliwatts."""
    yield from poe_budget.budgets(budgets, {index for index, _ in extra})
    for index, row in extra:
        for column in ("used", "left"):
            name = f"PoE {column} {_title('supply', index, row.get('name'))}"
            oid = POE_EXTRA.oid(column, index)
            yield gauge("power", name, oid, row.get(column), divisor=1000)
    yield gauge("count", "PoE devices connected", POE_DEVICES, got.get(POE_DEVICES))


def calls(rows: Rows) -> Iterator[Sensor | None]:
    """CISCO-VOICE-DIAL-CONTROL-MIB: SIP calls that are up."""
    for index, row in rows:
        if index == (_SIP,):
            yield gauge("count", "SIP active connections", CALLS.oid("calls", index), row["calls"])
