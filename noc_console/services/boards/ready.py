"""The boards everybody starts with, made of what the network has."""

from __future__ import annotations

import re

import numpy as np

from noc_console.kernel.actor import Actor
from noc_console.services.boards import arranging
from noc_console.services.boards.model import (
    NEW,
    Board,
    Place,
    Tile,
    TileKind,
    options,
)
from noc_console.services.top import sheets as top
from noc_console.services.top.model import Sheet, TopKind, TopRow
from noc_console.services.top.service import TopService

_OUTSIDE = re.compile(
    r"\b(transit|peer(ing)?|ixp?|upstream|uplink to as|as\d{2,}|ams-ix|de-cix|linx)\b",
    re.IGNORECASE,
)
"""Words in a port's description that say it leads out of the network."""

MOST_PORTS = 8
MOST_OPTICS = 6
NUMBERS_IN_A_ROW = 4


class ReadyBoards:
    """Asks the network what it has and arranges it."""

    def __init__(self, top_lists: TopService) -> None:
        self._top = top_lists

    async def __call__(self, actor: Actor) -> tuple[Board, ...]:
        """“Network now”, “Transit and peering” and “Optics”; empty before there is a device."""
        devices = await self._top.sheet(actor, of=TopKind.DEVICES)
        if not len(devices):
            return ()
        ports = await self._top.sheet(actor, of=TopKind.INTERFACES)
        sensors = await self._top.sheet(actor, of=TopKind.SENSORS)
        return (network_now(), transit(outside(ports)), optics(dimmest(sensors)))


def outside(ports: Sheet) -> list[TopRow]:
    """The ports that lead out of the network by what people wrote on them, fastest first."""
    found = [at for at, alias in enumerate(ports.facts.texts["alias"]) if _OUTSIDE.search(alias)]
    speeds = np.nan_to_num(ports.numbers["speed"])
    found.sort(key=lambda at: (-speeds[at], int(ports.facts.ids[at])))
    return [top.row(ports, at) for at in found[:MOST_PORTS]]


def dimmest(sensors: Sheet) -> list[TopRow]:
    """Light with the least margin; without limits, the least light."""
    kinds = np.array([kind == "dbm" for kind in sensors.facts.texts["kind"]], np.bool_)
    value = np.where(kinds, sensors.numbers["value"], np.nan)
    margin = np.where(kinds, sensors.numbers["margin"], np.nan)
    by = "margin" if np.isfinite(margin).any() else "value"
    only = Sheet(sensors.facts, {**sensors.numbers, "value": value, "margin": margin})
    return [top.row(only, at) for at in top.greatest(only, by, MOST_OPTICS, ascending=True)]


def network_now() -> Board:
    """What a shift looks at first."""
    return _board(
        "Network now",
        "24h",
        [
            (TileKind.ALARM_COUNTS, Place(0, 0, 10, 3), "", {}),
            (TileKind.NUMBER, Place(10, 0, 5, 3), "", {"count": "unreachable"}),
            (TileKind.NUMBER, Place(15, 0, 5, 3), "", {"count": "traffic"}),
            (TileKind.CLOCK, Place(20, 0, 4, 3), "", {}),
            (TileKind.MAP, Place(0, 3, 14, 11), "", {}),
            (TileKind.ALARMS, Place(14, 3, 10, 8), "", {}),
            (TileKind.COLLECTORS, Place(14, 11, 10, 3), "", {}),
            (TileKind.TOP, Place(0, 14, 12, 9), "", {"of": "interfaces", "by": "util"}),
            (TileKind.TOP, Place(12, 14, 12, 9), "", {"of": "devices", "by": "cpu"}),
        ],
    )


def transit(ports: list[TopRow]) -> Board:
    """The ways out of the network; without any, the fullest ports and how to name them."""
    told: list[tuple[TileKind, Place, str, dict[str, str]]] = []
    for at, port in enumerate(ports[:NUMBERS_IN_A_ROW]):
        place = Place(at * 6, 0, 6, 4)
        about = {"curve": f"interface:{port.id}/in", "limit": "80", "of_speed": "yes"}
        told.append((TileKind.NUMBER, place, _title(port), about))
    y = 4 if ports else 0
    if not ports:
        words = (
            "No port is described as transit or peering yet.\n"
            "Ports whose description holds words such as “transit”, “peering”, “IX” or an AS "
            "number are found when these boards are made again."
        )
        told.append((TileKind.NOTE, Place(0, 0, 24, 3), "Ways out of the network", {"text": words}))
        y = 3
    for direction, words, x in (("in", "In", 0), ("out", "Out", 12)):
        curves = " ".join(f"interface:{port.id}/{direction}" for port in ports)
        if curves:
            about = {"curves": curves, "stacked": "yes"}
            told.append((TileKind.GRAPH, Place(x, y, 12, 8), words, about))
    y += 8 if ports else 0
    told.append(
        (TileKind.TOP, Place(0, y, 12, 8), "Busiest ports", {"of": "interfaces", "by": "in"})
    )
    told.append((TileKind.TOP, Place(12, y, 12, 8), "Errors", {"of": "interfaces", "by": "errors"}))
    return _board("Transit and peering", "24h", told)


def optics(sensors: list[TopRow]) -> Board:
    """Light: what is nearest to its limit, and how it went."""
    told: list[tuple[TileKind, Place, str, dict[str, str]]] = [
        (
            TileKind.TOP,
            Place(0, 0, 12, 11),
            "Least margin",
            {"of": "sensors", "by": "margin", "only": "dbm"},
        )
    ]
    curves = " ".join(f"sensor:{one.id}" for one in sensors)
    if curves:
        told.append(
            (TileKind.GRAPH, Place(12, 0, 12, 11), "Light of the dimmest", {"curves": curves})
        )
    for at, one in enumerate(sensors[:NUMBERS_IN_A_ROW]):
        place = Place(at * 6, 11, 6, 4)
        told.append((TileKind.NUMBER, place, _title(one), {"curve": f"sensor:{one.id}"}))
    told.append(
        (
            TileKind.TOP,
            Place(0, 15 if sensors else 11, 24, 8),
            "Hottest",
            {"of": "sensors", "by": "value", "only": "temperature"},
        )
    )
    return _board("Optics", "7d", told)


def _title(row: TopRow) -> str:
    words = f"{row.device} {row.name}" if not row.alias else f"{row.device} · {row.alias}"
    return words[: arranging.LONGEST_NAME]


def _board(name: str, span: str, told: list[tuple[TileKind, Place, str, dict[str, str]]]) -> Board:
    tiles = tuple(
        Tile(number, kind, place, title, options(**about))
        for number, (kind, place, title, about) in enumerate(told, start=1)
    )
    return Board(NEW, name, tiles=tiles, span=span)
