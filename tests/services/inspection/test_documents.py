"""Findings survive the store; foreign documents do no harm."""

from __future__ import annotations

import json

import pytest

from noc_console.services.inspection import documents
from noc_console.services.inspection.model import (
    Entity,
    Memory,
    Onu,
    Processor,
    Reading,
    Sensor,
    SpanningTree,
    Vlan,
)

ROWS = [
    Vlan(7, "Büro", tagged=(1, 2), untagged=(3,)),
    SpanningTree("a", "b", 4, None, ((1, "forwarding"), (2, "blocking"))),
    Sensor(
        "state", "PSU", 1.0, Reading("1.2", 0.5), states=((1, 0, "ok"), (2, 2, "off")),
        limit_low=-3.5,
    ),
    Memory("RAM", 1 << 40, None, 12.5, None),
    Memory("RAM", None, None, None, Reading("1.2", whole_oid="1.3", is_rest=True), "swap"),
    Onu("1.7", receive_dbm=-21.0),
    Entity(1, 0, "chassis", is_replaceable=True),
    Processor("CPU", None, Reading("1.9")),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: type(row).__name__)
def test_every_field_comes_back(row: object) -> None:
    document, count = documents.written([row, row], most=10)
    assert count == 2
    assert documents.read(type(row), document) == (row, row)


def test_defaults_take_no_room() -> None:
    assert documents.written([Vlan(7)], most=1) == ('[{"vlan":7}]', 1)


def test_a_number_that_is_none_is_kept_as_unknown() -> None:
    document, _ = documents.written([Onu("1", receive_dbm=float("nan"))], most=1)
    assert documents.read(Onu, document) == (Onu("1"),)


def test_what_does_not_fit_is_left_out_and_said() -> None:
    assert documents.written([Vlan(n) for n in range(9)], most=4)[1] == 4
    long = [Vlan(n, "x" * 100_000) for n in range(20)]
    document, count = documents.written(long, most=100)
    assert len(document) <= documents.LONGEST and 0 < count < 20
    assert len(documents.read(Vlan, document)) == count


@pytest.mark.parametrize(
    "told",
    [
        {"name": "no number"},
        {"vlan": "7"},
        {"vlan": True},
        {"vlan": 7, "tagged": 3},
        {"vlan": 7, "tagged": ["a"]},
        [7],
        None,
    ],
)
def test_a_row_that_does_not_fit_is_left_out_the_others_stay(told: object) -> None:
    document = json.dumps([told, {"vlan": 8, "colour": "from a newer version"}])
    assert documents.read(Vlan, document) == (Vlan(8),)


@pytest.mark.parametrize("document", ["", "{", "7", '{"vlan": 7}', "null"])
def test_no_document_is_no_rows(document: str) -> None:
    assert documents.read(Vlan, document) == ()
