import random

import pytest

from noc_console.services.terminal.scanning import START, START_MOVING, unsuspicious

HARMLESS = (
    b"\x1b[1;31mred\x1b[0m\x1b[5;7Hx\x1b[?25l\x1b[K\x1b[2J\xe6\x97\xa5[x]\x1b[38:2::1:2:3my" * 200
)

SUSPICIOUS = [
    b"\x1b[6n", b"\x1b]0;t\x07", b"\x1bP$qm\x1b\\", b"\x1b[18t", b"\x1b[?40h", b"\x1b[?1;40;7h",
    b"\x1b[9999b", b"\x1b[c", b"\x1b[>c", b"\x1b[4$p", b"\x1b[!p", b'\x1b[1"q', b"\x1b_x\x1b\\",
    b"\x1b c", b"\x1b\x9d0;x\x07", b"\x1bc", b"\x1b[1\x9dx", b"\x1b[1\x18t", b"\x1b[1\x1b]x",
    b"\x1b[2\n;1t", b"\x1b[g", b"\x1b[?6h", b"\x1b[?25;06h", b"\x1b[?69h", b"\x1b[?7;069;3h",
]  # fmt: skip


def test_harmless_bytes_are_passed_over_up_to_the_last_sequence() -> None:
    assert unsuspicious(HARMLESS) == HARMLESS.rindex(b"\x1b")
    assert START.search(HARMLESS) is None


@pytest.mark.parametrize("sequence", SUSPICIOUS)
def test_nothing_suspicious_is_passed_over_wherever_it_stands(sequence) -> None:
    chance = random.Random(sequence)
    for _ in range(20):
        at = HARMLESS.index(b"\x1b", chance.randrange(len(HARMLESS) - 200))
        assert unsuspicious(HARMLESS[:at] + sequence + HARMLESS[at:]) == 0


def test_both_ways_of_looking_agree_on_any_bytes() -> None:
    """What is passed over at once holds nothing that the careful way would have stopped at."""
    chance = random.Random(11)
    pieces = [
        *SUSPICIOUS,
        b"\x1b[1m",
        b"\x1b[H",
        b"\x1b(B",
        b"\x1b7",
        b"text ",
        b"\xe6\x97\xa5",
        b"\x1b[5;5H",
    ]
    passed = 0
    for _ in range(400):
        weights = [2e-4] * len(SUSPICIOUS) + [3, 3, 1e-4, 1e-4, 2, 1, 3]
        said = b"".join(chance.choices(pieces, weights, k=1_500))
        end = unsuspicious(said)
        found = START.search(said[:end])
        assert found is None or found.group() == b"\x1b"
        passed += end > 0
    assert passed > 0


@pytest.mark.parametrize("mode", [b"?1006h", b"?25h", b"?2026h", b"?640h", b"?7;16;66h", b"?6l"])
def test_modes_that_only_resemble_them_are_passed_over(mode) -> None:
    said = HARMLESS + b"\x1b[" + mode
    assert START.search(said) is None
    assert unsuspicious(said + b"\x1b[m") == len(said)


def test_movements_are_looked_at_where_margins_need_it() -> None:
    for moved in (b"\x1b[3D", b"\x1b[G", b"\x1b[5`", b"\x1b[2d", b"\x1b[a", b"\x1b[e", b"\x08"):
        assert START.search(b"text" + moved) is None
        found = START_MOVING.search(b"text" + moved)
        assert found is not None and found.start() == 4


@pytest.mark.parametrize("part", [b"40", b"40;", b"6;", b"69:", b"0", b"1;"])
def test_no_sequence_is_looked_at_again_and_again(part) -> None:
    """Two megabytes in one sequence: going through it from each of its places would take hours."""
    said = b"\x1b[?" + part * (2_000_000 // len(part)) + b"l"
    assert START.search(said) is None
    assert START_MOVING.search(said) is None
    assert unsuspicious(b"\x1b[m" * 50_000 + said + b"\x1b[m") > 2_000_000


def test_few_bytes_and_few_escapes_are_left_to_the_other_way() -> None:
    assert unsuspicious(b"\x1b[1mx") == 0
    assert unsuspicious(b"x" * 10_000 + b"\x1b[1m") == 0
