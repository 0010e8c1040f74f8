from __future__ import annotations

from noc_console.db.lines import Lines, Search, head
from noc_console.db.lines.words import Words, parse
from tests.db.lines.conftest import line


async def test_ids_follow_one_another_and_rows_come_back_as_lines(lines: Lines) -> None:
    told = [line("a", more=("host", "", "x")), line("b", severity=0)]
    split = Words()
    write = lines._threads.write
    assert await write(lambda session: head.append(session, told, split)) == 2
    assert await write(lambda session: head.append(session, told[:1], split)) == 3
    found, words = await write(lambda session: head.oldest(session, 2))
    assert [(each.id, each.text, each.more) for each in found] == [
        (1, "a", ("host", "", "x")),
        (2, "b", ()),
    ]
    assert " a " in words[0] and " =d7 " in words[0]


async def test_counts_are_by_severity_and_device_only_when_asked_for(lines: Lines) -> None:
    await lines.append([line("x", device=n % 2, severity=3) for n in range(4)])
    for counts, expected in ((False, [(0, -1, 4)]), (True, [(3, 0, 2), (3, 1, 2)])):
        ask = Search(tenant="acme", counts=counts)
        found = await lines._threads.read(
            lambda session, ask=ask: head.count(session, ask, parse(""), find=lines._find)
        )
        assert sorted(found) == expected
