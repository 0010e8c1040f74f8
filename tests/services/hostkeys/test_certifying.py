"""Authorities as people write them: lines of .pub files and of known_hosts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.hostkeys.certifying import read_authority
from tests.adapters.ssh.peers import fingerprint, keygen

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGYT9ZgPYb3PPq0dHTLm9UVvSAFFzbLzZ1bGTWSgyWgC"


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_the_fingerprint_is_the_one_of_openssh(tmp_path: Path, kind: str) -> None:
    public = keygen(tmp_path / "ca", kind, "-C", "the office").with_name("ca.pub")
    read = read_authority(public.read_text(), "*.example.net,10.*")
    assert read.fingerprint == fingerprint(public)
    assert read.hosts == "*.example.net 10.*" and read.comment == "the office"
    assert read.key == " ".join(public.read_text().split()[:2])


def test_a_line_of_known_hosts_brings_its_hosts() -> None:
    read = read_authority(f"@cert-authority *.example.net,!old.example.net {KEY} office")
    assert (read.hosts, read.key) == ("*.example.net !old.example.net", KEY)
    assert read_authority(f"@cert-authority * {KEY}", "10.20.*").hosts == "10.20.*"


@pytest.mark.parametrize(
    ("key", "hosts", "field"),
    [
        ("", "*", "key"),
        (f"{KEY}\n{KEY}", "*", "key"),
        ("@cert-authority", "*", "key"),
        ("@cert-authority *", "", "key"),
        ("ssh-ed25519", "*", "key"),
        ("ssh-ed25519 AAAA", "*", "key"),
        ("ssh-ed25519 no-base64!", "*", "key"),
        ("ssh-rsa " + KEY.split()[1], "*", "key"),
        ("ssh-dss AAAAB3NzaC1kc3M=", "*", "key"),
        ("x" * 20_000, "*", "key"),
        (KEY, "", "hosts"),
        (KEY, "!a.example.net", "hosts"),
        (KEY, "a;b", "hosts"),
        (KEY, "*a*b*c*d*e*f*g*h*i*", "hosts"),
        (KEY, " ".join(f"h{number}" for number in range(101)), "hosts"),
        (KEY, "h" * 201, "hosts"),
    ],
)
def test_what_is_none_is_refused_at_its_field(key: str, hosts: str, field: str) -> None:
    with pytest.raises(Invalid) as told:
        read_authority(key, hosts)
    assert told.value.field == field


def test_a_certificate_or_a_private_key_by_mistake_is_told(tmp_path: Path) -> None:
    ca = keygen(tmp_path / "ca")
    signed = ["ssh-keygen", "-q", "-s", str(ca), "-I", "x", "-h", f"{keygen(tmp_path / 'h')}.pub"]
    subprocess.run(signed, check=True, timeout=20)
    with pytest.raises(Invalid, match="the key that signed it"):
        read_authority((tmp_path / "h-cert.pub").read_text(), "*")
    with pytest.raises(Invalid, match=r"the \.pub file") as told:
        read_authority(ca.read_text(), "*")
    assert "PRIVATE" not in str(told.value)
