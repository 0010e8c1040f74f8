from __future__ import annotations

import pytest

from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget


@pytest.mark.parametrize(
    ("address", "written"), [("192.0.2.1", "192.0.2.1:161"), ("2001:db8::1", "[2001:db8::1]:161")]
)
def test_a_target_is_written_as_people_write_it(address: str, written: str) -> None:
    credential = SnmpCredential(CredentialKind.SNMP_V2C, community=Secret("S3CR3T"))
    target = SnmpTarget(address, 161, credential)
    assert target.peer == written
    assert "S3CR3T" not in repr(target)
