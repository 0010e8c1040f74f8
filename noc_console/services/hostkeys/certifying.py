"""An authority for hosts' keys as people write it: its key, and the hosts it speaks for."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from noc_console.kernel.errors import Invalid

LONGEST_KEY = 16_384
LONGEST_PATTERN, MOST_PATTERNS = 200, 100
MOST_STARS = 8
"""In one pattern: each further one makes looking slower."""
KINDS = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
)
_MARK = "@cert-authority"
_PATTERN = re.compile(r"!?[\w.*?:%\-\[\]]+")


@dataclass(frozen=True, slots=True)
class Written:
    """What was read of it."""

    hosts: str
    key: str
    fingerprint: str
    comment: str = ""


def read_authority(key: str, hosts: str = "") -> Written:
    """A public key (`ssh-ed25519 AAAA… comment`), or a whole line of `known_hosts`
    (`@cert-authority *.example.net ssh-ed25519 AAAA…`). Raises Invalid."""
    if len(key) > LONGEST_KEY:
        raise Invalid("a public key is shorter than that", field="key")
    if "PRIVATE KEY" in key[:100]:
        raise Invalid("the public half of the key is needed: the .pub file", field="key")
    lines = [line for line in key.strip().splitlines() if line.strip()]
    if len(lines) != 1:
        raise Invalid("one public key is needed, in one line", field="key")
    words = lines[0].split()
    if words[0] == _MARK:
        hosts = hosts or words[1] if len(words) > 1 else hosts
        words = words[2:]
    if words and words[0].endswith("-cert-v01@openssh.com"):
        raise Invalid("this is a certificate; the key that signed it is needed", field="key")
    if len(words) < 2 or words[0] not in KINDS:
        raise Invalid(f"a public key begins with one of {', '.join(KINDS)}", field="key")
    blob = _blob(words[0], words[1])
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return Written(
        hosts=_patterns(hosts),
        key=f"{words[0]} {base64.b64encode(blob).decode()}",
        fingerprint=f"SHA256:{digest}",
        comment=" ".join(words[2:])[:LONGEST_PATTERN],
    )


def _blob(kind: str, text: str) -> bytes:
    try:
        blob = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    # It names its kind once more, inside (RFC 4253 §6.6).
    if blob[: 4 + len(kind)] != len(kind).to_bytes(4, "big") + kind.encode():
        raise Invalid("the public key is cut off, or something else", field="key")
    return blob


def _patterns(hosts: str) -> str:
    """With single blanks between; those of `known_hosts` have commas."""
    found = hosts.replace(",", " ").split()
    if not any(not each.startswith("!") for each in found):
        raise Invalid(
            "say for which hosts: patterns such as *.example.net or 10.20.*; * is all of them",
            field="hosts",
        )
    if len(found) > MOST_PATTERNS:
        raise Invalid(f"at most {MOST_PATTERNS} patterns", field="hosts")
    for each in found:
        too_long = len(each) > LONGEST_PATTERN or each.count("*") > MOST_STARS
        if too_long or not _PATTERN.fullmatch(each):
            raise Invalid(f"{each[:60]} is no pattern of hosts", field="hosts")
    return " ".join(found)
