"""From addresses to prefixes, by the longest match, for hundred thousands at once.

Nested prefixes are cut into stretches that do not overlap; then an address is found by one
binary search, IPv4 and IPv6 alike.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_interface, ip_network
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import visible
from noc_console.services.flows.model import PrefixLine, PrefixRole, WrongLine

MAPPED = 0xFFFF << 32
MOST_LINES = 100_000
LONGEST = 200
_WIDE = np.dtype([("hi", ">u8"), ("lo", ">u8")])


@dataclass(frozen=True, slots=True)
class Named:
    """A prefix with the two numbers it stands for: its own word's, and its customer's or 0."""

    prefix: str
    word: int
    customer: int = 0


class PrefixTable:
    """Longest match for columns of addresses. Of equal prefixes the first one stays."""

    def __init__(self, prefixes: Iterable[Named] = ()) -> None:
        found: dict[tuple[int, int], Named] = {}
        for one in prefixes:
            found.setdefault(_stretch(ip_network(one.prefix)), one)
        starts, owners = _cut_apart(found)
        self._starts = _as_bytes(
            np.array([start >> 64 for start in starts], np.uint64),
            np.array([start & 0xFFFF_FFFF_FFFF_FFFF for start in starts], np.uint64),
        )
        self._words = np.array([one.word if one else 0 for one in owners], np.uint64)
        self._customers = np.array([one.customer if one else 0 for one in owners], np.uint64)

    def match(
        self, hi: NDArray[Any], lo: NDArray[Any]
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Word and customer of each address; 0 where nothing matches."""
        places = np.searchsorted(self._starts, _as_bytes(hi, lo), side="right") - 1
        return self._words[places], self._customers[places]


def _as_bytes(hi: NDArray[Any], lo: NDArray[Any]) -> NDArray[np.bytes_]:
    """Addresses as sixteen octets, which sort as the numbers do."""
    wide = np.empty(len(hi), _WIDE)
    wide["hi"], wide["lo"] = hi, lo
    return wide.view("S16")


def _stretch(network: IPv4Network | IPv6Network) -> tuple[int, int]:
    """First address and the one after the last, as 128 bits."""
    first = int(network.network_address)
    if isinstance(network, IPv4Network):
        first |= MAPPED
    return first, first + network.num_addresses


def _cut_apart(found: dict[tuple[int, int], Named]) -> tuple[list[int], list[Named | None]]:
    """Where each stretch begins and whose it is, from 0 on."""
    starts: list[int] = [0]
    owners: list[Named | None] = [None]
    open_: list[tuple[int, Named]] = []

    def begin(at: int, owner: Named | None) -> None:
        if starts[-1] == at:
            owners[-1] = owner
        else:
            starts.append(at)
            owners.append(owner)

    def close_until(at: int) -> None:
        while open_ and open_[-1][0] <= at:
            end, _ = open_.pop()
            begin(end, open_[-1][1] if open_ else None)

    # The wider of two that begin together comes first and is then covered by the narrower.
    for (start, end), one in sorted(found.items(), key=lambda item: (item[0][0], -item[0][1])):
        close_until(start)
        begin(start, one)
        open_.append((end, one))
    close_until(1 << 128)
    while starts[-1] >= 1 << 128:
        starts.pop()
        owners.pop()
    return starts, owners


def connected(address: str) -> str | None:
    """The prefix an interface's address lies in; None when it names none of use."""
    if "/" not in address:
        return None
    try:
        found = ip_interface(address).network
    except ValueError:
        return None
    return None if found.prefixlen == 0 or found.is_link_local else str(found)


def checked_prefix(text: str) -> str:
    """A prefix in its usual form; Invalid says what is wrong with it."""
    word = text.strip()
    try:
        return str(ip_network(word))
    except ValueError:
        pass
    try:
        meant = ip_network(word, strict=False)
    except ValueError as error:
        raise Invalid(
            f"{visible(word, limit=60)!r} is no prefix such as 192.0.2.0/24 or 2001:db8::/32",
            field="prefix",
        ) from error
    raise Invalid(f"{word} has bits behind its length; the prefix is {meant}", field="prefix")


def checked_name(text: str, field: str, *, is_needed: bool = True) -> str:
    """A name fit to keep; Invalid when it is empty or too long."""
    word = visible(text.strip(), limit=LONGEST + 1)
    if is_needed and not word:
        raise Invalid(f"a {field} is needed", field=field)
    if len(word) > LONGEST:
        raise Invalid(f"a {field} has {LONGEST} characters at most", field=field)
    return word


def read_csv(text: str) -> tuple[tuple[PrefixLine, ...], tuple[WrongLine, ...]]:
    """Lines of `prefix, name, role, owner`, with commas or semicolons, a heading if you like.

    A prefix that comes twice is wrong the second time.
    """
    text = text.removeprefix("\ufeff")
    head = text.split("\n", 1)[0]
    cut = ";" if head.count(";") > head.count(",") else ","
    good: dict[str, PrefixLine] = {}
    wrong: list[WrongLine] = []
    rows = csv.reader(io.StringIO(text), delimiter=cut, skipinitialspace=True)
    try:
        for row in rows:
            number = rows.line_num
            if number > MOST_LINES:
                raise Invalid(f"an import has {MOST_LINES:,} lines at most", field="text")
            if not any(cell.strip() for cell in row) or row[0].lstrip().startswith("#"):
                continue
            if number == 1 and row[0].strip().lower() == "prefix":
                continue
            try:
                line = _line(row)
                if line.prefix in good:
                    raise Invalid(f"{line.prefix} came before", field="prefix")
                good[line.prefix] = line
            except Invalid as error:
                wrong.append(WrongLine(number, visible(cut.join(row), limit=120), str(error)))
    except csv.Error as error:
        wrong.append(WrongLine(rows.line_num, "", f"this is no CSV: {error}"))
    return tuple(good.values()), tuple(wrong)


def _line(row: Sequence[str]) -> PrefixLine:
    prefix, name, role, owner, *more = [*row, "", "", ""][: max(4, len(row))]
    if any(cell.strip() for cell in more):
        raise Invalid("more than four columns: prefix, name, role, owner")
    word = role.strip().lower() or PrefixRole.OTHER.value
    if word not in set(PrefixRole):
        raise Invalid(f"a role is one of {', '.join(PrefixRole)}", field="role")
    return PrefixLine(
        checked_prefix(prefix),
        checked_name(name, "name"),
        PrefixRole(word),
        checked_name(owner, "owner", is_needed=False),
    )
