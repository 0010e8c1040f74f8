"""The operator's own terminal."""

from __future__ import annotations

import pytest

from noc_console.views.kit.desk import Route
from noc_console.views.kit.ssh import ssh_command, terminal_command, terminals_of


def test_our_own_terminals_are_a_place_in_the_console() -> None:
    assert terminals_of([7, 9]) == Route("terminal", text="ssh:device:7 ssh:device:9")


@pytest.mark.parametrize(
    "address", ["-oProxyCommand=sh", "a b", "$(id)", "a;b", "", "host\n", "%0A", "x" * 300]
)
def test_what_is_no_address_opens_nothing(address: str) -> None:
    assert ssh_command(address) == ()
    assert terminal_command(ssh_command(address)) == ()


@pytest.mark.parametrize(
    ("address", "port", "command"),
    [
        ("192.0.2.1", 22, ("ssh", "--", "192.0.2.1")),
        ("2001:db8::1", 2222, ("ssh", "-p", "2222", "--", "2001:db8::1")),
        ("fe80::1%eth0", 22, ("ssh", "--", "fe80::1%eth0")),
        ("core-1.example.net", 22, ("ssh", "--", "core-1.example.net")),
    ],
)
def test_an_address_is_typed_for_the_operator(
    address: str, port: int, command: tuple[str, ...]
) -> None:
    assert ssh_command(address, port) == command


def test_the_terminal_is_the_operator_s_choice_then_the_system_s() -> None:
    command = ssh_command("192.0.2.1")

    def both(name: str) -> str | None:
        return f"/usr/bin/{name}" if name in {"kitty", "x-terminal-emulator"} else None

    system = terminal_command(command, find=both, platform="linux", environment={})
    assert system == ("/usr/bin/x-terminal-emulator", "-e", *command)
    chosen = terminal_command(
        command, find=both, platform="linux", environment={"TERMINAL": "kitty"}
    )
    assert chosen == ("/usr/bin/kitty", *command)
    none = terminal_command(command, find=lambda _: None, platform="linux", environment={})
    assert none == ()


def test_windows_and_macos_have_their_own_ways() -> None:
    command = ssh_command("192.0.2.1", 2222)
    old = terminal_command(command, find=lambda _: None, platform="win32")
    assert old == ("cmd.exe", "/c", "start", "", *command)
    new = terminal_command(command, find=lambda name: f"C:/{name}", platform="win32")
    assert new == ("C:/wt.exe", *command)
    mac = terminal_command(command, platform="darwin")
    assert mac == ("open", "ssh://192.0.2.1:2222")
