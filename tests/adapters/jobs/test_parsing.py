"""Answers of devices as tables, by a child that cannot run away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from noc_console.adapters.jobs.parsing import PLATFORMS, TemplateParser
from noc_console.services.jobs.model import Sample

BRIEF = """\
Interface              IP-Address      OK? Method Status                Protocol
GigabitEthernet0/0     10.0.0.1        YES NVRAM  up                    up
GigabitEthernet0/1     unassigned      YES NVRAM  administratively down down
"""
OWN = "Value Name (\\S+)\nValue Kind (\\S+)\n\nStart\n  ^${Name} is ${Kind} -> Record\n"
SLOW = "Value Name ((a+)+b)\n\nStart\n  ^${Name}$$ -> Record\n"


@pytest.fixture
async def hasty() -> AsyncIterator[TemplateParser]:
    made = TemplateParser(patience_s=1.0)
    yield made
    await made.close()


async def test_a_known_answer_becomes_a_table_also_of_an_abbreviated_line() -> None:
    parser = TemplateParser()
    try:
        for line in ("show ip interface brief", "sh ip int br"):
            parsed = await parser.parse(Sample("ios", line, BRIEF))
            assert parsed.table is not None, parsed.note
            assert "interface" in parsed.table.columns
            assert [row[0] for row in parsed.table.rows] == [
                "GigabitEthernet0/0",
                "GigabitEthernet0/1",
            ]
        unknown = await parser.parse(Sample("ios", "show frobnication", "x"))
        assert (unknown.table, unknown.note) == (None, "")
        strange = await parser.parse(Sample("ios", "show ip interface brief", "what is this?\n"))
        assert strange.table is not None
        assert strange.table.rows == ()
        nowhere = await parser.parse(Sample("acme", "show version", "x"))
        assert nowhere.table is None
    finally:
        await parser.close()


async def test_ones_own_template_goes_first_and_a_wrong_one_is_told() -> None:
    parser = TemplateParser()
    try:
        parsed = await parser.parse(Sample("acme", "list", "eth0 is up\nxx\neth1 is down\n", OWN))
        assert parsed.table is not None
        assert parsed.table.columns == ("name", "kind")
        assert parsed.table.rows == (("eth0", "up"), ("eth1", "down"))
        assert await parser.check(OWN) == ""
        assert "TextFSMTemplateError" in await parser.check("Value Name (\\S+\n\nStart\n")
    finally:
        await parser.close()


async def test_a_template_that_never_ends_is_ended_and_the_next_answer_is_read(
    hasty: TemplateParser,
) -> None:
    assert (await hasty.parse(Sample("acme", "x", "eth0 is up\n", OWN))).table is not None
    stuck = await hasty.parse(Sample("acme", "x", "a" * 60, SLOW))
    assert stuck.table is None
    assert "took too long" in stuck.note
    after = await hasty.parse(Sample("acme", "x", "eth0 is up\n", OWN))
    assert after.table is not None


async def test_who_turns_away_does_not_get_the_next_one_a_wrong_answer(
    hasty: TemplateParser,
) -> None:
    asking = asyncio.get_running_loop().create_task(
        hasty.parse(Sample("acme", "x", "a" * 60, SLOW))
    )
    await asyncio.sleep(0.2)
    asking.cancel()
    await asyncio.wait({asking})
    after = await hasty.parse(Sample("acme", "x", "eth0 is up\n", OWN))
    assert after.table is not None
    assert after.table.rows == (("eth0", "up"),)


def test_every_name_of_a_platform_is_one_the_templates_know() -> None:
    from pathlib import Path

    import ntc_templates

    folder = Path(ntc_templates.__file__).parent / "templates"
    names = [each.name for each in folder.glob("*.textfsm")]
    for ours, theirs in PLATFORMS.items():
        assert any(name.startswith(theirs + "_") for name in names), (ours, theirs)
