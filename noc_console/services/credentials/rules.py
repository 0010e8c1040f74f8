"""What makes a credential complete, and what it is called when nobody named it."""

from __future__ import annotations

from collections.abc import Collection

from noc_console.kernel.errors import Invalid
from noc_console.services.credentials.model import Credential, CredentialKind

AUTH_PROTOCOLS = ("NONE", "MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512")
PRIV_PROTOCOLS = ("NONE", "DES", "AES128", "AES192", "AES256", "AES192C", "AES256C")
SHORTEST_PASSPHRASE = 8
"""RFC 3414 §11.2: agents refuse shorter ones."""

LONGEST_USER = 32
"""Octets of an SNMPv3 user name (RFC 3414 §5, SnmpAdminString of usmUserName)."""

LONGEST_PATTERN = 200
_WANTED = {
    CredentialKind.ENABLE: "an enable credential needs its word",
    CredentialKind.TOKEN: "a token credential needs its token",
    CredentialKind.TACACS: "TACACS+ needs the key it shares with devices",
}
_BEGINS = "-----BEGIN "


def check(credential: Credential, *, has_secret: bool, has_priv_secret: bool) -> None:
    """Refuse what no device could accept, naming the field to mend."""
    if credential.kind is CredentialKind.SNMP_V3:
        _check_v3(credential, has_secret=has_secret, has_priv_secret=has_priv_secret)
    elif credential.kind in (CredentialKind.SSH, CredentialKind.SSH_KEY):
        if not credential.user:
            raise Invalid("an SSH login needs a user name", field="user")
        if credential.kind is CredentialKind.SSH_KEY and not has_secret:
            raise Invalid("a login by key needs the private key", field="key")
    elif not has_secret:
        what = _WANTED.get(credential.kind, f"SNMP {credential.kind} needs a community")
        raise Invalid(what, field="community" if credential.kind.is_snmp else "secret")
    for pattern in (*credential.match.names, *credential.match.words, *credential.match.sites):
        if not pattern or len(pattern) > LONGEST_PATTERN:
            raise Invalid("a pattern has 1 to 200 characters", field="match")


def _check_v3(credential: Credential, *, has_secret: bool, has_priv_secret: bool) -> None:
    if not credential.user:
        raise Invalid("SNMPv3 needs a user name", field="user")
    if len(credential.user.encode("utf-8", "replace")) > LONGEST_USER:
        raise Invalid(f"a user name has at most {LONGEST_USER} octets", field="user")
    if credential.auth_protocol not in AUTH_PROTOCOLS:
        raise Invalid(
            f"authentication is one of {', '.join(AUTH_PROTOCOLS)}", field="auth_protocol"
        )
    if credential.priv_protocol not in PRIV_PROTOCOLS:
        raise Invalid(f"privacy is one of {', '.join(PRIV_PROTOCOLS)}", field="priv_protocol")
    with_auth, with_priv = credential.auth_protocol != "NONE", credential.priv_protocol != "NONE"
    if with_priv and not with_auth:
        raise Invalid("SNMPv3 privacy needs authentication as well", field="auth_protocol")
    if with_auth and not has_secret:
        raise Invalid("authentication needs a pass phrase", field="auth_pass")
    if with_priv and not has_priv_secret:
        raise Invalid("privacy needs a pass phrase", field="priv_pass")


def same_shape(one: Credential, other: Credential) -> bool:
    """Alike in everything but name, place in the order and secrets."""

    def shape(of: Credential) -> tuple[str, ...]:
        return (
            of.kind,
            of.user,
            of.auth_protocol,
            of.priv_protocol,
            of.context,
            of.certificate,
            *of.match.names,
            "words",
            *of.match.words,
            "sites",
            *of.match.sites,
        )

    return shape(one) == shape(other)


def free_name(credential: Credential, taken: Collection[str]) -> str:
    """`v2c`, `v3 noc`, `v3 noc 2` …: never anything of the secret."""
    stem = f"{credential.kind} {credential.user}".strip()
    number, name = 1, stem
    while name in taken:
        number += 1
        name = f"{stem} {number}"
    return name


def check_key(text: str) -> None:
    """Refuse what is plainly no private key, such as the public half pasted by mistake."""
    if text.startswith(("ssh-", "ecdsa-", "sk-")) or " PUBLIC KEY-----" in text[:80]:
        raise Invalid("this is the public half of a key; the private one is needed", field="key")
    if not text.startswith(_BEGINS) or "PRIVATE KEY-----" not in text[:80]:
        raise Invalid(f"a private key begins with {_BEGINS}… PRIVATE KEY", field="key")
