"""Ways in which a recording may lie: cut, garbled, endless, looping, of the wrong kind.

Each takes lines and a source of chance and returns other lines; the same seed is the same mutant.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Lines = list[bytes]
Mutation = Callable[[Lines, Random], Lines]

_ABSURD = (
    b"0", b"-1", b"255", b"256", b"65536", b"2147483647", b"-2147483648", b"4294967295",
    b"4294967296", b"18446744073709551615", b"18446744073709551616", b"9" * 40, b"1e308", b"nan",
    b"inf", b"0x7f", b"", b" 7 ", b"1_000", b"\xd9\xa3",
)  # fmt: skip
_KINDS = (
    b"2", b"3", b"4", b"4x", b"4e", b"5", b"6", b"64", b"64x", b"65", b"66", b"67", b"68", b"68x",
    b"70", b"71", b"99", b"128", b"130", b"2x", b"x", b"4:numeric", b"",
)  # fmt: skip
_TEXTS = (
    b"\x00" * 8, b"\xff" * 300, b"A" * 70_000, b"00" * 40_000, "\u202e\u2066\ud7ff".encode(),
    b"%s%n", b"<img src=/etc/passwd>", b"\\x00\\n\\", b"..", b"1.2.3", b"1.3.6.1" + b".1" * 200,
    b"0.0.0.0",
    b"10.0.0.1000", b"((((((((((a+)+)+)+)+)+)+)+)+)$", b"a" * 5000 + b"!", b"\r", b"1" * 5000,
    b"7fc00000", b"9f7804ff800000", b"9f78047fc00000", b"9f7908fff0000000000000",
)  # fmt: skip


def flip_bits(lines: Lines, chance: Random) -> Lines:
    content = bytearray(b"\n".join(lines))
    for _ in range(chance.randint(1, 20)):
        if content:
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(content).split(b"\n")


def cut_short(lines: Lines, chance: Random) -> Lines:
    content = b"\n".join(lines)
    return content[: chance.randrange(len(content) + 1)].split(b"\n")


def lose_lines(lines: Lines, chance: Random) -> Lines:
    kept = chance.random()
    return [line for line in lines if chance.random() < kept]


def shuffle_lines(lines: Lines, chance: Random) -> Lines:
    lines = list(lines)
    chance.shuffle(lines)
    return lines


def repeat_lines(lines: Lines, chance: Random) -> Lines:
    """An agent that goes in circles."""
    at = chance.randrange(len(lines) + 1)
    return lines[:at] + lines[max(0, at - 20) : at] * chance.randint(1, 20) + lines[at:]


def absurd_values(lines: Lines, chance: Random) -> Lines:
    return _some(lines, chance, lambda name, kind, _: (name, kind, chance.choice(_ABSURD)))


def absurd_texts(lines: Lines, chance: Random) -> Lines:
    return _some(lines, chance, lambda name, kind, _: (name, kind, chance.choice(_TEXTS)), most=4)


def wrong_types(lines: Lines, chance: Random) -> Lines:
    return _some(lines, chance, lambda name, _, text: (name, chance.choice(_KINDS), text))


def odd_indexes(lines: Lines, chance: Random) -> Lines:
    def other(name: bytes, kind: bytes, text: bytes) -> tuple[bytes, bytes, bytes]:
        column, _, last = name.rpartition(b".")
        index = chance.choice(
            (b"", last, last + b".1" * 200, b"." + last, b"4294967295", b"4294967296", b"0",
             b"9" * 30, b"-1", b"6" + b".255" * 6, b"16" + b".256" * 16, last + b".0.0")
        )  # fmt: skip
        return column + b"." + index, kind, text

    return _some(lines, chance, other)


def point_at_each_other(lines: Lines, chance: Random) -> Lines:
    """Parts inside themselves, ports above each other, rows that name rows that are not there."""
    prefixes = (
        b"1.3.6.1.2.1.47.1.1.1.1.4.",
        b"1.3.6.1.2.1.31.1.2.1.3.",
        b"1.3.6.1.2.1.17.1.4.1.2.",
    )
    indexes = [line.partition(b"|")[0].rpartition(b".")[2] for line in lines] or [b"1"]
    return [
        line.rpartition(b"|")[0] + b"|" + chance.choice(indexes)
        if line.startswith(prefixes)
        else line
        for line in lines
    ] + [
        prefix + each + b"|2|" + chance.choice(indexes)
        for prefix in prefixes
        for each in chance.choices(indexes, k=6)
    ]


def many_rows(lines: Lines, chance: Random) -> Lines:
    """One row that became thousands."""
    if not lines:
        return lines
    name, _, rest = chance.choice(lines).partition(b"|")
    column = name.rpartition(b".")[0]
    return lines + [b"%b.%d|%b" % (column, n, rest) for n in range(chance.randint(100, 3000))]


def swap_values(lines: Lines, chance: Random) -> Lines:
    """What one object is said to be, said of another."""
    lines = list(lines)
    for _ in range(chance.randint(1, 1 + len(lines) // 4)):
        one, other = chance.randrange(len(lines) or 1), chance.randrange(len(lines) or 1)
        if lines:
            a, b = lines[one].partition(b"|"), lines[other].partition(b"|")
            lines[one], lines[other] = a[0] + b"|" + b[2], b[0] + b"|" + a[2]
    return lines


def garbage_between(lines: Lines, chance: Random) -> Lines:
    lines = list(lines)
    for _ in range(chance.randint(1, 8)):
        garbage = chance.choice(
            (b"\x00" * 50, b"|" * 50, b"#", chance.randbytes(60), b"." * 90, b"\r")
        )
        lines.insert(chance.randrange(len(lines) + 1), garbage)
    return lines


def _some(
    lines: Lines,
    chance: Random,
    other: Callable[[bytes, bytes, bytes], tuple[bytes, bytes, bytes]],
    *,
    most: int = 40,
) -> Lines:
    """Another object in the place of some."""
    lines = list(lines)
    for _ in range(chance.randint(1, most) if lines else 0):
        at = chance.randrange(len(lines))
        name, _, rest = lines[at].partition(b"|")
        kind, _, text = rest.partition(b"|")
        lines[at] = b"|".join(other(name, kind, text))
    return lines


ALL: tuple[Mutation, ...] = (
    flip_bits, cut_short, lose_lines, shuffle_lines, repeat_lines, absurd_values, absurd_texts,
    wrong_types, odd_indexes, point_at_each_other, many_rows, swap_values, garbage_between,
)  # fmt: skip


def mutant(content: bytes, seed: int) -> bytes:
    """One to four things wrong with a recording, the same for the same seed."""
    chance = Random(seed)
    lines = content.rstrip(b"\n").split(b"\n")
    for mutation in chance.sample(ALL, chance.randint(1, 4)):
        lines = mutation(lines, chance)
    return b"\n".join(lines)
