"""Pictures of pages without a screen: for reports, wall screens and the README."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from noc_console.app.config import Config
from noc_console.kernel.errors import Invalid

FORMATS = (".png", ".svg", ".pdf")


def main(config: Config, rest: Sequence[str]) -> int:
    """`noc-console snapshot VIEW FILE.{png,svg,pdf}`."""
    given = _parser().parse_args(list(rest))
    file = Path(given.file)
    if file.suffix.lower() not in FORMATS:
        raise Invalid(f"a snapshot is {', '.join(FORMATS)}, not {file.suffix or 'a bare name'}")
    width, height = _size(given.size)
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from noc_console.app.gui import on_qt
    from noc_console.app.picture import Picture, take

    picture = Picture(view=given.view, theme=given.theme, width=width, height=height)
    on_qt(lambda: take(config, picture, file))
    print(file)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="noc-console snapshot",
        description="Render a view into a file: map, devices, device/ID, boards, boards/ID, "
        "top/WORDS, graphs/WORDS, alarms, maintenance, handover, "
        "terminal/ADDRESS, logs, probes, flows, discovery, mibs, vault, collectors, lab, "
        "or window/VIEW: the whole window.",
        allow_abbrev=False,
    )
    parser.add_argument("view", metavar="VIEW")
    parser.add_argument("file", metavar="FILE.{png,svg,pdf}")
    parser.add_argument("--size", default="1366x768", help="width x height in pixels")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    return parser


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise Invalid(f"a size is like 1366x768, not {text!r}", field="size")
    if not (200 <= int(width) <= 16_384 and 150 <= int(height) <= 16_384):
        raise Invalid("a size lies between 200x150 and 16384x16384", field="size")
    return int(width), int(height)
