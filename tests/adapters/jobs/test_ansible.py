"""Playbooks by the real program, at hosts that are this machine and at a real sshd."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from noc_console.adapters.jobs import beside, ssh_pass
from noc_console.adapters.jobs.ansible import AnsiblePlaybooks, _known
from noc_console.kernel.errors import Refused
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.jobs.model import ItemState
from noc_console.services.jobs.ports import Host, Play
from noc_console.services.ways.model import Door
from tests.adapters.ssh.authorities import authority, certified
from tests.adapters.ssh.peers import keygen

needs_ansible = pytest.mark.skipif(
    shutil.which("ansible-playbook") is None, reason="ansible-core is not installed"
)
ROOT = Path(__file__).resolve().parents[3]
LOCAL = """
- hosts: all
  connection: local
  gather_facts: false
  tasks:
    - name: say who it is
      ansible.builtin.debug:
        msg: "{{ inventory_hostname }} is {{ noc_platform }}, {{ extra }}, {{ 'x' in group_names }}"
    - name: the login arrives
      ansible.builtin.assert:
        that: ansible_password == 'hunter-two'
        quiet: true
      no_log: true
    - name: only one of them
      ansible.builtin.fail:
        msg: not here
      when: inventory_hostname == 'edge-2'
"""
SOME_TIME = f"600.{os.getpid()}"
"""Of these tests alone: others may sleep on the same machine."""
SLEEPS = f"""
- hosts: all
  connection: local
  gather_facts: false
  tasks:
    - name: sleep
      ansible.builtin.command: sleep {SOME_TIME}
"""


def host(name: str, *groups: str, port: int = 22, key: str = "", secret: str = "") -> Host:
    login = SshLogin(
        1, "noc", os.environ.get("USER", "root"), Secret("hunter-two"), key=Secret(secret)
    )
    keys = (HostKey("127.0.0.1", port, key, ""),) if key else ()
    door = Door("127.0.0.1", port, keys)
    return Host(name, door, 7, "ios", groups, login=login)


class Heard:
    """What was said so far."""

    def __init__(self) -> None:
        self.text = ""

    async def __call__(self, text: str) -> None:
        self.text += text


def left(number: int | None = None) -> list[Path]:
    """Folders of runs of this process, or of another; other tests have theirs meanwhile."""
    roots, mine = (Path("/dev/shm"), Path("/tmp")), f"{beside.PREFIX}{number or os.getpid()}-*"
    return [each for root in roots for each in root.glob(mine)]


@needs_ansible
async def test_a_playbook_is_run_at_our_inventory_and_each_host_tells_its_own() -> None:
    heard, before = Heard(), left()
    play = Play(LOCAL, (host("core-1", "x"), host("edge-2", "y")), '{"extra": "hello"}')
    played = await AnsiblePlaybooks().run(play, heard)
    assert played.code == 2, heard.text
    sums = {each.host: each for each in played.hosts}
    assert sums["core-1"].state is ItemState.OK
    assert sums["edge-2"].state is ItemState.FAILED
    told = dict(sums["core-1"].steps)
    assert "core-1 is ios, hello, True" in told["say who it is"]
    assert "not here" in dict(sums["edge-2"].steps)["only one of them"]
    assert "PLAY RECAP" in heard.text
    assert "hunter-two" not in heard.text
    assert left() == before, "nothing of it stays on the disk"


@needs_ansible
async def test_a_run_that_is_cancelled_or_takes_too_long_is_ended_with_all_it_began() -> None:
    before = left()
    running = asyncio.get_running_loop().create_task(
        AnsiblePlaybooks().run(Play(SLEEPS, (host("core-1"),)), Heard())
    )
    for _ in range(600):
        await asyncio.sleep(0.05)
        if _sleeping():
            break
    assert _sleeping()
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled()
    assert not _sleeping()
    short = Play(SLEEPS, (host("core-1"),), timeout_s=0.5)
    played = await AnsiblePlaybooks().run(short, Heard())
    assert "longer than 0.5 s" in played.note
    assert not _sleeping()
    assert left() == before


def _sleeping(number: str = SOME_TIME) -> bool:
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if each.read_bytes() == f"sleep\0{number}\0".encode():
                return True
        except OSError:
            continue
    return False


KILLED = """
import asyncio, sys
from noc_console.adapters.jobs.ansible import AnsiblePlaybooks, _known
from noc_console.services.jobs.ports import Play
from tests.adapters.jobs.test_ansible import SLEEPS, SOME_TIME, Heard, host

play = Play(SLEEPS.replace(SOME_TIME, sys.argv[1]), (host("core-1"), host("core-2")))
asyncio.run(AnsiblePlaybooks().run(play, Heard()))
"""


@needs_ansible
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_when_we_are_killed_the_playbook_goes_with_us_and_so_do_its_keys() -> None:
    number = f"603.{os.getpid()}"
    ours = subprocess.Popen([sys.executable, "-c", KILLED, number], cwd=ROOT)
    try:
        _until(lambda: _sleeping(number))
        assert left(ours.pid)
    finally:
        ours.kill()
        ours.wait()
    _until(lambda: not _sleeping(number))
    _until(lambda: not left(ours.pid))


def _until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.05)


@needs_ansible
async def test_a_playbook_that_is_none_says_why() -> None:
    played = await AnsiblePlaybooks().run(Play("- hosts: [", (host("core-1"),)), Heard())
    assert played.code not in {0, 2}
    assert played.note
    assert played.hosts == ()


@needs_ansible
async def test_at_a_real_ssh_server_the_key_of_the_vault_and_the_trusted_host_key_count(
    tmp_path: Path, sshd: tuple[int, str, str]
) -> None:
    port, shown, secret = sshd
    text = "- hosts: all\n  gather_facts: false\n  tasks:\n    - raw: echo over $((40 + 2)) ssh\n"
    heard = Heard()
    far = host("far", port=port, key=shown, secret=secret)
    played = await AnsiblePlaybooks().run(Play(text, (far,)), heard)
    assert played.code == 0, heard.text
    assert played.hosts[0].state is ItemState.CHANGED
    assert "over 42 ssh" in played.hosts[0].steps[0][1]
    stranger = host("far", port=port, secret=secret)
    played = await AnsiblePlaybooks().run(Play(text, (stranger,)), Heard())
    assert played.hosts[0].state is ItemState.UNREACHABLE, "nobody trusted that key"


class Passwords(asyncssh.SSHServer):
    """Lets in who knows the password; counts who was asked."""

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self._asked.append(password)
        return password == "hunter-two"


async def _run_line(process: asyncssh.SSHServerProcess[str]) -> None:
    done = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", process.command or "exit 3",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told, _ = await done.communicate()
    process.stdout.write(told.decode())
    process.exit(done.returncode or 0)


@pytest.fixture
async def by_password() -> AsyncIterator[tuple[int, str, list[str]]]:
    """An SSH server that takes passwords (OpenSSH's would need an account of this machine's): its
    port, its host key, the passwords it heard."""
    asked: list[str] = []
    key = asyncssh.generate_private_key("ssh-ed25519")
    async with asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[key],
        server_factory=lambda: Passwords(asked),
        process_factory=_run_line,
    ) as server:
        public = " ".join(key.export_public_key().decode().split()[:2])
        yield server.get_port(), public, asked


@needs_ansible
@pytest.mark.parametrize("is_executable", [True, False])
async def test_a_password_logs_in_without_sshpass_and_stands_nowhere(
    by_password: tuple[int, str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    is_executable: bool,
) -> None:
    port, shown, asked = by_password
    find = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "sshpass" else find(name))
    if not is_executable:  # as where the folder in memory is mounted `noexec`
        install = ssh_pass.install
        monkeypatch.setattr(
            ssh_pass,
            "install",
            lambda folder: install(folder) and folder.parent != Path("/dev/shm"),
        )
    # Everybody's environment and arguments are looked at where they are: only counts come back.
    look = tmp_path / "look.sh"
    look.write_text(
        "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' |"
        " awk '/hunter-tw[o]/ {h++} /ansible-playboo[k]/ {a++} END {print h+0, (a>0)}'\n"
    )
    text = f"- hosts: all\n  gather_facts: false\n  tasks:\n    - raw: sh {look}\n    - raw: id\n"
    before, heard = left(), Heard()
    played = await AnsiblePlaybooks().run(Play(text, (host("far", port=port, key=shown),)), heard)
    assert played.code == 0, heard.text
    assert asked[0] == "hunter-two"
    assert "0 1" in played.hosts[0].steps[0][1], "it saw what runs here, and no password"
    assert "hunter-two" not in heard.text
    assert left() == before


@needs_ansible
async def test_a_wrong_password_is_tried_once(by_password: tuple[int, str, list[str]]) -> None:
    port, shown, asked = by_password
    far = host("far", port=port, key=shown)
    assert far.login is not None
    far = replace(far, login=replace(far.login, password=Secret("wrong-one")))
    text = "- hosts: all\n  gather_facts: false\n  tasks:\n    - raw: echo in\n"
    heard = Heard()
    played = await AnsiblePlaybooks().run(Play(text, (far,)), heard)
    assert played.hosts[0].state is ItemState.UNREACHABLE, heard.text
    assert asked == ["wrong-one"], "accounts lock after a few"
    assert "wrong-one" not in heard.text


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[tuple[int, str, str]]:
    """OpenSSH's server with one user's key: its port, its host key, the user's private key."""
    program = shutil.which("sshd") or "/usr/sbin/sshd"
    if not Path(program).exists():
        pytest.skip("OpenSSH's server is not installed")
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for name in ("host", "user"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)]
        subprocess.run(command, check=True)
    (tmp_path / "allowed").write_text((tmp_path / "user.pub").read_text())
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    options = {
        "ListenAddress": "127.0.0.1",
        "Port": str(port),
        "HostKey": str(tmp_path / "host"),
        "AuthorizedKeysFile": str(tmp_path / "allowed"),
        "PidFile": "none",
        "StrictModes": "no",
        "UsePAM": "no",
        "PermitRootLogin": "yes",
        "PasswordAuthentication": "no",
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    server = subprocess.Popen(
        [program, "-D", "-e", "-f", "/dev/null", *words],
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        public = " ".join((tmp_path / "host.pub").read_text().split()[:2])
        yield port, public, (tmp_path / "user").read_text()
    finally:
        server.kill()
        server.wait()


async def test_without_the_program_or_the_folder_it_is_refused() -> None:
    with pytest.raises(Refused, match="not installed"):
        await AnsiblePlaybooks(program="no-such-program").run(Play("", ()), Heard())
    there = AnsiblePlaybooks(program="sh")
    assert there.is_there()
    with pytest.raises(Refused, match="no folder"):
        await there.run(Play("", (), folder="/no/such/folder"), Heard())


def test_hosts_by_certificate_are_known_to_the_program_too(tmp_path: Path) -> None:
    """What it is told of hosts is read by OpenSSH's own client."""
    ca = keygen(tmp_path / "ca")
    with certified(tmp_path, ca, "-n", "127.0.0.1") as server:

        def reached(door: Door) -> subprocess.CompletedProcess[str]:
            known = tmp_path / "known"
            known.write_text(_known(Host("box", door, 1, "ios")))
            options = (f"UserKnownHostsFile={known}", "GlobalKnownHostsFile=none")
            strict = ("StrictHostKeyChecking=yes", "BatchMode=yes", "IdentitiesOnly=yes")
            return subprocess.run(
                [
                    *("ssh", "-F", "none", "-i", str(server.home / "id"), "-p", str(server.port)),
                    *(part for each in (*options, *strict) for part in ("-o", each)),
                    *(f"{server.hop.user}@127.0.0.1", "echo", "reached"),
                ],
                capture_output=True,
                text=True,
                timeout=30,
            )

        door = Door("127.0.0.1", server.port, authorities=(authority(ca),))
        assert reached(door).stdout == "reached\n"
        gone = replace(door, authorities=(authority(ca, revoked="its key was stolen"),))
        told = reached(gone)
        assert told.returncode and "REVOKED" in told.stderr
