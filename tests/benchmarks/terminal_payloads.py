"""What terminals are measured with: eight kinds of output, each the same for every engine."""

from __future__ import annotations

import random

MIB = 1 << 20
COLUMNS, ROWS = 80, 24


def payloads(size: int) -> dict[str, bytes]:
    """By name, each about as long as asked."""
    return {name: make(random.Random(name), size) for name, make in _MAKERS.items()}


def _repeated(part: bytes, size: int) -> bytes:
    return part * (size // len(part) + 1)


def _dense(dice: random.Random, size: int) -> bytes:
    letters = b"abcdefghijklmnopqrstuvwxyz0123456789 "
    return _repeated(bytes(dice.choices(letters, k=8_000)), size)


def _log(dice: random.Random, size: int) -> bytes:
    lines = []
    for number in range(2_000):
        level, color = dice.choice((("ERROR", 31), ("WARN", 33), ("INFO", 32)))
        lines.append(
            b"\x1b[2m2026-11-21T10:%02d:%02dZ\x1b[0m \x1b[1;%dm%b\x1b[0m core-%d bgp: neighbour"
            b" \x1b[36m10.0.%d.%d\x1b[0m changed state\r\n"
            % (
                number % 60,
                number % 59,
                color,
                level.encode(),
                number % 9,
                number % 255,
                number % 7,
            )
        )
    return _repeated(b"".join(lines), size)


def _vim(dice: random.Random, size: int) -> bytes:
    """Rows drawn anew here and there, with colours, and cleared to their ends."""
    strokes = []
    for _ in range(4_000):
        row, column, color = dice.randint(1, ROWS), dice.randint(1, 40), dice.randrange(256)
        word = b"let value = compute(inputs)"[: dice.randint(4, 27)]
        strokes.append(b"\x1b[%d;%dH\x1b[38;5;%dm%b\x1b[K\x1b[m" % (row, column, color, word))
    return b"\x1b[?1049h" + _repeated(b"".join(strokes), size)


def _wide(dice: random.Random, size: int) -> bytes:
    words = ("日本語テキスト", "こんにちは", "émoji", "😀🚀", "ёлка", "größe", "中文字符", "한국어")
    line = " ".join(dice.choice(words) for _ in range(2_000))
    return _repeated(line.encode() + b"\r\n", size)


def _random_places(dice: random.Random, size: int) -> bytes:
    strokes = [
        b"\x1b[%d;%dH%c" % (dice.randint(1, ROWS), dice.randint(1, COLUMNS), dice.randint(33, 126))
        for _ in range(20_000)
    ]
    return b"\x1b[?1049h" + _repeated(b"".join(strokes), size)


def _scrolling(_dice: random.Random, size: int) -> bytes:
    return _repeated(b"y\r\n", size)


def _region(_dice: random.Random, size: int) -> bytes:
    return b"\x1b[2;20r\x1b[20;1H" + _repeated(b"a line in a region\r\n", size)


def _cells(dice: random.Random, size: int) -> bytes:
    """Each cell with colours and attributes of its own, screen after screen."""
    cells = [b"\x1b[H"]
    for _ in range(COLUMNS * ROWS):
        ink, ground = dice.randrange(256), dice.randrange(256)
        cells.append(b"\x1b[38;5;%d;48;5;%d;1;3;4m%c" % (ink, ground, dice.randint(65, 122)))
    return _repeated(b"".join(cells), size)


_MAKERS = {
    "dense ASCII": _dense,
    "log with SGR": _log,
    "vim-like redraw": _vim,
    "wide Unicode": _wide,
    "alt-screen random": _random_places,
    "scrolling": _scrolling,
    "scroll region": _region,
    "dense cells": _cells,
}
