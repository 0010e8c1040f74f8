"""Whatever stands in the head, in chunks or in both is found alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.db.lines import Line, Lines, Search
from noc_console.db.lines.words import Words, parse
from tests.db.lines.conftest import CHUNK, START, line

ALL = Search(tenant="acme")
WORDS = ("bgp", "xe-0/0/1", "xe-0/0/1.0", "xe-0/0/10", "lost carrier", "carrier lost", "login")


def many(count: int = 5 * CHUNK // 2) -> list[Line]:
    return [
        line(
            f"{WORDS[n % 7]} number{n}",
            at=n * 1000,
            device=n % 5,
            severity=n % 8,
            facility=n % 3,
            source=f"192.0.2.{n % 5}",
            kind="trap" if n % 11 == 0 else "syslog",
            more=(f"host{n % 4}",),
        )
        for n in range(count)
    ]


ASKED = [
    ALL,
    replace(ALL, text="bgp"),
    replace(ALL, text="XE-0/0/1"),
    replace(ALL, text="xe-0*"),
    replace(ALL, text='"lost carrier"'),
    replace(ALL, text="carrier -login -bgp"),
    replace(ALL, text='carrier -"lost carrier"'),
    replace(ALL, text="number17"),
    replace(ALL, text="192.0.2.3"),
    replace(ALL, text="192.0*"),
    replace(ALL, text="nothing"),
    replace(ALL, text="host3 login"),
    replace(ALL, devices=(2,), text="bgp"),
    replace(ALL, devices=(2, 4), severities=(0, 1, 2)),
    replace(ALL, facilities=(1,), kinds=("trap",)),
    replace(ALL, sources=("192.0.2.3",)),
    replace(ALL, start=START + 30_000, end=START + 215_000, text="login"),
    replace(ALL, end=START),
    replace(ALL, before=120, text="carrier"),
    replace(ALL, tenant="other"),
]


def fits(one: Line, ask: Search) -> bool:
    """The same by plain comparison, as the operator reads it."""
    wanted = parse(ask.text)
    words = Words().of(one)

    def has(word: str, goes_on: str) -> bool:
        return any(
            each == word
            or (each.startswith(word) and (goes_on == "*" or each[len(word)] in goes_on))
            for each in words
        )

    text = " ".join((one.text, one.source, *one.more)).lower()
    return (
        one.tenant == ask.tenant
        and all(any(has(t.word, t.goes_on) for t in group) for group in wanted.groups)
        and not any(has(t.word, t.goes_on) for t in wanted.without)
        and all(phrase in text for phrase in wanted.phrases)
        and not any(phrase in text for phrase in wanted.absent)
        and (not ask.devices or one.device in ask.devices)
        and (not ask.severities or one.severity in ask.severities)
        and (not ask.facilities or one.facility in ask.facilities)
        and (not ask.kinds or one.kind in ask.kinds)
        and (not ask.sources or one.source in ask.sources)
        and (ask.start is None or one.at >= ask.start)
        and (ask.end is None or one.at < ask.end)
        and (ask.before is None or one.id < ask.before)
    )


@pytest.mark.parametrize("packed", [False, True])
async def test_found_is_exactly_what_fits(lines: Lines, packed: bool) -> None:
    told = many()
    await lines.append(told)
    if packed:
        assert await lines.pack() == 2
    numbered = [replace(one, id=n + 1) for n, one in enumerate(told)]
    for ask in ASKED:
        expected = [one for one in reversed(numbered) if fits(one, ask)]
        found = await lines.search(replace(ask, limit=1_000, counts=True))
        assert found.lines == expected, ask
        assert (found.matches, found.more, found.complete) == (len(expected), False, True)
        assert sum(found.severities) == sum(found.devices.values()) == len(expected)
        first = await lines.search(replace(ask, limit=3))
        assert first.lines == expected[:3]
        assert first.more == (len(expected) > 3)
        assert first.matches == len(expected)


async def test_pages_follow_one_another_without_gap_or_repetition(lines: Lines) -> None:
    await lines.append(many())
    await lines.pack()
    seen: list[int] = []
    ask = replace(ALL, text="carrier", limit=7)
    while True:
        found = await lines.search(ask)
        seen += [one.id for one in found.lines]
        if not found.more:
            break
        ask = replace(ask, before=seen[-1])
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == sum("carrier" in one.text for one in many())


async def test_two_tenants_in_one_chunk_see_their_own_lines_only(lines: Lines) -> None:
    await lines.append(
        [line("secret", tenant="acme" if n % 2 else "other", at=n) for n in range(CHUNK)]
    )
    assert await lines.pack() == 1
    for tenant in ("acme", "other"):
        found = await lines.search(Search(tenant=tenant, limit=500))
        assert {one.tenant for one in found.lines} == {tenant}
        assert found.matches == CHUNK // 2


async def test_a_search_without_patience_says_how_far_it_looked(lines: Lines) -> None:
    await lines.append(many(20 * CHUNK))
    await lines.pack()
    found = await lines.search(replace(ALL, text="bgp", limit=5, patience_s=0.0))
    assert not found.complete
    assert found.searched_to == START + (20 * CHUNK - 1) * 1000


@pytest.mark.parametrize("table", ["lines_part", "lines_index"])
async def test_a_damaged_chunk_costs_only_its_own_lines_and_says_so(
    lines: Lines, table: str
) -> None:
    await lines.append(many(3 * CHUNK))
    await lines.pack()
    await lines._threads.write(
        lambda session: session.run(
            f"UPDATE {table} SET data = ? WHERE chunk = 2", (b"rubbish" * 9,)
        )
    )
    found = await lines.search(replace(ALL, text="carrier", limit=1_000))
    assert (found.damaged, found.complete) == (CHUNK, False)
    expected = [n for n, one in enumerate(many(3 * CHUNK)) if "carrier" in one.text]
    kept = [n for n in expected if not CHUNK <= n < 2 * CHUNK]
    assert [one.id - 1 for one in found.lines] == kept[::-1]
