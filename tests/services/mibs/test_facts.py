"""Compiled modules as plain values, and every file that ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from noc_console.services.mibs import facts as shape
from noc_console.services.mibs.model import Base, Facts, Kind, MibObject, Syntax
from tests.lab.mibs import SHIPPED

LAMP = Syntax("LampState", Base.INTEGER, labels=(("dark", 0), ("lit", 1)))
NAME = Syntax("DisplayString", Base.OCTETS, hint="255a", ranges=((0, 255),))
MADE = Facts(
    "ACME-MIB",
    (("LampState", LAMP), ("Name", NAME)),
    (
        MibObject("1.3.6.1.4.1.9.1", "acmeTable", "ACME-MIB", Kind.TABLE, description="Lamps."),
        MibObject(
            "1.3.6.1.4.1.9.1.1",
            "acmeEntry",
            "ACME-MIB",
            Kind.ROW,
            index=("ifIndex", "acmeName"),
            is_implied=True,
        ),
        MibObject(
            "1.3.6.1.4.1.9.1.1.1",
            "acmeState",
            "ACME-MIB",
            Kind.COLUMN,
            syntax=LAMP,
            access="read-write",
            units="lamps",
            status="deprecated",
        ),
        MibObject("1.3.6.1.4.1.9.0.1", "acmeEvent", "ACME-MIB", Kind.NOTIFICATION, carries=("a",)),
    ),
    "acme.mib",
)


def test_a_module_comes_back_as_it_was_kept() -> None:
    assert shape.from_plain(json.loads(json.dumps(shape.to_plain(MADE)))) == MADE


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"module": "X", "types": [], "objects": []},
        {"module": "X", "types": {}, "objects": [{"name": "a"}]},
        {"module": "X", "types": {}, "objects": [{"name": "a", "oid": "1", "kind": "fish"}]},
        {"module": "X", "types": {"T": {"type": "T", "base": "fish"}}, "objects": []},
        {"module": "X", "types": {}, "objects": 5},
    ],
)
def test_what_is_no_module_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        shape.from_plain(told)


def shipped() -> list[Path]:
    return sorted(SHIPPED.glob("*.json"))


def test_every_module_that_ships_can_be_read_and_is_called_as_its_file() -> None:
    names = [
        shape.from_plain(json.loads(file.read_text(encoding="utf-8"))).module for file in shipped()
    ]
    assert names == [file.stem for file in shipped()]
    assert {"IF-MIB", "LLDP-MIB", "UPS-MIB", "Q-BRIDGE-MIB", "OSPF-MIB", "ENTITY-MIB"} <= set(names)


def test_every_shipped_row_has_an_index_that_some_module_defines() -> None:
    modules = [shape.from_plain(json.loads(file.read_text(encoding="utf-8"))) for file in shipped()]
    every = [one for module in modules for one in module.objects]
    known = {one.name for one in every}
    rows = [one for one in every if one.kind is Kind.ROW]
    assert [one.full_name for one in rows if not one.index] == []
    assert [(one.full_name, name) for one in rows for name in one.index if name not in known] == []


def test_every_shipped_value_has_a_type_and_stands_at_an_oid() -> None:
    modules = [shape.from_plain(json.loads(file.read_text(encoding="utf-8"))) for file in shipped()]
    for one in (each for module in modules for each in module.objects):
        assert all(arc.isdigit() for arc in one.oid.split(".")), one.full_name
        assert (one.syntax is not None) == one.kind.has_value, one.full_name
        assert bool(one.access) == one.kind.has_value, one.full_name


def test_words_of_our_own_are_short() -> None:
    modules = [shape.from_plain(json.loads(f.read_text(encoding="utf-8"))) for f in shipped()]
    told = [one for module in modules for one in module.objects if one.description]
    assert len(told) > 200
    assert [one.full_name for one in told if not 5 < len(one.description) < 200] == []
