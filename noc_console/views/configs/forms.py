"""What is asked about backups: when they run, and where they are exported to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import plural
from noc_console.services.configs.model import BackupPolicy, ExportDone, ExportPolicy
from noc_console.services.credentials.model import Credential
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID

MOST_SEEN = 4
"""Credentials listed without scrolling."""


class PolicyDialog(Dialog):
    """When configurations are read and what of them is kept.

    `writers` are the SNMP credentials there are; those chosen may be used to write.
    """

    def __init__(
        self, parent: QWidget | None, policy: BackupPolicy, writers: Sequence[Credential] = ()
    ) -> None:
        super().__init__(
            parent,
            "Schedule of backups",
            "Collectors read the configurations of the devices they poll, and keep each one that"
            " differs from the last. A change that a device tells of is read as well.",
            "Save",
        )
        self.is_on = QCheckBox("Read configurations by schedule")
        self.is_on.setChecked(policy.is_on)
        self.interval = _Hours()
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
        seen = {int(one.id) for one in writers}
        # Who may not list credentials does not take any away.
        self._unseen = tuple(one for one in policy.write_credentials if one not in seen)
        self.writers = self._writers(policy, writers)

    def _writers(
        self, policy: BackupPolicy, writers: Sequence[Credential]
    ) -> tuple[tuple[int, QCheckBox], ...]:
        """Who may have devices send their configuration in clear: nobody, unless chosen here."""
        self.body.addWidget(Label("Where SSH fails: SNMP and TFTP"))
        note = (
            "A device that cannot be read otherwise (Cisco IOS) is told by SNMP to send its"
            " configuration to the collector by TFTP. That takes a credential that may write, and"
            " sends the whole text with its secrets through the network in clear. Choose none to"
            " never do that."
        )
        self.body.addWidget(Label(note, tone="dim", wrap=True))
        if not writers:
            self.body.addWidget(Label("There is no SNMP credential in the vault.", tone="dim"))
        made = []
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        for one in writers:
            box = QCheckBox(f"{one.name or one.user or one.kind.value} (SNMP {one.kind.value})")
            box.setChecked(int(one.id) in policy.write_credentials)
            column.addWidget(box)
            made.append((int(one.id), box))
        if len(made) > MOST_SEEN:
            # A long list must not push the buttons off a small screen.
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setMaximumHeight(MOST_SEEN * 4 * GRID)
            area.setWidget(listed)
            self.body.addWidget(area)
        else:
            self.body.addWidget(listed)
        return tuple(made)

    def policy(self) -> BackupPolicy:
        """What was decided."""
        return BackupPolicy(
            is_on=self.is_on.isChecked(),
            interval_h=self.interval.value(),
            at_once=self.at_once.value(),
            settle_s=float(self.settle.value()),
            keep_versions=self.keep.value(),
            trust_new=self.trust.isChecked(),
            write_credentials=(
                *self._unseen,
                *(number for number, box in self.writers if box.isChecked()),
            ),
        )


class ExportPolicyDialog(Dialog):
    """Whether the repository is written by itself, where and when."""

    def __init__(
        self, parent: QWidget | None, policy: ExportPolicy, done: ExportDone, *, may_reveal: bool
    ) -> None:
        super().__init__(
            parent,
            "Export by schedule",
            "The collector that keeps configurations writes all versions into a bare git"
            " repository on its own machine.",
            "Save",
        )
        self.is_on = QCheckBox("Write the repository by itself")
        self.is_on.setChecked(bool(policy.folder))
        self.folder = QLineEdit(policy.folder)
        self.folder.setPlaceholderText("/var/lib/noc-console/configurations.git")
        self.folder.setMinimumWidth(360)
        self.every = _Hours()
        self.every.setValue(policy.every_h)
        self.after = QCheckBox("Also within minutes after a change")
        self.after.setChecked(policy.after_changes)
        self.secrets = QCheckBox("With secrets (anybody who can read the folder sees them)")
        self.secrets.setChecked(policy.with_secrets)
        self._may_reveal = may_reveal
        if not may_reveal:
            self.secrets.setToolTip("It takes the right to reveal configurations.")
        form = QFormLayout()
        form.setSpacing(GRID)
        form.addRow(self.is_on)
        for name, field in (("Folder", self.folder), ("Every", self.every)):
            field.setAccessibleName(name)
            form.addRow(Label(name), field)
        form.addRow(self.after)
        form.addRow(self.secrets)
        self.body.addLayout(form)
        self.told = Label(_done_text(done), tone="dim", wrap=True)
        self.body.addWidget(self.told)
        self.is_on.toggled.connect(self._allow)
        self._allow(self.is_on.isChecked())

    def policy(self) -> ExportPolicy:
        """What was decided; without a folder when it is off."""
        folder = self.folder.text().strip() if self.is_on.isChecked() else ""
        return ExportPolicy(
            folder,
            self.every.value(),
            self.after.isChecked(),
            self.secrets.isChecked() and self._may_reveal,
        )

    def accept(self) -> None:
        folder = self.folder.text().strip()
        if self.is_on.isChecked() and not folder.startswith(("/", "\\")) and folder[1:2] != ":":
            self.refuse("Say the whole path of the folder.")
        else:
            super().accept()

    def _allow(self, is_on: bool) -> None:
        for field in (self.folder, self.every, self.after):
            field.setEnabled(is_on)
        self.secrets.setEnabled(is_on and self._may_reveal)


def _done_text(done: ExportDone) -> str:
    if done.at is None:
        return "It was not written by schedule yet."
    at = f"{done.at:%Y-%m-%d %H:%M} UTC"
    return f"{at}: {done.error}" if done.error else f"{at}: {plural(done.commits, 'version')}."


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


class _Hours(QDoubleSpinBox):
    """A quarter of an hour to 90 days; whole hours without decimals."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0.25, 24.0 * 90)
        self.setDecimals(2)
        self.setSuffix(" h")

    def textFromValue(self, value: float) -> str:
        return f"{value:g}"
