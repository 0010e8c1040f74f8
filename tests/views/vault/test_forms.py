from __future__ import annotations

import pytest

from noc_console.services.credentials.model import (
    Credential,
    CredentialId,
    CredentialKind,
    Match,
)
from noc_console.views.vault.forms import (
    KINDS,
    ChangeCredentialForm,
    NewCredentialForm,
    PersonForm,
    PhraseForm,
)


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS])
async def test_what_is_missing_is_said_in_place(kind: CredentialKind) -> None:
    form = NewCredentialForm(None, kind)
    form.accept_button.click()
    assert not form.problem.isHidden()
    assert form.result() == 0


async def test_what_was_typed_is_taken_out_once() -> None:
    form = NewCredentialForm(None, CredentialKind.SSH)
    form.user.setText("noc")
    form.secret.setText("hunter2")
    form.match.names.setText("core-*, 10.1.*,")
    form.accept_button.click()
    assert form.result() == 1
    first, second = form.take()
    assert (first.reveal(), second.reveal()) == ("hunter2", "")
    assert form.secret.text() == ""
    assert form.match.match() == Match(names=("core-*", "10.1.*"))


async def test_a_change_begins_with_what_is_known_and_without_the_secret() -> None:
    known = Credential(
        CredentialId(1), "core", CredentialKind.SSH, 0, user="noc", match=Match(sites=("Delft",))
    )
    form = ChangeCredentialForm(None, known)
    assert (form.name.text(), form.user.text(), form.secret.text()) == ("core", "noc", "")
    assert form.match.match() == known.match
    form.name.setText(" ")
    form.accept_button.click()
    assert form.problem.text() == "A credential needs a name."


async def test_a_pass_phrase_is_said_twice_and_is_worth_the_name() -> None:
    form = PersonForm(None, is_first=True)
    form.name.setText("mira")
    for first, again, problem in (
        ("short", "short", "at least 12"),
        ("mira's long phrase", "mira's long phrasf", "not the same"),
    ):
        form.phrase.setText(first)
        form.again.setText(again)
        form.accept_button.click()
        assert problem in form.problem.text()
    form.again.setText("mira's long phrase")
    form.phrase.setText("mira's long phrase")
    form.accept_button.click()
    assert form.result() == 1


async def test_another_phrase_is_checked_the_same_way() -> None:
    form = PhraseForm(None, "mira")
    form.phrase.setText("a phrase of length")
    form.accept_button.click()
    assert "not the same" in form.problem.text()
