"""Graphs leave the console, and what was written can be read."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from datetime import UTC
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPixmap

from noc_console.kernel.errors import Invalid
from noc_console.views.graphs.files import export
from noc_console.views.kit.curves import Curve, Span
from noc_console.views.kit.drawing import Manner
from noc_console.views.kit.graph_sheet import Snapshot
from noc_console.views.kit.units import unit_of

SPAN = Span(1_700_000_000.0, 1_700_003_600.0)


@pytest.fixture
def shot() -> Snapshot:
    times = np.linspace(SPAN.start, SPAN.end, 61)
    curves = (
        Curve("<in> & =cmd()", times, 1e9 + 1e8 * np.sin(times / 300), unit="b/s"),
        Curve("out", times, np.full(61, 5e8), "series.b", below=True, unit="b/s"),
    )
    return Snapshot(
        "<b>core-1</b>", curves, SPAN, unit_of("b/s").write, None, Manner(), (), (), UTC
    )


@pytest.fixture
def picture() -> QPixmap:
    made = QPixmap(80, 40)
    made.fill("#123456")
    return made


async def test_csv_parses_back(shot: Snapshot, picture: QPixmap, tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    await export(shot, path, picture)
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["time", "<in> & =cmd()", "out"] and len(rows) == 62
    assert float(rows[1][2]) == 5e8 and rows[1][0].startswith("2023-11-14T")


async def test_svg_parses_back_with_its_words_as_text(
    shot: Snapshot, picture: QPixmap, tmp_path: Path
) -> None:
    path = tmp_path / "g.svg"
    await export(shot, path, picture)
    root = ET.parse(path).getroot()
    space = "{http://www.w3.org/2000/svg}"
    texts = [node.text for node in root.iter(f"{space}text")]
    assert "<b>core-1</b>" in texts and "<in> & =cmd()" in texts
    assert root.find(f"{space}b") is None
    lines = [node.get("points", "") for node in root.iter(f"{space}polyline")]
    assert max(len(line.split()) for line in lines) == 61, "the curve is a curve, not a picture"


async def test_pdf_is_one_page(shot: Snapshot, picture: QPixmap, tmp_path: Path) -> None:
    path = tmp_path / "g.pdf"
    await export(shot, path, picture)
    content = path.read_bytes()
    assert content.startswith(b"%PDF-") and content.count(b"/Type /Page\n") == 1
    assert b"%%EOF" in content[-32:]


async def test_png_is_as_seen(shot: Snapshot, picture: QPixmap, tmp_path: Path) -> None:
    path = tmp_path / "g.png"
    await export(shot, path, picture)
    assert QImage(str(path)).pixelColor(5, 5).name() == "#123456"


async def test_another_ending_is_refused(shot: Snapshot, picture: QPixmap, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="doc"):
        await export(shot, tmp_path / "g.doc", picture)
    with pytest.raises(Invalid, match="could not be written"):
        await export(shot, tmp_path / "none" / "g.svg", picture)
