"""What a poll brings back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from noc_console.services.telemetry.ports import Numbers


@dataclass(frozen=True, slots=True)
class Polled:
    """Rows of numbers as one flat list; see `telemetry.ports.Polled`."""

    indexes: Sequence[bytes]
    numbers: Sequence[int | None]
    width: int
    scalars: Numbers = ()
    has_holes: bool = False

    @property
    def rows(self) -> dict[bytes, Numbers]:
        """The rows by their index: made anew each time, for whoever needs no speed."""
        numbers, width = self.numbers, self.width
        return {
            index: tuple(numbers[at : at + width])
            for index, at in zip(self.indexes, range(0, len(numbers), width), strict=True)
        }


def of_rows(rows: Mapping[bytes, Numbers], *, width: int, scalars: Numbers = ()) -> Polled:
    """The same from rows."""
    numbers = [number for row in rows.values() for number in row]
    return Polled(list(rows), numbers, width, scalars, has_holes=None in numbers)
