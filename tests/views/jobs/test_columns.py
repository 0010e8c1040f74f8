"""Runs, devices and differences in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from noc_console.services.jobs.model import (
    Difference,
    Item,
    ItemState,
    JobId,
    JobKind,
    JobRunId,
    Merged,
    Run,
    RunState,
)
from noc_console.services.maintenance.model import Target, TargetKind
from noc_console.views.jobs import columns
from noc_console.views.kit.desk import Desk


def run(desk: Desk, **more: object) -> Run:
    now = desk.clock.now()
    plain = Run(
        JobRunId(3), JobId(1), "Versions", JobKind.COMMANDS, RunState.RUNNING, "mira", now,
        started_at=now - timedelta(seconds=60), devices=40, good=18, bad=2,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


async def test_progress_tells_how_far_it_is_and_how_long_it_takes_still(desk: Desk) -> None:
    now = desk.clock.now()
    assert columns.progress_text(run(desk), now) == (
        "20 of 40 devices, 2 without a result, about 1 min left"
    )
    waiting = run(desk, state=RunState.WAITING)
    assert columns.progress_text(waiting, now) == "Waits for a collector that does jobs."
    done = run(desk, state=RunState.DONE, note="One was odd.")
    assert columns.progress_text(done, now) == ("18 devices with a result, 2 without. One was odd.")


async def test_lists_say_what_is_bad_in_another_colour(desk: Desk) -> None:
    found = {column.title: column for column in columns.run_columns(desk)}
    assert found["Results"].text(run(desk)) == "20 of 40"
    assert found["Without"].color is not None and found["Without"].color(run(desk)) is not None
    assert found["Without"].text(run(desk, bad=0)) == ""
    item = Item(1, JobRunId(3), 7, "core-1", "ios", ItemState.REFUSED, "not sent: reload")
    shown = {column.title: column for column in columns.item_columns(desk)}
    assert shown["State"].text(item) == "not sent"
    assert shown["Took"].text(item) == ""


async def test_numbers_of_a_table_are_sorted_as_numbers_and_empty_columns_hidden(
    desk: Desk,
) -> None:
    rows = (("a", "10", ""), ("b", "9", ""), ("c", "x", ""))
    device, number, empty = columns.cell_columns(Merged("x", ("device", "mtu_size", "e"), rows))
    assert number.sort is not None
    assert [row[0] for row in sorted(rows, key=number.sort)] == ["b", "a", "c"]
    assert (device.hidden, number.hidden, empty.hidden) == (False, False, True)
    assert number.title == "Mtu size"


def test_differences_are_a_text_with_signs() -> None:
    found = (
        Difference("a", "show x", ("was",), ("is",)),
        Difference("b", "show x", (), ()),
        Difference("c", "", (), (), "was not asked before"),
    )
    assert columns.lines_of(found) == ("a  show x\n- was\n+ is\n\nc    was not asked before\n")


def test_where_a_job_runs_is_told_in_short() -> None:
    assert columns.where_text(()) == "as the template says"
    assert columns.where_text((Target(TargetKind.DEVICE, 1, "core-1"),)) == "core-1"
