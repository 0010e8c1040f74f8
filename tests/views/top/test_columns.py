"""Numbers are written with their units, and only trouble has a colour."""

from __future__ import annotations

import pytest

from noc_console.services.top.model import NUMBERS, TopKind, TopRow
from noc_console.views.top import columns


def row(kind: TopKind, quality: str = "", *, id: int = 7, **numbers: float) -> TopRow:
    told = tuple(numbers.items())
    return TopRow(kind, id, 1, "core-1", "ge-0/0/1", "North", "router", "up", quality, told, 3)


@pytest.mark.parametrize(
    ("kind", "quality", "name", "value", "text"),
    [
        (TopKind.INTERFACES, "", "in", 1.24e9, "1.24 Gb/s"),
        (TopKind.INTERFACES, "", "util", 81.27, "81.3 %"),
        (TopKind.INTERFACES, "", "change", 12.4, "+12 %"),
        (TopKind.INTERFACES, "", "change", 4900.0, "×50"),
        (TopKind.INTERFACES, "", "errors", 0.0, "0"),
        (TopKind.INTERFACES, "", "errors", 0.25, "0.25 /s"),
        (TopKind.INTERFACES, "", "discards", 1234.0, "1,234 /s"),
        (TopKind.DEVICES, "", "temperature", 41.24, "41.2 °C"),
        (TopKind.DEVICES, "", "response", 2.5, "2.50 ms"),
        (TopKind.DEVICES, "", "p95", 30.0, "30.0 %"),
        (TopKind.SENSORS, "dbm", "value", -12.5, "-12.50 dBm"),
        (TopKind.SENSORS, "dbm", "margin", 1.5, "1.50 dB"),
        (TopKind.SENSORS, "temperature", "value", 46.7, "46.7 °C"),
        (TopKind.SENSORS, "strange", "value", 12345.6, "12,346"),
        (TopKind.PROBES, "", "p95", 120.4, "120 ms"),
    ],
)
def test_a_number_has_its_unit(
    kind: TopKind, quality: str, name: str, value: float, text: str
) -> None:
    assert columns.number_text(row(kind, quality, **{name: value}), name) == text
    assert columns.number_text(row(kind), name) == "–"


def test_only_trouble_wants_a_look() -> None:
    busy, calm = row(TopKind.INTERFACES, util=81, errors=0.1), row(TopKind.INTERFACES, util=79)
    assert columns.wants_a_look(busy, "util")
    assert columns.wants_a_look(busy, "errors")
    assert not columns.wants_a_look(calm, "util")
    assert not columns.wants_a_look(calm, "errors")
    assert columns.wants_a_look(row(TopKind.SENSORS, margin=-0.1), "margin")


@pytest.mark.parametrize("kind", list(TopKind))
def test_every_number_of_a_kind_has_its_column_and_a_plain_export(kind: TopKind) -> None:
    made = {column.key: column for column in columns.top_columns(kind)}
    assert set(NUMBERS[kind]) <= set(made)
    assert columns.SORTED_BY[kind] in made
    for name in NUMBERS[kind]:
        shown = made[name]
        assert shown.export is not None
        assert shown.export(row(kind, **{name: 1234.5})) == "1234.5"
        assert shown.export(row(kind)) == ""


def test_a_group_says_how_many_it_has() -> None:
    device = next(c for c in columns.top_columns(TopKind.INTERFACES) if c.key == "device")
    assert device.text(row(TopKind.INTERFACES, id=-1)) == "core-1  (3)"
    assert device.text(row(TopKind.INTERFACES)) == "core-1"


def test_a_row_leads_to_its_graph() -> None:
    assert [columns.graph_words(row(kind)) for kind in TopKind] == [
        "interface:7",
        "device:7/cpu",
        "sensor:7",
        "probe:7/latency",
    ]
