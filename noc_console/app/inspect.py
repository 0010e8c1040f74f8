"""`noc-console inspect SOURCE…`: what devices and recordings of devices are, as text or JSON.

Recordings need no store, so none is opened for them. Several sources are looked into at the same
time as far as they wait for answers; what is found comes out in the order given, as soon as it can.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import traceback
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noc_console.app import paths, report
from noc_console.app.config import Config
from noc_console.kernel.errors import NocError, Refused, Unreachable
from noc_console.services.inspection import as_json, files
from noc_console.services.inspection.inspector import inspect
from noc_console.services.inspection.live import Budget, LiveAgent
from noc_console.services.inspection.model import Findings, Problem, System, Verdict
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.ports import Agent

if TYPE_CHECKING:
    from noc_console.app.asking import Phone

DEVICES_AT_ONCE = 8
OK, BUG, REFUSED, UNREACHABLE, BROKEN = 0, 1, 2, 3, 4

_HELP = """Say what a device is and what is inside it, with the reasons for the verdict.

A SOURCE is a file (.snmprec, or what `snmpwalk -On` printed) or a device: its address, a name, or
how the console calls it, with :PORT or not. Devices are asked with the credentials of the store,
or with --community."""


@dataclass(frozen=True, slots=True)
class Result:
    """One source's document, and the exit code it asks for."""

    document: dict[str, Any]
    code: int


def main(config: Config, rest: Sequence[str]) -> int:
    """Inspect what the command line names; the exit code says whether all could be read."""
    given = _parser().parse_args(list(rest))
    try:
        return asyncio.run(_inspect_all(config, given))
    except BaseExceptionGroup as group:
        # A group of tasks wraps it; the command line knows what to do when its reader has left.
        if group.split(BrokenPipeError)[1] is None:
            raise BrokenPipeError from None
        raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="noc-console inspect",
        description=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("source", nargs="+", metavar="SOURCE", help="a file or a device")
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a line, in the order given"
    )
    parser.add_argument(
        "--community",
        action="append",
        default=[],
        help="ask devices with this community instead of the store's credentials; may be repeated",
    )
    parser.add_argument(
        "--rate", type=_rate, default=25.0, help="requests a second to one device (default: 25)"
    )
    parser.add_argument("--all", action="store_true", help="every row of every table, as text")
    return parser


def _rate(text: str) -> float:
    rate = float(text)
    if not 0.1 <= rate <= 10_000:
        raise argparse.ArgumentTypeError("a rate is 0.1 to 10000 requests a second")
    return rate


async def _inspect_all(config: Config, given: argparse.Namespace) -> int:
    rules = load(paths.resources() / "platforms")
    async with AsyncExitStack() as stack:
        devices = _Devices(config, given, stack)
        gate = asyncio.Semaphore(DEVICES_AT_ONCE)

        async def one(source: str) -> Result:
            async with gate:
                return await _inspect(source, devices, rules)

        async with asyncio.TaskGroup() as group:
            running = [group.create_task(one(source)) for source in given.source]
            codes = [_show(await task, given) for task in running]
    return max(codes)


def _show(result: Result, given: argparse.Namespace) -> int:
    if given.json:
        print(json.dumps(result.document, ensure_ascii=False), flush=True)
    else:
        print(report.text(result.document, whole=given.all), flush=True)
    return result.code


async def _inspect(source: str, devices: _Devices, rules: Rules) -> Result:
    """One source; whatever is wrong with it is said in its document and costs no other source."""
    try:
        agent = await _agent(source, devices)
        await asyncio.sleep(0)  # a file waits for nothing: let what others found be shown
        found = await inspect(agent, rules)
    except Unreachable as error:
        return _failed(source, str(error), UNREACHABLE)
    except Refused as error:
        return _failed(source, str(error), REFUSED)
    except NocError as error:
        return _failed(source, str(error), BROKEN)
    except Exception as error:  # noqa: BLE001 - the boundary of one source, as main is of all
        traceback.print_exc(file=sys.stderr)
        return _failed(source, f"a mistake of ours: {type(error).__name__}", BUG)
    return Result({"source": source} | as_json.document(found), OK)


def _failed(source: str, why: str, code: int) -> Result:
    nothing = Findings(System(), Verdict(), problems=(Problem(source, why),))
    return Result({"source": source} | as_json.document(nothing), code)


async def _agent(source: str, devices: _Devices) -> Agent:
    path = Path(source)
    if _is_file(path):
        content = await asyncio.to_thread(files.read, path)
        return files.agent_of(content, name=path.name)
    return await devices.agent(source)


def _is_file(path: Path) -> bool:
    """Whether a file is meant: it is there, or no device could be called so."""
    try:
        return path.exists() or path.suffix in {".snmprec", ".walk", ".txt"} or "/" in str(path)
    except (OSError, ValueError):  # a name no file can have
        return True


class _Devices:
    """Opens devices, and what it takes to ask them, when the first one is named."""

    def __init__(self, config: Config, given: argparse.Namespace, stack: AsyncExitStack) -> None:
        self._config = config
        self._given = given
        self._stack = stack
        self._opening = asyncio.Lock()
        self._phone: Phone | None = None

    async def agent(self, source: str) -> LiveAgent:
        """The device as an agent, asked with the credential that opens it."""
        from noc_console.app.asking import open_phone

        async with self._opening:
            if self._phone is None:
                self._phone = await self._stack.enter_async_context(
                    open_phone(self._config, communities=self._given.community)
                )
        target = await self._phone.target(source)
        return LiveAgent(self._phone.reader, target, budget=Budget(self._given.rate))
