"""Files of private keys as OpenSSH writes them, and what is none."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.wire.ssh_keys import Handle, is_security_key, kind_of, read_handle

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
