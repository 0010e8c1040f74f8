"""What is wrong with a host's certificate, in words that go on "a certificate …"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncssh

from noc_console.adapters.ssh.algorithms import OLD
from noc_console.kernel.text import visible
from noc_console.services.hostkeys.model import Authority
from noc_console.wire.ssh_keys import Certificate

MOST_NAMED = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def against(
    authority: Authority | None,
    shown: Certificate | None,
    error: asyncssh.HostKeyNotVerifiable,
    host: str,
) -> str:
    """Empty for one that nobody we know has signed: it says nothing, for or against."""
    if authority is None:
        # Also one whose signature is wrong: who made it did not have the authority's key.
        return "" if "not trusted" in error.reason else "that cannot be read"
    return f"of {visible(authority.name, limit=100)}{_words(authority, shown, error.reason, host)}"


def _words(authority: Authority, shown: Certificate | None, said: str, host: str) -> str:
    if authority.is_revoked:
        return f", which is revoked: {authority.reason}"
    if shown is None:
        return " that cannot be read"
    if shown.signature in OLD:
        return " that is signed by SHA-1, which is no longer safe"
    # From here on in the library's words: it has looked.
    if said.startswith("Certificate expired"):
        return f" that has expired on {_day(shown.before)}"
    if said.startswith("Certificate not yet valid"):
        return f" that counts only from {_day(shown.after)} on (or this machine's clock is late)"
    if said.startswith("Certificate principal mismatch"):
        names = ", ".join(visible(each, limit=60) for each in shown.principals[:MOST_NAMED])
        more = "…" if len(shown.principals) > MOST_NAMED else ""
        return f" that is for {names}{more}, not for {host}"
    if said.startswith("Invalid certificate type"):
        return " that is one for people, not for hosts"
    return " that does not hold"


def _day(seconds: int) -> str:
    try:
        return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%d %H:%M} UTC"
    except OverflowError:
        return "no day at all"
