"""A recording answers questions, whatever its lines look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.inspection.recorded import MOST_PROBLEMS, RecordedAgent
from noc_console.services.inspection.tables import columns

IF = columns("1.3.6.1.2.1.2.2.1", descr=2, mac=6, oper=8)
DEEP = columns("1.3.6.1.4.1.99.1.2.3.4.5.6.1", value=2, other=3)


def agent(*lines: str) -> RecordedAgent:
    return RecordedAgent("\n".join(lines).encode("utf-8", "surrogateescape"))


async def test_single_instances_are_told_and_absent_ones_are_not() -> None:
    told = agent("1.3.6.1.2.1.1.1.0|4|Router", "1.3.6.1.2.1.1.3.0|67|12345")
    got = await told.get(["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.5.0"])
    assert got == {"1.3.6.1.2.1.1.1.0": b"Router", "1.3.6.1.2.1.1.3.0": 12345}


async def test_a_table_comes_in_the_order_of_its_index_whatever_the_order_of_lines() -> None:
    told = agent(
        "1.3.6.1.2.1.2.2.1.8.10|2|1",
        "1.3.6.1.2.1.2.2.1.2.10|4|eth10",
        "1.3.6.1.2.1.2.2.1.2.9|4|eth9",
        "1.3.6.1.2.1.2.2.1.6.9|4x|001122334455",
    )
    assert await told.rows(IF) == [
        ((9,), {"descr": b"eth9", "mac": bytes.fromhex("001122334455")}),
        ((10,), {"descr": b"eth10", "oper": 1}),
    ]


async def test_of_two_lines_of_an_instance_the_first_counts() -> None:
    told = agent("1.3.6.1.2.1.2.2.1.2.1|4|first", "1.3.6.1.2.1.2.2.1.2.1|4|second")
    assert await told.rows(IF) == [((1,), {"descr": b"first"})]


async def test_a_large_subtree_is_found_below_its_own_head() -> None:
    lines = [f"1.3.6.1.4.1.99.1.2.3.4.5.6.1.{column}.{row}|2|{row}"
             for column in (2, 3, 4) for row in range(1, 90)]  # fmt: skip
    rows = await agent(*lines).rows(DEEP)
    assert len(rows) == 89
    assert rows[41] == ((42,), {"value": 42, "other": 42})


async def test_no_column_is_taken_for_another_that_begins_alike() -> None:
    told = agent("1.3.6.1.2.1.2.2.1.20.1|65|7", "1.3.6.1.2.1.2.2.1.2.1|4|eth")
    assert await told.rows(IF) == [((1,), {"descr": b"eth"})]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("2|-5", -5),
        ("4|a|b", b"a|b"),
        ("4e|a\\nb", b"a\nb"),
        ("6|.1.3.6.1", "1.3.6.1"),
        ("64|192.0.2.1", "192.0.2.1"),
        ("64x|c0000201", "192.0.2.1"),
        ("70|18446744073709551615", 2**64 - 1),
        ("68x|9f78043fc00000", bytes.fromhex("9f78043fc00000")),
    ],
)
async def test_values_of_every_type(line: str, value: object) -> None:
    assert await agent(f"1.3.6.1.9.1.0|{line}").get(["1.3.6.1.9.1.0"]) == {"1.3.6.1.9.1.0": value}


@pytest.mark.parametrize("line", ["2|many", "4x|0g", "64|300.1.1.1", "64x|c000", "99|1", "5|"])
async def test_what_cannot_be_read_is_absent_and_said(line: str) -> None:
    told = agent(f"1.3.6.1.9.1.0|{line}")
    assert await told.get(["1.3.6.1.9.1.0"]) == {}
    assert bool(told.problems) is (line != "5|")


async def test_lines_that_are_none_are_problems_with_their_number() -> None:
    told = agent("1.3.6.1.2.1.1.1.0|4|ok", "what is this", "", "# a remark", "1.3.6|4")
    assert [(each.what, each.why) for each in told.problems] == [
        ("line 2", "is not OID|TYPE|VALUE"),
        ("line 5", "is not OID|TYPE|VALUE"),
    ]
    assert await told.get(["1.3.6.1.2.1.1.1.0"]) == {"1.3.6.1.2.1.1.1.0": b"ok"}


async def test_indexes_no_mib_allows_are_left_out() -> None:
    long = ".".join(["1"] * 200)
    told = agent(
        f"1.3.6.1.2.1.2.2.1.2.{long}|4|long",
        "1.3.6.1.2.1.2.2.1.2.99999999999999|4|large",
        "1.3.6.1.2.1.2.2.1.2.3|4|eth",
    )
    assert await told.rows(IF) == [((3,), {"descr": b"eth"})]
    assert len(told.problems) == 2


def test_a_file_of_another_kind_has_a_bounded_list_of_problems() -> None:
    told = agent(*(["nonsense"] * 5000))
    assert told.count == 0
    assert len(told.problems) == MOST_PROBLEMS + 1
    assert told.problems[-1].why == "4900 more problems"


async def test_a_table_is_read_once() -> None:
    told = agent("1.3.6.1.2.1.2.2.1.2.1|4|eth")
    assert await told.rows(IF) is await told.rows(IF)


def test_a_walk_is_in_oid_order() -> None:
    told = agent("1.3.6.1.2.1.10.1|2|3", "1.3.6.1.2.1.9.1|2|2", "1.3.6.1.3.1|2|9")
    assert [value for _, value in told.walk("1.3.6.1.2.1")] == [2, 3]
    assert len(told.walk("")) == 3


@given(st.binary(max_size=400))
async def test_any_octets_are_a_recording_of_some_kind(octets: bytes) -> None:
    told = RecordedAgent(octets)
    await told.rows(IF)
    await told.get(["1.3.6.1.2.1.1.1.0"])
    told.walk("1.3")


async def test_a_number_no_protocol_can_carry_is_a_problem() -> None:
    agent = RecordedAgent(f"1.3.6.1.2.1.1.3.0|67|{'9' * 400}\n1.3.6.1.2.1.1.7.0|2|72\n".encode())
    got = await agent.get(["1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.7.0"])
    assert got == {"1.3.6.1.2.1.1.7.0": 72}
    assert len(agent.problems) == 1
