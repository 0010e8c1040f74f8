import pytest

from noc_console.adapters.snmp.users import user_of
from noc_console.kernel.errors import Invalid
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, SnmpCredential
from noc_console.wire import usm


def credential(**changes):
    values = {
        "kind": CredentialKind.SNMP_V3,
        "user": "noc",
        "auth_protocol": "SHA256",
        "auth_secret": Secret("lab-auth-pass"),
        "priv_protocol": "AES128",
        "priv_secret": Secret("lab-priv-pass"),
    }
    return SnmpCredential(**(values | changes))


def test_a_credential_becomes_a_user_with_master_keys():
    assert user_of(credential()) == usm.make_user(
        "noc",
        usm.AuthProtocol.SHA256,
        b"lab-auth-pass",
        usm.PrivProtocol.AES128,
        b"lab-priv-pass",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"auth_protocol": "ROT13"},
        {"priv_protocol": "XOR"},
        {"auth_protocol": "NONE"},
        {"auth_secret": Secret("")},
        {"priv_secret": Secret("")},
        {"user": "n" * 33},
    ],
)
def test_a_credential_that_cannot_work_anywhere_is_invalid(change):
    with pytest.raises(Invalid) as caught:
        user_of(credential(**change))
    assert "lab-" not in str(caught.value)
