from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from noc_console import __version__
from noc_console.adapters.vault.file_vault import FileVault
from noc_console.app import cli
from noc_console.app.arguments import parser_for
from noc_console.app.cli import is_for_people, main
from noc_console.app.compose import Services
from noc_console.kernel.secret import Secret
from noc_console.services.secrets.passphrases import FLOOR
from noc_console.wire.decoder import KIND

pytestmark = pytest.mark.usefixtures("at_home")


def typed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command line."""
    try:
        code = main(words)
    except SystemExit as left:  # argparse leaves by itself
        code = int(left.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_an_answer_is_text_for_eyes_or_json_for_programs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert typed(capsys, "inventory.devices")[:2] == (0, "nothing found\n")
    code, out, err = typed(capsys, "identity.who", "--json")
    assert (code, json.loads(out)["role"], err) == (0, "all rights", "")


def test_operations_lists_what_people_can_use_and_says_there_is_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = typed(capsys, "operations", "--json")
    names = [row["name"] for row in json.loads(out)]
    assert code == 0
    assert names == sorted(names)
    assert "alarms.acknowledge" in names
    assert "inventory.record" not in names
    assert "more are for programs" in err


def test_an_operation_for_programs_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = typed(capsys, "inventory.record")
    assert (code, out) == (2, "")
    assert "for programs" in err


async def test_every_operation_for_people_has_a_command_line_with_json(services: Services) -> None:
    usable = {name: door for name, door in services.operations().items() if is_for_people(door[1])}
    assert len(usable) > 30
    for name, (described, method) in usable.items():
        parser = parser_for(described, method, program="noc-console")
        parser.add_argument("--json", action="store_true")
        text = parser.format_help()
        assert text.startswith(f"usage: noc-console {name}"), name
        assert "--json" in text


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("nonsense", "`noc-console operations` lists them all"),
        ("devices", "inventory.devices"),
        ("alarms.acknowlege", "alarms.acknowledge"),
        ("collekt", "collect"),
    ],
)
def test_a_wrong_word_is_refused_with_what_may_have_been_meant(
    capsys: pytest.CaptureFixture[str], word: str, hint: str
) -> None:
    code, out, err = typed(capsys, word)
    assert (code, out) == (2, "")
    assert word in err
    assert hint in err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("inventory.device", "--device-id", "1"), 2),  # there is none
        (("inventory.device",), 2),  # which one?
        (("inventory.devices", "--colour", "red"), 2),
        (("lab.fail", "--name", "link-down"), 3),  # no lab runs
        (("--store", "mysql://db/noc", "identity.who"), 4),
    ],
)
def test_the_exit_code_says_whose_move_it_is(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int
) -> None:
    left, out, err = typed(capsys, *words)
    assert (left, out) == (code, "")
    assert err.startswith(("noc-console: ", "usage: noc-console"))


def test_the_store_may_be_named_before_or_after_the_door(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for at, words in enumerate(
        [("--store", "{}", "identity.who"), ("identity.who", "--store", "{}")]
    ):
        file = tmp_path / f"{at}.db"
        given = [word.replace("{}", f"sqlite:///{file}") for word in words]
        assert typed(capsys, *given)[0] == 0
        assert file.is_file()


def test_help_and_version_answer_without_a_store(
    capsys: pytest.CaptureFixture[str], at_home: Path
) -> None:
    assert typed(capsys, "--version")[:2] == (
        0,
        f"noc-console {__version__} (SNMP decoder: {KIND})\n",
    )
    code, out, _ = typed(capsys, "--help")
    assert code == 0
    assert all(door in out for door in cli.DOORS)
    assert not at_home.exists()


def test_a_reader_that_leaves_early_is_no_error(at_home: Path) -> None:
    """As `noc-console operations | head -1`."""
    with subprocess.Popen(
        [sys.executable, "-m", "noc_console", "operations", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
        assert process.wait() == 0


def test_ctrl_c_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    # A real Ctrl+C would end the test run as well.
    monkeypatch.setattr(asyncio, "run", interrupted)
    monkeypatch.setattr(cli, "_operate", lambda *_: None)
    assert main(["identity.who"]) == 130


def test_an_answer_needs_neither_qt_nor_what_only_migrations_need() -> None:
    """What a command line loads is what its user waits for."""
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    heavy = {"PySide6", "networkx", "asyncssh", "pysnmp", "keyring", "psycopg"}
    assert heavy.isdisjoint(loaded)


LOADED = """
import sys
import noc_console.app.compose, noc_console.app.cli
print(*sys.modules)
"""


def test_a_vault_that_waits_for_a_pass_phrase_is_opened_at_a_terminal_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = FileVault(tmp_path / "vault.noc", cost=FLOOR)
    vault.open(Secret("a phrase of some length"))
    vault.close()
    monkeypatch.setattr(cli, "getpass", lambda *_, **__: "a phrase of some length")
    cli.ask_passphrase(vault)  # the tests have no terminal
    assert not vault.is_open
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    cli.ask_passphrase(vault)
    assert vault.is_open
