"""Documents for other programs, read back by libraries that are not ours."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.topology.exchange.document import Document, of
from noc_console.services.topology.exchange.writing import WRITERS, YED, write
from tests.services.topology.exchange.test_document import arranged


@pytest.fixture
def document() -> Document:
    return of(arranged(), "Main")


def test_graphml_is_read_by_networkx(document: Document) -> None:
    graph = nx.parse_graphml(write(document, "graphml").decode(), force_multigraph=True)
    assert set(graph) == {"1", "2", "9"}
    assert graph.nodes["1"]["name"] == "ams-cr1" and graph.nodes["1"]["latitude"] == 52.37
    ((a, b, told),) = graph.edges(data=True)
    assert {a, b} == {"1", "2"} and told["speed_bps"] == 10**10 and told["ab_bps"] == 2e9


def test_gexf_is_read_by_networkx_and_has_places(document: Document) -> None:
    content = write(document, "gexf")
    graph = nx.read_gexf(io.BytesIO(content))
    assert graph.nodes["1"]["label"] == "ams-cr1"
    place = graph.nodes["1"]["viz"]["position"]
    assert (place["x"], place["y"]) == (10.5, 20.0), "y grows upwards there"


def test_yed_gets_shapes_labels_and_places(document: Document) -> None:
    root = ET.fromstring(write(document, "yed"))
    labels = [label.text for label in root.iter(f"{{{YED}}}NodeLabel")]
    assert labels[0] == "ams-cr1\n192.0.2.1"
    geometry = next(root.iter(f"{{{YED}}}Geometry"))
    assert float(geometry.get("x", "")) + 55 == 10.5
    assert next(root.iter(f"{{{YED}}}EdgeLabel")).text == "xe-0/0/0 – xe-0/0/1"


def test_json_says_what_it_is(document: Document) -> None:
    told = json.loads(write(document, "json"))
    assert (told["format"], told["version"]) == ("noc-console network", 1)
    assert told["devices"][0]["name"] == "ams-cr1"


@pytest.mark.parametrize("form", WRITERS)
def test_a_name_cannot_break_a_file(document: Document, form: str) -> None:
    odd = replace(document.items[2], name="\x00\ud800</node>]]>&amp;")
    content = write(replace(document, items=(odd,), ties=()), form)
    assert b"</node>]]>" not in content or form == "json"
    if form != "json":
        ET.fromstring(content)
    else:
        assert json.loads(content)["devices"][0]["name"].endswith("</node>]]>&amp;")


def test_another_form_is_refused(document: Document) -> None:
    with pytest.raises(Invalid, match="graphml"):
        write(document, "docx")
