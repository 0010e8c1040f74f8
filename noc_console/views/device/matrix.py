"""Ports against VLANs: which carry which, tagged or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from noc_console.services.inspection.model import Vlan
from noc_console.services.inventory.model import Interface


class Carries(Enum):
    """How a port carries a VLAN; the letter stands in copies and for those who see no colour."""

    UNTAGGED = "U"
    TAGGED = "T"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows are ports, columns VLANs; only the cells that say something are kept."""

    ports: tuple[Interface, ...] = ()
    vlans: tuple[Vlan, ...] = ()
    cells: tuple[dict[int, Carries], ...] = ()
    """For each port: column → how it carries that VLAN."""

    def at(self, row: int, column: int) -> Carries | None:
        return self.cells[row].get(column)

    def about(self, row: int, column: int) -> str:
        """One cell in words."""
        port, vlan = self.ports[row], self.vlans[column]
        how = self.at(row, column)
        said = "does not carry" if how is None else f"carries {how.name.lower()}"
        name = f" {vlan.name}" if vlan.name else ""
        return f"{port.name} {said} VLAN {vlan.vlan}{name}"

    def csv_rows(self) -> list[list[str]]:
        """The whole as cells of text, with a header row."""
        head = ["Port", *(str(vlan.vlan) for vlan in self.vlans)]
        body = [
            [
                port.name,
                *(
                    how.value if (how := self.at(row, column)) else ""
                    for column in range(len(self.vlans))
                ),
            ]
            for row, port in enumerate(self.ports)
        ]
        return [head, *body]


def matrix(vlans: Sequence[Vlan], ports: Sequence[Interface], wanted: str = "") -> Matrix:
    """Ports that carry any VLAN against the VLANs; `wanted` keeps what fits it.

    A word that fits a VLAN's number or name keeps those columns, else it is looked for in the
    ports' names.
    """
    columns = tuple(sorted({vlan.vlan: vlan for vlan in vlans}.values(), key=lambda v: v.vlan))
    word = wanted.strip().lower()
    if word:
        fitting = tuple(
            vlan for vlan in columns if str(vlan.vlan) == word or word in vlan.name.lower()
        )
        columns, word = (fitting, "") if fitting else (columns, word)
    by_index: dict[int, dict[int, Carries]] = {}
    for column, vlan in enumerate(columns):
        for index in vlan.tagged:
            by_index.setdefault(index, {})[column] = Carries.TAGGED
        for index in vlan.untagged:
            by_index.setdefault(index, {})[column] = Carries.UNTAGGED
    rows = [
        port
        for port in ports
        if port.index in by_index and (not word or word in port.label.lower())
    ]
    return Matrix(tuple(rows), columns, tuple(by_index[port.index] for port in rows))
