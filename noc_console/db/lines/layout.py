"""The tables of the store of lines, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from noc_console.db.samples.layout import Table

SCHEMA = 1
"""Layout of these tables. A program that knows a smaller number refuses the store."""

HEAD = Table(
    "lines_head",
    (
        ("id", "int"),
        ("at", "int"),
        ("tenant", "text"),
        ("device", "int"),
        ("source", "text"),
        ("kind", "text"),
        ("severity", "int"),
        ("facility", "int"),
        ("count", "int"),
        ("text", "text"),
        ("more", "text"),
        ("words", "text"),
    ),
    ("id",),
)
CHUNK = Table(
    "lines_chunk",
    (
        ("id", "int"),
        ("first", "int"),
        ("count", "int"),
        ("oldest", "int"),
        ("newest", "int"),
        ("size", "int"),
        ("tenants", "text"),
        ("data", "bytes"),
    ),
    ("id",),
)
INDEX = Table(
    "lines_index",
    (("chunk", "int"), ("first", "bytes"), ("data", "bytes")),
    ("chunk", "first"),
)
PART = Table(
    "lines_part",
    (("chunk", "int"), ("part", "int"), ("data", "bytes")),
    ("chunk", "part"),
)
MARK = Table("lines_mark", (("name", "text"), ("value", "int")), ("name",), narrow=True)

TABLES = (HEAD, CHUNK, INDEX, PART, MARK)
