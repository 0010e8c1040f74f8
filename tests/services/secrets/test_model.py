from __future__ import annotations

from datetime import UTC, datetime

from noc_console.services.secrets.model import Holder, HolderId, HolderKind


def test_a_fingerprint_is_short_enough_to_be_read_aloud_and_tells_keys_apart() -> None:
    def of(public: bytes) -> str:
        at = datetime(2026, 3, 1, tzinfo=UTC)
        return Holder(
            HolderId(1), "noc-1", HolderKind.MACHINE, public, at, "mira", is_let_in=True
        ).fingerprint

    assert of(bytes(range(32))) == "0001-0203-0405-0607-0809-0a0b"
    assert of(bytes(32)) != of(bytes(11) + b"\x01" + bytes(20))
