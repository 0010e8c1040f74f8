"""Files of other programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.topology.exchange.document import of
from noc_console.services.topology.exchange.reading import read
from noc_console.services.topology.exchange.writing import write
from tests.services.topology.exchange.test_document import arranged


@pytest.mark.parametrize("form", ["graphml", "json"])
def test_what_we_wrote_comes_back(form: str) -> None:
    before = of(arranged(), "Main")
    after = read([(f"main.{form}", write(before, form))])
    assert [(item.key, item.name, item.type, item.address, item.site) for item in after.items][
        :2
    ] == [(item.key, item.name, item.type, item.address, item.site) for item in before.items][:2]
    assert [(item.x, item.y, item.latitude) for item in after.items] == [
        (item.x, item.y, item.latitude) for item in before.items
    ]
    assert [(tie.a, tie.b, tie.a_port, tie.speed_bps) for tie in after.ties] == [
        ("1", "2", "xe-0/0/0", 10**10)
    ]
    assert after.title == "Main"


def test_every_real_topology_is_read_whole_and_survives_a_round_trip(shared: Path) -> None:
    files = sorted((shared / "topologies").rglob("*.graphml"))
    assert len(files) > 100
    for file in files[::4]:
        found = read([(file.name, file.read_bytes())])
        again = read([("again.graphml", write(found, "graphml"))])
        assert [item.name for item in again.items] == [item.name for item in found.items]
        assert len(again.ties) == len(found.ties)
    placed = read(
        [("x.graphml", (shared / "topologies/topohub/backbone_world.graphml").read_bytes())]
    )
    assert len(placed.items) == 3_815
    assert sum(item.latitude is not None for item in placed.items) == 3_815


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "neither|table"),
        (b"\xff\xfe<\x00", "UTF-8"),
        (b"<graphml", "no GraphML"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><graphml>&a;</graphml>', "document type"),
        (b"<html><body>no</body></html>", "device|GraphML"),
        (b"{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"devices": 7}', "neither"),
        (b'{"format": "noc-console network", "version": 99}', "another version"),
        (b'{"format": "noc-console network", "version": 1, "devices": []}', "no device"),
        (b"one column\n1\n", "table"),
        (b"colour,shape\nred,round\n", "neither"),
    ],
)
def test_what_is_no_network_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read([("odd.txt", content)])


def test_files_that_do_not_belong_together_are_refused() -> None:
    ours = write(of(arranged(), "Main"), "json")
    with pytest.raises(Invalid, match="alone"):
        read([("a.json", ours), ("b.json", ours)])
    with pytest.raises(Invalid, match="at least one"):
        read([])


def test_links_to_nowhere_are_told_and_left_out() -> None:
    told = {
        "format": "noc-console network",
        "version": 1,
        "devices": [{"key": "1", "name": "a"}, {"key": "1", "name": "b"}, {"name": "no key"}],
        "links": [{"a": "1", "b": "7"}, {"a": "1", "b": "1"}],
    }
    found = read([("x.json", json.dumps(told).encode())])
    assert [item.name for item in found.items] == ["b"]
    assert found.ties == () and len(found.problems) == 2
