"""Hyperlinks that a device writes into its output (OSC 8): which ones may be followed at all."""

from __future__ import annotations

from urllib.parse import urlsplit

SCHEMES = frozenset({"http", "https", "ssh", "telnet", "mailto"})
"""What is shown as a link. Only http and https are opened, and only after asking."""

LONGEST = 2048


def safe_link(target: str) -> str:
    """The target when it is one of the schemes above, in printable ASCII; else empty.

    A `file:` link opens whatever lies on the operator's machine, and characters outside ASCII
    make one host look like another.
    """
    if not target or len(target) > LONGEST or not target.isascii() or not target.isprintable():
        return ""
    try:
        parts = urlsplit(target)
        parts.port  # noqa: B018  (reading it is what finds a bad port)
    except ValueError:
        return ""
    if parts.scheme.lower() not in SCHEMES or " " in target:
        return ""
    if parts.scheme.lower() != "mailto" and not parts.hostname:
        return ""
    return target
