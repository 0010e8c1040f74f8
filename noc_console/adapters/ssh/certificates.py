"""What is wrong with a host's certificate, in words that go on "a certificate …"."""

from __future__ import annotations

import asyncssh

from noc_console.services.hostkeys.model import Authority

_WORDS = {
    "Certificate expired": "that has expired",
    "Certificate not yet valid": "that does not count yet (or this machine's clock is late)",
    "Certificate principal mismatch": "that is for other hosts, not for {host}",
    "Invalid certificate type": "that is one for people, not for hosts",
}
"""What asyncssh says."""


def against(authority: Authority | None, error: asyncssh.HostKeyNotVerifiable, host: str) -> str:
    """Empty for one that nobody we know has signed: it says nothing, for or against."""
    if authority is None:
        # Also one whose signature is wrong: who made it did not have the authority's key.
        return "" if "not trusted" in error.reason else "that cannot be read"
    if authority.is_revoked:
        return f"of {authority.name}, which is revoked: {authority.reason}"
    for said, words in _WORDS.items():
        if error.reason.startswith(said):
            return f"of {authority.name} {words.format(host=host)}"
    return f"of {authority.name} that does not hold"
