from __future__ import annotations

from noc_console.services.credentials.model import Credential, CredentialId, CredentialKind
from noc_console.services.vault.model import Entry


def test_a_line_keeps_its_place_when_its_name_or_its_secret_changes() -> None:
    known = Credential(CredentialId(7), "core", CredentialKind.SSH, 0)
    assert Entry("core", "Password", ("a",), known).key == "credential 7"
    assert Entry("core 2", "Password", (), known).key == "credential 7"
    assert Entry("mail", "Channel", ("notify/1", "notify/1/key")).key == "notify/1"
