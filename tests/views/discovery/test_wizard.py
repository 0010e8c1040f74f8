from __future__ import annotations

from noc_console.services.credentials.model import Credential, CredentialId, CredentialKind
from noc_console.views.discovery.wizard import Wizard
from tests.views.conftest import shown

V2C = Credential(id=CredentialId(1), name="v2c", kind=CredentialKind.SNMP_V2C, position=0)
SSH = Credential(id=CredentialId(2), name="ssh", kind=CredentialKind.SSH, position=1, user="noc")


def step(wizard: Wizard) -> int:
    return wizard.pages.currentIndex()


async def test_seeds_are_asked_for_first_and_may_be_written_any_way() -> None:
    wizard = Wizard(None, (V2C,))
    shown(wizard)
    wizard.accept()
    assert step(wizard) == 0
    assert "at least one" in wizard.problem.text()
    wizard.seeds.setPlainText("192.0.2.1, core-1:1161\n\n198.51.100.0/24 192.0.2.1")
    wizard.exclude.setText("10.0.0.0/8; test-*")
    wizard.accept()
    assert step(wizard) == 1
    search = wizard.search()
    assert search.seeds == ("192.0.2.1", "core-1:1161", "198.51.100.0/24")
    assert search.exclude == ("10.0.0.0/8", "test-*")
    assert search.depth == 8


async def test_known_keys_are_enough_and_enter_goes_through() -> None:
    wizard = Wizard(None, (V2C, SSH), seeds=("192.0.2.1",))
    shown(wizard)
    results = []
    wizard.finished.connect(results.append)
    wizard.accept_button.click()
    wizard.accept_button.click()
    assert step(wizard) == 2
    assert "v2c" in wizard.review.text()
    assert "ssh" not in wizard.review.text()
    wizard.accept_button.click()
    assert results == [1]


async def test_without_any_key_one_has_to_be_added() -> None:
    wizard = Wizard(None, (SSH,), seeds=("192.0.2.1",))
    shown(wizard)
    wizard.accept()
    assert wizard.kind.currentData() == "v2c"
    wizard.kind.setCurrentIndex(0)
    wizard.accept()
    assert (step(wizard), wizard.problem.isVisible()) == (1, True)
    wizard.kind.setCurrentIndex(wizard.kind.findData("v2c"))
    wizard.accept()
    assert "community" in wizard.problem.text().lower()
    wizard.community.setText("public")
    wizard.accept()
    assert step(wizard) == 2
    key = wizard.search().key
    assert key is not None
    assert key.community.reveal() == "public"
    assert "public" not in wizard.review.text()


async def test_a_v3_user_needs_the_phrases_of_its_protocols() -> None:
    wizard = Wizard(None, (V2C,), seeds=("192.0.2.1",))
    shown(wizard)
    wizard.accept()
    wizard.kind.setCurrentIndex(wizard.kind.findData("v3"))
    assert wizard.user.isVisible()
    assert not wizard.community.isVisible()
    for complete, wanted in (
        (lambda: wizard.user.setText("noc"), "user name"),
        (lambda: wizard.auth_pass.setText("auth-pass-1"), "Authentication"),
        (lambda: wizard.priv_pass.setText("priv-pass-1"), "Privacy"),
    ):
        wizard.accept()
        assert step(wizard) == 1
        assert wanted in wizard.problem.text()
        complete()
    wizard.auth.setCurrentText("NONE")
    wizard.accept()
    assert "as well" in wizard.problem.text()
    wizard.auth.setCurrentText("SHA256")
    wizard.accept()
    assert step(wizard) == 2


async def test_back_keeps_what_was_typed_and_leaves_from_the_first_step() -> None:
    wizard = Wizard(None, (V2C,), seeds=("192.0.2.1",))
    shown(wizard)
    results = []
    wizard.finished.connect(results.append)
    wizard.accept()
    wizard.cancel_button.click()
    assert step(wizard) == 0
    assert wizard.seeds.toPlainText() == "192.0.2.1"
    wizard.cancel_button.click()
    assert results == [0]
