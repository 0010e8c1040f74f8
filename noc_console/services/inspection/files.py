"""Files of recordings: `.snmprec`, or what `snmpwalk -On` printed, told by what is in them."""

from __future__ import annotations

import io
from pathlib import Path

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import plural
from noc_console.services.inspection.model import Problem
from noc_console.services.inspection.recorded import LARGEST, RecordedAgent
from noc_console.wire import snmprec, snmpwalk

_HEAD = 65_536
"""Octets by which the format is told."""
_PACKED = {
    b"\x1f\x8b": "gunzip",
    b"PK\x03\x04": "unzip",
    b"BZh": "bunzip2",
    b"\xfd7zXZ": "unxz",
    b"(\xb5/\xfd": "unzstd",
}
_UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_UTF_8 = b"\xef\xbb\xbf"


def read(path: Path) -> bytes:
    """A recording's octets; Invalid says why a file cannot be one."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Invalid(f"{path} cannot be read: {why}", field="file") from error


def agent_of(content: bytes, *, name: str = "the file") -> RecordedAgent:
    """The agent a recording answers as; Invalid when it is none, with what to do about it."""
    content, problems = as_snmprec(content, name=name)
    agent = RecordedAgent(content, problems=problems)
    if not agent.count:
        raise Invalid(
            f"{name} holds no recording: its lines are neither OID|TYPE|VALUE "
            "nor what `snmpwalk -On` prints",
            field="file",
        )
    return agent


def as_snmprec(content: bytes, *, name: str = "the file") -> tuple[bytes, list[Problem]]:
    """The recording as lines of `OID|TYPE|VALUE`, and what of a walk could not be made such."""
    content = _text(content, name)
    head = content[:_HEAD].decode("utf-8", "surrogateescape").split("\n")
    if not snmpwalk.looks_like_walk(head):
        return content, []
    text = content[:LARGEST].decode("utf-8", "surrogateescape")
    recording = snmpwalk.read(io.StringIO(text, newline=""))
    problems = [
        Problem(f"line {problem.line_number}", problem.reason)
        for problem in recording.problems[:100]
    ]
    if more := len(recording.problems) - len(problems):
        problems.append(Problem(name, plural(more, "more line") + " cannot be read"))
    lines = map(snmprec.line_of, recording.varbinds)
    return "\n".join(lines).encode(), problems


def _text(content: bytes, name: str) -> bytes:
    """The octets as ASCII has them: Windows' shell writes UTF-16 when it redirects."""
    for mark, tool in _PACKED.items():
        if content.startswith(mark):
            raise Invalid(f"{name} is compressed: {tool} it first", field="file")
    for mark, coding in _UTF_16.items():
        if content.startswith(mark):
            return content[2:].decode(coding, "replace").encode("utf-8", "replace")
    return content.removeprefix(_UTF_8)
