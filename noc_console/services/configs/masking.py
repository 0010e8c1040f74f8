"""Secrets in configurations, masked before anybody sees them.

Not a parser: words that vendors put before secrets, and what comes after them. A line that
looks like one of them loses its value rather than showing a password.
"""

from __future__ import annotations

import re

MASK = "••••••"
_WORDS = (
    "password|passwd|secret|community|pre-shared-key|psk|passphrase|pass-phrase|auth-key|"
    "authentication-key|encrypted-password|key-string|md5-key|radius-key|shared-secret|"
    "simple-password|plain-text-password|ascii-text|privacy-key|private-key|wpa-key|"
    "authentication-password|privacy-password|hashed-password|bind-pw|key-chain-key|token|"
    "tacacs-key|key|md5|rocommunity6?|rwcommunity6?|snmp-community|"
    "ppp chap password|encryption-password|wpa2-pre-shared-key"
)
_KINDS = (
    r"(?:(?:cipher|irreversible-cipher|simple|plain|hash|encrypted|read|write|md5|sha\d*|aes\d*|"
    r"des|7|5|8|9|0|6|ENC|hidden|ascii-text|hexadecimal|clear|ro|rw)\s+)*"
)
_LINE = re.compile(
    rf"(?i)(?P<head>(?<![\w-])(?:{_WORDS})(?:\s*[=:]\s*|\s+)){_KINDS}"
    r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s;{}\"']+)"
)
_PEM = re.compile(r"(?s)-----BEGIN ([A-Z ]*PRIVATE KEY)-----.*?(?:-----END \1-----|\Z)")
_USER = re.compile(r"(?im)^(?P<head>\s*(?:snmp-server user|snmp-agent usm-user)\s.*)$")
_AFTER = re.compile(
    r"(?i)(?P<head>\b(?:auth|priv|authentication-mode|privacy-mode)\s+\S+\s+"
    r"(?:\d+\s+)?)(?P<value>\S+)"
)
_SAFE = {"encryption", "service", "aging", "policy", "minimum", "recovery", "length"}
_SAFE |= {"chain", "chains", "generate", "zeroize", "mypubkey", "pubkey-chain", "config-key"}
_SHORT = re.compile(r"\d{1,3}")
"""`key 1` numbers a key; a number of three digits is no secret worth the name."""


def masked(text: str) -> tuple[str, int]:
    """The text with secrets masked, and how many there were."""
    count = 0

    def hide(found: re.Match[str]) -> str:
        nonlocal count
        value = found["value"]
        if value.lower() in _SAFE or _SHORT.fullmatch(value):
            return found[0]
        count += 1
        return found[0][: found.start("value") - found.start()] + MASK

    def hide_key(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"-----BEGIN {found[1]}-----\n{MASK}"

    def hide_user(found: re.Match[str]) -> str:
        return _AFTER.sub(hide, found[0])

    text = _PEM.sub(hide_key, text)
    text = _USER.sub(hide_user, text)
    return _LINE.sub(hide, text), count
