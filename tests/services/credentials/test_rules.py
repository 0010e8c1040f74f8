from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.credentials.model import (
    Credential,
    CredentialId,
    CredentialKind,
)
from noc_console.services.credentials.rules import check, free_name, same_shape


def credential(**fields: object) -> Credential:
    base = {"id": CredentialId(1), "name": "", "kind": CredentialKind.SNMP_V3, "position": 0}
    return Credential(**base | fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "secret", "priv", "field"),
    [
        ({"kind": CredentialKind.SNMP_V2C}, False, False, "community"),
        ({"kind": CredentialKind.SSH}, True, False, "user"),
        ({}, True, True, "user"),
        ({"user": "noc", "auth_protocol": "ROT13"}, True, True, "auth_protocol"),
        (
            {"user": "noc", "auth_protocol": "SHA256", "priv_protocol": "XOR"},
            True,
            True,
            "priv_protocol",
        ),
        ({"user": "noc", "priv_protocol": "AES128"}, True, True, "auth_protocol"),
        ({"user": "noc", "auth_protocol": "SHA256"}, False, False, "auth_pass"),
        ({"user": "noc", "auth_protocol": "MD5", "priv_protocol": "DES"}, True, False, "priv_pass"),
    ],
)
def test_what_no_device_could_accept_is_refused_at_its_field(
    fields: dict[str, object], secret: bool, priv: bool, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check(credential(**fields), has_secret=secret, has_priv_secret=priv)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("fields", "secret", "priv"),
    [
        ({"kind": CredentialKind.SNMP_V1}, True, False),
        ({"user": "noc"}, False, False),
        ({"user": "noc", "auth_protocol": "SHA512", "priv_protocol": "AES256C"}, True, True),
        ({"kind": CredentialKind.SSH, "user": "noc"}, False, False),
    ],
)
def test_complete_credentials_pass(fields: dict[str, object], secret: bool, priv: bool) -> None:
    check(credential(**fields), has_secret=secret, has_priv_secret=priv)


def test_a_name_is_found_that_tells_nothing_of_the_secret() -> None:
    v3 = credential(user="noc")
    assert free_name(v3, set()) == "v3 noc"
    assert free_name(v3, {"v3 noc", "v3 noc 2"}) == "v3 noc 3"


def test_names_and_order_do_not_make_a_credential_another_one() -> None:
    assert same_shape(credential(user="noc"), credential(user="noc", name="x", position=9))
    assert not same_shape(credential(user="noc"), credential(user="ops"))


def test_a_user_name_no_agent_can_have_is_refused() -> None:
    endless = Credential(CredentialId(0), "", CredentialKind.SNMP_V3, 0, user="ü" * 17)
    with pytest.raises(Invalid, match="32 octets"):
        check(endless, has_secret=False, has_priv_secret=False)
