"""What the intake keeps, and where."""

from __future__ import annotations

from datetime import timedelta

from noc_console.db.lines import Lines, Search
from noc_console.services.intake import store
from noc_console.services.intake.model import IntakeLine, LineKind, LineQuery
from tests.conftest import FakeClock


async def test_a_line_comes_back_as_it_went_in(lines: Lines, clock: FakeClock) -> None:
    line = IntakeLine(
        clock.now(),
        None,
        "2001:db8::1",
        LineKind.SYSLOG,
        7,
        "⟨U+202E⟩ ok",
        count=3,
        facility=4,
        host="core-1",
        app="sshd",
        process="12",
        message_id="ID47",
        mnemonic="SYS-5-CONFIG_I",
        structured='[x a="b"]',
    )
    trap = IntakeLine(clock.now(), 9, "192.0.2.1", LineKind.TRAP, 3, "link down", id=2)
    await lines.append([store.packed(line, "acme"), store.packed(trap, "acme")])
    found = (await lines.search(Search(tenant="acme"))).lines
    assert [store.unpacked(one) for one in found] == [
        trap,
        IntakeLine(**{**{f: getattr(line, f) for f in line.__slots__}, "id": 1}),
    ]


def test_a_severity_means_as_bad_or_worse(clock: FakeClock) -> None:
    def severities(wanted: int | None) -> tuple[int, ...]:
        query = LineQuery(severity=wanted, start=clock.now(), end=clock.now() + timedelta(1))
        ask = store.asked(query, "acme", counts=False, patience_s=1.0)
        assert ask.end is not None and ask.start is not None
        assert ask.end - ask.start == 86_400_000
        return ask.severities

    assert severities(3) == (0, 1, 2, 3)
    assert severities(None) == severities(7) == ()
