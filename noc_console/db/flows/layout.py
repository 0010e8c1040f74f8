"""The tables of the flow store, the same on SQLite and PostgreSQL.

`block` holds the summed-up flows of one span of time, one cube and one collector. `word` gives
texts (exporters, prefixes, owners) numbers that every collector computes the same way, so that
two of them need not agree on anything. `exporter` is the last word on each exporter.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from noc_console.db.samples.layout import Table

SPANS = (60, 300, 3_600)
"""Seconds a block covers: what comes in, five minutes, an hour."""

BLOCK = Table(
    "flows_block",
    (
        *(("cube", "int"), ("span", "int"), ("at", "int"), ("source", "int"), ("part", "int")),
        ("data", "bytes"),
    ),
    ("cube", "span", "at", "source", "part"),
    conflict="DO NOTHING",
)
WORD = Table("flows_word", (("id", "int"), ("word", "text")), ("id",), conflict="DO NOTHING")
EXPORTER = Table(
    "flows_exporter",
    (("address", "text"), ("collector", "text"), ("at", "int"), ("facts", "text")),
    ("address", "collector"),
)
TABLES = (BLOCK, WORD, EXPORTER)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Which block: cube, seconds it covers, start (seconds since 1970), collector, part.

    Minutes may come in parts (a restart within the minute); roll-ups have part 0.
    """

    cube: int
    span: int
    at: int
    source: int
    part: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its bytes."""

    place: Place
    data: bytes


@dataclass(frozen=True, slots=True)
class ExporterWord:
    """What a collector last said of an exporter; `facts` is JSON."""

    address: str
    collector: str
    at: int
    facts: str


def word_id(text: str) -> int:
    """The number of a text, 63 bits of its digest; the empty text is 0.

    Among a million texts two share a number with a chance of one in ten million.
    """
    if not text:
        return 0
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 1) or 1
