"""Add or change a rota."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from noc_console.services.oncall.model import Holiday, Imported, RotaId
from noc_console.views.kit.tasks import settled
from noc_console.views.oncall import rota_form as module
from noc_console.views.oncall.rota_form import RotaForm
from tests.services.oncall.conftest import PEOPLE, rota, weekly

KINGS_DAY = Holiday(date(2026, 4, 27), date(2026, 4, 28), "King's Day")


async def read(path: Path) -> Imported:
    return Imported((KINGS_DAY,), ("line 9: X is not a whole day",))


def form_of(**more: object) -> RotaForm:
    kept = replace(rota(weekly(name="A"), weekly(name="B")), **more)  # type: ignore[arg-type]
    return RotaForm(None, kept, PEOPLE, today=date(2026, 3, 2), read=read)


async def test_a_rota_comes_back_as_it_was() -> None:
    kept = rota(weekly(name="A"), weekly(name="B"), holidays=(KINGS_DAY,))
    form = RotaForm(None, kept, PEOPLE, today=date(2026, 3, 2), read=read)
    assert form.rota() == kept


async def test_layers_are_added_moved_renamed_and_removed() -> None:
    form = form_of()
    form.add_button.click()
    form.forms[2].people.item(0).setCheckState(Qt.CheckState.Checked)
    form.up_button.click()
    form.forms[1].name.textEdited.emit("Nights")
    form.forms[1].name.setText("Nights")
    assert [layer.name for layer in form.rota().layers] == ["A", "Nights", "B"]
    assert form.list.item(1).text() == "Nights"
    form.down_button.click()
    form.down_button.click()
    assert [layer.name for layer in form.rota().layers] == ["A", "B", "Nights"]
    for _ in range(4):
        form.drop_button.click()
    assert len(form.rota().layers) == 1


@pytest.mark.parametrize("what", ["name", "people", "holidays"])
async def test_what_is_wrong_is_said_in_place(what: str) -> None:
    form = form_of()
    if what == "name":
        form.name.setText(" ")
    elif what == "people":
        form.forms[1].people.item(0).setCheckState(Qt.CheckState.Unchecked)
        form.forms[1].people.item(1).setCheckState(Qt.CheckState.Unchecked)
    else:
        form.holidays.setPlainText("Christmas")
    form.accept_button.click()
    assert form.result() == 0
    assert form.problem.text()


async def test_holidays_of_a_file_join_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    # The system's own file dialog cannot be answered off screen.
    async def chosen(*_: object) -> tuple[Path, ...]:
        return (Path("nl.ics"),)

    monkeypatch.setattr(module, "ask_open_paths", chosen)
    form = form_of()
    form.holidays.setPlainText("2026-01-01 New Year")
    form.import_button.click()
    await settled()
    assert form.holidays.toPlainText() == "2026-01-01 New Year\n2026-04-27 King's Day"
    assert form.imported.text() == "1 holiday read\nline 9: X is not a whole day"
    form.holidays.setPlainText("nonsense")
    form.import_button.click()
    await settled()
    assert "line 1" in form.problem.text()


async def test_a_new_rota_begins_with_one_layer() -> None:
    form = form_of(id=RotaId(0), name="", layers=())
    assert len(form.forms) == 1
    assert form.accept_button.text() == "Add rota"
