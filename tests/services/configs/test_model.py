"""What goes wrong before a configuration is read says what to do."""

from __future__ import annotations

from noc_console.services.configs.model import HostKey, KeyChanged, NoLogin, NotTrusted

KEY = HostKey("192.0.2.1", 22, "ssh-ed25519 AAAA", "SHA256:new")


def test_errors_name_the_keys() -> None:
    assert "SHA256:new" in str(NotTrusted(KEY))
    assert "from SHA256:old to SHA256:new" in str(KeyChanged(KEY, "SHA256:old"))
    assert "add a user" in str(NoLogin())
