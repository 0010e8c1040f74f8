"""`noc-console lab`: runs the simulated ISP, or a folder of recordings, until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ipaddress
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from noc_console.kernel.errors import Invalid, NocError
from noc_console.lab import plan, replay
from noc_console.lab.control import Control
from noc_console.lab.model import Plan
from noc_console.lab.run import SNMP_PORT, SSH_PORT, Lab, Options, Peer, open_lab

TRAP_TO = "127.0.0.1:11162"
SYSLOG_TO = "127.0.0.1:11514"
FLOWS_TO = "127.0.0.1:2055"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line asked for."""

    plan: Plan
    options: Options
    control: Path


def main(argv: Sequence[str]) -> int:
    """Run the lab; 0 when it ended as asked, 2 when it could not start."""
    try:
        settings = read(argv)
        asyncio.run(run_lab(settings))
    except NocError as error:
        print(f"noc-console lab: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


async def run_lab(settings: Settings) -> None:
    """Run until SIGTERM, SIGINT or a `stop` on the control channel."""
    async with open_lab(settings.plan, settings.options) as lab:
        control = Control(lab, settings.control)
        await control.start()
        try:
            _say(lab, settings)
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                # Windows has no signal handlers on its loop; Ctrl+C arrives as KeyboardInterrupt.
                with contextlib.suppress(NotImplementedError):
                    loop.add_signal_handler(number, control.stopped.set)
            await control.stopped.wait()
        finally:
            await control.close()


def _say(lab: Lab, settings: Settings) -> None:
    first = next(iter(lab.plan.devices.values()))
    print(
        f"The lab runs: {len(lab.plan.devices)} devices. SNMP from {lab.seeds[0]} on, community "
        f"public (SNMPv3 user noc, lab-auth-pass, lab-priv-pass)."
    )
    if first.ssh_port:
        print(f"SSH: ssh -p {first.ssh_port} noc@{first.host}, password lab.")
    print(f"Break something: noc-console lab fail link-down. Control file: {settings.control}")
    sys.stdout.flush()


def read(argv: Sequence[str]) -> Settings:
    """The settings a command line means; refuses what cannot be."""
    given = parser().parse_args(list(argv))
    base = _base(given.base)
    control = Path(given.control)
    if given.replay:
        names = tuple(name for chosen in given.names for name in chosen.split(",") if name)
        chosen_plan = replay.plan(Path(given.replay), limit=given.limit, names=names, base=base)
    elif given.routers:
        chosen_plan = plan.routers(given.routers, given.seed, base=base)
    else:
        chosen_plan = plan.build(given.seed, plan.extent_of(given.devices), base=base)
    state_file = None if given.replay else control.with_suffix(".state.json")
    if given.fresh and state_file is not None:
        state_file.unlink(missing_ok=True)
    options = Options(
        snmp_port=given.snmp_port,
        ssh_port=None if given.replay or given.no_ssh else given.ssh_port,
        trap_to=_peer(given.trap_to, "trap-to"),
        syslog_to=_peer(given.syslog_to, "syslog-to"),
        flows_to=_peer(given.flows_to, "flows-to"),
        speed=given.speed,
        state_file=state_file,
        own_addresses=False if given.one_address else None,
    )
    return Settings(chosen_plan, options, control)


def parser() -> argparse.ArgumentParser:
    """Every option of `noc-console lab`."""
    made = argparse.ArgumentParser(
        prog="noc-console lab",
        description="A simulated provider's network: real SNMP and SSH, on loopback only.",
        allow_abbrev=False,
    )
    add = made.add_argument
    add("--base", default=plan.DEFAULT_BASE, help="first address (default %(default)s)")
    add("--snmp-port", type=_port, default=SNMP_PORT, help="UDP port of every agent")
    add("--ssh-port", type=_port, default=SSH_PORT, help="TCP port of every command line")
    add("--no-ssh", action="store_true", help="SNMP only")
    add("--one-address", action="store_true", help="all on 127.0.0.1, each with its own ports")
    add("--trap-to", default=TRAP_TO, help="where traps go, or none (default %(default)s)")
    add("--syslog-to", default=SYSLOG_TO, help="where syslog goes, or none (default %(default)s)")
    add("--flows-to", default=FLOWS_TO, help="where flows go, or none (default %(default)s)")
    add("--control", default=str(default_control()), help="file that says how to reach this lab")
    add("--fresh", action="store_true", help="forget what was broken before")
    add("--seed", type=int, default=plan.DEFAULT_SEED, help="another seed, another network")
    add("--devices", type=int, default=0, help="at least that many devices instead of 66")
    add("--routers", type=int, default=0, help="a chain of so many routers that take changes")
    add("--speed", type=_speed, default=1.0, help="time lapse: 60 makes a day last 24 minutes")
    add("--replay", metavar="FOLDER", help="answer as the recordings (*.snmprec) in this folder")
    add("--limit", type=int, help="replay that many agents")
    add("--names", action="append", default=[], help="replay only these (comma separated)")
    return made


def default_control() -> Path:
    """Beside the user's data, or where NOC_LAB_CONTROL says."""
    chosen = os.environ.get("NOC_LAB_CONTROL")
    return Path(chosen) if chosen else user_data_path("noc-console") / "lab" / "lab.json"


def _base(text: str) -> str:
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError as error:
        raise Invalid(f"{text} is no IPv4 address", field="base") from error
    if not address.is_loopback or address.packed[1] > 246:
        raise Invalid("the lab stays on loopback: --base within 127.0.0.0 to 127.246.0.0")
    return text


def _peer(text: str, field: str) -> Peer | None:
    if text == "none":
        return None
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise Invalid(f"--{field} is ADDRESS:PORT or none", field=field)
    return host, int(port)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError("a port is 0 to 65535")
    return int(text)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0.1 <= speed <= 10_000:
        raise argparse.ArgumentTypeError("a speed is 0.1 to 10000")
    return speed
