"""Operations that go on after they returned, followed on the command line to their end.

The command line does the work itself: `discovery.start` must find a network on a machine
where no collector runs. When one does, the two share the run's targets through its leases.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from noc_console.app.compose import Services
from noc_console.kernel.text import plural, visible
from noc_console.services.discovery.model import Run, RunState, TargetState

SHOW_EVERY_S = 0.5
REASONS = 10
"""Seeds that failed are told one by one, up to this many."""
_ENDED = {RunState.DONE, RunState.CANCELLED}


async def follow_discovery(services: Services, run: Run) -> Run:
    """Work on the run until it ends; progress goes to stderr. Ctrl+C cancels the run."""
    actor = services.identity.program("command line")
    try:
        async with asyncio.TaskGroup() as group:
            showing = group.create_task(_show(services, run))
            await services.discovery_worker(actor).work(run.id)
            showing.cancel()
    except asyncio.CancelledError:
        await services.discovery.cancel(actor, run_id=run.id)
        raise
    ended = await services.discovery.status(actor, run_id=run.id)
    print(f"\r{_line(ended)}", file=sys.stderr, flush=True)
    await _tell_failed_seeds(services, ended)
    return ended


async def _tell_failed_seeds(services: Services, run: Run) -> None:
    """Why seeds gave nothing: the ledger's reasons, for whoever waits for the search."""
    ledger = await services.discovery.ledger(
        services.identity.program("command line"), run_id=run.id
    )
    bad = {TargetState.FAILED, TargetState.EXCLUDED}
    seeds = [entry for entry in ledger if entry.via == "seed" and entry.state in bad]
    for entry in seeds[:REASONS]:
        print(f"  {visible(entry.address)}: {visible(entry.reason)}", file=sys.stderr)
    if len(seeds) > REASONS:
        print(f"  … {len(seeds) - REASONS} more: discovery.ledger lists them", file=sys.stderr)


def found_nothing(result: Any) -> bool:
    """Whether this is a search that ended without meeting anybody, though it tried."""
    if not isinstance(result, Run) or result.state is not RunState.DONE:
        return False
    return result.failed > 0 and not result.found and not result.known


async def _show(services: Services, run: Run) -> None:
    actor = services.identity.program("command line")
    while run.state not in _ENDED:
        await asyncio.sleep(SHOW_EVERY_S)
        run = await services.discovery.status(actor, run_id=run.id)
        if sys.stderr.isatty():
            print(f"\r{_line(run)}", end="", file=sys.stderr, flush=True)


def _line(run: Run) -> str:
    failed = ", ".join(f"{count} {reason}" for reason, count in sorted(run.failures.items()))
    failures = f"{run.failed} failed" + (f" ({failed})" if failed else "")
    return f"{run.state}: {plural(run.found, 'device')} found, {run.left} left, {failures}   "


FOLLOWED: dict[str, Callable[[Services, Any], Awaitable[Any]]] = {
    "discovery.start": follow_discovery,
}
