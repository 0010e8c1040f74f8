"""Taking a network in from a file, at the map."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from noc_console.kernel.errors import Invalid
from noc_console.services.topology.exchange.document import Document, Item, Tie
from noc_console.services.topology.exchange.writing import write
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.importing import ImportDialog, ImportTool
from noc_console.views.topology.page import MapPage
from tests.views.conftest import until
from tests.views.measured import Ids
from tests.views.topology.conftest import opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    document = Document(
        (Item("1", "new-1", x=1.0, y=2.0), Item("2", "new-2"), Item("3", "pra-cr1")),
        (Tie("1", "2"), Tie("2", "3")),
        "Somewhere",
    )
    path = tmp_path / "net.json"
    path.write_bytes(write(document, "json"))
    return path


def dialogs() -> list[ImportDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, ImportDialog)]


async def test_a_file_says_first_what_it_would_do_then_does_it(
    page: MapPage, ids: Ids, desk: Desk, file: Path
) -> None:
    told: list[str] = []
    desk.wires.noticed.connect(lambda text, tone: told.append(text))
    await opened(page)
    tool = page.tool(ImportTool)
    page.tasks.do("offer", lambda: tool.offer((file,)))
    await until(dialogs)
    (dialog,) = dialogs()
    assert dialog.accept_button.text() == "Import 2 devices"
    dialog.accept_button.click()
    await until(lambda: told)
    assert told == ["2 devices and 2 links imported. The map “Somewhere” shows them."]
    await until(lambda: len(page.canvas.scene.nodes) == 40)
    maps = await page.stage.services.maps.maps(desk.actor)
    (made,) = [one for one in maps if one.name == "Somewhere"]
    assert len(made.devices) == 3 and ids["pra-cr1"] in made.devices
    await settled()
    told.clear()
    await tool.offer((file,))
    assert told and "known already" in told[0]


async def test_turning_away_changes_nothing(page: MapPage, ids: Ids, file: Path) -> None:
    await opened(page)
    page.tasks.do("offer", lambda: page.tool(ImportTool).offer((file,)))
    await until(dialogs)
    dialogs()[0].cancel_button.click()
    await settled()
    assert len(await page.stage.services.inventory.devices(page.desk.actor)) == 38


async def test_a_file_that_is_no_network_is_refused_in_words(
    page: MapPage, ids: Ids, tmp_path: Path
) -> None:
    await opened(page)
    path = tmp_path / "odd.json"
    await asyncio.to_thread(path.write_text, "{")
    with pytest.raises(Invalid, match="no JSON"):
        await page.tool(ImportTool).offer((path,))
    with pytest.raises(Invalid, match="cannot be read"):
        await page.tool(ImportTool).offer((tmp_path / "gone.json",))
