"""Filters as people write them (`port:443`, `device:core1`, `source:10.0.0.0/8`), and as masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import visible
from noc_console.services.flows.rules.applications import (
    DSCP,
    application_numbers,
    protocol_number,
)
from noc_console.services.flows.rules.grouping import Columns, length

WORDS = {
    "source": "an address or prefix packets come from",
    "destination": "an address or prefix packets go to",
    "address": "an address or prefix at either end",
    "source-prefix": "the prefix packets come from, as it is named or connected",
    "destination-prefix": "the prefix packets go to",
    "source-as": "the AS packets come from",
    "destination-as": "the AS packets go to",
    "as": "an AS at either end",
    "application": "https, tcp/443, ospf",
    "port": "the service's port",
    "protocol": "tcp, udp, 47",
    "device": "a device that exports flows",
    "exporter": "the address flows are exported from",
    "in-interface": "where packets come in: device#interface",
    "out-interface": "where packets go out: device#interface",
    "interface": "either of the two",
    "dscp": "EF, AF41, 46",
    "customer": "an owner of named prefixes",
}
"""Every word a filter may begin with."""

RESOLVED = frozenset({"device", "exporter", "in-interface", "out-interface", "interface"})
"""Filters whose values are names of the inventory: the service looks them up."""

MOST = 12


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition: several of the same word are either-or, of different words both."""

    word: str
    value: str

    def __str__(self) -> str:
        return f"{self.word}:{self.value}"


@dataclass(frozen=True, slots=True)
class Test:
    """A condition on columns: any of the alternatives, each a set of columns with one range."""

    word: str
    alternatives: tuple[tuple[tuple[str, int, int], ...], ...]
    """Each alternative: (column, lowest, highest) that must all hold."""

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(column for way in self.alternatives for column, _, _ in way)


def parse(texts: Sequence[str]) -> tuple[Filter, ...]:
    """`word:value` each; Invalid says what is wrong and what there is."""
    if len(texts) > MOST:
        raise Invalid(f"{MOST} filters at most", field="where")
    found = []
    for text in texts:
        word, colon, value = text.partition(":")
        word, value = word.strip().lower(), value.strip()
        if not colon or word not in WORDS or not value:
            raise Invalid(
                f"{visible(text, limit=60)!r} is no filter: use WORD:VALUE with one of "
                f"{', '.join(WORDS)}",
                field="where",
            )
        found.append(Filter(word, visible(value, limit=200)))
    return tuple(dict.fromkeys(found))


def test_of(one: Filter, word_of: dict[str, int]) -> Test:
    """The condition of a filter that needs no inventory; `word_of` gives the numbers of texts."""
    word, value = one.word, one.value
    if word in ("source", "destination", "address"):
        sides = {"source": ("src",), "destination": ("dst",)}.get(word, ("src", "dst"))
        return Test(word, tuple(_within(side, value) for side in sides))
    if word in ("source-prefix", "destination-prefix", "customer"):
        column = {"source-prefix": "src_net", "destination-prefix": "dst_net"}.get(word, word)
        number = 0 if value == "none" else word_of[value]
        return Test(word, (((column, number, number),),))
    if word in ("source-as", "destination-as", "as"):
        number = _number(value.upper().removeprefix("AS"), 0xFFFF_FFFF, "an AS is a number")
        sides = {"source-as": ("src_as",), "destination-as": ("dst_as",)}.get(
            word, ("src_as", "dst_as")
        )
        return Test(word, tuple(((side, number, number),) for side in sides))
    if word == "port":
        number = _number(value, 65_535, "a port is a number below 65536")
        return Test(word, ((("port", number, number),),))
    if word == "dscp":
        return Test(word, ((("dscp", *_dscp(value)),),))
    if word == "protocol":
        protocol = protocol_number(value)
        if protocol is None:
            raise Invalid(f"{value} is no protocol such as tcp or 47", field="where")
        return Test(word, ((("protocol", protocol, protocol),),))
    known = application_numbers(value)
    if not known:
        raise Invalid(f"{value} is no application such as https or tcp/443", field="where")
    return Test(word, tuple((("protocol", p, p), ("port", n, n)) for p, n in known))


def _within(side: str, value: str) -> tuple[tuple[str, int, int], ...]:
    try:
        network = ip_network(value, strict=False)
    except ValueError as error:
        raise Invalid(f"{value} is neither an address nor a prefix", field="where") from error
    first = int(network.network_address)
    if isinstance(network, IPv4Network):
        first |= 0xFFFF << 32
    last = first + network.num_addresses - 1
    low, high = (first >> 64, first & _HALF), (last >> 64, last & _HALF)
    if low[0] == high[0]:
        return ((f"{side}_hi", low[0], low[0]), (f"{side}_lo", low[1], high[1]))
    return ((f"{side}_hi", low[0], high[0]),)


_HALF = (1 << 64) - 1


def _number(text: str, most: int, problem: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= most):
        raise Invalid(problem, field="where")
    return int(text)


def _dscp(value: str) -> tuple[int, int]:
    word = value.upper().removeprefix("DSCP ").strip()
    named = next((number for number, name in DSCP.items() if name.upper() == word), None)
    number = _number(word, 63, "DSCP is a number below 64 or a name") if named is None else named
    return number, number


def mask(columns: Columns, tests: Sequence[Test]) -> NDArray[np.bool_]:
    """Which rows fit: every word, by any of its conditions."""
    fits = np.ones(length(columns), np.bool_)
    for word in dict.fromkeys(test.word for test in tests):
        any_of = np.zeros(length(columns), np.bool_)
        for way in (way for test in tests if test.word == word for way in test.alternatives):
            all_of = np.ones(length(columns), np.bool_)
            for column, low, high in way:
                values = columns[column]
                most = np.iinfo(values.dtype).max
                if low > most:
                    all_of[:] = False
                    continue
                all_of &= (values >= values.dtype.type(low)) & (
                    values <= values.dtype.type(min(high, int(most)))
                )
            any_of |= all_of
        fits &= any_of
    return fits
