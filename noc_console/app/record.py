"""`noc-console record DEVICE FILE`: everything a device answers, as a file to inspect elsewhere."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from noc_console.app.asking import open_phone
from noc_console.app.compose import product_names
from noc_console.app.config import Config
from noc_console.kernel.errors import NocError
from noc_console.kernel.text import duration, plural, visible
from noc_console.services.inspection.live import Budget
from noc_console.services.inspection.recorder import Recorded, Recorder

SHOW_EVERY_S = 0.5
OK, NOT_WHOLE = 0, 3

_HELP = """Walk a device to its end and write what it answers to FILE (.snmprec), which
`noc-console inspect FILE` and File › Open recording read.

Ctrl+C stops; what was got by then is a good recording and is kept.

With --redact the recording can be given away. Replaced, the same word always by the same other
word: system name, place and contact; descriptions of ports, VLANs, VRFs and ONUs; names of
neighbours, users and PPPoE sessions; e-mail addresses; the community or user it was asked with;
MAC and IP addresses of subscribers in ARP, neighbour and forwarding tables (the maker's half of
a MAC and the network of an address stay). Left out: SNMP communities, users, views and
notification targets; open TCP and UDP sessions. Kept: what the maker wrote, so models, versions,
serial numbers and port names; addresses of the device itself, of next hops and of BGP and OSPF
neighbours. Private tables of vendors are searched for the replaced words, not understood: look
before you give a recording to a stranger."""


def main(config: Config, rest: Sequence[str]) -> int:
    """Record what the command line names; the exit code says whether it is whole."""
    given = _parser().parse_args(list(rest))
    return asyncio.run(_record(config, given))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="noc-console record",
        description=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("device", metavar="DEVICE", help="address or name, with :PORT or not")
    parser.add_argument("file", metavar="FILE", type=Path, help="where to write, e.g. sw1.snmprec")
    parser.add_argument("--redact", action="store_true", help="without secrets and customers")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.add_argument(
        "--community",
        action="append",
        default=[],
        help="ask with this community instead of the store's credentials; may be repeated",
    )
    parser.add_argument("--rate", type=_rate, default=25.0, help="requests a second (default: 25)")
    return parser


def _rate(text: str) -> float:
    rate = float(text)
    if not 0.1 <= rate <= 10_000:
        raise argparse.ArgumentTypeError("a rate is 0.1 to 10000 requests a second")
    return rate


async def _record(config: Config, given: argparse.Namespace) -> int:
    async with open_phone(config, communities=given.community) as phone:
        target = await phone.target(given.device)
        budget = Budget(given.rate)
        recorder = Recorder(
            phone.reader, target, budget=budget, redact=given.redact, products=product_names
        )
        async with asyncio.TaskGroup() as group:
            showing = group.create_task(_show(recorder))
            made = await _made(recorder, given)
            showing.cancel()
    if isinstance(made, NocError):
        raise made
    return _tell(made)


async def _made(recorder: Recorder, given: argparse.Namespace) -> Recorded | NocError:
    """What came of it; an error is a value here, since a group of tasks would wrap it."""
    try:
        return await recorder.record(given.file, overwrite=given.force)
    except asyncio.CancelledError:
        if recorder.objects:
            kept = plural(recorder.objects, "object")
            print(f"\rstopped; {kept} are in {given.file}", file=sys.stderr, flush=True)
        raise
    except NocError as error:
        return error


async def _show(recorder: Recorder) -> None:
    while sys.stderr.isatty():
        await asyncio.sleep(SHOW_EVERY_S)
        line = f"{plural(recorder.objects, 'object')}, at {recorder.at}"
        print(f"\r{line[:78]:<78}", end="", file=sys.stderr, flush=True)


def _tell(made: Recorded) -> int:
    for problem in made.problems:
        print(f"  {visible(problem.what)}: {visible(problem.why)}", file=sys.stderr)
    whole = "" if made.is_whole else " (not to its end)"
    took = duration(made.seconds)
    print(f"{made.file}: {plural(made.objects, 'object')} in {took}{whole}")
    return OK if made.is_whole else NOT_WHOLE
