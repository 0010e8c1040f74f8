"""Event rules: how many lines and traps a core judges, and what an adversary's text may cost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from noc_console.app.compose import event_pack
from noc_console.services.detection.events.book import EventBook
from noc_console.services.detection.events.templates import MOST_TEXT
from noc_console.wire import syslog

Figure = Mapping[str, Any]
ROUNDS = 100_000
LINES = (
    "<189>1: r1: *Mar  1 18:46:11.123: %BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down BGP sent",
    "<189>1: r1: *Mar  1 18:46:11.123: %SYS-5-CONFIG_I: Configured from console by a on vty0",
    "<189>1: r1: *Mar  1 18:46:11.123: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down",
    "<189>Mar  1 10:00:00 r1 rpd[1]: RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 10.0.0.1 (External"
    " AS 65000) changed state from Established to Idle (event RecvNotify)",
    "<30>interface,info ether1 link down",
    "<38>Mar  1 10:00:00 host sshd[1]: Accepted publickey for root from 10.0.0.5 port 1 ssh2",
    "<14>Mar  1 10:00:00 host app[7]: request 4711 took 12 ms",
    "<189>1: r1: *Mar  1 18:46:11.123: %SEC-6-IPACCESSLOGP: list 1 denied tcp 10.1.1.1 -> 10.2.2.2",
)
TRAP = ("1.3.6.1.2.1.15.0.2", (("1.3.6.1.2.1.15.3.1.2.10.0.0.1", 1),))


def bench() -> list[Figure]:
    """Every figure of the event rules."""
    book = EventBook(event_pack())
    told = [syslog.parse(line.encode(), datetime(2026, 3, 1, tzinfo=UTC)) for line in LINES]

    def line(number: int) -> None:
        one = told[number % len(told)]
        book.find_line(
            one.text, mnemonic=one.mnemonic or "", app=one.app or "", severity=one.severity
        )

    traps = _rate(lambda _: book.find_trap(*TRAP))
    return [
        _figure("events: log lines judged", _rate(line), "lines/s/core", 20_000),
        _figure("events: traps judged", traps, "traps/s/core", 20_000),
        _worst(book),
    ]


def _rate(work: Callable[[int], object]) -> float:
    best = 0.0
    for _ in range(3):
        start = time.process_time()
        for number in range(ROUNDS):
            work(number)
        best = max(best, ROUNDS / (time.process_time() - start))
    return best


def _worst(book: EventBook) -> Figure:
    """The slowest pattern on texts made of its own words, repeated."""
    worst = 0.0
    for rule in book.rules:
        for pattern in (*rule.raises, *rule.clears):
            for text in pattern.texts:
                # Nearly a fitting text, again and again: what makes a pattern try longest.
                nearly = re.sub(r"\{[^}]*\}", "x", text.source)[:-1]
                hostile = f"{nearly} " * MOST_TEXT
                start = time.process_time()
                text.find(hostile)
                worst = max(worst, time.process_time() - start)
    return {
        "name": "events: slowest pattern on a hostile text",
        "value": round(worst * 1_000, 2),
        "unit": "ms",
        "peer": "",
        "peer_value": None,
        "ratio": None,
        "goal": "≤ 5 ms",
        "met": worst <= 0.005,
    }


def _figure(name: str, value: float, unit: str, goal: float) -> Figure:
    return {
        "name": name,
        "value": round(value),
        "unit": unit,
        "peer": "",
        "peer_value": None,
        "ratio": None,
        "goal": f"≥ {goal:,g}",
        "met": value >= goal,
    }
