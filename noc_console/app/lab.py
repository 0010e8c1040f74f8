"""The lab's doors: run it, break it, mend it; and the settings that go with it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any

from noc_console.app import arguments, present
from noc_console.app.children import leave_with_parent
from noc_console.app.config import CHILD_STORE, Config

POLL_INTERVAL_S = 10.0
"""With the lab, history should begin while one watches."""

CHILD = "--child"
_VERBS = ("fail", "mend", "status", "faults")


def lab_config(config: Config, *, named_store: str | None) -> Config:
    """The machine's settings for a console beside the lab: own store, loopback only."""
    if config.lab:
        return config
    data = config.data / "lab"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    interval = min(config.poll_interval_s, POLL_INTERVAL_S)
    return replace(
        config,
        store=os.environ.get(CHILD_STORE) or named_store or f"sqlite:///{data / 'noc.db'}",
        data=data,
        listen="127.0.0.1",
        trap_port=config.trap_port_fallback,
        syslog_port=config.syslog_port_fallback,
        poll_interval_s=interval,
        lab=True,
    )


def main(config: Config, rest: Sequence[str]) -> int:
    """`noc-console lab` runs the lab; with a verb it talks to the one that runs."""
    if rest and rest[0] in _VERBS:
        return asyncio.run(_talk(config, rest[0], rest[1:]))
    from noc_console.lab.main import read, run_lab

    words = [word for word in rest if word != CHILD]
    if "--control" not in words:
        words += ["--control", str(config.lab_control)]
    # The console beside it listens there; see `lab_config`.
    for option, port in (
        ("--trap-to", config.trap_port_fallback),
        ("--syslog-to", config.syslog_port_fallback),
        ("--flows-to", config.netflow_port),
    ):
        if port:
            words = [option, f"127.0.0.1:{port}", *words]  # what was typed comes later and wins
    settings = read(words)
    if CHILD in rest:
        asyncio.run(_until_the_parent_leaves(run_lab(settings)))
    else:
        asyncio.run(run_lab(settings))
    return 0


async def _until_the_parent_leaves(lab: Coroutine[Any, Any, None]) -> None:
    """The lab of a window ends with its window, whichever way that ends."""
    async with asyncio.TaskGroup() as group:
        running = group.create_task(lab)
        leaving = group.create_task(leave_with_parent())
        await asyncio.wait({running, leaving}, return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        leaving.cancel()


async def _talk(config: Config, verb: str, rest: Sequence[str]) -> int:
    from noc_console.app.cli import PROGRAM
    from noc_console.app.compose import open_services
    from noc_console.kernel.events import EventBus

    async with open_services(lab_config(config, named_store=None), bus=EventBus()) as services:
        described, method = services.operations()[f"lab.{verb}"]
        parser = arguments.parser_for(described, method, program=PROGRAM)
        parser.prog = f"{PROGRAM} lab {verb}"
        parser.add_argument("--json", action="store_true", help="answer as JSON")
        given = parser.parse_args(_with_names(verb, rest))
        result = await method(services.identity.operator(), **arguments.chosen(method, given))
    print(present.as_json(result) if given.json else present.as_text(result))
    sys.stdout.flush()
    return 0


def _with_names(verb: str, rest: Sequence[str]) -> list[str]:
    """`lab fail link-down core-1:et-0/0/1` reads better than options; both work."""
    names = {"fail": ("--name", "--target"), "mend": ("--name",)}.get(verb, ())
    typed, words = [], list(rest)
    for option in names:
        if words and not words[0].startswith("-"):
            typed += [option, words.pop(0)]
    return [*typed, *words]
