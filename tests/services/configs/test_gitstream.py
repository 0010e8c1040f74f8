"""What git is told: names that no path can be made of, and nothing that ends a commit early."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.services.configs.gitstream import (
    file_name,
    file_names,
    is_from_elsewhere,
    read_back,
    stream,
    unwritten,
)
from noc_console.services.configs.model import Commit, Version, Why, Written

AT = datetime(2026, 3, 1, tzinfo=UTC)


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
    evil = Commit("a.cfg", "data 3\ndone\n", AT, "x <y>\ndone", "m")
    told = b"".join(stream([evil]))
    assert b"author x y done <> 1772323200 +0000\n" in told
    assert b"inline a.cfg\ndata 12\ndata 3\ndone\n\n" in told
    assert told.endswith(b"\ndone\n")


def test_a_file_keeps_its_name_while_its_device_does_and_takes_no_other_ones() -> None:
    assert file_names({1: "r1", 2: "r1"}, {1, 2}, {}) == {1: "r1.cfg", 2: "r1-2.cfg"}
    assert file_names({2: "r1"}, {2}, {2: "r1-2.cfg"}) == {2: "r1-2.cfg"}
    assert file_names({1: "new"}, {1}, {1: "r1.cfg"}) == {1: "new.cfg"}
    swapped = file_names({1: "b", 2: "a"}, {1, 2}, {1: "a.cfg", 2: "b.cfg"})
    assert swapped == {1: "b-1.cfg", 2: "a-2.cfg"}, "both names are still somebody's"


def version(number: int, device: int, hour: int = 0) -> Version:
    at = AT.replace(hour=hour)
    return Version(number, device, "d", at, at, Why.DEMAND, "ios", "ios", "show run", 1, 1, 1, 0)


def test_what_is_there_is_read_back_from_the_marks() -> None:
    commits = [
        Commit("a.cfg", "x", AT, "mira", "one\n", version_id=3, device_id=1),
        Commit("b.cfg", "y", AT, "mira", "two", version_id=4, device_id=1, former="a.cfg"),
    ]
    told = b"".join(stream(commits, onto="0123abcd")).decode()
    assert told.count("from 0123abcd\n") == 1 and "reset" not in told
    assert "\nR a.cfg b.cfg\nM 100644 inline b.cfg\n" in told
    messages = [
        f"whatever\n\nNOC-Console: version={one.version_id} device=1 file={one.file}\n"
        for one in commits
    ]
    back = read_back("h", [(7, messages[0]), (8, messages[1])])
    assert back == Written("h", {3: 7, 4: 8}, {1: 4}, {1: "b.cfg"})
    assert all(message.split("\n\n")[1] in told for message in messages)


def test_a_mark_counts_in_the_last_line_only_and_one_missing_says_that_nothing_is_known() -> None:
    mark = "NOC-Console: version=9 device=9 file=x.cfg"
    assert read_back("h", [(7, f"{mark}\n\nby hand\n")]) is None
    real = "NOC-Console: version=1 device=1 file=a.cfg"
    assert read_back("h", [(7, f"{mark}\n\n{real}\n")]) == Written(
        "h", {1: 7}, {1: 1}, {1: "a.cfg"}
    )
    assert read_back("h", [(7, real.replace("a.cfg", "../a"))]) is None


def test_only_what_the_repository_lacks_is_written_and_no_file_goes_back() -> None:
    there = Written("h", {3: 0, 5: 0}, {1: 5}, {1: "a.cfg"})
    late, other, new = version(4, 1), version(2, 2), version(6, 1)
    assert unwritten([version(3, 1), late, version(5, 1), other, new], there) == [other, new]


def test_a_repository_of_another_store_is_known_by_its_times() -> None:
    seconds = int(AT.timestamp())
    assert not is_from_elsewhere([version(3, 1)], Written("h", {3: seconds, 8: 1}, {}, {}))
    assert is_from_elsewhere([version(3, 1, hour=1)], Written("h", {3: seconds}, {}, {}))
