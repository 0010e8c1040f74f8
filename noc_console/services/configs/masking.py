"""Secrets in configurations, masked before anybody sees them.

First the parser of the platform's way of writing says which words are secrets by their place
(`rules.syntax`, `rules.secrets`). Then a net for what no parser knows: words that vendors put
before secrets, and what comes after them; keys in PEM; passwords in addresses. A line that looks
like one of them loses its value rather than showing a password. No line is added or taken away,
so that lines of a masked text have the numbers they have in the whole one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from noc_console.services.configs.rules.secrets import is_secret, secrets_of
from noc_console.services.configs.rules.syntax import LONGEST_LINE, statements

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
    r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s;{}\"']++)(?!\s+members\b)"
)
_BEGIN = re.compile(r"-----BEGIN (?P<what>[A-Z ]*PRIVATE KEY)-----")
_USER = re.compile(r"(?i)^\s*(?:snmp-server user|snmp-agent usm-user)\s")
_AFTER = re.compile(
    r"(?i)(?P<head>\b(?:auth|priv|authentication-mode|privacy-mode)\s+\S+\s+"
    r"(?:\d+\s+)?)(?P<value>\S+)"
)
_ADDRESS = re.compile(
    r"(?i)(?P<head>\b[a-z][a-z0-9+.\-]{1,10}://[^\s/:@]{1,64}:)(?P<value>[^\s/@]+)@"
)
_BGP = re.compile(r"\d+(?::\d+){1,2}")
"""A community of routes, which is no secret (RFC 1997, RFC 8092)."""


def masked(text: str, family: str = "indented") -> tuple[str, int]:
    """The text with secrets masked, and how many there were."""
    lines, count = mask_lines(text.split("\n"), family)
    return "\n".join(lines), count


def mask_lines(lines: Sequence[str], family: str = "indented") -> tuple[list[str], int]:
    """The same lines with secrets masked, and how many there were."""
    shown, keys = _without_keys(lines)
    shown, count = _masked(shown, family)
    return shown, keys + count


def mask_some(lines: Sequence[str], family: str, wanted: Collection[int]) -> dict[int, str]:
    """Some lines, by their number from 0, as `mask_lines` would show them, at less cost.

    What a word means depends on the blocks around it: these are read as well.
    """
    chosen = sorted({number for number in wanted if 0 <= number < len(lines)})
    if not chosen:
        return {}
    shown, _ = _without_keys(lines)
    read = _around(shown, chosen) if family == "indented" else range(chosen[-1] + 1)
    part, _ = _masked([shown[number] for number in read], family)
    masked_lines = dict(zip(read, part, strict=True))
    return {number: masked_lines[number] for number in chosen}


def _around(lines: Sequence[str], chosen: Sequence[int]) -> list[int]:
    """The chosen lines and those before them since the outermost block began."""
    read: set[int] = set()
    for number in chosen:
        for at in range(number, -1, -1):
            if at in read:
                break
            read.add(at)
            if lines[at][:1].strip() and lines[at][0] not in "!#":
                break
    return sorted(read)


def _masked(shown: list[str], family: str) -> tuple[list[str], int]:
    """Lines without keys in PEM, masked in their place."""
    count = 0
    spots: dict[int, set[tuple[int, int]]] = {}
    for statement in statements(shown, family):
        for word in secrets_of(statement, family):
            if MASK not in word.text:
                spots.setdefault(statement.line, set()).add((word.start, word.end))
    for number, found in spots.items():
        for start, end in sorted(found, reverse=True):
            shown[number] = shown[number][:start] + MASK + shown[number][end:]
            count += 1
    for number, line in enumerate(shown):
        shown[number], more = _net(line)
        count += more
    return shown, count


def _without_keys(lines: Sequence[str]) -> tuple[list[str], int]:
    """Private keys in PEM, the only secrets that go over several lines."""
    shown, count, within = list(lines), 0, ""
    for number, line in enumerate(shown):
        if within:
            if f"-----END {within}-----" in line:
                within = ""
            elif line.strip():
                shown[number] = MASK
            continue
        begun = _BEGIN.search(line)
        if begun is None:
            continue
        within = begun["what"]
        rest = line[begun.end() :]
        count += 1
        if f"-----END {within}-----" in rest:
            within, rest = "", rest.rpartition("-----END ")[2]
            shown[number] = f"{line[: begun.end()]}{MASK}-----END {rest}"
        elif rest.strip():
            shown[number] = line[: begun.end()] + MASK
    return shown, count


def _net(line: str) -> tuple[str, int]:
    count = 0

    def hide(found: re.Match[str]) -> str:
        nonlocal count
        value = found["value"]
        if MASK in value or not is_secret(value) or _BGP.fullmatch(value):
            return found[0]
        count += 1
        start = found.start("value") - found.start()
        return found[0][:start] + MASK + found[0][start + len(value) :]

    head, rest = line[:LONGEST_LINE], line[LONGEST_LINE:]
    if rest:
        # Nobody reads that far, and nobody has looked there: it is not shown.
        rest = MASK
    if _USER.match(head):
        head = _AFTER.sub(hide, head)
    head = _ADDRESS.sub(hide, head)
    return _LINE.sub(hide, head) + rest, count
