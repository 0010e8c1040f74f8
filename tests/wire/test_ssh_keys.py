"""Files of private keys as OpenSSH writes them, and what is none."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.wire.ssh_keys import (
    Certificate,
    Handle,
    is_security_key,
    kind_of,
    read_certificate,
    read_handle,
)

ED25519, ECDSA = "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"


def string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def file_of(kind: bytes, *, cipher: bytes = b"aes256-ctr") -> str:
    body = b"openssh-key-v1\0" + string(cipher) + string(b"bcrypt") + string(b"salt")
    body += (1).to_bytes(4, "big") + string(string(kind) + string(b"public")) + string(b"shut")
    text = base64.encodebytes(body).decode()
    return f"-----BEGIN OPENSSH PRIVATE KEY-----\n{text}-----END OPENSSH PRIVATE KEY-----\n"


@pytest.mark.parametrize("phrase", ["", "open sesame"])
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_key_says_what_it_is_also_behind_a_phrase(tmp_path: Path, kind: str, phrase: str) -> None:
    keygen = shutil.which("ssh-keygen")
    if keygen is None:
        pytest.skip("ssh-keygen is not installed")
    bits = ["-b", "2048"] if kind == "rsa" else []
    file = tmp_path / "key"
    subprocess.run(
        [keygen, "-q", "-t", kind, *bits, "-N", phrase, "-f", str(file)], check=True, timeout=30
    )
    assert kind_of(file.read_text()) == file.with_suffix(".pub").read_text().split()[0]
    assert not is_security_key(file.read_text())


@pytest.mark.parametrize("kind", [ED25519, ECDSA])
def test_a_security_key_is_known_by_its_kind(kind: str) -> None:
    assert kind_of(file_of(kind.encode())) == kind
    assert is_security_key(file_of(kind.encode(), cipher=b"none"))
    assert is_security_key("\r\n" + file_of(kind.encode()).replace("\n", "\r\n"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sk-ssh-ed25519@openssh.com AAAA",
        "-----BEGIN RSA PRIVATE KEY-----\nsk-\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nA\n-----END OPENSSH PRIVATE KEY-----",
        file_of(b"\xff\xfe"),
    ],
)
def test_what_is_no_such_file_has_no_kind(text: str) -> None:
    assert kind_of(text) == "" and not is_security_key(text)


@given(st.binary(max_size=200))
def test_nothing_in_a_file_is_believed(body: bytes) -> None:
    text = base64.b64encode(b"openssh-key-v1\0" + body).decode()
    assert isinstance(
        kind_of(f"-----BEGIN OPENSSH PRIVATE KEY-----\n{text}\n-----END OPENSSH PRIVATE KEY-----"),
        str,
    )


def test_a_handle_is_read_from_the_private_part() -> None:
    tail = string(b"ssh:") + b"\x05" + string(b"handle") + string(b"")
    assert read_handle(ED25519, string(b"point") + tail) == Handle(ED25519, "ssh:", 5, b"handle")
    read = read_handle(ECDSA, string(b"nistp256") + string(b"point") + tail)
    assert read.is_ecdsa and read.needs_touch and read.needs_pin
    plain = Handle(ED25519, "ssh:", 0, b"handle")
    assert not (plain.needs_touch or plain.needs_pin or plain.is_ecdsa)


@given(st.binary(max_size=60))
def test_a_handle_that_is_cut_off_is_none(data: bytes) -> None:
    for kind in (ED25519, ECDSA):
        try:
            assert read_handle(kind, data).key_handle
        except ValueError:
            continue


@pytest.mark.parametrize(
    ("kind", "how", "signature"),
    [
        ("ed25519", (), "ssh-ed25519"),
        ("ecdsa", (), "ssh-ed25519"),
        ("rsa", (), "ssh-ed25519"),
        ("ed25519", ("-t", "rsa-sha2-512"), "rsa-sha2-512"),
        ("ed25519", ("-t", "ssh-rsa"), "ssh-rsa"),
    ],
)
def test_a_certificate_says_for_whom_until_when_and_how_it_is_signed(
    tmp_path: Path, kind: str, how: tuple[str, ...], signature: str
) -> None:
    keygen = shutil.which("ssh-keygen")
    if keygen is None:
        pytest.skip("ssh-keygen is not installed")
    ca, file = tmp_path / "ca", tmp_path / "key"
    for each, of in ((ca, "rsa" if how else "ed25519"), (file, kind)):
        subprocess.run([keygen, "-q", "-t", of, "-N", "", "-f", str(each)], check=True, timeout=60)
    signed = [keygen, "-q", "-s", str(ca), "-I", "x", "-h", "-n", "a,b.example.net", *how]
    signed += ["-V", "20260101000000Z:20270101000000Z", f"{file}.pub"]
    subprocess.run(signed, check=True, timeout=30)
    blob = base64.b64decode((tmp_path / "key-cert.pub").read_text().split()[1])
    assert read_certificate(blob) == Certificate(
        ("a", "b.example.net"), 1_767_225_600, 1_798_761_600, signature
    )
    for cut in (0, 4, 40, len(blob) // 2, len(blob) - 300):
        with pytest.raises(ValueError):
            read_certificate(blob[:cut])


@given(st.sampled_from([b"ssh-ed25519", b"sk-ecdsa-sha2-nistp256", b"x"]), st.binary(max_size=90))
def test_nothing_in_a_certificate_is_believed(kind: bytes, rest: bytes) -> None:
    with pytest.raises(ValueError):
        read_certificate(string(kind + b"-cert-v01@openssh.com") + string(b"nonce") + rest)
