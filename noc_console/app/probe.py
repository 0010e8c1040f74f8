"""`noc-console probe KIND TARGET…`: ask targets once, a line each; `reflect` answers TWAMP light.

No store is opened and nothing is kept: this works before there is a console at all.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any

from noc_console.adapters.dns import DnsResolver
from noc_console.adapters.probes.probers import NetworkProber, open_prober
from noc_console.adapters.probes.twamp import open_reflector
from noc_console.kernel.errors import Invalid
from noc_console.kernel.secret import Secret
from noc_console.kernel.text import visible
from noc_console.services.probes.check import check_target
from noc_console.services.probes.model import Aim, ProbeState, Round, Secrets
from noc_console.services.probes.settings import PingSettings, ProbeKind, make, questions
from noc_console.services.probes.spread import jitter_us, percentile

AT_ONCE = 64
MOST_TARGETS = 10_000
EXIT_SOME_FAILED = 3


def main(rest: Sequence[str]) -> int:
    """The exit code is 3 when a target did not answer as it should, as for other doors."""
    given = _parser().parse_args(list(rest))
    kind = ProbeKind(given.kind)
    settings = make(kind, _pairs(given.set))
    targets = tuple(dict.fromkeys(given.target))[:MOST_TARGETS]
    for target in targets:
        check_target(kind, target)
    secrets = Secrets(_from(given.secret_env), _from(given.password_env))
    aims = [Aim(kind, target, settings, given.within, secrets) for target in targets]
    return asyncio.run(_run(aims, as_json=given.json))


def reflect(rest: Sequence[str]) -> int:
    """Answer TWAMP-light packets until stopped."""
    parser = argparse.ArgumentParser(
        prog="noc-console reflect",
        description="Send TWAMP-light test packets back (RFC 5357 appendix I), for probes from"
        " elsewhere. Answers are never larger than questions.",
        allow_abbrev=False,
    )
    parser.add_argument("--bind", default="127.0.0.1", help="address to answer on")
    parser.add_argument("--port", type=int, default=862)
    given = parser.parse_args(list(rest))
    if not 0 <= given.port <= 65_535:
        raise Invalid("a port lies between 0 and 65535", field="port")
    asyncio.run(_reflect(given.bind, given.port))
    return 0


def _parser() -> argparse.ArgumentParser:
    lines = [
        f"  {kind}: {', '.join(question.name for question in questions(kind))}"
        for kind in ProbeKind
    ]
    parser = argparse.ArgumentParser(
        prog="noc-console probe",
        description="Ask targets once, from this machine, and print a line for each.",
        epilog="settings by kind:\n" + "\n".join(lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("kind", choices=[kind.value for kind in ProbeKind])
    parser.add_argument("target", nargs="+", help="addresses or names; URLs for http")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="e.g. --set count=5"
    )
    parser.add_argument(
        "--within", type=float, default=0.0, metavar="S", help="spread a ping's packets over this"
    )
    parser.add_argument("--secret-env", metavar="VAR", help="variable with the RADIUS secret")
    parser.add_argument("--password-env", metavar="VAR", help="variable with the user's password")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


async def _run(aims: Sequence[Aim], *, as_json: bool) -> int:
    resolver = DnsResolver()
    all_well = True
    width = max(len(aim.host) for aim in aims)
    try:
        async with open_prober(resolver) as prober:
            async for aim, told in _rounds(prober, aims):
                all_well &= told.state == ProbeState.WELL
                print(as_object(aim.host, told) if as_json else line(aim.host, told, width))
                sys.stdout.flush()
    finally:
        resolver.close()
    return 0 if all_well else EXIT_SOME_FAILED


async def _rounds(prober: NetworkProber, aims: Sequence[Aim]) -> AsyncIterator[tuple[Aim, Round]]:
    """The rounds in the order of their targets; pings all at once, other kinds a few at a time."""
    slots = asyncio.Semaphore(
        MOST_TARGETS if isinstance(aims[0].settings, PingSettings) else AT_ONCE
    )

    async def one(aim: Aim) -> Round:
        async with slots:
            return await prober.run(aim)

    try:
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(one(aim)) for aim in aims]
            for aim, task in zip(aims, running, strict=True):
                yield aim, await task
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None


def line(target: str, told: Round, width: int = 0) -> str:
    """`192.0.2.1 : 20 of 20, 0 % lost, 0.31/0.42/0.95 ms, jitter 0.08 ms`."""
    head = f"{target:<{width}} : "
    if not told.rtts_us:
        return f"{head}{told.error or 'no answer'}"
    ordered = sorted(told.rtts_us)
    low, middle, high = (percentile(ordered, each) / 1000 for each in (0, 50, 100))
    lost = 100 * told.lost / told.sent
    parts = [f"{len(ordered)} of {told.sent}, {lost:.3g} % lost"] if told.sent > 1 else []
    parts.append(
        f"{low:.3g}/{middle:.3g}/{high:.3g} ms" if len(ordered) > 1 else f"{middle:.3g} ms"
    )
    jitter = jitter_us(told.rtts_us)
    if jitter is not None:
        parts.append(f"jitter {jitter / 1000:.2g} ms")
    if told.duplicates:
        parts.append(f"{told.duplicates} twice")
    if told.error:
        parts.insert(0, told.error)
    parts += [f"{title}: {text}" for title, text in told.facts]
    return head + ", ".join(parts)


def as_object(target: str, told: Round) -> str:
    """The same for programs: microseconds."""
    found: dict[str, Any] = {
        "target": target,
        "state": told.state.name.lower(),
        "sent": told.sent,
        "lost": told.lost,
        "rtts_us": list(told.rtts_us),
        "duplicates": told.duplicates,
        "late": told.late,
        "phases_us": dict(told.phases_us),
        "facts": dict(told.facts),
        "error": told.error,
        "reason": told.reason,
        "expires_at": told.expires_at.isoformat() if told.expires_at else None,
    }
    return json.dumps(found, ensure_ascii=False)


async def _reflect(bind: str, port: int) -> None:
    async with open_reflector(bind=bind, port=port) as (found, reflector):
        print(f"reflecting on {bind}, UDP port {found}; stop with Ctrl+C", flush=True)
        try:
            await asyncio.Event().wait()
        finally:
            print(f"{reflector.reflected} packets reflected, {reflector.ignored} ignored")


def _from(variable: str | None) -> Secret:
    if variable is None:
        return Secret("")
    if variable not in os.environ:
        raise Invalid(f"the environment has no {visible(variable, limit=80)}", field="secret_env")
    return Secret(os.environ[variable])


def _pairs(given: Sequence[str]) -> dict[str, Any]:
    pairs = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise Invalid(f"settings are given as name=value, not {each!r}", field="set")
        pairs[name.strip()] = value
    return pairs
