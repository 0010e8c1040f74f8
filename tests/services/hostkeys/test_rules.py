"""Which keys count, and OpenSSH's picture of them."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.hostkeys.model import HostKey, Pinned
from noc_console.services.hostkeys.rules import check_reason, named, randomart, standing

ED = Pinned(
    HostKey("192.0.2.1", 22, "ssh-ed25519 AAAA", "SHA256:ed"), datetime(2026, 3, 1, tzinfo=UTC), "m"
)
RSA = replace(ED, key=HostKey("192.0.2.1", 22, "ssh-rsa AAAA", "SHA256:rsa"))


def test_a_server_may_have_a_key_of_each_kind() -> None:
    assert standing([ED, RSA]) == (ED, RSA)
    assert named((ED, RSA)) == "SHA256:ed or SHA256:rsa"


def test_a_key_that_took_a_place_sweeps_all_older_ones_away() -> None:
    newer = replace(ED, key=replace(ED.key, key="ssh-ed25519 BBBB"), replaces=True)
    assert standing([ED, RSA, newer]) == (newer,)
    assert standing([ED, newer, RSA]) == (newer, RSA)


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
