"""Signal of cable and copper: DOCS-IF-MIB (RFC 4546) and HDSL2-SHDSL-LINE-MIB (RFC 4319)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from noc_console.services.inspection.collectors.gauges import gauge, told
from noc_console.services.inspection.model import Sensor
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Rows, columns

_CABLE = "1.3.6.1.2.1.10.127.1"
_SHDSL = "1.3.6.1.2.1.10.48.1"
SIGNAL = columns(f"{_CABLE}.1.4.1", noise=5, limit=1000)
DOWNSTREAM = columns(f"{_CABLE}.1.1.1", power=6, limit=1000)
MODEM = columns(f"{_CABLE}.2.2.1", power=3, limit=16)
SHDSL_LINE = columns(f"{_SHDSL}.2.1", most_rate=2, rate=3, limit=256)
SHDSL_ENDPOINT = columns(f"{_SHDSL}.5.1", margin=2, limit=1000)
NEEDS = (SIGNAL, DOWNSTREAM, MODEM, SHDSL_LINE, SHDSL_ENDPOINT)

_SIDES = {1: "network side", 2: "customer side"}


async def read(agent: Agent, ports: Mapping[int, str]) -> tuple[Sensor, ...]:
    """Noise margins, levels and rates; `ports` names interfaces by ifIndex."""
    noise, down, modem, lines, ends = [await agent.rows(table) for table in NEEDS]
    return told((*cable(noise, down, modem, ports), *shdsl(lines, ends, ports)))


def cable(
    noise: Rows, down: Rows, modem: Rows, ports: Mapping[int, str]
) -> Iterator[Sensor | None]:
    """Tenths of dB and of dBmV."""
    for rows, table, column, kind, word in (
        (noise, SIGNAL, "noise", "snr", "signal to noise"),
        (down, DOWNSTREAM, "power", "tv_signal", "receive level"),
        (modem, MODEM, "power", "tv_signal", "transmit level"),
    ):
        for index, row in rows:
            port = index[0]
            yield gauge(
                kind,
                f"{_port(port, ports)} {word}",
                table.oid(column, index),
                row.get(column),
                divisor=10,
                if_index=port if port in ports else None,
            )


def shdsl(lines: Rows, ends: Rows, ports: Mapping[int, str]) -> Iterator[Sensor | None]:
    """Rates in bit/s; the margin of each wire pair at each unit of a span, in whole dB."""
    for index, row in lines:
        for column, word in (("rate", "line rate"), ("most_rate", "highest line rate")):
            name = f"{_port(index[0], ports)} {word}"
            yield gauge("count", name, SHDSL_LINE.oid(column, index), row.get(column))
    for index, row in ends:
        if len(index) == 4:
            port, unit, side, pair = index
            where = f"unit {unit} {_SIDES.get(side, f'side {side}')} pair {pair}"
            yield gauge(
                "snr",
                f"{_port(port, ports)} {where} margin",
                SHDSL_ENDPOINT.oid("margin", index),
                row.get("margin"),
                if_index=port if port in ports else None,
            )


def _port(if_index: int, ports: Mapping[int, str]) -> str:
    return ports.get(if_index, "") or f"Port {if_index}"
