"""What is asked about backups: when they run, and where they are exported to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from noc_console.services.configs.model import BackupPolicy
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID


class PolicyDialog(Dialog):
    """When configurations are read and what of them is kept."""

    def __init__(self, parent: QWidget | None, policy: BackupPolicy) -> None:
        super().__init__(
            parent,
            "Schedule of backups",
            "Collectors read the configurations of the devices they poll, and keep each one that"
            " differs from the last. A change that a device tells of is read as well.",
            "Save",
        )
        self.is_on = QCheckBox("Read configurations by schedule")
        self.is_on.setChecked(policy.is_on)
        self.interval = QDoubleSpinBox()
        self.interval.setRange(0.25, 24.0 * 90)
        self.interval.setDecimals(2)
        self.interval.setSuffix(" h")
        self.interval.setValue(policy.interval_h)
        self.at_once = QSpinBox()
        self.at_once.setRange(1, 256)
        self.at_once.setValue(policy.at_once)
        self.settle = QSpinBox()
        self.settle.setRange(0, 3_600)
        self.settle.setSuffix(" s")
        self.settle.setValue(round(policy.settle_s))
        self.keep = QSpinBox()
        self.keep.setRange(2, 10_000)
        self.keep.setValue(policy.keep_versions)
        self.trust = QCheckBox("Trust the SSH key a device shows first")
        self.trust.setChecked(policy.trust_new)
        form = QFormLayout()
        form.setSpacing(GRID)
        form.addRow(self.is_on)
        for name, field in (
            ("Each device every", self.interval),
            ("Devices at the same time", self.at_once),
            ("Wait after a change that was heard", self.settle),
            ("Versions kept of each device", self.keep),
        ):
            field.setAccessibleName(name)
            form.addRow(Label(name), field)
        form.addRow(self.trust)
        note = "Each key is recorded. One that changes later always blocks and raises an alarm."
        form.addRow(Label(note, tone="dim", wrap=True))
        self.body.addLayout(form)

    def policy(self) -> BackupPolicy:
        """What was decided."""
        return BackupPolicy(
            is_on=self.is_on.isChecked(),
            interval_h=self.interval.value(),
            at_once=self.at_once.value(),
            settle_s=float(self.settle.value()),
            keep_versions=self.keep.value(),
            trust_new=self.trust.isChecked(),
        )


class ExportDialog(Dialog):
    """Where the git repository is, and whether secrets go into it."""

    def __init__(self, parent: QWidget | None, *, folder: str, may_reveal: bool) -> None:
        super().__init__(
            parent,
            "Export as a git repository",
            "A bare repository: a file for each device, a commit for each version. Exported again,"
            " new versions are added. Clone it to work with it.",
            "Export",
        )
        self.folder = QLineEdit(folder or str(Path.home() / "configurations.git"))
        self.folder.setAccessibleName("Folder of the repository")
        self.secrets = QCheckBox("With secrets (anybody who can read the folder sees them)")
        self.secrets.setEnabled(may_reveal)
        if not may_reveal:
            self.secrets.setToolTip("It takes the right to reveal configurations.")
        self.body.addWidget(Label("Folder of the repository", tone="dim"))
        self.body.addWidget(self.folder)
        self.body.addWidget(self.secrets)
        self.folder.setFocus()

    def accept(self) -> None:
        if Path(self.folder.text().strip()).expanduser().is_absolute():
            super().accept()
        else:
            self.refuse("Say the whole path of the folder.")
