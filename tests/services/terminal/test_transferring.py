"""A file that is there already is named."""

from noc_console.services.terminal.transferring import Exists


def test_what_would_be_overwritten_is_named() -> None:
    assert Exists("/flash/boot.bin").path in str(Exists("/flash/boot.bin"))
