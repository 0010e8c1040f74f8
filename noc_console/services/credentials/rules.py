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


def check(credential: Credential, *, has_secret: bool, has_priv_secret: bool) -> None:
    """Refuse what no device could accept, naming the field to mend."""
    if credential.kind is CredentialKind.SNMP_V3:
        _check_v3(credential, has_secret=has_secret, has_priv_secret=has_priv_secret)
    elif credential.kind is CredentialKind.SSH:
        if not credential.user:
            raise Invalid("an SSH login needs a user name", field="user")
    elif not has_secret:
        raise Invalid(f"SNMP {credential.kind} needs a community", field="community")


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
        return (of.kind, of.user, of.auth_protocol, of.priv_protocol, of.context)

    return shape(one) == shape(other)


def free_name(credential: Credential, taken: Collection[str]) -> str:
    """`v2c`, `v3 noc`, `v3 noc 2` …: never anything of the secret."""
    stem = f"{credential.kind} {credential.user}".strip()
    number, name = 1, stem
    while name in taken:
        number += 1
        name = f"{stem} {number}"
    return name
