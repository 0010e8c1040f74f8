"""Sites without coordinates."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from noc_console.services.inventory.model import SiteId
from noc_console.services.topology.model import Place
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.tray import MIME, Tray, TrayBox

PLACES = (Place(SiteId(3), "Brno"), Place(SiteId(8), "<b>Ostrava</b>"))


@pytest.fixture
def home() -> QWidget:
    return QWidget()


def test_it_lists_the_sites_and_says_how_many(home: QWidget) -> None:
    tray = Tray(home)
    tray.show_sites(PLACES)
    assert tray.title.text() == "2 sites without coordinates"
    assert [tray.sites.item(at).text() for at in range(2)] == ["Brno", "<b>Ostrava</b>"]
    tray.show_sites(())
    assert tray.isHidden()


def test_a_dragged_site_carries_its_id(home: QWidget) -> None:
    tray = Tray(home)
    tray.show_sites(PLACES)
    told = tray.sites.mimeData([tray.sites.item(1)])
    assert bytes(told.data(MIME).data()) == b"8"
    assert tray.sites.mimeTypes() == [MIME]


def test_the_choice_stays_while_the_sites_are_the_same(home: QWidget) -> None:
    tray = Tray(home)
    tray.show_sites(PLACES)
    tray.sites.setCurrentRow(1)
    tray.show_sites(PLACES)
    assert tray.sites.currentRow() == 1


def test_enter_chooses_a_site(home: QWidget) -> None:
    tray = Tray(home)
    home.show()
    tray.show_sites(PLACES)
    told: list[int] = []
    tray.chosen.connect(told.append)
    tray.sites.setCurrentRow(0)
    QTest.keyClick(tray.sites, Qt.Key.Key_Return)
    assert told == [3]


def test_the_box_is_drawn_around_what_waits() -> None:
    box = TrayBox()
    box.box, box.caption = (100.0, 100.0, 200.0, 200.0), "2 sites without coordinates"
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff00ff"))
    painter = QPainter(image)
    box.paint(painter, Camera(1.0, 0.0, 0.0), 400, 400)
    painter.end()
    assert image.pixelColor(150, 150) != QColor("#ff00ff")
    assert image.pixelColor(20, 380) == QColor("#ff00ff")
