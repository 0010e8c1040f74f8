"""Lines a device prints otherwise than they were typed, as it hides the secret in them.

`username bob secret hunter2` comes back as `username bob secret 9 $9$…`. What stays is the head:
the words before the secret, without those that tell how it is hidden. Communities are not hidden
by any of our platforms, and there may be several: they have no head here.
"""

from __future__ import annotations

import re

from noc_console.services.configs.masking import MASK, masked

_KIND_WORDS = (
    "0 4 5 6 7 8 9 10 sha512 encrypted clear hash hidden cipher irreversible-cipher simple plain"
)
_KINDS = frozenset(_KIND_WORDS.split())
"""Words between a head and its secret: in which way it is hidden."""
_ONCE_WORDS = (
    "secret password key key-string md5 authentication-key auth-key encrypted-password"
    " simple-password pre-shared-key privacy-key"
)
_SAID_ONCE = frozenset(_ONCE_WORDS.split())
_PLAIN = {
    "plain-text-password-value": "encrypted-password",
    "plain-text-password": "encrypted-password",
    "authentication-password": "authentication-key",
    "privacy-password": "privacy-key",
}
"""Junos and VyOS take a password under one word and print it under another."""


_COMMUNITY = re.compile(
    r'(/snmp community (?:add|set)\b[^\n]*?\bname=)("(?:[^"\\\n]|\\.)*"|[^\s"]+)'
)
"""RouterOS calls a community its name, which is no secret elsewhere."""


def told(text: str) -> str:
    """A text for people, which is kept: without secrets."""
    return _COMMUNITY.sub(rf"\g<1>{MASK}", masked(text)[0])


def head(line: str) -> str:
    """What stays of a line whose secret a device hides; "" for a line without such a secret."""
    shown = masked(line)[0]
    if shown.count(MASK) != 1:
        return ""
    front, _, rest = shown.partition(MASK)
    words = front.replace('"', " ").split()
    while words and words[-1] in _KINDS:
        words.pop()
    if not words:
        return ""
    words[-1] = _PLAIN.get(words[-1], words[-1])
    if words[-1] not in _SAID_ONCE:
        return ""
    tail = rest.replace('"', " ").split()
    # `ntp authentication-key 1 md5 0822… 7` says last in which way it is hidden.
    while tail and tail[-1] in _KINDS:
        tail.pop()
    return " ".join((*words, *tail))
