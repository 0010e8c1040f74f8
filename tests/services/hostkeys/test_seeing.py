"""OpenSSH's picture of a key, and reasons that say something."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.hostkeys.seeing import check_reason, randomart


def test_a_reason_says_something() -> None:
    assert check_reason("  replaced   on Tuesday ") == "replaced on Tuesday"
    with pytest.raises(Invalid):
        check_reason("      .     ")


@pytest.mark.parametrize(
    "kind", [("ed25519", "256"), ("rsa", "2048"), ("ecdsa", "256"), ("ecdsa", "521")], ids="-".join
)
def test_the_picture_is_the_one_that_openssh_draws(kind: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "key"
    made = ["ssh-keygen", "-q", "-t", kind[0], "-b", kind[1], "-N", "", "-f", str(file)]
    subprocess.run(made, check=True, timeout=20)
    told = subprocess.run(
        ["ssh-keygen", "-lvf", f"{file}.pub"], check=True, capture_output=True, text=True
    ).stdout
    key = " ".join((tmp_path / "key.pub").read_text().split()[:2])
    assert randomart(HostKey("x", 22, key, "")) == told.partition("\n")[2].rstrip("\n")


@pytest.mark.parametrize("key", ["", "ssh-rsa", "ssh-rsa !!!"])
def test_what_is_no_key_has_no_picture(key: str) -> None:
    with pytest.raises(Invalid):
        randomart(HostKey("x", 22, key, ""))
