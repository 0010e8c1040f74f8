"""Which words of a statement are secrets: by their place in it, not by how they look.

A pattern is words as they stand one after the other, in the path of the blocks and the line
taken together: `*` is any word, `**` any number of them, `a|b` one of these, `[a|b]` one of these
or nothing, `KIND` any words that say how the secret is written, `SECRET` the word that must not be
seen. It may begin anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from noc_console.services.configs.rules.syntax import Statement, Word

_KINDS_TEXT = (
    "cipher irreversible-cipher simple plain plaintext hash hashed encrypted enc read write"
    " both md5 sha sha1 sha224 sha256 sha384 sha512 sha-256 sha-512 hmac-md5 hmac-sha-1"
    " hmac-sha-256 aes aes128 aes192 aes256 des 3des 0 5 6 7 8 8a 9 10 hidden ascii ascii-text"
    " hexadecimal hex clear cleartext clear-text text localized localizedkey pbkdf2 scrypt"
    " key-string = : value hash2 plaintext-password unencrypted"
)
_KINDS = frozenset(_KINDS_TEXT.split())

_SHARED = (
    # Logins
    "[enable|super] password [level] KIND SECRET",
    "enable secret [level] KIND SECRET",
    "enable [password|secret] level * KIND SECRET",
    "username * ** password KIND SECRET",
    "username * ** secret KIND SECRET",
    "local-user * ** password KIND SECRET",
    "authentication encrypted-password SECRET",
    "authentication plain-text-password-value SECRET",
    "root-authentication encrypted-password SECRET",
    "plaintext-password SECRET",
    "encrypted-password KIND SECRET",
    "password-hash KIND SECRET",
    "phash SECRET",
    # SNMP
    "snmp-server community KIND SECRET",
    "snmp community SECRET",
    "snmp-agent community [read|write] KIND SECRET",
    "snmp-server host * [traps|trap|informs|inform] [version] [1|2c|2|3] [auth|noauth|priv] SECRET",
    "snmp-server host * vrf * [traps|informs] [version] [1|2c|3] [auth|noauth|priv] SECRET",
    "securityname KIND SECRET",
    "auth md5|sha|sha224|sha256|sha384|sha512|sha-256|sha-512 KIND SECRET",
    "priv des|3des|aes [128|192|256] KIND SECRET",
    "authentication-mode md5|sha|sha2-256|hmac-sha256 KIND SECRET",
    "privacy-mode des56|aes128|aes192|aes256|3des KIND SECRET",
    "authentication-key KIND SECRET",
    "authentication-password KIND SECRET",
    "privacy-key KIND SECRET",
    "privacy-password KIND SECRET",
    "rocommunity SECRET",
    "rwcommunity SECRET",
    # Servers that know people
    "tacacs-server ** key KIND SECRET",
    "radius-server ** key KIND SECRET",
    "tacacs ** key KIND SECRET",
    "radius ** key KIND SECRET",
    "aaa-server ** key KIND SECRET",
    "server-private ** key KIND SECRET",
    "server ** key KIND SECRET",
    "hwtacacs ** shared-key KIND SECRET",
    "shared-key KIND SECRET",
    "key [authentication|accounting|authorization] KIND SECRET",
    "server-key KIND SECRET",
    "shared-secret KIND SECRET",
    "radius-server * secret KIND SECRET",
    "tacplus-server * secret KIND SECRET",
    "bind-password KIND SECRET",
    # Routing
    "neighbor * password KIND SECRET",
    "peer * password KIND SECRET",
    "ip ospf authentication-key KIND SECRET",
    "message-digest-key * md5 KIND SECRET",
    "message-digest-key * encryption * KIND SECRET",
    "ospf authentication-mode [simple|md5|hmac-md5|hmac-sha256] [1|2|3|4|5] KIND SECRET",
    "isis password KIND SECRET",
    "isis authentication-mode KIND SECRET",
    "area-password KIND SECRET",
    "domain-password KIND SECRET",
    "lsp-password KIND SECRET",
    "hello-password KIND SECRET",
    "area-authentication-mode KIND SECRET",
    "domain-authentication-mode KIND SECRET",
    "key-string KIND SECRET",
    "authentication-key * type * value SECRET",
    "simple-password KIND SECRET",
    "md5 * key KIND SECRET",
    "keychain ** key SECRET",
    "ntp authentication-key * [md5|sha1|hmac-sha256|authentication-mode] KIND SECRET",
    "ntp-service authentication-keyid * authentication-mode [md5|hmac-sha256] KIND SECRET",
    "mpls ldp ** password KIND SECRET",
    "standby * authentication [text|md5] KIND SECRET",
    "standby authentication [text|md5] KIND SECRET",
    "vrrp * authentication [text|md5] KIND SECRET",
    "glbp * authentication [text|md5] KIND SECRET",
    # Tunnels, lines and access
    "isakmp key KIND SECRET",
    "pre-shared-key [local|remote] KIND SECRET",
    "pre-shared-key address * key KIND SECRET",
    "pre-shared-secret KIND SECRET",
    "l2tp tunnel password KIND SECRET",
    "ppp [chap|pap] ** password KIND SECRET",
    "chap-secret SECRET",
    "pap-password SECRET",
    "default-chap-secret SECRET",
    "wpa-psk KIND SECRET",
    "wpa-passphrase KIND SECRET",
    "passphrase KIND SECRET",
    "psk KIND SECRET",
    "password KIND SECRET",
    "secret KIND SECRET",
    "private-key KIND SECRET",
    "api-key KIND SECRET",
    "token KIND SECRET",
    "failover key KIND SECRET",
    "ftp-server ** password KIND SECRET",
    "set authentication password KIND SECRET",
)  # fmt: skip
_LISTED_TEXT = (
    "password secret passwd psksecret key community auth-password priv-password"
    " authentication-key encryption-key passphrase pre-shared-key psk wpa-pre-shared-key"
    " wpa2-pre-shared-key auth-pwd priv-pwd auth-pass priv-pass shared-secret private-key"
    " auth-password-l1 auth-password-l2 ppp-password chap-secret token api-key"
    " secondary-secret tertiary-secret keyfile-password login-password ipsec-secret wep-key"
    " static-key tcp-md5-key authentication-password encryption-password radius-secret md5-key"
    " key-string password-hash hashed-password encrypted-password ciphertext symmetric-key"
    " cleartext-key cleartext-password supplicant-identity-password mschapv2-password"
    " eap-password authkey privkey auth-key priv-key snmp-community security-name-secret"
)
_LISTED = frozenset(_LISTED_TEXT.split())
"""Names of values (RouterOS, FortiOS, XML) that are secrets wherever they stand."""
_COMMUNITIES = (("snmp", "community", "name"), ("snmp", "community", "text-name"))
"""Communities that are the name of something: menus and elements around it, in this order."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    parts: tuple[frozenset[str] | str, ...]
    """A set: one of these words; a text: `*`, `**`, `KIND` or `SECRET`."""
    optional: tuple[bool, ...]
    needs: frozenset[str]
    """Words without which it cannot fit."""


def _compiled(text: str) -> _Pattern:
    parts: list[frozenset[str] | str] = []
    optional: list[bool] = []
    needs: set[str] = set()
    for word in text.split():
        if word in {"*", "**", "KIND", "SECRET"}:
            parts.append(word)
            optional.append(False)
        elif word.startswith("["):
            parts.append(frozenset(word.strip("[]").split("|")))
            optional.append(True)
        else:
            choice = frozenset(word.split("|"))
            parts.append(choice)
            optional.append(False)
            needs |= choice if len(choice) == 1 else set()
    return _Pattern(tuple(parts), tuple(optional), frozenset(needs))


_PATTERNS = tuple(map(_compiled, _SHARED))
_TRIGGERS: dict[str, list[_Pattern]] = {}
for _each in _PATTERNS:
    # The rarest word to look for is the last fixed one before the secret.
    _fixed = [p for p, o in zip(_each.parts, _each.optional, strict=True) if not o]
    _last = [part for part in _fixed if isinstance(part, frozenset)][-1]
    for _word in _last:
        _TRIGGERS.setdefault(_word, []).append(_each)
_NO_SECRETS_TEXT = (
    "level encryption service aging policy minimum recovery length chain chains generate"
    " zeroize mypubkey pubkey-chain config-key history complexity expire prompt none internet"
    " additive no-export no-advertise local-as members authentication add set print export"
)
_NO_SECRETS = frozenset(_NO_SECRETS_TEXT.split())
_SHORT = re.compile(r"\d{1,3}")
"""`key 1` numbers a key; a number of three digits is no secret worth the name."""
_LONGEST_GAP = 24
"""Words that `**` passes over at most."""


def is_secret(value: str) -> bool:
    """Whether a word in a secret's place can be one: not what commands have there instead."""
    return not (value.lower() in _NO_SECRETS or _SHORT.fullmatch(value))


def secrets_of(statement: Statement, family: str) -> Iterator[Word]:
    """The words of this statement that must not be seen."""
    if family in {"routeros", "fortios", "xml"}:
        yield from _listed(statement, family)
    if family not in {"routeros", "xml"}:
        yield from _placed(statement)


def _listed(statement: Statement, family: str) -> Iterator[Word]:
    """Values by the name of their key."""
    if family == "fortios":
        names, values = statement.words[:1], statement.words[1:]
        if not names or not values:
            return
        path, key = (*statement.path, names[0].text.lower()), names[0].text.lower()
    else:
        path, values = statement.path, statement.words
        key = path[-1] if path else ""
    if key in _LISTED or any(_within(path, wanted) for wanted in _COMMUNITIES):
        for value in values:
            if value.text and value.text.lower() not in _KINDS and is_secret(value.text):
                yield value


def _within(path: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the wanted words stand in the path in this order, the last one last."""
    rest = iter(path)
    return bool(path) and path[-1] == wanted[-1] and all(word in rest for word in wanted)


def _placed(statement: Statement) -> Iterator[Word]:
    """Words by their place after others."""
    here = [word.text.lower() for word in statement.words]
    whole = [*statement.path, *here]
    first = len(statement.path)
    fitting = {
        id(pattern): pattern
        for word in set(whole) & _TRIGGERS.keys()
        for pattern in _TRIGGERS[word]
    }
    if not fitting:
        return
    known = set(whole)
    seen: set[int] = set()
    for pattern in fitting.values():
        if not pattern.needs <= known:
            continue
        for begin in range(len(whole)):
            at = _fit(pattern, 0, whole, begin)
            if at is not None and at >= first and at not in seen:
                seen.add(at)
                if is_secret(statement.words[at - first].text):
                    yield statement.words[at - first]


def _fit(pattern: _Pattern, part: int, words: Sequence[str], at: int) -> int | None:
    """Where the secret stands when the pattern's rest fits the words from here."""
    wanted = pattern.parts[part]
    if wanted == "SECRET":
        return at if at < len(words) else None
    if wanted == "KIND":
        end = at
        while end + 1 < len(words) and words[end] in _KINDS:
            end += 1
        return _fit(pattern, part + 1, words, end)
    if wanted == "**":
        for gap in range(min(_LONGEST_GAP, len(words) - at) + 1):
            found = _fit(pattern, part + 1, words, at + gap)
            if found is not None:
                return found
        return None
    if pattern.optional[part]:
        if at < len(words) and words[at] in wanted:
            found = _fit(pattern, part + 1, words, at + 1)
            if found is not None:
                return found
        return _fit(pattern, part + 1, words, at)
    if at < len(words) and (wanted == "*" or words[at] in wanted):
        return _fit(pattern, part + 1, words, at + 1)
    return None
