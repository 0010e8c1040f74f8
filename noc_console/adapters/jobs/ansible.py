"""Playbooks, by the program `ansible-playbook` of the system: a child, never a library of ours.

Each run has a folder of its own, readable by us only, in memory where the system has such a place:
the playbook, the inventory made of ours, the host keys that were trusted, and the logins in a vault
file whose pass phrase goes through a pipe; private keys lie beside it, as ssh reads nothing but
files. The folder is gone when the run is over. A keeper of ours (`play_keeper`) stands between:
when we are killed, the program, all it began and the folder go with us. What is left all the same,
by a power cut where there is no such place, is swept away by the next run.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import shutil
import tempfile
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from noc_console.adapters.jobs import beside, ssh_pass
from noc_console.adapters.jobs.leading import led
from noc_console.adapters.jobs.vault_text import sealed
from noc_console.adapters.ssh.jumps import Jumps
from noc_console.kernel.errors import Refused
from noc_console.services.jobs import plays
from noc_console.services.jobs.model import HostSum
from noc_console.services.jobs.ports import Host, Play, Played, Said

PROGRAM = "ansible-playbook"
UNREACHABLE = 4
"""How the program ends when hosts did not answer."""
LARGEST = 20 << 20
_WORD = re.compile(r"[^A-Za-z0-9_]")
NETWORK = {
    "ios": "cisco.ios.ios",
    "iosxe": "cisco.ios.ios",
    "iosxr": "cisco.iosxr.iosxr",
    "nxos": "cisco.nxos.nxos",
    "asa": "cisco.asa.asa",
    "junos": "junipernetworks.junos.junos",
    "arista_eos": "arista.eos.eos",
    "edgeos": "vyos.vyos.vyos",
    "routeros": "community.routeros.routeros",
}
"""Our platforms as Ansible's collections call them."""


class AnsiblePlaybooks:
    """Runs the program; one at a time or several, each for itself."""

    def __init__(self, jumps: Jumps | None = None, *, program: str = PROGRAM) -> None:
        self._jumps = jumps or Jumps()
        self._program = program

    def is_there(self) -> bool:
        """Whether the program is installed here."""
        return shutil.which(self._program) is not None

    async def run(self, play: Play, said: Said) -> Played:
        """See `services.jobs.ports.Playbooks`."""
        program = shutil.which(self._program)
        if program is None:
            raise Refused(
                f"{self._program} is not installed where the collector runs (ansible-core)"
            )
        if play.folder and not await asyncio.to_thread(Path(play.folder).is_dir):
            raise Refused(f"there is no folder {play.folder} where the collector runs")
        async with AsyncExitStack() as stack:
            hosts, lost = await led(play.hosts, self._jumps, stack)
            if lost and not hosts:
                return Played(UNREACHABLE, lost)
            place = await asyncio.to_thread(beside.made_place)
            try:
                phrase = secrets.token_hex(32).encode()
                play = replace(play, hosts=hosts)
                await asyncio.to_thread(_lay_out, place, play, phrase)
                played = await self._run(program, place, play, phrase, said)
            finally:
                await asyncio.to_thread(shutil.rmtree, place, True)
        return replace(played, hosts=(*played.hosts, *lost))

    async def _run(
        self, program: str, place: Path, play: Play, phrase: bytes, said: Said
    ) -> Played:
        tools = await asyncio.to_thread(_tools, place, play)
        printed = _Printed(said)
        try:
            code, note = await beside.run(
                place,
                phrase,
                lambda descriptor: _command(program, place, play, descriptor),
                folder=play.folder or place,
                environment=lambda _: _environment(place, tools),
                said=printed.take,
                timeout_s=play.timeout_s,
            )
        finally:
            if tools is not None and tools.parent != place:
                await asyncio.to_thread(shutil.rmtree, tools.parent, True)
        hosts = printed.sums()
        # 2: a host failed; 4: one was unreachable, or the playbook is none.
        if not note and code and (code not in {2, UNREACHABLE} or not hosts):
            note = printed.last() or f"{self._program} ended with {code}"
        return Played(code, hosts, note)


class _Printed:
    """What it prints, told on and read back."""

    def __init__(self, said: Said) -> None:
        self._said = said
        self._parts: list[str] = []
        self._size = 0

    async def take(self, text: str) -> None:
        if self._size < LARGEST:
            self._size += len(text)
            self._parts.append(text)
        await self._said(text)

    def sums(self) -> tuple[HostSum, ...]:
        return plays.sums("".join(self._parts).split("\n"))

    def last(self) -> str:
        lines = [line for line in "".join(self._parts).split("\n") if line.strip()]
        wrong = [line for line in lines if line.startswith("ERROR!")]
        return (wrong or lines or [""])[-1][:500]


def _command(program: str, place: Path, play: Play, phrase_fd: int) -> list[str]:
    made = [
        program,
        "-v",
        *("--inventory", str(place / "inventory.json")),
        *("--extra-vars", f"@{place / 'logins.yml'}"),
        *("--vault-password-file", f"/dev/fd/{phrase_fd}"),
        *("--forks", str(play.forks)),
    ]
    if play.variables:
        made += ["--extra-vars", f"@{place / 'variables.json'}"]
    if play.is_check:
        made += ["--check", "--diff"]
    return [*made, str(place / "playbook.yml")]


def _environment(place: Path, tools: Path | None) -> dict[str, str]:
    """Nothing of ours: no token of the console, no agent, no configuration of somebody's home."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    if tools is not None:
        kept["PATH"] = os.pathsep.join((str(tools), kept.get("PATH", os.defpath)))
    return {
        **kept,
        "HOME": str(place),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_HOME": str(place / "home"),
        "ANSIBLE_LOCAL_TEMP": str(place / "temporary"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_NOCOWS": "1",
        "ANSIBLE_STDOUT_CALLBACK": "default",
        "ANSIBLE_FORCE_COLOR": "0",
        "ANSIBLE_RETRY_FILES_ENABLED": "0",
        "ANSIBLE_HOST_KEY_CHECKING": "1",
        "ANSIBLE_DEPRECATION_WARNINGS": "0",
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "PYTHONUNBUFFERED": "1",
    }


def _tools(place: Path, play: Play) -> Path | None:
    """Where our `sshpass` lies for a run that needs one and has none.

    None also where nothing may be executed: Ansible then says what has to be installed.
    """
    if not any(map(_by_password, play.hosts)) or shutil.which("sshpass") is not None:
        return None
    if ssh_pass.install(place):
        return place / "bin"
    other = beside.made_place(Path(tempfile.gettempdir()))
    if ssh_pass.install(other):
        return other / "bin"
    shutil.rmtree(other, ignore_errors=True)
    return None


def _by_password(host: Host) -> bool:
    """Whether ssh logs in there by a password: a key that asks for nothing goes first."""
    login = host.login
    return login is not None and bool(login.password) and not (login.key and not login.passphrase)


def _lay_out(place: Path, play: Play, phrase: bytes) -> None:
    keys = place / "keys"
    keys.mkdir(mode=0o700)
    logins: dict[str, dict[str, str]] = {}
    hosts = {}
    for number, host in enumerate(play.hosts):
        hosts[host.name] = _host(host, place)
        if host.login is not None:
            logins[host.name] = _login(host, keys / str(number))
    beside.write(place / "playbook.yml", play.text)
    beside.write(place / "inventory.json", json.dumps(_inventory(play.hosts, hosts)))
    beside.write(place / "known_hosts", "".join(map(_known, play.hosts)))
    if play.variables:
        beside.write(place / "variables.json", play.variables)
    beside.write(place / "logins.yml", sealed(json.dumps({"noc_logins": logins}).encode(), phrase))


def _host(host: Host, place: Path) -> dict[str, Any]:
    strict = f"-o UserKnownHostsFile={place / 'known_hosts'} -o StrictHostKeyChecking=yes"
    made: dict[str, Any] = {
        "ansible_host": host.door.host,
        "ansible_port": host.door.port,
        "ansible_ssh_common_args": f"{strict} -o IdentitiesOnly=yes -F none",
        "noc_device_id": host.device_id,
        "noc_platform": host.platform,
    }
    if host.platform in NETWORK:
        made["ansible_network_os"] = NETWORK[host.platform]
    if host.login is not None:
        mine = "noc_logins[inventory_hostname]"
        made["ansible_user"] = "{{ " + mine + ".user }}"
        if _by_password(host):
            made["ansible_password"] = "{{ " + mine + ".password }}"
        if host.login.enable:
            made["ansible_become_password"] = "{{ " + mine + ".enable }}"
        if host.login.key and not host.login.passphrase:
            made["ansible_ssh_private_key_file"] = "{{ " + mine + ".key_file }}"
    return made


def _login(host: Host, key_file: Path) -> dict[str, str]:
    login = host.login
    assert login is not None
    made = {
        "user": login.user,
        "password": login.password.reveal(),
        "enable": login.enable.reveal(),
    }
    # A key that needs a phrase would ask for it; such a login is its password here.
    if login.key and not login.passphrase:
        beside.write(key_file, login.key.reveal().rstrip("\n") + "\n")
        made["key_file"] = str(key_file)
    return made


def _known(host: Host) -> str:
    door = host.door.host if host.door.port == 22 else f"[{host.door.host}]:{host.door.port}"
    lines = [f"{door} {key.key}\n" for key in host.door.keys]
    for each in host.door.authorities:
        mark = "@revoked" if each.is_revoked else "@cert-authority"
        lines.append(f"{mark} {door} {each.key}\n")
    return "".join(lines)


def _inventory(found: tuple[Host, ...], hosts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """As Ansible's `yaml` source of inventories reads it; JSON is YAML."""
    groups: dict[str, dict[str, Any]] = {}
    for host in found:
        for name in host.groups:
            word = _WORD.sub("_", name).strip("_") or "other"
            groups.setdefault(word, {"hosts": {}})["hosts"][host.name] = None
    groups = {name: group for name, group in groups.items() if name not in {"all", "ungrouped"}}
    return {"all": {"hosts": hosts, "children": groups}}
