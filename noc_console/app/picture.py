"""Renders one page, or the whole window, into a file."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QMarginsF, QPoint, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication, QWidget

from noc_console.app import paths
from noc_console.app.compose import open_services
from noc_console.app.config import Config
from noc_console.app.desk import make_window, open_desk, pages
from noc_console.kernel.errors import Broken, Invalid
from noc_console.kernel.events import EventBus
from noc_console.views.kit import theme
from noc_console.views.kit.desk import Route
from noc_console.views.kit.feed import Feed
from noc_console.views.kit.page import Page
from noc_console.views.kit.state import State
from noc_console.views.kit.tasks import leave, settled

SETTLE_S = 0.4
"""Animations (a map flying into place) end within this."""
DPI = 96


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw: `map`, `device/7`, `alarms` …, or `window/` before any of them."""

    view: str
    theme: str
    width: int
    height: int


async def take(config: Config, picture: Picture, file: Path) -> None:
    """Open the store, show the view off screen until it is quiet, and write the file."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.install(app, paths.resources(), picture.theme)
    async with open_services(config, bus=EventBus()) as services:
        desk = open_desk(services, Feed(), State(None))
        name, whole = picture.view.removeprefix("window/"), picture.view.startswith("window/")
        route = route_of(name)
        specs = {spec.id: spec for spec in pages(services)}
        if route.page not in specs:
            raise Invalid(f"there is no view {route.page!r}: choose {', '.join(specs)}")
        widget: QWidget
        if whole:
            window = make_window(desk, services, config)
            window.go(route)
            widget = window
        else:
            page: Page = specs[route.page].make(desk)
            page.visit(route)
            widget = page
        widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        widget.resize(picture.width, picture.height)
        widget.show()
        try:
            await _quiet()
            write(widget, file)
        finally:
            widget.close()
            await leave()
            await settled()


def route_of(text: str) -> Route:
    """`device/7` is the page `device` about object 7."""
    page, _, rest = text.partition("/")
    if not rest:
        return Route(page)
    return Route(page, id=int(rest)) if rest.isdecimal() else Route(page, text=rest)


def write(widget: QWidget, file: Path) -> None:
    """The widget as it is now, as PNG, SVG or PDF by the file's ending."""
    kind = file.suffix.lower()
    if kind == ".png":
        _write_png(widget, file)
    elif kind == ".svg":
        _write_svg(widget, file)
    else:
        _write_pdf(widget, file)
    if not file.is_file() or not file.stat().st_size:
        raise Broken(f"{file} could not be written")


async def _quiet() -> None:
    """Until nothing loads any more: twice, for what loading itself asked for."""
    for _ in range(2):
        await asyncio.sleep(SETTLE_S)
        await settled()


def _write_png(widget: QWidget, file: Path) -> None:
    image = QImage(widget.size(), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    widget.render(image)
    image.save(str(file))


@runtime_checkable
class Vector(Protocol):
    """A page that draws itself as true vectors, sharper and smaller than its painted widgets."""

    def svg(self) -> str: ...


def _write_svg(widget: QWidget, file: Path) -> None:
    if isinstance(widget, Vector):
        file.write_text(widget.svg(), encoding="utf-8")
        return
    device = QSvgGenerator()
    device.setFileName(str(file))
    device.setSize(widget.size())
    device.setViewBox(QRectF(0, 0, widget.width(), widget.height()))
    device.setResolution(DPI)
    device.setTitle(widget.windowTitle())
    painter = QPainter(device)
    try:
        _render(widget, painter)
    finally:
        painter.end()


def _write_pdf(widget: QWidget, file: Path) -> None:
    """One page as large as the view, one point a pixel at 72 dpi."""
    device = QPdfWriter(str(file))
    device.setResolution(72)
    size = QPageSize(QSizeF(widget.size()), QPageSize.Unit.Point)
    device.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter(device)
    try:
        page = QSize(device.width(), device.height())
        painter.scale(page.width() / widget.width(), page.height() / widget.height())
        _render(widget, painter)
    finally:
        painter.end()


def _render(widget: QWidget, painter: QPainter) -> None:
    widget.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
