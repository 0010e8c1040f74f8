"""Graphs leave the console: as picture, drawing, page or numbers."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QFont, QPixmap

from noc_console.kernel.errors import Invalid
from noc_console.views.kit.curves import as_csv
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.graph_sheet import Snapshot, sheet_of
from noc_console.views.kit.sheets import save
from noc_console.views.kit.theme import Theme, look, read_theme

KINDS = ("png", "svg", "pdf", "csv")
DIALOG = "PNG (*.png);;SVG (*.svg);;PDF (*.pdf);;CSV (*.csv)"


async def export(shot: Snapshot, path: Path, picture: QPixmap) -> None:
    """Write one graph; the ending says as what. Drawn and written beside the window's thread.

    Drawings are light, for paper; the picture is as seen. Raises Invalid.
    """
    kind = path.suffix.lower().lstrip(".")
    if kind not in KINDS:
        raise Invalid(f"a graph is written as {', '.join(KINDS)}, not {kind or 'a bare name'}")
    if kind == "png":
        await asyncio.to_thread(write_whole, path, png(picture))
    elif kind == "csv":
        await asyncio.to_thread(_write_csv, shot, path)
    else:
        paper = read_theme(look().resources / "theme" / "light.toml")
        await asyncio.to_thread(_write_sheet, shot, path, paper, look().font(11))


def png(picture: QPixmap) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(content.data())


def _write_csv(shot: Snapshot, path: Path) -> None:
    write_whole(path, as_csv(shot.curves, shot.span).encode("utf-8-sig"))


def _write_sheet(shot: Snapshot, path: Path, paper: Theme, font: QFont) -> None:
    save(sheet_of(shot, paper), path, font)
