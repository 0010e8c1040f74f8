from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from noc_console.views.vault.inputs import KeyInput, SecretLine, _read, rows_of
from tests.adapters.ssh.authenticator import ED25519, UP, Credential

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----"


async def test_a_secret_is_dots_and_is_forgotten_once_it_was_taken() -> None:
    line = SecretLine("Password")
    line.setText("hunter2")
    assert line.displayText() == line.displayText()[:1] * 7
    assert "hunter2" not in line.displayText()
    assert line.take().reveal() == "hunter2"
    assert line.text() == ""
    assert line.accessibleName() == "Password"


async def test_of_a_pasted_key_only_its_length_is_shown() -> None:
    wanted = KeyInput(lambda error: None)
    QGuiApplication.clipboard().setText(KEY + "\n")
    wanted.paste_button.click()
    assert wanted.secret().reveal() == KEY
    assert wanted.state.text() == f"a private key of {len(KEY)} characters"
    wanted.put("ssh-ed25519 AAAA me@there")
    assert wanted.state.text() == "this is no private key"
    QGuiApplication.clipboard().clear()


async def test_the_handle_of_a_security_key_is_told_for_what_it_is(tmp_path: Path) -> None:
    wanted = KeyInput(lambda error: None)
    wanted.put(Credential(ED25519, b"ssh:", UP).write(tmp_path / "sk").read_text())
    assert wanted.state.text().startswith("a security key's: for terminals alone")


async def test_a_file_is_read_as_far_as_a_key_can_be_long(tmp_path: Path) -> None:
    file = tmp_path / "id"
    file.write_bytes(b"\xff" * 200_000)
    assert len(_read(file)) == 65_537


async def test_rows_name_their_inputs_for_screen_readers() -> None:
    line = QLineEdit()
    rows_of(("User", line))
    assert line.accessibleName() == "User"
