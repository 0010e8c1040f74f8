"""What is asked about backups."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from noc_console.services.configs.model import BackupPolicy, ExportDone, ExportPolicy
from noc_console.services.credentials.model import Credential, CredentialId, CredentialKind
from noc_console.views.configs.forms import ExportDialog, ExportPolicyDialog, PolicyDialog


async def test_a_schedule_comes_back_as_it_was_set() -> None:
    policy = BackupPolicy(False, 6.5, 32, 90.0, 50, True)
    assert PolicyDialog(None, policy).policy() == policy


async def test_who_may_write_by_snmp_is_chosen_and_what_is_not_seen_stays() -> None:
    writers = [
        Credential(CredentialId(number), f"w{number}", CredentialKind.SNMP_V2C, number)
        for number in (1, 2)
    ]
    dialog = PolicyDialog(None, BackupPolicy(write_credentials=(2, 7)), writers)
    assert [box.isChecked() for _, box in dialog.writers] == [False, True]
    dialog.writers[0][1].click()
    dialog.writers[1][1].click()
    assert dialog.policy().write_credentials == (7, 1)


async def test_many_credentials_leave_the_dialog_on_a_small_screen() -> None:
    writers = [
        Credential(CredentialId(number), f"w{number}", CredentialKind.SNMP_V2C, number)
        for number in range(1, 51)
    ]
    dialog = PolicyDialog(None, BackupPolicy(), writers)
    assert len(dialog.writers) == 50
    assert dialog.sizeHint().height() < 768


async def test_an_export_by_schedule_comes_back_as_it_was_set_and_is_off_without_a_folder() -> None:
    policy = ExportPolicy("/srv/configs.git", 6.5, True, True)
    dialog = ExportPolicyDialog(None, policy, ExportDone(), may_reveal=True)
    assert dialog.policy() == policy
    dialog.is_on.click()
    assert dialog.policy().folder == "" and not dialog.folder.isEnabled()
    masked = ExportPolicyDialog(None, policy, ExportDone(error="full"), may_reveal=False)
    assert not masked.secrets.isEnabled() and not masked.policy().with_secrets


async def test_an_export_wants_a_whole_path_and_the_right_to_tell_secrets() -> None:
    dialog = ExportDialog(None, folder="here", may_reveal=False)
    assert not dialog.secrets.isEnabled() and dialog.secrets.toolTip()
    dialog.open()
    dialog.accept_button.click()
    assert dialog.isVisible() and "whole path" in dialog.problem.text()
    dialog.folder.setText("/tmp/configurations.git")
    dialog.accept_button.click()
    assert dialog.result() == QDialog.DialogCode.Accepted.value
