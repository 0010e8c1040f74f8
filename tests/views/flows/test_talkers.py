from datetime import UTC, datetime, timedelta

from noc_console.services.flows.model import (
    Dimension,
    FlowSeries,
    FlowView,
    Talker,
    TopTalkers,
    Traffic,
)
from noc_console.views.flows.talkers import columns, rows_of

START = datetime(2026, 3, 1, tzinfo=UTC)


def view(*talkers, rest=Traffic(), untold=Traffic()):  # noqa: B008 - a frozen value
    total = sum((one.traffic for one in talkers), rest)
    top = TopTalkers(
        Dimension.SOURCE, START, START + timedelta(seconds=100), talkers, rest, total, untold
    )
    return FlowView(top, FlowSeries(60, (), (), (), ()))


def test_shares_and_rates_are_of_the_whole_span():
    rows = rows_of(view(Talker("a", Traffic(7_500, 10, 1)), rest=Traffic(2_500, 5, 1)))
    assert [(row.share, row.average_bps, row.packet_bytes) for row in rows] == [
        (0.75, 600.0, 750.0),
        (0.25, 200.0, 500.0),
    ]
    assert [row.is_rest for row in rows] == [False, True]


def test_no_traffic_is_no_row_and_no_division():
    assert rows_of(view()) == ()
    (row,) = rows_of(view(Talker("a", Traffic(0, 0, 1))))
    assert (row.share, row.packet_bytes) == (0.0, None)


def test_what_was_too_small_to_be_kept_is_said():
    rows = rows_of(view(rest=Traffic(2_048, 1, 1), untold=Traffic(9_999, 1, 1)))
    assert rows[0].talker.detail == "2.00 KiB of it too small to be kept"


def test_exports_hold_plain_numbers():
    (row,) = rows_of(view(Talker("a", Traffic(7_500, 10, 1))))
    told = {column.key: (column.export or column.text)(row) for column in columns()}
    assert (told["bytes"], told["average"], told["share"]) == ("7500", "600", "1.000000")
    assert {column.key: column.text(row) for column in columns()}["packetsize"] == "750"
