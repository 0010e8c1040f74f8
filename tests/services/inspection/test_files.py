"""Recordings as files, in the shapes in which people have them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.inspection import files

SYS_NAME = "1.3.6.1.2.1.1.5.0"
SNMPREC = b"1.3.6.1.2.1.1.5.0|4|caf\xc3\xa9\n1.3.6.1.2.1.2.2.1.2.1|4x|6c6f\n"
WALK = (
    b'.1.3.6.1.2.1.1.5.0 = STRING: "caf\xc3\xa9"\n.1.3.6.1.2.1.2.2.1.2.1 = STRING: "two\nlines"\n'
)


@pytest.mark.parametrize(
    "content",
    [
        SNMPREC,
        SNMPREC.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + SNMPREC,
        WALK,
        b"\xff\xfe" + WALK.decode().replace("\n", "\r\n").encode("utf-16-le"),
    ],
    ids=["snmprec", "snmprec of Windows", "with a mark", "walk", "walk of a Windows shell"],
)
async def test_what_people_have_is_read(content: bytes) -> None:
    agent = files.agent_of(content)
    assert await agent.get([SYS_NAME]) == {SYS_NAME: "café".encode()}
    assert agent.problems == []
    assert agent.count == 2


async def test_lines_of_a_walk_that_mean_nothing_are_problems_of_the_agent() -> None:
    garbled = WALK + b"SNMPv2-MIB::sysName.0 = STRING: x\n" * 300
    agent = files.agent_of(garbled)
    assert "-On" in agent.problems[0].why
    assert agent.problems[0].what == "line 4"
    assert agent.problems[-1].why == "200 more lines cannot be read"


@pytest.mark.parametrize("content", [b"", b"\n\n", b"#!/bin/sh\necho hello\n", bytes(range(256))])
def test_what_is_no_recording_says_what_one_looks_like(content: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        files.agent_of(content, name="notes.txt")
    assert "notes.txt" in str(caught.value)
    assert "snmpwalk -On" in str(caught.value)


def test_a_compressed_recording_says_how_to_unpack_it() -> None:
    with pytest.raises(Invalid) as caught:
        files.agent_of(gzip.compress(SNMPREC))
    assert "gunzip" in str(caught.value)


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    for path in (tmp_path / "none.snmprec", tmp_path, Path("a\0b")):
        with pytest.raises(Invalid):
            files.read(path)
    (tmp_path / "one").write_bytes(SNMPREC)
    assert files.read(tmp_path / "one") == SNMPREC
