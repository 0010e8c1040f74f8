"""What git is told: names that no path can be made of, and nothing that ends a commit early."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.services.configs.gitstream import file_name, stream
from noc_console.services.configs.model import Commit


@pytest.mark.parametrize(
    ("device", "name"),
    [
        ("ams-core-1", "ams-core-1.cfg"),
        ("../../etc/passwd", "etc_passwd.cfg"),
        (".git/hooks/x", "git_hooks_x.cfg"),
        ("-rf\n--all", "rf_--all.cfg"),
        ("", "device-7.cfg"),
        ("☎", "device-7.cfg"),
    ],
)
def test_a_devices_name_becomes_a_plain_file(device: str, name: str) -> None:
    assert file_name(device, 7) == name


def test_two_devices_of_one_name_have_two_files() -> None:
    assert file_name("R1", 8, ["r1.cfg"]) == "R1-8.cfg"


def test_texts_carry_their_length_and_authors_cannot_break_out() -> None:
    evil = Commit("a.cfg", "data 3\ndone\n", datetime(2026, 3, 1, tzinfo=UTC), "x <y>\ndone", "m")
    told = b"".join(stream([evil]))
    assert b"author x y done <> 1772323200 +0000\n" in told
    assert b"inline a.cfg\ndata 12\ndata 3\ndone\n\n" in told
    assert told.endswith(b"\ndone\n")
