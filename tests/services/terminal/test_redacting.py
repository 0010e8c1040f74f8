"""What a terminal keeps has no secrets in it."""

from __future__ import annotations

import random
import re

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.kernel.secret import Secret
from noc_console.services.terminal.confided import Confided
from noc_console.services.terminal.redacting import MASK, Piece, Redactor, compiled

CANARY = "S3cr3tCanary"


def words(text: str) -> str:
    return re.sub(r"(community|secret \d) \S+", rf"\1 {MASK}", text)


def kept(redactor: Redactor, *pieces: bytes) -> bytes:
    out = [one for at, data in enumerate(pieces) for one in redactor.feed(float(at), data)]
    return b"".join(one.data for one in [*out, *redactor.flush()])


def test_what_has_no_secret_is_kept_byte_for_byte_and_with_its_times() -> None:
    redactor = Redactor(words)
    told = [*redactor.feed(1.0, b"\x1b[1mupti"), *redactor.feed(2.0, b"me\x1b[0m 3 d\r\npar#")]
    assert told == [Piece(1.0, b"\x1b[1mupti"), Piece(2.0, b"me\x1b[0m 3 d\r\n")]
    assert redactor.flush() == [Piece(2.0, b"par#")]
    assert redactor.count == 0


@pytest.mark.parametrize(
    "line",
    [
        f"snmp-server community {CANARY} ro",
        f"enable secret 5 {CANARY}",
        f"http://mira:{CANARY}@192.0.2.1/",
        f"com\x1b[1mmunity \x1b[0m{CANARY}",
        f"the key of today is {CANARY}!",
        f"x-token <{CANARY}>",
    ],
)
def test_a_secret_is_masked_wherever_the_output_was_cut(line: str) -> None:
    data = f"before\r\n{line}\r\nafter\r\n".encode()
    for cut in range(len(data)):
        redactor = Redactor(
            words, patterns=compiled([r"x-token <(.*?)>"]), secrets=[Secret(CANARY)]
        )
        out = kept(redactor, data[:cut], data[cut:])
        assert CANARY.encode() not in out
        assert out.startswith(b"before\r\n")
        assert out.endswith(b"after\r\n")
        assert MASK.encode() in out


def test_a_private_key_is_left_out_over_all_its_lines() -> None:
    name = b"RSA PRIVATE KEY-----"
    pem = b"-----BEGIN %s\r\nQUJD\r\nREVG\r\n-----END %s\r\nok\r\n" % (name, name)
    for cut in range(len(pem)):
        out = kept(Redactor(words), pem[:cut], pem[cut:])
        assert b"QUJD" not in out
        assert b"REVG" not in out
        assert out.endswith(b"ok\r\n")


def test_a_secret_on_a_line_without_an_end_is_masked() -> None:
    rng = random.Random(3)
    data = b"x " * 6000 + f"community {CANARY} ".encode() + b"y " * 6000
    for _ in range(20):
        redactor, at = Redactor(words), 0
        out = b""
        while at < len(data):
            step = rng.randrange(1, 3000)
            out += b"".join(one.data for one in redactor.feed(0.0, data[at : at + step]))
            assert redactor.held <= 8_192 + 3_000
            at += step
        out += b"".join(one.data for one in redactor.flush())
        assert CANARY.encode() not in out


def test_a_pattern_without_groups_hides_all_it_matches() -> None:
    out = kept(Redactor(str, patterns=compiled([r"\b\d{16}\b", ""])), b"card 1234567812345678 ok\n")
    assert b"1234567812345678" not in out
    assert b"card " in out


def test_a_pattern_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(Invalid, match="no regular expression"):
        compiled(["("])
    with pytest.raises(Invalid, match="500"):
        compiled(["x" * 501])


def test_short_secrets_would_hide_everything_and_are_not_looked_for() -> None:
    assert kept(Redactor(str, secrets=[Secret("a")]), b"banana\n") == b"banana\n"


def test_a_secret_that_is_known_later_is_masked_from_then_on() -> None:
    known, later = Confided(), Confided()
    redactor = Redactor(str, secrets=known)
    redactor.know(later)
    assert kept(redactor, f"{CANARY}\n".encode()) == f"{CANARY}\n".encode()
    known.add(Secret(CANARY))
    later.add(Secret("another one"))
    out = kept(redactor, f"{CANARY} another one\n".encode())
    assert out == f"\r{MASK} {MASK}\x1b[K\n".encode() and redactor.count == 1


def test_a_secret_typed_letter_by_letter_with_long_pauses_is_masked() -> None:
    redactor = Redactor(str, secrets=[Secret(CANARY)])
    out = [*redactor.feed(0.0, b"login: "), *redactor.flush(is_over=False)]
    assert out == [Piece(0.0, b"login: ")]
    for at, letter in enumerate(CANARY.encode(), 1):
        out += redactor.feed(float(at), bytes([letter]))
        out += redactor.flush(is_over=False)  # a second of silence after each
    out += [*redactor.feed(99.0, b"\r\n"), *redactor.flush()]
    told = b"".join(piece.data for piece in out)
    assert MASK.encode() in told and not any(
        CANARY[:size].encode() in told for size in range(2, len(CANARY))
    )


@pytest.mark.parametrize("pauses", [{20}, {13, 22}, {11, 20, 23}, set(range(99))])
def test_a_secret_behind_a_vendors_words_is_masked_however_slowly_its_line_is_typed(
    pauses: set[int],
) -> None:
    redactor = Redactor(words)
    out = [*redactor.feed(0.0, b"r1(config)# "), *redactor.flush(is_over=False)]
    assert out == [Piece(0.0, b"r1(config)# ")]
    for at, letter in enumerate(f"enable secret 5 {CANARY}".encode(), 1):
        out += redactor.feed(float(at), bytes([letter]))
        if at in pauses:  # somebody looks it up
            out += redactor.flush(is_over=False)
    out += [*redactor.feed(99.0, b"\r\nr1(config)# "), *redactor.flush()]
    told = b"".join(piece.data for piece in out).decode()
    assert "enable secret 5 " + MASK in told and redactor.count == 1
    assert not any(CANARY[size:] in told for size in range(len(CANARY) - 3))


def test_a_line_alone_is_masked_as_well() -> None:
    assert Redactor(str, secrets=[Secret(CANARY)]).masked(f"it is {CANARY}") == f"it is {MASK}"


def test_what_only_began_like_a_secret_is_kept_at_last() -> None:
    redactor = Redactor(str, secrets=[Secret(CANARY)])
    assert redactor.feed(1.0, f"say: {CANARY[:3]}".encode()) == []
    assert redactor.flush(is_over=False) == [Piece(1.0, b"say: ")]
    assert redactor.flush(is_over=False) == []
    assert redactor.flush() == [Piece(1.0, CANARY[:3].encode())]


def test_an_operators_pattern_finds_its_secret_far_out_and_costs_little() -> None:
    pattern = re.compile(r"pin (\d+) for (\w+)")
    redactor = Redactor(str, patterns=[pattern])
    line = "x" * 700 + " pin 4711 for anna, pin 0815 for bert"
    assert redactor.masked(line) == "x" * 700 + f" pin {MASK} for {MASK}, pin {MASK} for {MASK}"
    slow = Redactor(str, patterns=[re.compile(r"\s+\s+z")])
    assert slow.masked(" " * 2_000) == " " * 2_000
