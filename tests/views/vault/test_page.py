from __future__ import annotations

from typing import TypeVar

import asyncssh
from PySide6.QtWidgets import QApplication, QWidget

from noc_console.kernel.actor import Actor
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, Match, Subject
from noc_console.services.secrets.model import HolderKind
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.vault.devices import DeviceSheet
from noc_console.views.vault.forms import (
    ChangeCredentialForm,
    NewCredentialForm,
    PersonForm,
    PhraseForm,
)
from noc_console.views.vault.page import VaultPage
from noc_console.views.vault.reveal import AgainDialog, RevealDialog
from tests.services.vault.conftest import Bench
from tests.views.conftest import until
from tests.views.vault.conftest import PHRASE

W = TypeVar("W", bound=QWidget)


async def asked(kind: type[W]) -> W:
    """The dialog of this kind, as soon as it is there."""

    def there() -> list[W]:
        return [w for w in QApplication.topLevelWidgets() if type(w) is kind and w.isVisible()]

    await until(there)
    return there()[0]


async def test_an_empty_vault_teaches_and_takes_the_first_login(
    page: VaultPage, bench: Bench, operator: Actor
) -> None:
    assert page.secrets_tab.empty.isVisible()
    page.secrets_tab.empty.button.click()
    form = await asked(NewCredentialForm)
    form.user.setText("noc")
    form.secret.setText("lab")
    form.match.names.setText("core-*")
    form.accept_button.click()
    await until(lambda: page.table.rows.count() == 1)
    assert page.table.rows.row(0).devices == 2
    [login] = await bench.credentials.logins_for(
        operator, subject=Subject(name="core-1"), purpose="test"
    )
    assert (login.user, login.password.reveal()) == ("noc", "lab")


async def test_each_kind_is_added_by_its_own_form(
    page: VaultPage, bench: Bench, operator: Actor
) -> None:
    page.add(CredentialKind.SNMP_V2C)
    form = await asked(NewCredentialForm)
    form.secret.setText("public")
    form.accept_button.click()
    await until(lambda: page.table.rows.count() == 1)
    page.add(CredentialKind.SNMP_V3)
    form = await asked(NewCredentialForm)
    form.user.setText("noc")
    form.secret.setText("auth-pass-1")
    form.second.setText("priv-pass-1")
    form.accept_button.click()
    await until(lambda: page.table.rows.count() == 2)
    known = await bench.credentials.opened(operator)
    assert [each.kind for each, _ in known] == [CredentialKind.SNMP_V2C, CredentialKind.SNMP_V3]
    assert known[1][1].priv_secret.reveal() == "priv-pass-1"


async def test_what_cannot_be_done_now_is_off_and_says_why(
    page: VaultPage, bench: Bench, operator: Actor
) -> None:
    await bench.credentials.add_ssh(operator, user="noc", password="lab")
    await until(lambda: page.table.rows.count() == 1)
    assert not page._act["change"].isEnabled()
    assert "Choose a credential" in page._act["change"].toolTip()
    page.table.select(page.table.rows.row(0).key)
    assert page._act["change"].isEnabled()
    assert not page._act["reveal"].isEnabled()
    assert "pass phrase yet" in page._act["reveal"].toolTip()
    assert not page._act["lock"].isEnabled()


async def test_a_credential_is_changed_and_gets_another_secret(
    page: VaultPage, bench: Bench, operator: Actor
) -> None:
    await bench.credentials.add_ssh(operator, user="noc", password="old", name="core")
    await until(lambda: page.table.rows.count() == 1)
    page.table.select(page.table.rows.row(0).key)
    page._act["change"].trigger()
    form = await asked(ChangeCredentialForm)
    form.name.setText("backbone")
    form.match.sites.setText("Northgate")
    form.secret.setText("new")
    form.accept_button.click()
    await until(lambda: page.table.rows.row(0).name == "backbone")
    [known] = await bench.credentials.all(operator)
    assert known.match == Match(sites=("Northgate",))
    [login] = await bench.credentials.logins_for(
        operator, subject=Subject(site="Northgate"), purpose="test"
    )
    assert login.password.reveal() == "new"


async def test_a_credential_is_removed_with_its_secret(
    page: VaultPage, bench: Bench, operator: Actor
) -> None:
    await bench.credentials.add_ssh(operator, user="noc", password="old", name="core")
    await until(lambda: page.table.rows.count() == 1)
    page.table.select(page.table.rows.row(0).key)
    page._act["remove"].trigger()
    dialog = await asked(Dialog)
    assert dialog.accept_button.text() == "Remove core"
    dialog.accept_button.click()
    await until(lambda: page.table.rows.count() == 0)
    assert await bench.vault.holding.kept(operator) == ()


async def test_people_are_let_in_change_their_phrase_and_are_put_out(
    page: VaultPage, bench: Bench, operator: Actor, desk: Desk
) -> None:
    await bench.credentials.add_ssh(operator, user="noc", password="lab")
    page.visit(Route("vault", text="people"))
    assert page.tabs.currentIndex() == 1
    page._act["person"].trigger()
    form = await asked(PersonForm)
    form.name.setText("mira")
    form.phrase.setText(PHRASE.reveal())
    form.again.setText(PHRASE.reveal())
    form.accept_button.click()
    await until(lambda: page.holders.rows.count() == 2)
    person = next(row for row in page.holders.rows.rows() if row.kind is HolderKind.PERSON)
    page.holders.select(int(person.id))
    page._act["phrase"].trigger()
    change = await asked(PhraseForm)
    change.old.setText(PHRASE.reveal())
    change.phrase.setText("another long phrase")
    change.again.setText("another long phrase")
    change.accept_button.click()
    await until(lambda: not page.tasks._doing)
    bench.vault.holding.lock()
    await bench.vault.unlock(operator, person="mira", passphrase=Secret("another long phrase"))
    page.mark_stale()
    await until(lambda: "Opened by mira" in page.state_line.whole())
    machine = next(row for row in page.holders.rows.rows() if row.kind is HolderKind.MACHINE)
    page.holders.select(int(machine.id))
    page._act["putout"].trigger()
    dialog = await asked(Dialog)
    assert dialog.accept_button.text() == "Put noc-1 out"
    dialog.accept_button.click()
    await until(lambda: page.holders.rows.count() == 1)
    assert (await bench.vault.state(operator)).generation == 2


async def test_a_secret_is_shown_after_the_phrase_and_is_in_the_journal(
    page: VaultPage, bench: Bench, operator: Actor
) -> None:
    await bench.credentials.add_ssh(operator, user="noc", password="hunter2")
    await bench.vault.add_person(operator, name="mira", passphrase=PHRASE)
    bench.vault.holding.lock()
    await bench.vault.unlock(operator, person="mira", passphrase=PHRASE)
    await until(lambda: page.table.rows.count() == 1 and page.known and page.known.state.people)
    page.table.select(page.table.rows.row(0).key)
    page._act["reveal"].trigger()
    ask = await asked(AgainDialog)
    ask.phrase.setText(PHRASE.reveal())
    ask.accept_button.click()
    dialog = await asked(RevealDialog)
    assert dialog._secret.reveal() == "hunter2"
    dialog.close_button.click()
    await until(lambda: not page.tasks._doing)


async def test_either_of_two_secrets_is_shown(
    page: VaultPage, bench: Bench, operator: Actor
) -> None:
    await bench.credentials.add_snmp(
        operator,
        kind=CredentialKind.SNMP_V3,
        user="noc",
        auth_protocol="SHA256",
        auth_pass="auth-phrase",
        priv_protocol="AES128",
        priv_pass="priv-phrase",
    )
    await bench.vault.add_person(operator, name="mira", passphrase=PHRASE)
    bench.vault.holding.lock()
    await bench.vault.unlock(operator, person="mira", passphrase=PHRASE)
    await until(lambda: page.table.rows.count() == 1 and page.known and page.known.state.people)
    page.table.select(page.table.rows.row(0).key)
    for title, secret in (
        ("Privacy phrase", "priv-phrase"),
        ("Authentication phrase", "auth-phrase"),
    ):
        page._act["reveal"].trigger()
        ask = await asked(AgainDialog)
        ask.choice.setCurrentText(title)
        ask.phrase.setText(PHRASE.reveal())
        ask.accept_button.click()
        dialog = await asked(RevealDialog)
        assert dialog._secret.reveal() == secret
        dialog.close_button.click()
        await until(lambda: not page.tasks._doing)


async def test_the_order_in_which_credentials_are_tried_is_changed(
    page: VaultPage, bench: Bench, operator: Actor
) -> None:
    for name in ("one", "two", "three"):
        await bench.credentials.add_ssh(operator, user=name, password="x", name=name)
    await until(lambda: page.table.rows.count() == 3)
    assert not page._act["earlier"].isEnabled()
    last = next(row for row in page.table.rows.rows() if row.name == "three")
    page.table.select(last.key)
    # Each addition is heard of by itself: the last of them counts.
    await until(lambda: "tried last already" in page._act["later"].toolTip())
    assert page._act["earlier"].isEnabled()
    page._act["earlier"].trigger()
    await until(
        lambda: (
            page.known is not None
            and [row.name for row in page.known.entries] == ["one", "three", "two"]
        )
    )
    assert page.known is not None and [row.tried for row in page.known.entries] == [1, 2, 3]
    logins = await bench.credentials.logins_for(operator, subject=Subject(), purpose="test")
    assert [login.user for login in logins] == ["one", "three", "two"]


async def test_a_certificate_is_renewed_and_its_key_stays(
    page: VaultPage, bench: Bench, operator: Actor
) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    await bench.credentials.add(
        operator,
        kind=CredentialKind.SSH_KEY,
        user="noc",
        name="signed",
        secret=Secret(key),
        certificate="ssh-ed25519-cert-v01@openssh.com AAAA old",
    )
    await until(lambda: page.table.rows.count() == 1)
    page.table.select(page.table.rows.row(0).key)
    page._act["change"].trigger()
    form = await asked(ChangeCredentialForm)
    assert form.certificate.toPlainText().endswith("old") and form.new_certificate() is None
    form.certificate.setPlainText("ssh-ed25519-cert-v01@openssh.com AAAA new\n")
    form.accept_button.click()
    await until(lambda: page.table.rows.row(0).credential.certificate.endswith("new"))
    [login] = await bench.credentials.logins_for(operator, subject=Subject(), purpose="test")
    assert login.certificate == "ssh-ed25519-cert-v01@openssh.com AAAA new"
    assert login.key.reveal().strip() == key.strip()


async def test_a_new_key_is_asked_about_and_made(
    page: VaultPage, bench: Bench, operator: Actor
) -> None:
    await bench.credentials.add_ssh(operator, user="noc", password="lab")
    await until(lambda: page.table.rows.count() == 1)
    page._act["rotate"].trigger()
    dialog = await asked(Dialog)
    dialog.accept_button.click()
    await until(lambda: "key 2" in page.state_line.whole())


async def test_the_devices_of_a_credential_open_beside_it(
    page: VaultPage, bench: Bench, operator: Actor
) -> None:
    await bench.credentials.add_ssh(operator, user="noc", password="lab")
    await until(lambda: page.table.rows.count() == 1)
    page.table.select(page.table.rows.row(0).key)
    page._act["devices"].trigger()
    sheet = await asked(DeviceSheet)
    await until(lambda: sheet.table.rows.count() == 5)
    sheet.close()
