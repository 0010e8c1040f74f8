"""What is asked about backups."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from noc_console.services.configs.model import BackupPolicy
from noc_console.views.configs.forms import ExportDialog, PolicyDialog


async def test_a_schedule_comes_back_as_it_was_set() -> None:
    policy = BackupPolicy(False, 6.5, 32, 90.0, 50, True)
    assert PolicyDialog(None, policy).policy() == policy


async def test_an_export_wants_a_whole_path_and_the_right_to_tell_secrets() -> None:
    dialog = ExportDialog(None, folder="here", may_reveal=False)
    assert not dialog.secrets.isEnabled() and dialog.secrets.toolTip()
    dialog.open()
    dialog.accept_button.click()
    assert dialog.isVisible() and "whole path" in dialog.problem.text()
    dialog.folder.setText("/tmp/configurations.git")
    dialog.accept_button.click()
    assert dialog.result() == QDialog.DialogCode.Accepted.value
