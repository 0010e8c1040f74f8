"""Three questions before a search: where, with which keys, and is this right?"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QStackedWidget,
    QWidget,
)

from noc_console.kernel.secret import Secret
from noc_console.kernel.text import plural
from noc_console.services.credentials.model import Credential, CredentialKind
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID

AUTH = ("SHA256", "SHA1", "SHA224", "SHA384", "SHA512", "MD5", "NONE")
PRIV = ("AES128", "AES192", "AES256", "AES192C", "AES256C", "DES", "NONE")

STEPS = (
    ("Where to look", "Addresses, names or prefixes to begin with. Neighbours are followed."),
    ("With which keys", "Known credentials are tried in order; add another one if needed."),
    ("Begin the search", "Nothing is changed on any device. You can cancel at any time."),
)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A credential typed into the wizard."""

    kind: CredentialKind
    community: Secret
    user: str
    auth_protocol: str
    auth_pass: Secret
    priv_protocol: str
    priv_pass: Secret


@dataclass(frozen=True, slots=True)
class Search:
    """What the operator asked for."""

    seeds: tuple[str, ...]
    exclude: tuple[str, ...]
    depth: int
    key: NewKey | None


class Wizard(Dialog):
    """Where → keys → begin. Enter goes on, Back keeps what was typed."""

    def __init__(
        self,
        parent: QWidget | None,
        credentials: tuple[Credential, ...],
        *,
        seeds: tuple[str, ...] = (),
    ) -> None:
        super().__init__(parent, "Discover the network", "", "Next")
        self.setMinimumWidth(560)
        self._credentials = credentials
        self.step_title = Label("", tone="bright")
        self.step_text = Label("", tone="dim", wrap=True)
        self.pages = QStackedWidget()
        self.seeds = QPlainTextEdit("\n".join(seeds))
        self.exclude = QLineEdit()
        self.hops = QSpinBox()
        self.kind = QComboBox()
        self.community = _secret_line()
        self.user = QLineEdit()
        self.auth, self.priv = QComboBox(), QComboBox()
        self.auth_pass, self.priv_pass = _secret_line(), _secret_line()
        self.review = Label("", wrap=True)
        self.pages.addWidget(self._where())
        self.pages.addWidget(self._keys())
        self.pages.addWidget(self._begin())
        for widget in (self.step_title, self.step_text, self.pages):
            self.body.addWidget(widget)
        self.cancel_button.clicked.disconnect()
        self.cancel_button.clicked.connect(self._back)
        self._show_step(0)

    def search(self) -> Search:
        """What was typed; seeds and exclusions are split at blanks, commas and lines."""
        return Search(
            seeds=_words(self.seeds.toPlainText()),
            exclude=_words(self.exclude.text()),
            depth=self.hops.value(),
            key=self._key(),
        )

    def accept(self) -> None:
        """Next step, or the end of the last one."""
        problem = self._problem()
        if problem:
            self.refuse(problem)
        elif self.pages.currentIndex() < self.pages.count() - 1:
            self._show_step(self.pages.currentIndex() + 1)
        else:
            super().accept()

    def _back(self) -> None:
        if self.pages.currentIndex() == 0:
            self.reject()
        else:
            self._show_step(self.pages.currentIndex() - 1)

    def _show_step(self, at: int) -> None:
        self.problem.hide()
        self.pages.setCurrentIndex(at)
        title, text = STEPS[at]
        self.step_title.setText(f"{at + 1} of {len(STEPS)}   {title}")
        self.step_text.setText(text)
        self.cancel_button.setText("Back" if at else "Cancel")
        self.accept_button.setText("Next" if at < len(STEPS) - 1 else "Begin the search")
        self.review.setText(self._summary())
        first: tuple[QWidget, ...] = (self.seeds, self.kind, self.accept_button)
        first[at].setFocus()

    def _problem(self) -> str:
        if self.pages.currentIndex() == 0 and not self.search().seeds:
            return "Give at least one address, name or prefix, for example 192.0.2.0/24."
        if self.pages.currentIndex() == 1:
            return self._key_problem()
        return ""

    def _key_problem(self) -> str:
        key = self._key()
        if key is None:
            return "" if self._usable() else "No credential is known yet: add one to begin with."
        if key.kind is CredentialKind.SNMP_V3:
            if not key.user:
                return "SNMPv3 needs a user name."
            if key.auth_protocol != "NONE" and not key.auth_pass:
                return "Authentication needs its pass phrase."
            if key.priv_protocol != "NONE" and not key.priv_pass:
                return "Privacy needs its pass phrase."
            if key.priv_protocol != "NONE" and key.auth_protocol == "NONE":
                return "Privacy needs authentication as well."
        elif not key.community:
            return "A community is needed."
        return ""

    def _usable(self) -> list[Credential]:
        return [known for known in self._credentials if known.kind.is_snmp]

    def _key(self) -> NewKey | None:
        kind = self.kind.currentData()
        if kind is None:
            return None
        return NewKey(
            kind=CredentialKind(kind),
            community=Secret(self.community.text()),
            user=self.user.text().strip(),
            auth_protocol=self.auth.currentText(),
            auth_pass=Secret(self.auth_pass.text()),
            priv_protocol=self.priv.currentText(),
            priv_pass=Secret(self.priv_pass.text()),
        )

    def _summary(self) -> str:
        search = self.search()
        names = [known.name for known in self._usable()]
        if search.key is not None:
            names.append(f"a new {search.key.kind} credential")
        excluded = f"\nExcept: {', '.join(search.exclude)}" if search.exclude else ""
        return (
            f"From: {', '.join(search.seeds[:6])}"
            f"{' …' if len(search.seeds) > 6 else ''}{excluded}\n"
            f"Depth: {plural(search.depth, 'hop')} from a seed\n"
            f"Keys, in order: {', '.join(names) or 'none'}"
        )

    def _where(self) -> QWidget:
        page, form = _form()
        self.seeds.setPlaceholderText("192.0.2.1\n198.51.100.0/24\ncore-1.example.net:1161")
        self.seeds.setFixedHeight(12 * GRID)
        self.seeds.setTabChangesFocus(True)
        self.seeds.setAccessibleName("Seeds")
        self.exclude.setPlaceholderText("10.0.0.0/8, test-*")
        self.hops.setRange(0, 32)
        self.hops.setValue(8)
        self.hops.setSuffix(" hops")
        form.addRow("Begin at", self.seeds)
        form.addRow("Leave out", self.exclude)
        form.addRow("Follow", self.hops)
        return page

    def _keys(self) -> QWidget:
        page, form = _form()
        known = ", ".join(one.name for one in self._usable()) or "none yet"
        form.addRow("Known", Label(known, tone="dim", wrap=True))
        self.kind.addItem("nothing more", None)
        for kind, title in (
            (CredentialKind.SNMP_V2C, "SNMPv2c community"),
            (CredentialKind.SNMP_V3, "SNMPv3 user"),
            (CredentialKind.SNMP_V1, "SNMPv1 community"),
        ):
            self.kind.addItem(title, kind.value)
        self.auth.addItems(AUTH)
        self.priv.addItems(PRIV)
        form.addRow("Add", self.kind)
        form.addRow("Community", self.community)
        form.addRow("User", self.user)
        form.addRow("Authentication", self.auth)
        form.addRow("Pass phrase", self.auth_pass)
        form.addRow("Privacy", self.priv)
        form.addRow("Pass phrase", self.priv_pass)
        self._key_form = form
        self.kind.currentIndexChanged.connect(self._show_fields)
        if not self._usable():
            self.kind.setCurrentIndex(1)
        self._show_fields()
        return page

    def _show_fields(self) -> None:
        kind = self.kind.currentData()
        for widget in (self.user, self.auth, self.auth_pass, self.priv, self.priv_pass):
            self._key_form.setRowVisible(widget, kind == CredentialKind.SNMP_V3.value)
        is_community = kind in {CredentialKind.SNMP_V1.value, CredentialKind.SNMP_V2C.value}
        self._key_form.setRowVisible(self.community, is_community)

    def _begin(self) -> QWidget:
        page, form = _form()
        form.addRow(self.review)
        return page


def _form() -> tuple[QWidget, QFormLayout]:
    page = QWidget()
    form = QFormLayout(page)
    form.setContentsMargins(0, GRID, 0, 0)
    form.setHorizontalSpacing(2 * GRID)
    form.setVerticalSpacing(GRID)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    return page, form


def _secret_line() -> QLineEdit:
    line = QLineEdit()
    line.setEchoMode(QLineEdit.EchoMode.Password)
    return line


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))
