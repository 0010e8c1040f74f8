"""What connecting asks of the person at the window: strangers' keys, passwords, old algorithms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.kernel.secret import Secret
from noc_console.services.hostkeys.model import BadCertificate, HostKey, KeyChanged
from noc_console.services.hostkeys.seeing import check_reason, randomart
from noc_console.services.terminal.connecting import LegacyOnly, Prompt
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog, open_dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import look


class WindowAsker:
    """See `services.terminal.asking.Asker`. Dialogs close when connecting is given up."""

    def __init__(self, parent: QWidget, desk: Desk, told: Callable[[str], None]) -> None:
        self._parent = parent
        self._desk = desk
        self._told = told

    async def trust(self, key: HostKey) -> bool:
        return await self._opened(TrustDialog(self._parent, key))

    async def overrule(self, changed: KeyChanged) -> str:
        if not self._desk.actor.may("hostkeys.override"):
            return ""
        dialog = ChangedDialog(self._parent, changed)
        return dialog.reason if await self._opened(dialog) else ""

    async def allow_old(self, error: LegacyOnly) -> str:
        dialog = OldDialog(self._parent, error)
        return dialog.reason if await self._opened(dialog) else ""

    async def answers(
        self, title: str, text: str, prompts: Sequence[Prompt]
    ) -> tuple[Secret, ...] | None:
        dialog = QuestionsDialog(self._parent, title, text, prompts)
        try:
            return dialog.answers() if await self._opened(dialog) else None
        finally:
            dialog.forget()

    def told(self, text: str) -> None:
        self._told(text)

    async def _opened(self, dialog: Dialog) -> bool:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            return await open_dialog(dialog)
        finally:
            dialog.deleteLater()


class TrustDialog(Dialog):
    """A host nobody met: its fingerprint, and on demand the picture that OpenSSH draws."""

    def __init__(self, parent: QWidget | None, key: HostKey) -> None:
        super().__init__(
            parent,
            f"Is this {key.door}?",
            "Nobody here has met this host. It proves itself with the key below: compare it with"
            " what its own console says. Once trusted it is remembered for everybody, and another"
            " key blocks.",
            "Trust this key",
            is_safe=False,
        )
        self.fingerprint = Label(key.fingerprint, selectable=True)
        self.fingerprint.setAccessibleName("Fingerprint")
        self.picture = Label(_drawn(key))
        self.picture.setAccessibleName("Picture of the key")
        self.picture.hide()
        for label in (self.fingerprint, self.picture):
            label.setFont(look().mono())
        self.show_button = QPushButton("Show its picture")
        self.show_button.setAutoDefault(False)
        self.show_button.setCheckable(True)
        self.show_button.toggled.connect(self._show_picture)
        self.body.addWidget(Label(key.algorithm, tone="dim"))
        self.body.addWidget(self.fingerprint)
        self.body.addWidget(self.show_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.picture)

    def _show_picture(self, is_shown: bool) -> None:
        self.picture.setVisible(is_shown)
        self.show_button.setText("Hide its picture" if is_shown else "Show its picture")


class ReasonDialog(Dialog):
    """Something risky that takes a reason, which is kept with the name of who gave it."""

    def __init__(
        self, parent: QWidget | None, title: str, text: str, verb: str, *, hint: str
    ) -> None:
        super().__init__(parent, title, text, verb, is_safe=False)
        self.input = QLineEdit()
        self.input.setPlaceholderText(hint)
        self.input.setAccessibleName("Reason")
        self._reason_label = Label("Why? It is kept with your name.", tone="dim")

    def add_reason(self) -> None:
        """After what the dialog shows."""
        self.body.addWidget(self._reason_label)
        self.body.addWidget(self.input)

    @property
    def reason(self) -> str:
        return self.input.text().strip()

    def accept(self) -> None:
        try:
            check_reason(self.reason)
        except Invalid as error:
            self.refuse(f"{str(error)[:1].upper()}{str(error)[1:]}.")
            self.input.setFocus()
            return
        super().accept()


class ChangedDialog(ReasonDialog):
    """A host proves itself with another key than before: nothing was sent to it."""

    def __init__(self, parent: QWidget | None, changed: KeyChanged) -> None:
        is_signed = isinstance(changed, BadCertificate)
        super().__init__(
            parent,
            f"The certificate of {changed.key.door} does not hold"
            if is_signed
            else f"The key of {changed.key.door} changed",
            "Nothing was sent, and an alarm was raised. "
            + (
                "Have its key signed again; its key alone can be trusted meanwhile. If nobody"
                " changed anything there, somebody may stand between you and it."
                if is_signed
                else "If the device was replaced or set up anew its key is another one; if not,"
                " somebody may stand between you and it."
            ),
            "Trust its key alone" if is_signed else "Trust the new key",
            hint="such as: replaced after a fault, ticket 4711",
        )
        for name, text in (
            ("A certificate" if is_signed else "Known by", changed.before),
            (f"Shows now, {changed.key.algorithm}", changed.key.fingerprint),
        ):
            shown = Label(text, selectable=True, wrap=True)
            shown.setFont(look().mono())
            shown.setAccessibleName(name)
            self.body.addWidget(Label(name, tone="dim"))
            self.body.addWidget(shown)
        self.add_reason()


class OldDialog(ReasonDialog):
    """A device that speaks only what is no longer safe."""

    def __init__(self, parent: QWidget | None, error: LegacyOnly) -> None:
        super().__init__(
            parent,
            f"{error.hop.text} speaks only old SSH",
            f"As {error.what} it offers only what can be broken today, so whoever listens on the"
            " way may read along. It can be allowed for this one device; its terminals say so.",
            "Allow for this device",
            hint="such as: no newer firmware for this model",
        )
        offered = Label(", ".join(error.offered), wrap=True, selectable=True)
        offered.setFont(look().mono())
        offered.setAccessibleName("Offered")
        self.body.addWidget(offered)
        self.add_reason()


class QuestionsDialog(Dialog):
    """A server's own questions, as plain text; secret answers are dots."""

    def __init__(
        self, parent: QWidget | None, title: str, text: str, prompts: Sequence[Prompt]
    ) -> None:
        super().__init__(parent, title, text, "Log in")
        self.inputs: list[QLineEdit] = []
        for prompt in prompts:
            field = QLineEdit()
            if prompt.is_secret:
                field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setAccessibleName(prompt.text)
            self.body.addWidget(Label(prompt.text, tone="dim", wrap=True))
            self.body.addWidget(field)
            self.inputs.append(field)
        if self.inputs:
            self.inputs[0].setFocus()

    def answers(self) -> tuple[Secret, ...]:
        return tuple(Secret(field.text()) for field in self.inputs)

    def forget(self) -> None:
        """What was typed is not kept in a widget longer than needed."""
        for field in self.inputs:
            field.clear()


def _drawn(key: HostKey) -> str:
    try:
        return randomart(key)
    except Invalid as error:
        return str(error)
