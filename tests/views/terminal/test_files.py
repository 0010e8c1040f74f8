"""The files of a device on screen, over a real SFTP server."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.session import Session
from noc_console.services.terminal.transferring import PART
from noc_console.views.kit.desk import Desk, make_desk
from noc_console.views.kit.dialogs import Dialog, TextDialog
from noc_console.views.kit.tasks import settled
from noc_console.views.terminal.files import CopyRow, FilesPanel, _safe
from tests.adapters.ssh.peers import Sshd, agent, sshd
from tests.conftest import FakeClock
from tests.services.terminal.house import House, Person, house
from tests.views.conftest import shown, until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def home(store: Database, bus: EventBus, clock: FakeClock, tmp_path: Path) -> House:
    return house(store, bus, clock, tmp_path)


@pytest.fixture
async def session(
    home: House,
    operator: Actor,
    server: Sshd,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Session]:
    with agent(tmp_path, server.home / "id") as path:
        monkeypatch.setenv("SSH_AUTH_SOCK", path)
        hop = server.hop
        target = Target("box", LinkKind.SSH, hop.host, hop.port, hop.user)
        opened = await home.sessions.open(
            operator, target=target, size=Size(80, 24), asker=Person()
        )
        yield opened
        await settled()
        await opened.close()


@pytest.fixture
def box(tmp_path: Path) -> Path:
    folder = tmp_path / "box"
    (folder / "logs").mkdir(parents=True)
    (folder / "boot.bin").write_bytes(os.urandom(2_000_000))
    (folder / "<img src=x>.txt").write_bytes(b"x")
    return folder


@pytest.fixture
async def panel(home: House, desk: Desk, session: Session, box: Path) -> FilesPanel:
    made = FilesPanel(desk, home.carrying, session)
    shown(made)
    await until(lambda: made.path)
    made.go(str(box))
    await until(lambda: made.path == str(box))
    return made


def names(panel: FilesPanel) -> list[str]:
    return [entry.name for entry in panel.table.rows.rows()]


def open_dialogs() -> list[Dialog]:
    found = QApplication.topLevelWidgets()
    return [each for each in found if isinstance(each, Dialog) and each.isVisible()]


async def test_folders_are_walked_and_what_cannot_be_done_says_why(
    panel: FilesPanel, box: Path
) -> None:
    assert names(panel) == ["logs", "<img src=x>.txt", "boot.bin"]
    assert panel.way.text() == "SFTP"
    assert not panel.remove_button.isEnabled() and "Choose" in panel.remove_button.toolTip()
    panel.table.select(str(box / "boot.bin"))
    assert panel.remove_button.isEnabled() and panel.fetch_button.isEnabled()
    panel.table.opened.emit(panel.table.rows.rows()[0])
    await until(lambda: panel.path == str(box / "logs"))
    panel.up()
    await until(lambda: panel.path == str(box))
    panel.go(str(box / "nowhere"))
    await until(panel.strip.isVisible)
    assert "nowhere" in panel.strip.text.text()


async def test_a_file_is_fetched_with_progress(
    panel: FilesPanel, box: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def here() -> Path:
        return tmp_path

    # The system's dialog for folders has no buttons that a test could press.
    monkeypatch.setattr(panel, "_ask_folder", here)
    panel.table.select(str(box / "boot.bin"))
    panel.fetch()
    await until(lambda: (tmp_path / "boot.bin").exists())
    await settled()
    assert (tmp_path / "boot.bin").read_bytes() == (box / "boot.bin").read_bytes()
    row = panel.copies.itemAt(0).widget()
    assert isinstance(row, CopyRow) and "1.91 MiB" in row.told.text()
    assert row.bar.value() == 1000 and not row.again_button.isVisible()
    # Once more: it asks before it replaces.
    panel.fetch()
    await until(open_dialogs)
    (ask,) = open_dialogs()
    assert ask.accept_button.text() == "Replace it"
    ask.accept_button.click()
    await settled()
    assert not list(tmp_path.glob(f"*{PART}"))


async def test_folders_are_made_and_files_renamed_and_removed(panel: FilesPanel, box: Path) -> None:
    panel.make_folder()
    await until(open_dialogs)
    (ask,) = open_dialogs()
    assert isinstance(ask, TextDialog)
    ask.input.setText("new")  # type: ignore[union-attr]
    ask.accept_button.click()
    await until(lambda: (box / "new").is_dir() and "new" in names(panel))
    panel.table.select(str(box / "boot.bin"))
    panel.rename()
    await until(open_dialogs)
    (ask,) = open_dialogs()
    ask.input.setText("old.bin")  # type: ignore[attr-defined]
    ask.accept_button.click()
    await until(lambda: "old.bin" in names(panel))
    panel.table.select(str(box / "old.bin"))
    panel.remove()
    await until(open_dialogs)
    (ask,) = open_dialogs()
    assert ask.accept_button.text() == "Remove old.bin" and ask.cancel_button.isDefault()
    ask.accept_button.click()
    await until(lambda: "old.bin" not in names(panel))
    assert not (box / "old.bin").exists()


async def test_turning_away_removes_nothing(panel: FilesPanel, box: Path) -> None:
    panel.table.select(str(box / "boot.bin"))
    panel.remove()
    await until(open_dialogs)
    QDialog.reject(open_dialogs()[0])
    await settled()
    assert (box / "boot.bin").exists()


async def test_who_may_only_look_sees_why_nothing_else_can_be_done(
    home: House, desk: Desk, session: Session
) -> None:
    weak = make_desk(Actor("tom", desk.actor.tenant, frozenset({"terminal.files"})), desk.feed)
    panel = FilesPanel(weak, home.carrying, session)
    shown(panel)
    await until(lambda: panel.path)
    assert not panel.send_button.isEnabled()
    assert "not change them" in panel.send_button.toolTip()
    await settled()


async def test_a_copy_that_is_stopped_says_that_it_goes_on(panel: FilesPanel) -> None:
    row = CopyRow("↓ boot.bin")
    row.begin()
    row.show_progress(512, 1024)
    row.end("stopped", is_bad=True)
    shown(row)
    assert row.again_button.isVisible() and row.bar.value() == 500
    row.close()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        (".bashrc", "bashrc"),
        ("..", "file"),
        ("a\x1bb", "a_b"),
    ],
)
def test_a_device_s_name_for_a_file_stays_in_its_folder(name: str, kept: str) -> None:
    assert _safe(name) == kept
