from __future__ import annotations

import pytest

from noc_console.kernel.text import duration, plural, redact, visible


@pytest.mark.parametrize(
    "text",
    [
        "snmp-server community S3CR3T ro",
        "password=S3CR3T",
        "Authorization: S3CR3T",
        "postgresql://noc:S3CR3T@db/noc",
        'passphrase: "S3CR3T word"',
        "token = S3CR3T",
    ],
)
def test_what_looks_like_a_secret_is_dotted(text: str) -> None:
    assert "S3CR3T" not in redact(text)
    assert "•••" in redact(text)


def test_harmless_text_stays() -> None:
    assert redact("link et-0/0/1 is down") == "link et-0/0/1 is down"


def test_device_text_is_one_line_without_tricks() -> None:
    shown = visible("a\r\nb\x1b[31m\u202ec\x00")
    assert shown == "a␍␊b␛[31m⟨U+202E⟩c␀"
    assert visible("x" * 10, limit=4) == "xxxx…"


def test_counts_and_durations_read_like_words() -> None:
    assert plural(1, "device") == "1 device"
    assert plural(12480, "device") == "12,480 devices"
    assert plural(2, "entry", "entries") == "2 entries"
    assert duration(0) == "0 s"
    assert duration(3725) == "1 h 2 min"
    assert duration(86400 * 3 + 14400) == "3 d 4 h"
    assert duration(-5) == "0 s"
