"""Files of other programs: what kind one is, and the network in it.

Everything in them is hostile until it is parsed: bounded, UTF-8, without entities of its own.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from noc_console.kernel.errors import Invalid
from noc_console.services.topology.exchange import librenms, netbox
from noc_console.services.topology.exchange.document import (
    Document,
    Item,
    Tie,
    bits,
    clean,
    degrees,
    type_of,
)
from noc_console.services.topology.exchange.writing import FORMAT, ITEM_FIELDS, VERSION

LARGEST = 64 << 20
MOST_ITEMS = 100_000
FURTHEST = 1e6

Rows = list[dict[str, Any]]


def read(files: Sequence[tuple[str, bytes]]) -> Document:
    """One network from files that belong together, as (name, content).

    A GraphML or one of our JSON files stands alone; exports of NetBox and LibreNMS come as
    several tables (devices, cables, sites; devices, links, ports). Raises Invalid when
    nothing in them is understood.
    """
    if not files:
        raise Invalid("choose at least one file", field="files")
    tables: list[Rows] = []
    for name, content in files:
        text = _text(name, content)
        if text.lstrip()[:1] == "<":
            _alone(files)
            return _bounded(_graphml(PurePath(name).stem, text))
        if text.lstrip()[:1] in ("{", "["):
            told = _json(name, text)
            if isinstance(told, dict) and told.get("format") == FORMAT:
                _alone(files)
                return _bounded(_ours(told))
            tables += _tables(told)
        else:
            tables.append(_csv(name, text))
    return _bounded(_of_tables([table for table in tables if table]))


def _alone(files: Sequence[object]) -> None:
    if len(files) > 1:
        raise Invalid("a GraphML or NOC Console file is imported alone", field="files")


def _text(name: str, content: bytes) -> str:
    if len(content) > LARGEST:
        raise Invalid(f"{name} is larger than {LARGEST >> 20} MiB", field="files")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{name} is no UTF-8 text", field="files") from error


# --- GraphML ---------------------------------------------------------------------------------


def _graphml(title: str, text: str) -> Document:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Invalid("a GraphML file with a document type of its own is not read", field="files")
    # networkx takes as long to import as a command line may take to answer.
    import networkx as nx

    try:
        graph = nx.parse_graphml(text, force_multigraph=True)
    except (nx.NetworkXError, SyntaxError, ValueError, KeyError, TypeError) as error:
        raise Invalid(f"this is no GraphML: {clean(error)}", field="files") from error
    items = tuple(_item(clean(key), told) for key, told in graph.nodes(data=True))
    ties = tuple(_tie(clean(a), clean(b), told) for a, b, told in graph.edges(data=True) if a != b)
    problems = _loops(graph.number_of_edges() - len(ties))
    told_title = graph.graph.get("title") or graph.graph.get("Network") or title
    return Document(items, ties, clean(told_title), problems)


def _item(key: str, told: Mapping[str, Any]) -> Item:
    """A node's words, whatever they are called: ours, Topology Zoo's, yEd's."""
    words = {str(name).lower(): value for name, value in told.items()}
    name = clean(words.get("name") or words.get("label") or key)
    return Item(
        key=key,
        name=name if name not in ("None", "?") else f"node {key}",
        type=type_of(clean(words.get("type", ""))),
        address=clean(words.get("address", "")),
        vendor=clean(words.get("vendor", "")),
        model=clean(words.get("model", "")),
        serial=clean(words.get("serial", "")),
        site=clean(words.get("site", "")),
        latitude=degrees(words.get("latitude", words.get("lat")), 90.0),
        longitude=degrees(words.get("longitude", words.get("lon", words.get("lng"))), 180.0),
        x=degrees(words.get("x"), FURTHEST),
        y=degrees(words.get("y"), FURTHEST),
    )


def _tie(a: str, b: str, told: Mapping[str, Any]) -> Tie:
    speed = told.get("speed_bps", told.get("LinkSpeedRaw", 0))
    return Tie(
        a,
        b,
        a_port=clean(told.get("a_port", "")),
        b_port=clean(told.get("b_port", "")),
        speed_bps=bits(speed),
    )


def _loops(count: int) -> tuple[str, ...]:
    return (f"{count} links of a device with itself were left out",) if count else ()


# --- ours ------------------------------------------------------------------------------------


def _ours(told: Mapping[str, Any]) -> Document:
    if told.get("version") != VERSION:
        raise Invalid("this file was written by another version of NOC Console", field="files")
    items = []
    for row in _rows(told.get("devices")):
        words = {name: row[name] for name in ITEM_FIELDS & set(row)}
        item = _item(clean(words.get("key", "")), words)
        items.append(item)
    ties = [
        _tie(clean(row.get("a", "")), clean(row.get("b", "")), row)
        for row in _rows(told.get("links"))
    ]
    return Document(tuple(items), tuple(ties), clean(told.get("title", "")))


def _rows(value: object) -> Rows:
    if not isinstance(value, list):
        return []
    return [row for row in value if isinstance(row, dict)]


# --- tables ----------------------------------------------------------------------------------


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{name} is no JSON: {clean(error)}", field="files") from error


def _tables(told: Any) -> list[Rows]:
    """Every list of rows in an answer of an API: its pages, or its parts by name."""
    if isinstance(told, list):
        return [_rows(told)]
    if not isinstance(told, dict):
        return []
    return [_rows(part) for part in told.values() if isinstance(part, list)]


def _csv(name: str, text: str) -> Rows:
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter=mark))
    except csv.Error as error:
        raise Invalid(f"{name} is no CSV: {clean(error)}", field="files") from error
    if not rows or len(rows[0]) < 2:
        raise Invalid(f"{name} has no table with a header line", field="files")
    return [{str(k).strip(): v for k, v in row.items() if k is not None} for row in rows]


def _of_tables(tables: Sequence[Rows]) -> Document:
    for reader in (librenms.document, netbox.document):
        found = reader(tables)
        if found is not None:
            return found
    raise Invalid(
        "this is neither GraphML, nor an export of NOC Console, NetBox or LibreNMS."
        " From NetBox take devices and cables (CSV, or the API's JSON), from LibreNMS the"
        " API's devices, links and ports",
        field="files",
    )


def _bounded(document: Document) -> Document:
    """Devices with a key of their own, links between them, not more than we show."""
    if len(document.items) > MOST_ITEMS or len(document.ties) > 4 * MOST_ITEMS:
        raise Invalid(f"more than {MOST_ITEMS:,} devices are not read at once", field="files")
    items = {item.key: item for item in document.items if item.key and item.name}
    if not items:
        raise Invalid("there is no device in this file", field="files")
    ties = [tie for tie in document.ties if tie.a in items and tie.b in items and tie.a != tie.b]
    problems = list(document.problems)
    if lost := len(document.ties) - len(ties):
        problems.append(f"{lost} links lead to devices that are not in the file")
    if lost := len(document.items) - len(items):
        problems.append(f"{lost} devices have no name, or the name of another")
    return Document(tuple(items.values()), tuple(ties), document.title, tuple(problems))
