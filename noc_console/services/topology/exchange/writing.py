"""Documents for other programs: GraphML, yEd's GraphML, GEXF and JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any
from xml.etree import ElementTree as ET

from noc_console.kernel.errors import Invalid
from noc_console.services.topology.exchange.document import Document, Item, Tie

FORMAT = "noc-console network"
VERSION = 1

GRAPHML = "http://graphml.graphdrawing.org/xmlns"
YED = "http://www.yworks.com/xml/graphml"

_SHAPES = {"router": "ellipse", "switch": "roundrectangle", "olt": "octagon", "firewall": "hexagon"}
_FILLS = {"down": "#F7C6C7", "up": "#FFFFFF"}


def graphml(document: Document) -> bytes:
    """GraphML 1.0 with the attributes of `Item` and `Tie` as data."""
    return _networkx(document, "write_graphml_xml", _plain)


def gexf(document: Document) -> bytes:
    """GEXF 1.2 with positions as its `viz` module has them: y grows upwards there."""
    return _networkx(document, "write_gexf", _with_viz)


def as_json(document: Document) -> bytes:
    """Our own form, which loses nothing."""
    told = {
        "format": FORMAT,
        "version": VERSION,
        "title": document.title,
        "devices": [_plain(item) for item in document.items],
        "links": [_plain(tie) for tie in document.ties],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def yed(document: Document) -> bytes:
    """GraphML that yEd opens as a drawing: shapes, labels and places."""
    ET.register_namespace("", GRAPHML)
    ET.register_namespace("y", YED)
    root = ET.Element(f"{{{GRAPHML}}}graphml")
    for key, told, sort in (
        ("d0", "node", "nodegraphics"),
        ("d1", "edge", "edgegraphics"),
    ):
        attributes = {"id": key, "for": told, "yfiles.type": sort}
        ET.SubElement(root, f"{{{GRAPHML}}}key", attributes)
    graph = ET.SubElement(root, f"{{{GRAPHML}}}graph", {"id": "G", "edgedefault": "undirected"})
    for item in document.items:
        _yed_node(graph, item)
    for number, tie in enumerate(document.ties):
        _yed_edge(graph, number, tie)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _yed_node(graph: ET.Element, item: Item) -> None:
    node = ET.SubElement(graph, f"{{{GRAPHML}}}node", {"id": f"n{item.key}"})
    data = ET.SubElement(node, f"{{{GRAPHML}}}data", {"key": "d0"})
    shape = ET.SubElement(data, f"{{{YED}}}ShapeNode")
    place = {"height": "40", "width": "110"}
    if item.x is not None and item.y is not None:
        # A place is the middle of a device here, the upper left corner of its box there.
        place |= {"x": f"{item.x - 55:.1f}", "y": f"{item.y - 20:.1f}"}
    ET.SubElement(shape, f"{{{YED}}}Geometry", place)
    fill = {"color": _FILLS.get(item.state, "#EEEEEE"), "transparent": "false"}
    ET.SubElement(shape, f"{{{YED}}}Fill", fill)
    ET.SubElement(shape, f"{{{YED}}}NodeLabel").text = _xml_text(
        "\n".join(filter(None, (item.name, item.address)))
    )
    ET.SubElement(shape, f"{{{YED}}}Shape", {"type": _SHAPES.get(item.type.value, "rectangle")})


def _yed_edge(graph: ET.Element, number: int, tie: Tie) -> None:
    ends = {"id": f"e{number}", "source": f"n{tie.a}", "target": f"n{tie.b}"}
    edge = ET.SubElement(graph, f"{{{GRAPHML}}}edge", ends)
    data = ET.SubElement(edge, f"{{{GRAPHML}}}data", {"key": "d1"})
    line = ET.SubElement(data, f"{{{YED}}}PolyLineEdge")
    style = {
        "color": "#888888",
        "type": "dashed" if tie.state == "down" else "line",
        "width": "2.0",
    }
    ET.SubElement(line, f"{{{YED}}}LineStyle", style)
    ET.SubElement(line, f"{{{YED}}}Arrows", {"source": "none", "target": "none"})
    label = " – ".join(filter(None, (tie.a_port, tie.b_port)))
    if label:
        ET.SubElement(line, f"{{{YED}}}EdgeLabel").text = _xml_text(label)


def _networkx(document: Document, write: str, told: Callable[[Item | Tie], Any]) -> bytes:
    # networkx takes as long to import as a command line may take to answer.
    import networkx as nx

    graph = nx.MultiGraph(title=_xml_text(document.title))
    for item in document.items:
        graph.add_node(item.key, label=_xml_text(item.name), **told(item))
    for tie in document.ties:
        graph.add_edge(tie.a, tie.b, **told(tie))
    out = io.BytesIO()
    getattr(nx, write)(graph, out)
    return out.getvalue()


def _plain(value: Item | Tie) -> dict[str, Any]:
    """What is known, by the names of the fields; keys and ends are said by the format."""
    found = {}
    for name, cell in asdict(value).items():
        if cell is not None and cell != "":
            found[name] = _xml_text(cell) if isinstance(cell, str) else cell
    return found


def _with_viz(value: Item | Tie) -> dict[str, Any]:
    found = {name: cell for name, cell in _plain(value).items() if name not in ("x", "y")}
    if isinstance(value, Item) and value.x is not None and value.y is not None:
        found["viz"] = {"position": {"x": value.x, "y": -value.y, "z": 0.0}}
    return found


def _xml_text(text: str) -> str:
    """XML 1.0 has no control characters and no half ones, whatever a device is called."""
    return "".join(
        character
        if character in "\t\n" or (ord(character) >= 0x20 and not _is_half(character))
        else "\ufffd"
        for character in text
    )


def _is_half(character: str) -> bool:
    return 0xD800 <= ord(character) <= 0xDFFF or ord(character) in (0xFFFE, 0xFFFF)


WRITERS: Mapping[str, Callable[[Document], bytes]] = {
    "graphml": graphml,
    "yed": yed,
    "gexf": gexf,
    "json": as_json,
}


def write(document: Document, form: str) -> bytes:
    """The document in one of the forms of `WRITERS`. Raises Invalid for another."""
    writer = WRITERS.get(form)
    if writer is None:
        raise Invalid(f"a network is written as {', '.join(WRITERS)}", field="form")
    return writer(document)


ITEM_FIELDS = frozenset(field.name for field in fields(Item))
