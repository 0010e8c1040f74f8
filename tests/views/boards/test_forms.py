"""A tile's settings: what is chosen, what is found, what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit

from noc_console.services.boards.model import TileKind, options
from noc_console.services.probes.settings import ProbeKind
from noc_console.views.boards.content import BoardServices
from noc_console.views.boards.forms import CurvePicker, ProbePicker, TileForm, settings
from noc_console.views.boards.gallery import blank
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.views.boards.conftest import Measured
from tests.views.conftest import shown


@pytest.mark.parametrize("kind", list(TileKind))
async def test_a_form_nobody_touches_changes_nothing_the_operator_chose(
    desk: Desk, services: BoardServices, kind: TileKind
) -> None:
    tile = replace(blank(kind), id=7, title="Mine", span="7d")
    made = TileForm(desk, services, tile).tile()
    assert (made.id, made.kind, made.place, made.title, made.span) == (
        7,
        kind,
        tile.place,
        "Mine",
        "7d",
    )
    assert set(tile.options) <= set(made.options)


async def test_what_is_typed_and_chosen_becomes_the_tile(
    desk: Desk, services: BoardServices
) -> None:
    form = TileForm(desk, services, blank(TileKind.TOP))
    of, by, only = (form.inputs[name] for name in ("of", "by", "only"))
    assert isinstance(of, QComboBox)
    assert isinstance(by, QComboBox)
    assert isinstance(only, QLineEdit)
    of.setCurrentIndex(of.findData("sensors"))
    assert by.findData("util") < 0  # sensors have no utilisation
    by.setCurrentIndex(by.findData("margin"))
    only.setText(" dbm ")
    form.span.setCurrentIndex(form.span.findData("30d"))
    form.title.setText("Light")
    made = form.tile()
    assert made.options == options(of="sensors", by="margin", only="dbm")
    assert (made.title, made.span) == ("Light", "30d")
    assert settings(made)["Sorted by"] == "margin"


async def test_a_note_without_words_is_told_so(desk: Desk, services: BoardServices) -> None:
    form = TileForm(desk, services, blank(TileKind.NOTE))
    assert form.problem() == "Words: nothing is chosen yet."
    words = form.inputs["text"]
    assert isinstance(words, QPlainTextEdit)
    words.setPlainText("hello")
    assert form.problem() == ""
    assert TileForm(desk, services, blank(TileKind.CLOCK)).problem() == ""


async def test_curves_are_chosen_in_the_finder_each_once(
    desk: Desk, services: BoardServices, measured: Measured
) -> None:
    picker = CurvePicker(desk, services, "device:1/cpu nonsense")
    shown(picker, 400, 300)
    await settled()
    assert picker.finder.model.rowCount() >= 5  # what there is, before a word is typed
    picker.finder.wanted.emit(f"sensor:{measured.sensor} device:1/cpu", False)
    picker.finder.wanted.emit(f"interface:{measured.port}", True)
    assert picker.value() == f"device:1/cpu sensor:{measured.sensor} interface:{measured.port}"


async def test_probes_are_chosen_by_name(
    desk: Desk, services: BoardServices, measured: Measured
) -> None:
    added = [
        await measured.probed.service.add(
            measured.world.collector, kind=ProbeKind.ICMP, target=f"192.0.2.{at}", name=name
        )
        for at, name in ((1, "near"), (2, "far"))
    ]
    picker = ProbePicker(desk, services, str(added[0].id))
    assert picker.value() == str(added[0].id)  # also before the probes are known
    await settled()
    assert [picker.itemText(at).split()[-1] for at in range(picker.count())] == ["far", "near"]
    assert picker.value() == str(added[0].id)
    picker.setCurrentIndex(0)
    assert picker.value() == str(added[1].id)
