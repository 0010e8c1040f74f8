"""The doors: `noc-console` opens the window, every word after it is another way in.

noc-console                          the window
noc-console collect                  a collector without a window
noc-console lab [fail|mend|…]        the built-in lab network
noc-console inspect SOURCE…          what devices, or recordings of devices, are
noc-console open FILE                a recording as a read-only device, in a window of its own
noc-console record DEVICE FILE       everything a device answers, as a file to inspect elsewhere
noc-console probe KIND TARGET…       ping, or ask otherwise, from here and once
noc-console reflect                  answer TWAMP-light packets
noc-console terminal-engine          the terminal without a window, for conformance suites
noc-console snapshot VIEW FILE       a picture of a page
noc-console operations               every operation there is
noc-console OPERATION --json         one operation, e.g. inventory.devices
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from getpass import getpass
from typing import TYPE_CHECKING, Any

from noc_console import __version__
from noc_console.app import arguments, present
from noc_console.app.config import Config, load
from noc_console.app.hardening import keep_out_of_cores
from noc_console.kernel.errors import Broken, NocError, Refused, Unreachable
from noc_console.kernel.operation import arguments_of
from noc_console.kernel.secret import Secret

if TYPE_CHECKING:
    from noc_console.app.compose import Door
    from noc_console.services.secrets.ports import Keyring

PROGRAM = "noc-console"
DOORS = (
    "collect",
    "inspect",
    "lab",
    "open",
    "probe",
    "record",
    "reflect",
    "snapshot",
    "terminal-engine",
    "operations",
)

EXIT_REFUSED, EXIT_UNREACHABLE, EXIT_BROKEN, EXIT_INTERRUPTED = 2, 3, 4, 130


@dataclass(frozen=True, slots=True)
class Common:
    """What may stand before or after any door."""

    store: str | None
    lab: bool
    door: str
    rest: tuple[str, ...]


def main(argv: Sequence[str] | None = None) -> int:
    """Open the door the command line names; the value is the exit code."""
    # Imports leave no garbage: looking for it after every 700 objects takes a fifth of a start.
    gc.set_threshold(50_000, 20, 20)
    common = _common(sys.argv[1:] if argv is None else argv)
    keep_out_of_cores()
    try:
        return _open(common)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # whoever read us (a pager, head) has left: nothing to complain about
        return 0
    except NocError as error:
        return _explain(error)


def _open(common: Common) -> int:
    # Each door imports only what it needs: `--help` must not wait for Qt.
    if common.door == "":
        from noc_console.app.gui import main as window

        return window(_config(common), arguments=common.rest)
    if common.door == "collect":
        from noc_console.app.collector import main as collect

        return collect(_config(common), common.rest)
    if common.door == "listen":
        from noc_console.app.listener import main as listen

        return listen(_config(common), common.rest)
    if common.door == "lab":
        from noc_console.app.lab import main as lab

        return lab(_config(common), common.rest)
    if common.door == "inspect":
        from noc_console.app.inspect import main as inspect

        return inspect(_config(common), common.rest)
    if common.door == "open":
        from noc_console.app.recording_gui import main as open_recording

        return open_recording(_config(common), common.rest)
    if common.door == "record":
        from noc_console.app.record import main as record

        return record(_config(common), common.rest)
    if common.door in ("probe", "reflect"):
        from noc_console.app import probe

        return (probe.main if common.door == "probe" else probe.reflect)(common.rest)
    if common.door == "snapshot":
        from noc_console.app.snapshot import main as snapshot

        return snapshot(_config(common), common.rest)
    if common.door == "terminal-engine":
        from noc_console.app.terminal_engine import main as engine

        return engine(common.rest)
    if common.door == "terminal-holder":  # of windows alone, and so listed nowhere
        from noc_console.app.terminal_holder import main as hold

        hold(common.rest)
    return asyncio.run(_operate(_config(common), common))


async def _operate(config: Config, common: Common) -> int:
    from noc_console.app.compose import open_services
    from noc_console.app.following import FOLLOWED, found_nothing
    from noc_console.kernel.events import EventBus

    async with open_services(config, bus=EventBus()) as services:
        ask_passphrase(services.secrets.keys.keyring)
        offered = services.operations()
        if common.door in {"operations", "help"}:
            return _list(offered, as_json="--json" in common.rest)
        if common.door not in offered:
            raise Refused(_unknown(common.door, offered))
        described, method = offered[common.door]
        if not is_for_people(method):
            raise Refused(
                f"{common.door} is for programs of ours: it takes values nobody can type "
                f"(`{PROGRAM} operations` lists what people can use)"
            )
        parser = arguments.parser_for(described, method, program=PROGRAM)
        parser.add_argument("--json", action="store_true", help="answer as JSON")
        follow = FOLLOWED.get(common.door)
        if follow is not None:
            parser.add_argument("--detach", action="store_true", help="start it and return at once")
        given = parser.parse_args(common.rest)
        result = await method(services.identity.operator(), **arguments.chosen(method, given))
        if follow is not None and not given.detach:
            result = await follow(services, result)
        text = present.as_json(result) if given.json else present.as_text(result)
        if text:
            print(text)
        return EXIT_UNREACHABLE if found_nothing(result) else 0


def ask_passphrase(keyring: Keyring) -> None:
    """Open a vault that waits for a pass phrase, when somebody sits at the terminal.

    Where nobody does, what needs a secret says that the vault is locked.
    """
    from noc_console.services.secrets.ports import LockedKeyring

    if isinstance(keyring, LockedKeyring) and keyring.is_made and sys.stdin.isatty():
        keyring.open(Secret(getpass("Pass phrase of the vault: ", stream=sys.stderr)))


def is_for_people(method: Callable[..., Any]) -> bool:
    """Whether everything the operation takes can be typed."""
    return arguments_of(method) is not None


def _list(offered: Mapping[str, Door], *, as_json: bool) -> int:
    """Every operation people can use; how many more there are goes to stderr."""
    rows = [described for described, method in offered.values() if is_for_people(method)]
    print(present.as_json(rows) if as_json else present.as_text(rows))
    if more := len(offered) - len(rows):
        print(f"{more} more are for programs of ours only.", file=sys.stderr)
    return 0


def _unknown(door: str, offered: Mapping[str, Door]) -> str:
    """What to say about a door that is not there: what it looks like, and where all are."""
    usable = [name for name, (_, method) in offered.items() if is_for_people(method)]
    near = [name for name in usable if door.rpartition(".")[2] in name]
    near = near or get_close_matches(door, [*DOORS, *usable], n=3)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    return f"there is no operation {door!r}{hint} (`{PROGRAM} operations` lists them all)"


def _common(argv: Sequence[str]) -> Common:
    """Split the command line at the door; `--store` is taken wherever it stands."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    parser.add_argument("--store", help="sqlite:///PATH or postgresql://… (also NOC_STORE)")
    parser.add_argument("--lab", action="store_true", help="with the built-in lab network")
    mine, rest = parser.parse_known_args(list(argv))
    door = rest.pop(0) if rest and not rest[0].startswith("-") else ""
    if not door:
        parser.add_argument("-h", "--help", action="help")
        parser.add_argument("--version", action="store_true", help="show the version, and leave")
        if parser.parse_args(rest).version:
            from noc_console.wire.decoder import KIND

            print(f"{PROGRAM} {__version__} (SNMP decoder: {KIND})")
            parser.exit()
    return Common(store=mine.store, lab=mine.lab, door=door, rest=tuple(rest))


def _config(common: Common) -> Config:
    config = load(store=common.store)
    if common.lab:
        from noc_console.app.lab import lab_config

        return lab_config(config, named_store=common.store)
    return config


def _explain(error: NocError) -> int:
    print(f"{PROGRAM}: {error}", file=sys.stderr)
    if isinstance(error, Refused):
        return EXIT_REFUSED
    if isinstance(error, Unreachable):
        return EXIT_UNREACHABLE
    return EXIT_BROKEN if isinstance(error, Broken) else 1
