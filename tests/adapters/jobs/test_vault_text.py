"""Ansible's own program opens what we seal."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from noc_console.adapters.jobs.vault_text import HEADER, sealed


def test_the_program_it_is_for_reads_it(tmp_path: Path) -> None:
    program = shutil.which("ansible-vault")
    if program is None:
        pytest.skip("ansible-core is not installed")
    (tmp_path / "phrase").write_text("a phrase")
    (tmp_path / "secret.yml").write_text(sealed("Grüße: {'a': 1}\n".encode(), b"a phrase"))
    done = subprocess.run(
        [program, "view", "--vault-password-file", "phrase", "secret.yml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "PAGER": "cat"},
    )
    assert done.stdout == "Grüße: {'a': 1}\n"


def test_nothing_of_the_text_is_in_it_and_no_two_are_alike() -> None:
    one, other = (sealed(b"very secret text", b"phrase") for _ in range(2))
    assert one.startswith(HEADER)
    assert one != other
    assert b"very secret".hex() not in one
