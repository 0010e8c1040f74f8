"""Dialogs of the vault: a credential, another secret for it, a person, a pass phrase."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSpacerItem, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import Credential, CredentialKind, Match
from noc_console.services.secrets.passphrases import SHORTEST, check_new
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID
from noc_console.views.vault.inputs import KeyInput, SecretLine, rows_of

AUTH = ("SHA256", "SHA512", "SHA384", "SHA224", "SHA1", "MD5", "NONE")
PRIV = ("AES128", "AES256", "AES192", "AES256C", "AES192C", "DES", "NONE")
KINDS = (
    (CredentialKind.SSH, "Login with a password"),
    (CredentialKind.SSH_KEY, "Login with a key"),
    (CredentialKind.ENABLE, "Enable word"),
    (CredentialKind.SNMP_V2C, "SNMP v2c community"),
    (CredentialKind.SNMP_V3, "SNMP v3 user"),
    (CredentialKind.SNMP_V1, "SNMP v1 community"),
    (CredentialKind.TOKEN, "Token of a program"),
    (CredentialKind.TACACS, "TACACS+ key for accounting"),
)
_SECRETS = {
    CredentialKind.SSH: "Password",
    CredentialKind.ENABLE: "Word",
    CredentialKind.TOKEN: "Token",
    CredentialKind.TACACS: "Key",
    CredentialKind.SNMP_V1: "Community",
    CredentialKind.SNMP_V2C: "Community",
    CredentialKind.SNMP_V3: "Authentication phrase",
}
_SECOND = {
    CredentialKind.SNMP_V3: "Privacy phrase",
    CredentialKind.SSH_KEY: "Phrase of the key",
}
_WITH_USER = (CredentialKind.SSH, CredentialKind.SSH_KEY, CredentialKind.SNMP_V3)
_MATCHING = (
    CredentialKind.SSH,
    CredentialKind.SSH_KEY,
    CredentialKind.ENABLE,
    CredentialKind.TACACS,
)


_FIRST = _SECRETS | {CredentialKind.SSH_KEY: "Private key"}


def secret_names(credential: Credential) -> tuple[tuple[str, str], ...]:
    """What its secrets are for people, and what they are called in the vault."""
    named = (
        (_FIRST[credential.kind], credential.secret),
        (_SECOND.get(credential.kind, "Second secret"), credential.priv_secret),
    )
    return tuple((title, str(ref)) for title, ref in named if ref is not None)


class VaultForm(Dialog):
    """A dialog that stays open while something is wrong, and says what."""

    def checked(self) -> None:
        """Raise Invalid when what was typed cannot be."""

    def accept(self) -> None:
        try:
            self.checked()
        except Invalid as error:
            text = str(error)
            self.refuse(text[:1].upper() + text[1:] + ".")
            return
        super().accept()

    def fail(self, error: BaseException) -> None:
        """Something on the way in went wrong, such as a key file that cannot be read."""
        self.refuse(str(error))


class MatchInputs:
    """Which devices: three lines with commas."""

    def __init__(self, match: Match) -> None:
        self.names = QLineEdit(", ".join(match.names))
        self.words = QLineEdit(", ".join(match.words))
        self.sites = QLineEdit(", ".join(match.sites))
        self.names.setPlaceholderText("every name; or patterns such as core-*, 10.1.*")
        self.words.setPlaceholderText("every platform; or words such as junos, mikrotik, olt")
        self.sites.setPlaceholderText("every site; or patterns such as Rotterdam*")

    def rows(self) -> tuple[tuple[str, QWidget], ...]:
        return (
            ("Names and addresses", self.names),
            ("Platform, vendor, type, tag", self.words),
            ("Sites", self.sites),
        )

    def match(self) -> Match:
        return Match(_parts(self.names), _parts(self.words), _parts(self.sites))


class NewCredentialForm(VaultForm):
    """A credential of one kind. What is secret is taken out of the dialog once."""

    def __init__(self, parent: QWidget | None, kind: CredentialKind) -> None:
        title = dict(KINDS)[kind]
        super().__init__(
            parent,
            f"Add: {title}",
            "The secret goes into the vault; everything else holds only its name.",
            "Add credential",
        )
        self.kind = kind
        self.name, self.user = QLineEdit(), QLineEdit()
        self.name.setPlaceholderText("a name of your own, or one is made")
        self.secret = SecretLine(_SECRETS.get(kind, "Secret"))
        self.second = SecretLine(_SECOND.get(kind, "Second secret"))
        self.key = KeyInput(self.fail)
        self.certificate = _certificate_input("")
        self.auth, self.priv = QComboBox(), QComboBox()
        self.auth.addItems(list(AUTH))
        self.priv.addItems(list(PRIV))
        self.match = MatchInputs(Match())
        self.body.addSpacerItem(QSpacerItem(600, 0))
        self.body.addLayout(rows_of(*self._rows()))
        (self.user if kind in _WITH_USER else self.secret).setFocus()

    def checked(self) -> None:
        if self.kind in _WITH_USER and not self.user.text().strip():
            raise Invalid("a user name is needed", field="user")
        if self.kind is CredentialKind.SSH_KEY:
            if not self.key.secret():
                raise Invalid("paste the private key, or choose its file", field="key")
            return
        is_needed = self.kind not in (CredentialKind.SNMP_V3, CredentialKind.SSH)
        if is_needed and not self.secret.secret():
            raise Invalid(f"{_SECRETS[self.kind].lower()}: this cannot be empty", field="secret")

    def take(self) -> tuple[Secret, Secret]:
        """The secrets, which are forgotten here."""
        first = self.key.secret() if self.kind is CredentialKind.SSH_KEY else self.secret.take()
        return first, self.second.take()

    def _rows(self) -> list[tuple[str, QWidget]]:
        kind = self.kind
        rows: list[tuple[str, QWidget]] = [("Name", self.name)]
        if kind in _WITH_USER:
            rows.append(("User", self.user))
        if kind is CredentialKind.SNMP_V3:
            rows.append(("Authentication", self.auth))
        if kind is CredentialKind.SSH_KEY:
            rows.append(("Private key", self.key))
        else:
            rows.append((_SECRETS[kind], self.secret))
        if kind is CredentialKind.SNMP_V3:
            rows.append(("Privacy", self.priv))
        if kind in _SECOND:
            rows.append((_SECOND[kind], self.second))
        if kind is CredentialKind.SSH_KEY:
            rows.append(("Certificate", self.certificate))
        if kind in _MATCHING:
            rows += self.match.rows()
        return rows


class ChangeCredentialForm(VaultForm):
    """A credential's name, user and devices; and another secret, when one is typed."""

    def __init__(self, parent: QWidget | None, credential: Credential) -> None:
        super().__init__(
            parent,
            f"Change {credential.name}",
            "What stays empty keeps the secret that is in the vault.",
            "Save",
        )
        kind = self.kind = credential.kind
        self.name, self.user = QLineEdit(credential.name), QLineEdit(credential.user)
        self.secret = SecretLine(_SECRETS.get(kind, "Secret"), placeholder="kept")
        self.second = SecretLine(_SECOND.get(kind, "Second secret"), placeholder="kept")
        self.key = KeyInput(self.fail)
        self.key.state.setText("kept")
        self._certificate = credential.certificate
        self.certificate = _certificate_input(credential.certificate)
        self.match = MatchInputs(credential.match)
        self.body.addSpacerItem(QSpacerItem(600, 0))
        rows: list[tuple[str, QWidget]] = [("Name", self.name)]
        if kind in _WITH_USER:
            rows.append(("User", self.user))
        if kind is CredentialKind.SSH_KEY:
            rows.append(("New private key", self.key))
        else:
            rows.append((f"New {_SECRETS[kind].lower()}", self.secret))
        if kind in _SECOND:
            rows.append((f"New {_SECOND[kind].lower()}", self.second))
        if kind is CredentialKind.SSH_KEY:
            rows.append(("Certificate", self.certificate))
        if kind in _MATCHING:
            rows += self.match.rows()
        self.body.addLayout(rows_of(*rows))
        self.name.setFocus()

    def checked(self) -> None:
        if not self.name.text().strip():
            raise Invalid("a credential needs a name", field="name")

    def take(self) -> tuple[Secret, Secret]:
        """The new secrets, empty for what is kept."""
        first = self.key.secret() if self.kind is CredentialKind.SSH_KEY else self.secret.take()
        return first, self.second.take()

    def new_certificate(self) -> str | None:
        """Another one, empty for none from now on; None when it stays as it is."""
        typed = self.certificate.toPlainText().strip()
        return None if typed == self._certificate else typed


class PersonForm(VaultForm):
    """A person who opens the vault, and their pass phrase, twice."""

    def __init__(self, parent: QWidget | None, *, is_first: bool) -> None:
        super().__init__(
            parent,
            "Let a person in",
            "From then on windows wait for a pass phrase, lock when nobody is there, and can show"
            " a secret to whoever says it again."
            if is_first
            else "They open the vault with this phrase on any machine that uses this store.",
            "Let in",
        )
        self.name = QLineEdit()
        self.phrase, self.again = SecretLine("Pass phrase"), SecretLine("Once more")
        self.body.addSpacerItem(QSpacerItem(520, 0))
        self.body.addLayout(
            rows_of(("Name", self.name), ("Pass phrase", self.phrase), ("Once more", self.again))
        )
        self.body.addWidget(
            Label(
                f"At least {SHORTEST} characters. Nobody can look it up: whoever forgets theirs is"
                " put out and let in anew by somebody else, or by a collector's machine.",
                tone="dim",
                wrap=True,
            )
        )
        self.name.setFocus()

    def checked(self) -> None:
        if not self.name.text().strip():
            raise Invalid("who is it? a name is needed", field="name")
        check_twice(self.phrase, self.again)


class PhraseForm(VaultForm):
    """Another pass phrase: the old one, and the new one twice."""

    def __init__(self, parent: QWidget | None, whose: str) -> None:
        super().__init__(parent, "Another pass phrase", f"For {whose}.", "Change")
        self.old = SecretLine("Pass phrase until now")
        self.phrase, self.again = SecretLine("New pass phrase"), SecretLine("Once more")
        self.body.addSpacerItem(QSpacerItem(520, 0))
        self.body.addLayout(
            rows_of(("Until now", self.old), ("New", self.phrase), ("Once more", self.again))
        )
        self.old.setFocus()

    def checked(self) -> None:
        check_twice(self.phrase, self.again)


def _certificate_input(text: str) -> QPlainTextEdit:
    made = QPlainTextEdit(text)
    made.setPlaceholderText("contents of the …-cert.pub file, if there is one")
    made.setTabChangesFocus(True)
    made.setFixedHeight(6 * GRID)
    return made


def check_twice(phrase: SecretLine, again: SecretLine) -> None:
    check_new(phrase.secret())
    if phrase.secret() != again.secret():
        raise Invalid("the two are not the same", field="again")


def _parts(line: QLineEdit) -> tuple[str, ...]:
    return tuple(part for each in line.text().split(",") if (part := each.strip()))
